"""A library with all that the pages of the app show, as large as wanted.

    python benchmarks/whole_library.py FOLDER [--photos 100000] [--faces 250000]
    gallery serve --library FOLDER

Rows as of `made_library.py`; pictures, groupings, a map, duplicates, scene vectors, a history.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from arguments import positive
from made_library import FACES, PHOTOS, make_library
from made_pictures import add_pictures
from made_said import say
from made_work import work_out

from gallery.errors import GalleryError
from gallery.store.library import Library


def make_whole_library(
    root: Path, photo_count: int = PHOTOS, face_count: int = FACES, seed: int = 0
) -> Library:
    """Fill a new library and leave it open; arguments as of `make_library`."""
    library = make_library(root, photo_count, face_count, seed)
    work_out(library, seed)
    say(library, seed)
    add_pictures(library, seed)
    return library


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="which must not be there yet")
    parser.add_argument("--photos", type=positive, default=PHOTOS)
    parser.add_argument("--faces", type=positive, default=FACES)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    if options.folder.exists():
        print(f"{options.folder} is there already: choose another folder", file=sys.stderr)
        return 2
    try:
        make_whole_library(options.folder, options.photos, options.faces, options.seed).close()
    except GalleryError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
