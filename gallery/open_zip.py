"""An open ZIP whose members are read one by one, from any thread, within limits."""

from __future__ import annotations

import struct
import threading
import weakref
import zipfile
import zlib
from collections import deque
from collections.abc import Callable
from typing import BinaryIO

from gallery.formats import HEAD_BYTES
from gallery.records import RefusalCode
from gallery.source_file import os_reason, read_at_most, source_refusal

MAX_MEMBERS = 200_000
_ENTRY_SIGNATURE = b"PK\x01\x02"
# What zipfile and zlib really raise on damaged or hostile input; UnicodeDecodeError and the
# use of a closed stream are ValueErrors, unknown methods and passwords RuntimeErrors.
ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    ValueError,
    RuntimeError,
    OverflowError,
    IndexError,
    KeyError,
)
_MAX_OPEN = 16
_open_archives: deque[weakref.ref[OpenZip]] = deque()
_open_lock = threading.Lock()


class TooManyMembersError(Exception):
    """The directory of a ZIP has more entries than it is sane to hold in memory."""


class _CountedStream:
    """Lets zipfile read a ZIP's directory only if it has a bearable number of entries.

    zipfile takes the directory in one read and then makes an object of each entry, so this
    is the only place to stop an archive of millions of empty members.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.seek = stream.seek
        self.tell = stream.tell
        self.seekable = stream.seekable

    def read(self, size: int = -1, /) -> bytes:
        """As the stream's own, unless it turns out to be an overlong directory."""
        data = self._stream.read(size)
        if data.startswith(_ENTRY_SIGNATURE) and data.count(_ENTRY_SIGNATURE) > MAX_MEMBERS:
            raise TooManyMembersError
        return data


class OpenZip:
    """One ZIP, opened when needed.

    Members may be read long after they were listed, and from many archives in turn. Only the
    last few stay open; one that is read again later is opened again.
    """

    def __init__(self, opener: Callable[[], BinaryIO], *, ours: bool) -> None:
        """Only store how to open it, and whether the opened stream is ours to close."""
        self._opener = opener
        self._ours = ours
        self._zip: zipfile.ZipFile | None = None

    def zip(self) -> zipfile.ZipFile:
        """The open archive."""
        with _open_lock:
            if self._zip is None:
                self._zip = self._open()
                _open_archives.append(weakref.ref(self))
                while len(_open_archives) > _MAX_OPEN:
                    oldest = _open_archives.popleft()()
                    if oldest is not None:
                        oldest._zip = None
            return self._zip

    def _open(self) -> zipfile.ZipFile:
        stream = self._opener()
        try:
            opened = zipfile.ZipFile(_CountedStream(stream))
        except BaseException:
            if self._ours:
                stream.close()
            raise
        if self._ours:
            # Another thread may still read from it when it is put aside here.
            weakref.finalize(opened, stream.close)
        return opened

    def read(self, info: zipfile.ZipInfo, max_file_mb: int) -> bytes:
        """One member, checked against its CRC.

        Raises:
            RefusedPhoto: It is damaged, too large, or the archive is gone.
        """
        try:
            # The name keeps the archive open while another thread puts it aside.
            archive = self.zip()
            with archive.open(info) as stream:
                return read_at_most(stream, max_file_mb)
        except (*ZIP_ERRORS, TooManyMembersError) as error:
            raise source_refusal(RefusalCode.DAMAGED, _damage(error)) from error
        except OSError as error:
            raise source_refusal(RefusalCode.UNREADABLE, os_reason(error)) from error

    def head(self, info: zipfile.ZipInfo) -> bytes:
        """The first bytes of a member; none if it cannot be read, which `read` then explains."""
        try:
            archive = self.zip()
            with archive.open(info) as stream:
                return stream.read(HEAD_BYTES)
        except (*ZIP_ERRORS, TooManyMembersError, OSError):
            return b""


def _damage(error: Exception) -> str:
    if isinstance(error, ValueError) and "closed" in str(error):
        return "The upload is over. Upload the file again."
    return "It is damaged inside the ZIP. Download or copy the ZIP again."
