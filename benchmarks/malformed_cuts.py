"""Files that are cut short, at every part that their format has, and files with flipped bits."""

from __future__ import annotations

import random
import re
import struct
from collections.abc import Iterable, Iterator

from malformed_photo import Made, bad, either, good, portrait, saved
from PIL import Image

from gallery.records import RefusalCode

# Behind the start of a scan come bytes up to the next marker that is no stuffing or restart.
_MARKER = re.compile(rb"\xff[^\x00\xff]", re.DOTALL)
_CONTAINERS = {b"meta": 4, b"iprp": 0, b"ipco": 0}  # boxes of boxes, and what they begin with
_FLIPS, _HEADER = 4, 240
_EVENLY = 8

_SUFFIX = {"JPEG": "jpg", "PNG": "png", "GIF": "gif", "WEBP": "webp", "TIFF": "tif", "BMP": "bmp",
           "HEIF": "heic", "AVIF": "avif"}  # fmt: skip


def files(seed: int) -> Iterator[Made]:
    """All of them."""
    for name, kind, data in _whole(seed):
        parts = f"{kind} cut short at a part of it"
        stem = f"cut/{kind.replace(' ', '-')}"
        for at in sorted(set(_parts(name, data))):
            if 0 < at < len(data):
                yield _cut(f"{stem}-{at:05d}.{_SUFFIX[name]}", parts, name, data, at)
        for step in range(1, _EVENLY):
            at = len(data) * step // _EVENLY
            path = f"{stem}-even-{step:02d}.{_SUFFIX[name]}"
            yield _cut(path, f"{kind} cut short anywhere", name, data, at)
        yield from _flipped(name, kind, data, random.Random(f"{seed} {kind}"))


def _whole(seed: int) -> Iterator[tuple[str, str, bytes]]:
    """Format, variety and bytes of the good files that are broken here."""
    photo = portrait(seed)
    exif = Image.Exif()
    exif.update({0x0112: 1, 0x010F: "Made", 0x0110: "Camera"})
    yield "JPEG", "JPEG", saved(photo, "JPEG", quality=85, exif=exif)
    yield "JPEG", "progressive JPEG", saved(photo, "JPEG", quality=85, progressive=True)
    yield "JPEG", "JPEG with restarts", saved(photo, "JPEG", quality=85, restart_marker_rows=2)
    yield "JPEG", "CMYK JPEG", saved(photo.convert("CMYK"), "JPEG", quality=85)
    second = portrait(seed + 1, 96, 80)
    two = saved(photo, "MPO", quality=85, save_all=True, append_images=[second])
    yield "JPEG", "JPEG with a second picture", two
    yield "PNG", "PNG", saved(photo, "PNG", exif=exif)
    yield "GIF", "GIF", saved(photo, "GIF")
    yield "WEBP", "WebP", saved(photo, "WEBP", quality=85, exif=exif)
    yield "WEBP", "lossless WebP", saved(photo, "WEBP", lossless=True)
    yield "TIFF", "TIFF", saved(photo, "TIFF", exif=exif)
    yield "TIFF", "compressed TIFF", saved(photo, "TIFF", compression="tiff_adobe_deflate")
    yield "BMP", "BMP", saved(photo, "BMP")
    yield "HEIF", "HEIC", saved(photo, "HEIF", quality=80, exif=exif.tobytes())
    yield "AVIF", "AVIF", saved(photo, "AVIF", quality=75, exif=exif)


def _cut(path: str, kind: str, name: str, data: bytes, at: int) -> Made:
    kept = data[:at]
    # What is behind the picture may go without harm, and a picture that is all there counts.
    if name == "JPEG" and at > data.index(b"\xff\xd9"):
        return good(path, kind, kept)
    if name in {"JPEG", "GIF", "PNG", "TIFF", "WEBP"} and at > len(data) * 0.9:
        return either(path, kind, kept)
    codes = (RefusalCode.TRUNCATED, RefusalCode.DAMAGED, RefusalCode.UNSUPPORTED)
    return bad(path, kind, kept, *codes)


def _flipped(name: str, kind: str, data: bytes, chance: random.Random) -> Iterator[Made]:
    stem = f"flipped/{kind.replace(' ', '-')}"
    for where, end in (("its header", min(_HEADER, len(data))), ("its picture", len(data))):
        start = 4 if where == "its header" else min(_HEADER, len(data) // 2)
        for number in range(_FLIPS):
            broken = bytearray(data)
            for _ in range(chance.choice((1, 1, 3))):
                broken[chance.randrange(start, end)] ^= 1 << chance.randrange(8)
            path = f"{stem}-{where[4:]}-{number:02d}.{_SUFFIX[name]}"
            yield either(path, f"{kind} with flipped bits in {where}", bytes(broken))


def _parts(name: str, data: bytes) -> Iterable[int]:
    """Where the parts of a file begin, and the middle of what each begins with."""
    begin = {
        "JPEG": jpeg_markers, "PNG": _png_chunks, "GIF": _gif_blocks, "WEBP": _riff_chunks,
        "TIFF": _tiff_entries, "BMP": _bmp_fields, "HEIF": boxes, "AVIF": boxes,
    }[name]  # fmt: skip
    for at in begin(data):
        yield at
        yield at + 3


def jpeg_markers(data: bytes) -> Iterator[int]:
    """Every marker, restarts too."""
    at = 0
    while at < len(data) - 1:
        yield at
        marker = data[at + 1]
        if marker in (0xD8, *range(0xD0, 0xD8)):
            behind = at + 2
        elif marker == 0xD9:
            return
        else:
            behind = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if marker == 0xDA or 0xD0 <= marker <= 0xD7:
            found = _MARKER.search(data, behind)
            behind = len(data) if found is None else found.start()
        at = behind


def _png_chunks(data: bytes) -> Iterator[int]:
    at = 8
    while at < len(data):
        yield at
        at += 12 + int.from_bytes(data[at : at + 4], "big")


def _gif_blocks(data: bytes) -> Iterator[int]:
    at = 13 + 3 * 2 ** ((data[10] & 7) + 1) * (data[10] >> 7)
    yield from (6, 10, at)
    while data[at] != 0x3B:
        yield at
        if data[at] == 0x2C:
            colours = 3 * 2 ** ((data[at + 9] & 7) + 1) * (data[at + 9] >> 7)
            at += 11 + colours
        else:
            at += 2
        while data[at]:
            at += data[at] + 1
        at += 1


def _riff_chunks(data: bytes) -> Iterator[int]:
    at = 12
    while at < len(data):
        yield at
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        at += 8 + size + size % 2


def _tiff_entries(data: bytes) -> Iterator[int]:
    (at,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, at)
    yield at
    yield from (at + 2 + 12 * entry for entry in range(count + 1))


def _bmp_fields(_: bytes) -> Iterator[int]:
    yield from (2, 10, 14, 18, 22, 26, 30, 34, 50, 54)


def boxes(data: bytes, start: int = 0, end: int | None = None) -> Iterator[int]:
    """Every box of an ISO media file, those inside of others too."""
    end = len(data) if end is None else end
    at = start
    while at + 8 <= end:
        yield at
        size = int.from_bytes(data[at : at + 4], "big")
        inside = _CONTAINERS.get(data[at + 4 : at + 8])
        if inside is not None:
            yield from boxes(data, at + 8 + inside, at + size)
        at += max(size, 8)
