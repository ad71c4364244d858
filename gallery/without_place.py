"""Photos without what says where they were taken; the pictures stay as they are, bit for bit."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator

from gallery.formats import HEAD_BYTES, sniff
from gallery.place_words import PLACE, says_place, xmp_without_place
from gallery.tiff_place import tiff_without_place

_EXIF = b"Exif\0\0"
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_XMP_KEY = b"XML:com.adobe.xmp"
# In the pixels of a JPEG: a marker that is neither an escaped 0xFF nor a restart.
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_SEGMENT_ROOM = 65533


def without_place(data: bytes) -> bytes | None:
    """The same photo without its place, or None where it cannot be had without touching pixels.

    Of a JPEG only what belongs to the picture is kept, with EXIF and XMP cleaned: what cameras
    put beside it (notes of the maker, IPTC, the video of a moving photo) may tell a place as
    well. The result is looked through once more before it is given.
    """
    kind = sniff(data[:HEAD_BYTES])
    try:
        if kind == "JPEG":
            cleaned = b"".join(_jpeg(data))
        elif kind == "PNG":
            cleaned = b"".join(_png(data))
        elif kind == "WEBP":
            cleaned = _webp(data)
        elif kind == "TIFF":
            cleaned = tiff_without_place(data)
        elif kind in ("BMP", "GIF"):
            cleaned = data
        else:
            return None
    except (ValueError, IndexError, struct.error, zlib.error):
        return None
    return None if says_place(cleaned) else cleaned


def _jpeg(data: bytes) -> Iterator[bytes]:
    """The segments of the first picture, without what comes behind it."""
    yield data[:2]
    at = 2
    while True:
        while data[at + 1] == 0xFF:
            at += 1  # filled up before a marker
        marker = data[at + 1]
        if data[at] != 0xFF:
            raise ValueError("no marker where one has to be")
        if marker == 0xD9:
            yield data[at : at + 2]
            return
        length = struct.unpack_from(">H", data, at + 2)[0]
        end = at + 2 + length
        if end > len(data):
            raise ValueError("a segment beyond the end")
        yield _segment(marker, data[at + 4 : end])
        at = end
        if marker == 0xDA:
            found = _MARKER.search(data, at)
            if found is None:
                raise ValueError("no end of the picture")
            yield data[at : found.start()]
            at = found.start()


def _segment(marker: int, body: bytes) -> bytes:
    if marker == 0xE1 and body.startswith(_EXIF):
        body = _EXIF + tiff_without_place(body[len(_EXIF) :])
    elif marker == 0xE1 and body.startswith(_XMP):
        cleaned = xmp_without_place(body[len(_XMP) :])
        if cleaned is None or len(cleaned) > _SEGMENT_ROOM - len(_XMP):
            return b""
        body = _XMP + cleaned
    elif 0xE0 <= marker <= 0xEF or marker == 0xFE:
        is_colour = marker == 0xE2 and body.startswith(b"ICC_PROFILE\0")
        if not is_colour and marker not in (0xE0, 0xEE):
            return b""
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def _png(data: bytes) -> Iterator[bytes]:
    yield data[:8]
    at = 8
    while True:
        length, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length]
        if len(body) < length:
            raise ValueError("a chunk beyond the end")
        kept = _png_chunk(kind, body)
        if kept is not None:
            check = zlib.crc32(kept, zlib.crc32(kind))
            yield struct.pack(">I", len(kept)) + kind + kept + struct.pack(">I", check)
        if kind == b"IEND":
            return
        at += 12 + length


def _png_chunk(kind: bytes, body: bytes) -> bytes | None:
    if kind == b"eXIf":
        return tiff_without_place(body)
    if kind not in (b"tEXt", b"zTXt", b"iTXt"):
        return body
    key, _, rest = body.partition(b"\0")
    if key == _XMP_KEY:
        return _png_xmp(rest)
    # Whole blocks of EXIF or IPTC as text, as ImageMagick writes them.
    if key.startswith(b"Raw profile type") or PLACE.search(key.decode("latin-1")):
        return None
    return body


def _png_xmp(rest: bytes) -> bytes | None:
    is_packed = rest[0] == 1
    _, _, text = rest[2:].split(b"\0", 2)
    cleaned = xmp_without_place(zlib.decompress(text) if is_packed else text)
    return None if cleaned is None else _XMP_KEY + b"\0\0\0\0\0" + cleaned


def _webp(data: bytes) -> bytes:
    size = struct.unpack_from("<I", data, 4)[0]
    end = min(len(data), 8 + size)
    chunks, at = [], 12
    while at + 8 <= end:
        kind, length = struct.unpack_from("<4sI", data, at)
        body = data[at + 8 : at + 8 + length]
        if len(body) < length:
            raise ValueError("a chunk beyond the end")
        at += 8 + length + length % 2
        if kind == b"EXIF":
            head = _EXIF if body.startswith(_EXIF) else b""
            body = head + tiff_without_place(body[len(head) :])
        elif kind == b"XMP ":
            body = xmp_without_place(body) or b""
        chunks.append(struct.pack("<4sI", kind, len(body)) + body + b"\0" * (len(body) % 2))
    inside = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(inside)) + inside
