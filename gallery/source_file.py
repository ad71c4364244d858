"""One file that may be a photo, wherever it lies, and how its bytes are read."""

from __future__ import annotations

import logging
import os
import re
import stat
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from gallery.errors import RefusedPhoto
from gallery.records import Refusal, RefusalCode, Stage

logger = logging.getLogger(__name__)

_CHUNK = 1 << 20
_MEGABYTE = 1_000_000
# Real sidecars are some kilobytes; those with embedded masks reach a few megabytes.
MAX_SIDECAR_MB = 16
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that may be a photo. Nothing is read until `read` or `sidecar` is called.

    Args:
        path: what a person recognises; valid Unicode, foreign bytes as backslash escapes.
        key: exact identity: the absolute path in bytes, then `!/` and the member of a ZIP.
        name: the file's own name, readable like `path`.
        size: bytes, as the folder or archive declares them.
        mtime_ns: nanoseconds since 1970; None if unknown, as in uploads.
        on_disk: the file itself; None for archive members and uploads.
        reader: gives the bytes; use `read`.
        sidecar_reader: gives the bytes of the sidecar; use `sidecar`.
    """

    path: str
    key: bytes
    name: str
    size: int
    mtime_ns: int | None
    on_disk: Path | None
    reader: Callable[[], bytes] = field(repr=False, compare=False)
    sidecar_reader: Callable[[], bytes] | None = field(default=None, repr=False, compare=False)

    def read(self) -> bytes:
        """The whole file.

        Raises:
            RefusedPhoto: It is too large, damaged in its archive, vanished or unreadable.
        """
        return self.reader()

    def sidecar(self) -> bytes | None:
        """The XMP file beside the photo, or None where there is none that can be read."""
        if self.sidecar_reader is None:
            return None
        try:
            return self.sidecar_reader()
        except RefusedPhoto as error:
            # The photo is good without it.
            logger.warning("sidecar of %s left out: %s", self.path, error.reason)
            return None


class Readable(Protocol):
    """Anything with the `read` of a binary file."""

    def read(self, size: int = ..., /) -> bytes:
        """Up to `size` bytes, none at the end."""
        ...


class Sidecars:
    """Finds the sidecar of a photo among the names of one folder or archive."""

    def __init__(self, names: Iterable[str]) -> None:
        """Keep the names that end in `.xmp`, whatever their case."""
        self._names = {name for name in names if name.casefold().endswith(".xmp")}
        self._folded = {name.casefold(): name for name in sorted(self._names)}

    def find(self, name: str) -> str | None:
        """`a.jpg.xmp` before `a.xmp`, and the very case before any other."""
        folder, slash, last = name.rpartition("/")
        stem = last.rpartition(".")[0] or last
        for candidate in (f"{name}.xmp", f"{folder}{slash}{stem}.xmp"):
            found = candidate if candidate in self._names else None
            found = found or self._folded.get(candidate.casefold())
            if found:
                return found
        return None


def name_bytes(name: str) -> bytes:
    """A name as the bytes it came from, or, if it came from none, as its code points."""
    try:
        return name.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return name.encode("utf-8", "surrogatepass")


def readable(path: Path | str) -> str:
    """A path as valid Unicode without control characters; what has no letter is escaped."""
    text = name_bytes(str(path)).decode("utf-8", "backslashreplace")
    return _CONTROL.sub(lambda match: f"\\x{ord(match[0]):02x}", text)


def source_refusal(code: RefusalCode, reason: str) -> RefusedPhoto:
    """The error for a file whose bytes cannot be had."""
    return RefusedPhoto(Stage.SOURCE, code, reason)


def refusal_of(path: str, error: RefusedPhoto, key: bytes | None = None) -> Refusal:
    """The record of an error."""
    return Refusal(path, Stage(error.stage), RefusalCode(error.code), error.reason, key=key)


def max_file_bytes(max_file_mb: int) -> int:
    """The setting in bytes."""
    return max_file_mb * _MEGABYTE


def too_large(size: int | None, max_file_mb: int) -> str:
    """The sentence for a file above the limit; `size` is None where only the excess is known."""
    how = "is larger than" if size is None else f"has {size / _MEGABYTE:,.0f} MB, more than"
    return (
        f"The file {how} the {max_file_mb:,} MB allowed. Raise GALLERY_MAX_FILE_MB to take it in."
    )


def os_reason(error: OSError) -> str:
    """Why the system refused, for people."""
    if isinstance(error, FileNotFoundError):
        return "It vanished after it was found. Was it moved or renamed?"
    if isinstance(error, PermissionError):
        return "No permission to read it. Change its access rights and add it again."
    return f"The system could not read it: {error.strerror or error}."


def read_at_most(stream: Readable, max_file_mb: int) -> bytes:
    """Everything in a stream, if that is no more than is allowed, whatever it declares.

    Raises:
        RefusedPhoto: There is more; the rest was not read.
    """
    chunks: list[bytes] = []
    left = max_file_bytes(max_file_mb) + 1
    while left > 0 and (chunk := stream.read(min(_CHUNK, left))):
        chunks.append(chunk)
        left -= len(chunk)
    if left <= 0:
        raise source_refusal(RefusalCode.TOO_LARGE, too_large(None, max_file_mb))
    return b"".join(chunks)


def read_on_disk(path: Path, max_file_mb: int) -> bytes:
    """The bytes of a file on disk.

    Raises:
        RefusedPhoto: It is too large, vanished or unreadable.
    """
    try:
        # Without this, a pipe that took the file's place would block for ever.
        if not stat.S_ISREG(path.stat().st_mode):
            raise source_refusal(RefusalCode.UNREADABLE, "It is not a file any more.")
        with path.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            if size > max_file_bytes(max_file_mb):
                raise source_refusal(RefusalCode.TOO_LARGE, too_large(size, max_file_mb))
            return read_at_most(stream, max_file_mb)
    except OSError as error:
        raise source_refusal(RefusalCode.UNREADABLE, os_reason(error)) from error
