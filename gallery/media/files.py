"""The library's `media/` folder: pictures by key.

A key is a relative path made from a hash, so nothing a user names ever becomes a path here,
and the same bytes have the same key. Writing goes to a temporary name first: a key either
holds the whole file or does not exist.
"""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import fsspec

from gallery.errors import LibraryError

# How long closing waits for pictures that are being written.
_CLOSE_SECONDS = 10


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file in the media folder: its key, its bytes, and when it was written, in seconds."""

    key: str
    size: int
    modified: float


class Media:
    """Pictures of one library.

    Args:
        root: a folder, or any fsspec URL.
    """

    def __init__(self, root: str) -> None:
        filesystem, path = fsspec.core.url_to_fs(root, auto_mkdir=True)
        self._fs: Any = filesystem
        self._root = path.rstrip("/")
        self._closed = False
        self._writers = 0
        self._changed = threading.Condition()

    def _path(self, key: str) -> str:
        return f"{self._root}/{key}"

    def has(self, key: str) -> bool:
        """Whether a picture lies under a key."""
        return bool(self._fs.exists(self._path(key)))

    def put(self, key: str, data: bytes) -> str:
        """Store bytes under a key, unless they are there already.

        Raises:
            LibraryError: The disk is full, the folder cannot be written, or it was closed.
        """
        path = self._path(key)
        try:
            with self._writing():
                if not (self._fs.exists(path) and self._fs.size(path) == len(data)):
                    self._write_whole(path, data)
                else:
                    # As if it were written now: who looks for what nothing refers to leaves
                    # alone what is young.
                    self._fs.touch(path, truncate=False)
        except OSError as error:
            raise LibraryError(
                f"A picture cannot be written to {self._root}: {error.strerror or error}. Free "
                "some space or "
                "check the folder's permissions, and run the same command again."
            ) from error
        return key

    def close(self) -> None:
        """Write nothing from now on, not even for work that is still running.

        Waits for what is being written, so that the folder can be deleted afterwards. Not
        without end: a finalizer may close in the very thread that writes.
        """
        with self._changed:
            self._closed = True
            self._changed.wait_for(lambda: not self._writers, timeout=_CLOSE_SECONDS)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        with self._changed:
            if self._closed:
                raise LibraryError("The library was closed.")
            self._writers += 1
        try:
            yield
        finally:
            with self._changed:
                self._writers -= 1
                self._changed.notify_all()

    def _write_whole(self, path: str, data: bytes) -> None:
        temporary = f"{path}.{uuid.uuid4().hex}.part"
        try:
            with self._fs.open(temporary, "wb") as file:
                file.write(data)
            self._fs.mv(temporary, path)
        except BaseException:
            with suppress(OSError):
                self._fs.rm_file(temporary)
            raise

    def get(self, key: str) -> bytes | None:
        """The bytes under a key, or None where there are none."""
        try:
            return bytes(self._fs.cat_file(self._path(key)))
        except FileNotFoundError:
            return None

    def listed(self) -> Iterator[StoredFile]:
        """Every file that lies here, also what a write that was cut off has left."""
        if not self._fs.exists(self._root):
            return
        for path, info in self._fs.find(self._root, detail=True).items():
            key = path[len(self._root) :].lstrip("/")
            yield StoredFile(key, int(info["size"]), float(info.get("mtime") or 0.0))

    def modified(self, key: str) -> float | None:
        """When a file was written, in seconds; None where there is none."""
        try:
            return float(self._fs.info(self._path(key)).get("mtime") or 0.0)
        except FileNotFoundError:
            return None

    def remove(self, key: str) -> None:
        """Delete what lies under a key; nothing happens where nothing does."""
        path = self._path(key)
        if self._fs.exists(path):
            self._fs.rm_file(path)


def original_key(sha256: str, extension: str) -> str:
    """Where an original lies."""
    return f"originals/{sha256[:2]}/{sha256}{extension}"


def thumbnail_key(sha256: str) -> str:
    """Where the thumbnail of a photo lies."""
    return f"thumbnails/{sha256[:2]}/{sha256}.jpg"


def face_key(sha256: str, index: int) -> str:
    """Where the small picture of a face lies."""
    return f"faces/{sha256[:2]}/{sha256}-{index}.jpg"


def drawn_face_key(sha256: str) -> str:
    """A new place for the small picture of a face drawn by hand; never that of another one."""
    return f"faces/{sha256[:2]}/{sha256}-{uuid.uuid4().hex}.jpg"


def refused_key(sha256: str) -> str:
    """Where the bytes of a refused upload wait for a second try."""
    return f"refused/{sha256[:2]}/{sha256}"
