"""What a JPEG is made of, without decoding it (ITU-T T.81, annex B)."""

from __future__ import annotations

import re
from collections.abc import Iterator

# A marker that is neither an escaped 0xFF of the pixels, nor a restart, nor a filling byte.
_MARKER = re.compile(rb"\xff([^\x00\xd0-\xd7\xff])", re.DOTALL)
_SCAN, _END = 0xDA, 0xD9
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_LAYERED = frozenset({0xC5, 0xC6, 0xC7, 0xCD, 0xCE, 0xCF})


def segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, begin and end of each segment of the first picture, as far as they make sense."""
    at = 2
    while (found := _MARKER.search(data, at)) is not None:
        marker = found[1][0]
        if marker == _END:
            return
        at = found.end() + int.from_bytes(data[found.end() : found.end() + 2], "big")
        yield marker, found.start(), at


def is_whole(data: bytes) -> bool:
    """Whether the first picture has an end."""
    at = 2
    for _, _, end in segments(data):
        at = end
    found = _MARKER.search(data, at)
    return found is not None and found[1][0] == _END


def scans(data: bytes) -> int:
    """How often the file goes over its picture; at most this many where that is 64 or less."""
    # Counting bytes is quick, and rarely wrong by much; only videos behind a photo are.
    found = data.count(b"\xff\xda")
    return found if found <= 64 else sum(marker == _SCAN for marker, _, _ in segments(data))


def variety(data: bytes) -> str | None:
    """What is unusual about how the picture is coded, in words; None where nothing is."""
    for marker, begin, _ in segments(data):
        if marker in _FRAMES:
            bits = data[begin + 4] if begin + 4 < len(data) else 8
            if marker in _LAYERED:
                return "in layers"
            return None if bits == 8 else f"{bits} bits a channel"
    return None


def without(data: bytes, marker: int) -> bytes:
    """The same JPEG without the segments of a marker."""
    kept, at = [], 0
    for found, begin, end in segments(data):
        if found == marker:
            kept.append(data[at:begin])
            at = end
    return b"".join([*kept, data[at:]])
