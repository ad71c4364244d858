"""A folder of photos that lies somewhere else now, such as on another disk or machine."""

from __future__ import annotations

from pathlib import Path

from gallery.errors import NotFoundError
from gallery.store import moved_files
from gallery.store.library import Library
from gallery.store.moved_files import Moved


def relocate(library: Library, old: Path, new: Path) -> Moved:
    """Write down that all files below a folder are below another one now; no file is touched.

    The way back is the same with the folders changed about.

    Args:
        library: whose.
        old: the folder as the library knows it, which need not be there any more.
        new: where it is now.

    Raises:
        NotFoundError: The new folder is not there, or the library knows no file in the old one.
    """
    old, new = Path(old).expanduser().absolute(), Path(new).expanduser().absolute()
    if not new.is_dir():
        raise NotFoundError(f"There is no folder {new}. Connect its disk, and try again.")
    moved = moved_files.move(library, old, new, _lies_there)
    if not moved.files:
        raise NotFoundError(
            f"The library knows no file in {old}. Which files it looks for and where says: "
            "gallery doctor"
        )
    return moved


def _lies_there(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size == size
    except OSError:
        return False
