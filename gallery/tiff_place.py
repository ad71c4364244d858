"""Takes out of a TIFF structure, the form of EXIF, what says where a photo was taken.

It is edited in place: nothing moves, what goes is overwritten with zeros, and everything else,
pixels of a TIFF file too, stays byte for byte (TIFF 6.0, EXIF 2.32).
"""

from __future__ import annotations

import struct

_GPS = 0x8825
_NESTED = frozenset({0x8769, 0xA005, 0x014A})  # EXIF, interoperability, further pictures
# Each may tell a place, and tells nobody else anything: notes of the maker, XMP, IPTC, Photoshop's
# block, private data of DNG, and the keys of GeoTIFF.
_DROPPED = frozenset(
    {_GPS, 0x927C, 0x02BC, 0x83BB, 0x8649, 0xC634, 33550, 33922, 34264, 34735, 34736, 34737, 42112}
)
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_ENTRY = 12
# Of directories; a file with more goes in circles.
_MOST = 200


def tiff_without_place(data: bytes) -> bytes:
    """The same structure without a place.

    Raises:
        ValueError: It is no TIFF structure, or a broken one.
    """
    if data[:4] not in (b"II*\0", b"MM\0*"):
        raise ValueError("no TIFF structure")
    tiff = _Tiff(data)
    try:
        tiff.clean(tiff.number("I", 4))
    except struct.error as error:
        raise ValueError("a broken TIFF structure") from error
    return bytes(tiff.buffer)


class _Tiff:
    """The bytes, and the directories that were looked at."""

    def __init__(self, data: bytes) -> None:
        self.buffer = bytearray(data)
        self._order = "<" if data[:2] == b"II" else ">"
        self._seen: set[int] = set()

    def number(self, kind: str, at: int) -> int:
        """A number at a place."""
        return int(struct.unpack_from(self._order + kind, self.buffer, at)[0])

    def clean(self, at: int) -> None:
        """Clean a directory, those inside of it, and those that follow."""
        while at:
            if at in self._seen or len(self._seen) >= _MOST:
                raise ValueError("directories that go in circles")
            self._seen.add(at)
            at = self._clean_one(at)

    def _clean_one(self, at: int) -> int:
        count = self.number("H", at)
        end = at + 2 + count * _ENTRY
        following = self.number("I", end)
        kept = []
        for entry in range(at + 2, end, _ENTRY):
            tag = self.number("H", entry)
            if tag in _DROPPED:
                self._blank_value(entry, tag)
                continue
            if tag in _NESTED:
                for nested in self._pointers(entry):
                    self.clean(nested)
            kept.append(bytes(self.buffer[entry : entry + _ENTRY]))
        if len(kept) < count:
            packed = struct.pack(self._order + "H", len(kept)) + b"".join(kept)
            packed += struct.pack(self._order + "I", following)
            self.buffer[at : end + 4] = packed.ljust(end + 4 - at, b"\0")
        return following

    def _pointers(self, entry: int) -> list[int]:
        count = self.number("I", entry + 4)
        if count > _MOST:
            raise ValueError("more directories than any file has")
        start = entry + 8 if count == 1 else self.number("I", entry + 8)
        return [self.number("I", start + 4 * index) for index in range(count)]

    def _blank_value(self, entry: int, tag: int) -> None:
        if tag == _GPS:
            self._blank_directory(self.number("I", entry + 8))
            return
        size = self._size(entry)
        if size > 4:
            self._blank(self.number("I", entry + 8), size)

    def _blank_directory(self, at: int) -> None:
        count = self.number("H", at)
        for entry in range(at + 2, at + 2 + count * _ENTRY, _ENTRY):
            size = self._size(entry)
            if size > 4:
                self._blank(self.number("I", entry + 8), size)
        self._blank(at, 2 + count * _ENTRY + 4)

    def _size(self, entry: int) -> int:
        return _SIZES.get(self.number("H", entry + 2), 1) * self.number("I", entry + 4)

    def _blank(self, at: int, size: int) -> None:
        end = min(len(self.buffer), at + size)
        if at < end:
            self.buffer[at:end] = bytes(end - at)
