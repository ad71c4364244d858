"""A library copied whole while it is in use, and brought back from such a copy.

A backup is a folder with the database and the media of a library, as a library has them: opened
where it lies, it is one. What can be made anew, such as indexes, is left out.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from gallery import __version__
from gallery.errors import LibraryError
from gallery.media.files import Media
from gallery.records import Progress
from gallery.store.backups import (
    copy_database,
    identity,
    media_of,
    photos_in,
    put_in_place,
)
from gallery.store.library import DATABASE, MEDIA, Library

# What says that a folder is a backup, and of which library.
_ABOUT = "backup.json"
# The same in a folder that a backup is being brought back to.
_UNFINISHED = f"{_ABOUT}.unfinished"
_WHAT = "backup of a Smart Image Gallery library"
# The database as it is copied, until its pictures are there as well.
_NEXT = f"{DATABASE}.next"
# Photos may be deleted for good between the copy of the database and that of the pictures.
_TRIES = 3
# Nothing else is ever removed from a backup.
_OURS = ("originals/", "thumbnails/", "faces/", "refused/")


@dataclass(slots=True)
class BackupReport:
    """What was copied; grows while it goes on.

    Args:
        photos: in the backup.
        elsewhere: of them, those whose originals lie in folders of the owner's, and only there.
        files: of media that were copied; the others were there.
        removed: of media that were in an earlier backup and are in the library no more.
        megabytes: that were copied.
        missing: files that the database refers to and the library does not have.
        damaged: originals that are not what they were; a good copy in the backup stays.
        seconds: in all.
    """

    photos: int = 0
    elsewhere: int = 0
    files: int = 0
    removed: int = 0
    megabytes: float = 0.0
    missing: int = 0
    damaged: int = 0
    seconds: float = 0.0

    @property
    def whole(self) -> bool:
        """Whether everything that the database refers to is there and as it was."""
        return not self.missing and not self.damaged


def back_up(library: Library, target: Path, report: BackupReport) -> Iterator[Progress]:
    """Copy a library into a folder; in one that has its earlier backup only what is new is copied.

    The library may be in use: the backup is what it was at one moment. What was deleted from the
    library is deleted from the backup.

    Args:
        library: which.
        target: a new or empty folder, or one with an earlier backup.
        report: filled in while it goes on.

    Yields:
        Progress.

    Raises:
        LibraryError: The folder has something else in it, lies in the library, or cannot be
            written.
    """
    started = time.perf_counter()
    target = target.expanduser().absolute()
    _check_target(library, target)
    media = Media(str(target / MEDIA))
    try:
        target.mkdir(parents=True, exist_ok=True)
        if not _about(target):
            # From the first moment on: a backup that was cut off is gone on with.
            _say(library, target, finished=False, report=report)
        # An earlier backup stays what it was until the new one is whole.
        for _ in range(_TRIES):
            copy_database(library, target / _NEXT)
            wanted = media_of(target / _NEXT)
            yield from _copy(library.media, media, wanted, report, started)
            if not report.missing:
                break
        report.photos, report.elsewhere = photos_in(target / _NEXT)
        put_in_place(target / _NEXT, target / DATABASE)
        _say(library, target, finished=True, report=report)
        for file in list(media.listed()):
            if file.key not in wanted and file.key.startswith(_OURS):
                media.remove(file.key)
                report.removed += 1
    except OSError as error:
        raise LibraryError(
            f"The backup cannot be written to {target}: {error.strerror or error}. Free some space "
            "or check the folder's permissions, and run the same command again: it goes on. An "
            "earlier backup there still holds."
        ) from error
    report.seconds = time.perf_counter() - started


def restore(backup: Path, root: Path, report: BackupReport) -> Iterator[Progress]:
    """Bring a library back from a backup, into a folder of its own.

    Args:
        backup: folder of the backup.
        root: folder of the library to be made; it must not have anything in it, but what a
            restore of the same library has left that was cut off.
        report: filled in while it goes on.

    Yields:
        Progress.

    Raises:
        LibraryError: The backup is none, is damaged or unfinished, or the folder is in use.
    """
    started = time.perf_counter()
    backup, root = backup.expanduser().absolute(), root.expanduser().absolute()
    if not _about(backup).get("finished"):
        raise LibraryError(
            f"{backup} is no backup that was finished. Make one with: gallery backup FOLDER"
        )
    if _is_taken(root) and not _is_cut_off(root, backup):
        raise LibraryError(
            f"{root} is not empty; a backup is never put over something else. Name a new folder "
            "with --library NEW-FOLDER."
        )
    report.photos, report.elsewhere = photos_in(backup / DATABASE)
    try:
        root.mkdir(parents=True, exist_ok=True)
        # What tells this folder from somebody's own, should this be cut off.
        shutil.copyfile(backup / _ABOUT, root / _UNFINISHED)
        source, media = Media(str(backup / MEDIA)), Media(str(root / MEDIA))
        yield from _copy(source, media, media_of(backup / DATABASE), report, started)
        # Last: until then the folder is no library.
        unfinished = root / f"{DATABASE}.part"
        shutil.copyfile(backup / DATABASE, unfinished)
        unfinished.replace(root / DATABASE)
        (root / _UNFINISHED).unlink(missing_ok=True)
    except OSError as error:
        raise LibraryError(
            f"The backup cannot be brought back to {root}: {error.strerror or error}. Free some "
            "space or check the folder's permissions, and run the same command again: it goes on."
        ) from error
    report.seconds = time.perf_counter() - started


def _check_target(library: Library, target: Path) -> None:
    root = library.root.resolve()
    there = target.resolve()
    if there == root or root in there.parents or there in root.parents:
        raise LibraryError(
            "The backup cannot lie in the library's own folder, nor around it. Name another "
            "folder, at best on another disk."
        )
    about = _about(target)
    if _is_taken(target) and not about:
        raise LibraryError(
            f"{target} has something else in it than a backup. Name a new folder, or one with an "
            "earlier backup of this library."
        )
    if about and about.get("library") != identity(library):
        raise LibraryError(
            f"{target} has the backup of another library, which would be lost. Name a new folder."
        )


def _is_cut_off(root: Path, backup: Path) -> bool:
    """Whether a folder holds nothing but what a restore of this library has left unfinished."""
    begun = _about(root, _UNFINISHED)
    ours = {_UNFINISHED, MEDIA, f"{DATABASE}.part"}
    return (
        bool(begun)
        and begun.get("library") == _about(backup).get("library")
        and {path.name for path in root.iterdir()} <= ours
    )


def _is_taken(folder: Path) -> bool:
    """Whether anything is there but an empty folder."""
    return any(folder.iterdir()) if folder.is_dir() else folder.exists()


def _about(folder: Path, name: str = _ABOUT) -> dict[str, object]:
    try:
        said = json.loads((folder / name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) and said.get("what") == _WHAT else {}


def _say(library: Library, target: Path, *, finished: bool, report: BackupReport) -> None:
    said = {
        "what": _WHAT,
        "library": identity(library),
        "version": __version__,
        "finished": finished,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "photos": report.photos,
        "missing": report.missing,
        "damaged": report.damaged,
    }
    unfinished = target / f"{_ABOUT}.part"
    unfinished.write_text(json.dumps(said, indent=2) + "\n", encoding="utf-8")
    unfinished.replace(target / _ABOUT)


def _copy(
    source: Media, target: Media, keys: Iterable[str], report: BackupReport, started: float
) -> Iterator[Progress]:
    """Copy what is not there; a key is made of what it holds, so that the same one is the same."""
    there = {file.key: file.size for file in target.listed()}
    sizes = {file.key: file.size for file in source.listed()}
    wanted = sorted(keys)
    report.missing = report.damaged = 0
    for done, key in enumerate(wanted, start=1):
        if there.get(key, -1) != sizes.get(key):
            data = source.get(key)
            if data is None:
                report.missing += 1
            elif not _is_whole(key, data):
                report.damaged += 1
            else:
                target.put(key, data)
                report.files += 1
                report.megabytes += len(data) / 1e6
        yield Progress("Copying", done, len(wanted), time.perf_counter() - started)


def _is_whole(key: str, data: bytes) -> bool:
    """Whether the bytes of an original are those that its key names; of others nobody knows."""
    if not key.startswith("originals/"):
        return True
    return PurePosixPath(key).stem == hashlib.sha256(data).hexdigest()
