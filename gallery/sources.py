"""From what a user names, folders, files, ZIPs and uploads, to files that may be photos."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

from gallery.archive import photos_in_zip
from gallery.config import Settings
from gallery.errors import RefusedPhoto, SourceError
from gallery.formats import HEAD_BYTES, Kind, is_ignored, kind_of, why_not
from gallery.records import Refusal, RefusalCode, Stage
from gallery.source_file import (
    MAX_SIDECAR_MB,
    Sidecars,
    SourceFile,
    max_file_bytes,
    name_bytes,
    os_reason,
    read_at_most,
    read_on_disk,
    readable,
    refusal_of,
    source_refusal,
    too_large,
)

__all__ = ["SourceFile", "find_photos", "from_upload"]


def find_photos(sources: Iterable[Path], settings: Settings) -> Iterator[SourceFile | Refusal]:
    """The photos in some folders, files and ZIPs, and a refusal for each file that is none.

    Folders are searched with all their subfolders, in the order of their names; folders behind
    links come last, so that a photo is met at its own place first. Every folder is searched
    once. Hidden files and sidecars are passed over.

    Raises:
        SourceError: A source does not exist; nothing was read yet.
    """
    return _Walk(settings).run([_checked(Path(source)) for source in sources])


def from_upload(name: str, stream: BinaryIO, settings: Settings) -> Iterator[SourceFile | Refusal]:
    """The photo that came through a browser, or the photos of a ZIP that did.

    Args:
        name: the file name the browser gave.
        stream: seekable; it must stay open until the last photo was read.
        settings: limits on sizes.
    """
    path = readable(name)
    key = b"upload:" + name_bytes(name)
    last = name.replace("\\", "/").rpartition("/")[2]
    stream.seek(0)
    head = stream.read(HEAD_BYTES)
    kind = kind_of(last, lambda: head)
    if kind is Kind.ARCHIVE:
        yield from photos_in_zip(lambda: stream, path, key, settings, close_stream=False)
        return
    size = stream.seek(0, os.SEEK_END)
    if kind is not Kind.PHOTO:
        if kind is not Kind.IGNORED:
            yield _refusal(path, RefusalCode.UNSUPPORTED, why_not(kind, last))
    elif size > max_file_bytes(settings.max_file_mb):
        yield _refusal(path, RefusalCode.TOO_LARGE, too_large(size, settings.max_file_mb))
    else:
        reader = partial(_read_stream, stream, settings.max_file_mb)
        yield SourceFile(path, key, readable(last), size, None, None, reader)


def _read_stream(stream: BinaryIO, max_file_mb: int) -> bytes:
    try:
        stream.seek(0)
        return read_at_most(stream, max_file_mb)
    except (OSError, ValueError) as error:
        # A stream that was closed meanwhile raises ValueError.
        reason = "The upload is over. Upload the file again."
        raise source_refusal(RefusalCode.UNREADABLE, reason) from error


def _refusal(path: str, code: RefusalCode, reason: str, key: bytes | None = None) -> Refusal:
    return Refusal(path, Stage.SOURCE, code, reason, key=key)


def _checked(source: Path) -> Path:
    """The source as an absolute path that exists."""
    try:
        path = source.expanduser()
        # Plain joining keeps the names the user knows; only `..` needs the links behind it.
        path = path.resolve() if ".." in path.parts else path.absolute()
        path.stat()
    except (OSError, RuntimeError, ValueError) as error:
        shown = readable(source)
        if isinstance(error, PermissionError):
            raise SourceError(f"No permission to look into {shown}. Change its rights.") from error
        raise SourceError(
            f"There is no file or folder {shown}. Check the spelling, and that the disk it lies "
            "on is connected."
        ) from error
    return path


class _Walk:
    """One search; remembers which folders it has been to."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._visited: set[tuple[int, int]] = set()
        self._linked: list[Path] = []
        self._beside: dict[Path, Sidecars] = {}

    def run(self, sources: list[Path]) -> Iterator[SourceFile | Refusal]:
        """Everything below the sources."""
        for source in sources:
            yield from self._below(source)
        while self._linked:
            yield from self._below(self._linked.pop(0))

    def _below(self, root: Path) -> Iterator[SourceFile | Refusal]:
        # A stack of our own: folders nest deeper than Python calls do.
        stack: list[tuple[Path, Sidecars | None]] = [(root, None)]
        while stack:
            path, sidecars = stack.pop()
            try:
                status = path.stat()
            except OSError as error:
                yield _refusal(
                    readable(path), RefusalCode.UNREADABLE, _lost(path, error), os.fsencode(path)
                )
                continue
            if not stat.S_ISDIR(status.st_mode):
                yield from self._file(path, status, sidecars)
            elif path != root and path.is_symlink():
                self._linked.append(path)
            elif (status.st_dev, status.st_ino) not in self._visited:
                self._visited.add((status.st_dev, status.st_ino))
                try:
                    stack += _entries(path)
                except OSError as error:
                    yield _refusal(
                        readable(path), RefusalCode.UNREADABLE, _closed(error), os.fsencode(path)
                    )

    def _file(
        self, path: Path, status: os.stat_result, sidecars: Sidecars | None
    ) -> Iterator[SourceFile | Refusal]:
        shown, key = readable(path), os.fsencode(path)
        if not stat.S_ISREG(status.st_mode):
            yield _refusal(
                shown, RefusalCode.UNSUPPORTED, "It is a device or a pipe, not a file.", key
            )
            return
        try:
            kind = kind_of(path.name, partial(_head, path))
        except RefusedPhoto as error:
            yield refusal_of(shown, error, key)
            return
        if kind is Kind.ARCHIVE:
            yield from photos_in_zip(lambda: path.open("rb"), shown, key, self._settings)
        elif kind is Kind.PHOTO:
            if sidecars is None:
                sidecars = self._sidecars_beside(path.parent)
            yield self._source_file(path, status, sidecars)
        elif kind is not Kind.IGNORED:
            yield _refusal(shown, RefusalCode.UNSUPPORTED, why_not(kind, readable(path.name)), key)

    def _source_file(self, path: Path, status: os.stat_result, sidecars: Sidecars) -> SourceFile:
        sidecar = sidecars.find(path.name)
        return SourceFile(
            path=readable(path),
            key=os.fsencode(path),
            name=readable(path.name),
            size=status.st_size,
            mtime_ns=status.st_mtime_ns,
            on_disk=path,
            reader=partial(read_on_disk, path, self._settings.max_file_mb),
            sidecar_reader=None
            if sidecar is None
            else partial(read_on_disk, path.parent / sidecar, MAX_SIDECAR_MB),
        )

    def _sidecars_beside(self, folder: Path) -> Sidecars:
        """The sidecars in a folder, listed once for all photos of it that are named singly."""
        if folder not in self._beside:
            try:
                self._beside[folder] = Sidecars(_names(folder))
            except OSError:
                # A folder may let its files be read and yet not be listed.
                self._beside[folder] = Sidecars(())
        return self._beside[folder]


def _names(folder: Path) -> list[str]:
    with os.scandir(folder) as entries:
        return [entry.name for entry in entries]


def _entries(folder: Path) -> list[tuple[Path, Sidecars | None]]:
    """What a folder holds and the sidecars among it; last name first, as a stack wants it."""
    names = _names(folder)
    sidecars = Sidecars(names)
    return [
        (folder / name, sidecars) for name in sorted(names, reverse=True) if not is_ignored(name)
    ]


def _head(path: Path) -> bytes:
    """The first bytes of a file.

    Raises:
        RefusedPhoto: It cannot be read.
    """
    try:
        with path.open("rb") as stream:
            return stream.read(HEAD_BYTES)
    except OSError as error:
        raise source_refusal(RefusalCode.UNREADABLE, os_reason(error)) from error


def _lost(path: Path, error: OSError) -> str:
    """Why a name in a folder leads nowhere."""
    if error.errno == errno.ELOOP:
        return "The link leads back to itself."
    if path.is_symlink() and isinstance(error, FileNotFoundError):
        return "The link points to a file that is not there."
    return os_reason(error)


def _closed(error: OSError) -> str:
    """Why a folder cannot be listed."""
    if isinstance(error, PermissionError):
        return "No permission to open this folder. Change its access rights and add it again."
    return os_reason(error)
