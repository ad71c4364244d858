"""Small files that would take gigabytes or minutes: by what they declare, and by what they hold."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

import numpy as np
from malformed_photo import Expected, Made, bad, either, portrait, saved
from malformed_pictures import png
from PIL import Image

from gallery.records import RefusalCode

_SIDE = 60_000  # declared; the product is above any limit that is sane
_TOO_LARGE, _DAMAGED, _TRUNCATED = (
    RefusalCode.TOO_LARGE,
    RefusalCode.DAMAGED,
    RefusalCode.TRUNCATED,
)


def files(seed: int, side: int = 1000) -> Iterator[Made]:
    """All of them.

    Args:
        seed: of everything random.
        side: of the pictures that really have as many pixels as they declare. They have to come
            in or be refused within bounded time and memory, at whatever size is allowed.
    """
    yield from _declared(seed)
    yield from _held(side)
    yield from _scans(side)


def _declared(seed: int) -> Iterator[Made]:
    """A picture's header with another size."""
    photo = portrait(seed + 4)
    kind = "declares 3.6 billion pixels"
    width, height = photo.size
    sizes = {
        "jpg": (saved(photo, "JPEG"), b"\xff\xc0\0\x11\x08", ">HH", (height, width)),
        "png": (saved(photo, "PNG"), b"IHDR", ">II", (width, height)),
        "gif": (saved(photo, "GIF"), b"GIF87a", "<HH", (width, height)),
        "bmp": (saved(photo, "BMP"), b"(\0\0\0", "<II", (width, height)),
        "heic": (saved(photo, "HEIF"), b"ispe\0\0\0\0", ">II", None),
        "avif": (saved(photo, "AVIF"), b"ispe\0\0\0\0", ">II", (width, height)),
    }
    for suffix, (data, before, packing, _) in sizes.items():
        at = data.index(before) + len(before)
        changed = bytearray(data)
        struct.pack_into(packing, changed, at, _SIDE, _SIDE)
        if suffix == "png":
            changed[29:33] = struct.pack(">I", zlib.crc32(changed[12:29]))
        path = f"bombs/declared.{suffix}"
        if suffix in {"gif", "avif", "heic"}:
            # Their decoders hold the size against that of the picture inside.
            yield Made(path, kind, Expected.EITHER, bytes(changed))
        else:
            yield bad(path, kind, bytes(changed), _TOO_LARGE)
    tiff = bytearray(saved(photo, "TIFF"))
    for tag, side in ((256, width), (257, height)):
        at = tiff.index(struct.pack("<HH", tag, 4))
        assert struct.unpack_from("<I", tiff, at + 8)[0] == side
        struct.pack_into("<I", tiff, at + 8, _SIDE)
    yield bad("bombs/declared.tif", kind, bytes(tiff), _TOO_LARGE)
    negative = bytearray(saved(photo, "BMP"))
    struct.pack_into("<ii", negative, 18, -(1 << 31), -(1 << 31))
    yield bad("bombs/negative.bmp", kind, bytes(negative), _TOO_LARGE, _DAMAGED)
    webp = bytearray(saved(photo, "WEBP", exif=b"II*\0\x08\0\0\0"))
    webp[24:30] = b"\xff\xff\xff\xff\xff\xff"
    yield bad("bombs/declared.webp", kind, bytes(webp), _TOO_LARGE, _DAMAGED)


def _held(side: int) -> Iterator[Made]:
    """Pictures of one colour, of which a file of some kilobytes holds as many as it says."""
    kind = f"{side * side / 1e6:g} million pixels of one colour"
    for name, bits, colour, size in (
        ("grey", 8, 0, 1), ("colour", 8, 2, 3), ("alpha", 8, 6, 4), ("colour-16", 16, 2, 6),
        ("alpha-16", 16, 6, 8), ("grey-16", 16, 0, 2), ("bit", 1, 0, 0.125),
    ):  # fmt: skip
        row = 1 + int(-(-side * size // 1))
        packed = zlib.compressobj(9)
        zeros = packed.compress(bytes(row) * 16)
        zeros += b"".join(packed.compress(bytes(row) * 16) for _ in range(-(-side // 16) - 1))
        yield either(
            f"bombs/{name}.png", kind, png(side, side, bits, colour, zeros + packed.flush())
        )
    flat = Image.new("L", (side, side), 99)
    yield either("bombs/flat.tif", kind, saved(flat, "TIFF", compression="tiff_adobe_deflate"))
    yield either(
        "bombs/bits.tif", kind, saved(Image.new("1", (side, side)), "TIFF", compression="group4")
    )
    floats = Image.fromarray(np.zeros((side, side), np.float32))
    yield either("bombs/float.tif", kind, saved(floats, "TIFF", compression="tiff_adobe_deflate"))
    del floats
    yield either("bombs/flat.jpg", kind, saved(flat, "JPEG", quality=1))
    yield either("bombs/progressive.jpg", kind, saved(flat, "JPEG", quality=1, progressive=True))
    yield either("bombs/flat.gif", kind, saved(flat, "GIF"))
    if side <= 16_383:  # of a WebP
        yield either(
            "bombs/flat.webp", kind, saved(flat, "WEBP", lossless=True, quality=0, method=0)
        )


def _scans(side: int) -> Iterator[Made]:
    """Progressive JPEGs that go over all their blocks again and again."""
    kind = "progressive JPEG of thousands of scans"
    grey = Image.new("L", (side, side), 128)
    data = saved(grey, "JPEG", quality=50, progressive=True)
    # The last scan refines the last bit of everything; with nothing in it, it can be repeated.
    start = data.rindex(b"\xff\xda")
    tables = data.rindex(b"\xff\xc4", 0, start)
    scan = data[tables:-2]
    for count in (600, 5000):
        path = f"bombs/scans-{count}.jpg"
        yield bad(path, kind, data[:-2] + scan * count + data[-2:], _DAMAGED, _TOO_LARGE)
