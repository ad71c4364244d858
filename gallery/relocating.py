"""A folder of photos that lies somewhere else now, such as on another disk or machine."""

from __future__ import annotations

import os
from pathlib import Path

from gallery.errors import GalleryError, NotFoundError
from gallery.store import moved_files
from gallery.store.library import Library
from gallery.store.moved_files import Moved


def relocate(library: Library, old: Path, new: Path) -> Moved:
    """Write down that all files below a folder are below another one now; no file is touched.

    The way back is the same with the folders changed about, as long as the library knew no files
    in the new folder before.

    Args:
        library: whose.
        old: the folder as the library knows it, which need not be there any more.
        new: where it is now.

    Raises:
        NotFoundError: The new folder is not there, or the library knows no file in the old one.
        GalleryError: They are one, or one lies in the other.
    """
    # Without following links: the library knows files by the way they were reached.
    old, new = (Path(os.path.abspath(Path(one).expanduser())) for one in (old, new))  # noqa: PTH100
    if not new.is_dir():
        raise NotFoundError(f"There is no folder {new}. Connect its disk, and try again.")
    if old == new or old in new.parents or new in old.parents:
        raise GalleryError("Name two folders of which none lies in the other.")
    moved = moved_files.move(library, old, new)
    if not moved.files:
        raise NotFoundError(
            f"The library knows no file in {old}. Which files it looks for and where says: "
            "gallery doctor"
        )
    return moved
