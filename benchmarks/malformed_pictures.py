"""Whole pictures of rare kinds, shapes and sizes, and what has the name of a photo and is none."""

from __future__ import annotations

import base64
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

import cv2
import numpy as np
from malformed_cuts import jpeg_markers
from malformed_metadata import png_chunk
from malformed_photo import Made, Pixels, bad, drawn, either, good, portrait, saved
from PIL import Image, ImageCms

from gallery.jpeg_parts import without
from gallery.records import RefusalCode

_UNSUPPORTED, _TOO_SMALL = RefusalCode.UNSUPPORTED, RefusalCode.TOO_SMALL
_SUFFIX = {"JPEG": "jpg", "PNG": "png", "GIF": "gif", "WEBP": "webp", "TIFF": "tif", "BMP": "bmp",
           "HEIF": "heic", "AVIF": "avif"}  # fmt: skip
_LONG_SIDE = 65_500  # of a JPEG, by libjpeg
# No library here writes arithmetic coding: the portrait of seed 7, 96 by 80, as libjpeg-turbo 3
# writes it with `arith_code` set.
_ARITHMETIC = """
/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAA0JCgsKCA0LCgsODg0PEyAVExISEyccHhcgLikxMC4pLSwzOko+MzZGNywtQFdBRk
xOUlNSMj5aYVpQYEpRUk//2wBDAQ4ODhMREyYVFSZPNS01T09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09PT09P
T09PT09PT09PT0//yQARCABQAGADASIAAhEBAxEB/8wACgAQEAUBEBEF/9oADAMBAAIRAxEAPwDSLM1FJ3lwQHpX+UlWwMMxp1
h7k8GAQBfEGRHvW95swZsAwG4MXnp70Tyr9CaIv3Wh4FY/o3AfQHyvdpZuNzB0NW8jWpyvBby0AC9B6N+QXDC8mMPEC2SSVDeL
s2YREAj+K6HO1T7BBWxsKiPv4qYF0IgCpF9dHfY73qKBHg9r6Pq67E0p6w7cVuRDad3Bhtv4x3nBybYSHmy+27A3+kJf2brGHS
FK+1rahlts9iSeFuaBszvSmm3YnezUlI0At1l9LiXN4t/TlEZmiUpB9u7FfRqnggpYVvj20sErnE2Oo9W729MBboV1baRDtOAb
2WGROupb8orES3dL5lWsAcSBk2RWSW9XfTvLg8mwc70OtKi3hl/OlL8wjQke6JZUutk5QWpV0g76ghfhSJnQJ/g2OoRmlFp5xN
IXtN7nBLyvkVyfiWa12xG8dtxnJNSCjd3uUnOCDfWjV4N6dKPETtpTghmTM6SK1DMxQFqbFIRoUM6uBRiLoHbfnT4bTk3KM2Em
SPuMbGfhBPMhD06QaDRffJttch5Wqsq8W9LBr/66J27XU2tPnt3ONzBUi2YxDii4VynboUV5oMG5+70dB3c/+r2668ZBPXtwPF
1aRi4z+LR+Mqh4+Y9VBQC35FIkIbC6eho7wBWMYuXdiUzd3V7PuZm1iuFAlKkQ2IML5JOkxuTlQ0oZm+pQcdjH1aFID7AzNl/7
b+LMRm5QN9ws3mrqfMA24YpDiIgjUT4xgLUtFxYnG13M94jptexOYuvXSbTCqGNnsIk3ENbvu6pMcIw1nM5cHw4b0RWbi0mzWb
y8sfC2aWZbXELZzFyWbjhUBrhLeaeoZWYPFWj4S2V0XvSy/wBbiI/vZB5pCXRtZJ/cYWf7wgGPJiy7h5zD7WxmYB/4rTZBoi7h
qf8A2EhpjDqmApNcWTIPQu1+JU5RY1zgIkJh8fMlCQ+en0jNyCJmOc+eJwmfyUw1LgjLYNwhdxMDdDStJbfeVE54OhEFLpZH/Y
fo9qpUHVShUKYwx+iw6IVwueENs9G5/mExd9MWXAvkV33JOE9aXyKjIJJNKSfjTN1TBA+uy693tg4JzVXZdwZRLGq/Vu9UQAAR
62kIh077mdlwykPMQXmO+aZOEb2uTxWR9HigepBQTXjnlPUWnLnWC5mKNqtE4oQuMo3Uiji+NycV+/5v1Fic/wDN2VLnSStg6K
I5eCWQAVHfsWuMaZcu3CgB5tllgLKjH5BnuZr62KATJ/oFopVTqsJJ13MNyPYoo3ghGUrUTkyfeuXJaEbKUDt5S+HiW8PuF48m
C5nITHBlMP/Z
"""


def files(seed: int) -> Iterator[Made]:
    """All of them."""
    yield from _colours(seed + 2)
    yield from _deep(seed + 2)
    yield from _unreadable_varieties(seed + 2)
    yield from _tiffs(portrait(seed + 2))
    yield from _moving(seed + 2)
    yield from _shapes(seed)
    yield from _other_names(portrait(seed + 3))
    yield from _no_photos(portrait(seed + 3))


def _colours(seed: int) -> Iterator[Made]:
    photo = portrait(seed)
    kind = "unusual colours"
    cmyk = photo.convert("CMYK")
    yield good("colours/cmyk.jpg", kind, saved(cmyk, "JPEG", quality=90))
    # Without Adobe's mark programs take it for one of Adobe's all the same.
    yield good("colours/cmyk-no-adobe.jpg", kind, without(saved(cmyk, "JPEG", quality=90), 0xEE))
    yield good("colours/ycck.jpg", kind, _ycck(cmyk))
    yield good("colours/grey.jpg", kind, saved(photo.convert("L"), "JPEG"))
    yield good("colours/arithmetic.jpg", kind, base64.b64decode(_ARITHMETIC))
    yield good("colours/no-subsampling.jpg", kind, saved(photo, "JPEG", subsampling=0))
    yield good("colours/no-tables.jpg", kind, saved(photo, "JPEG", quality=1, qtables="web_low"))
    yield good("colours/rgb.jpg", kind, saved(photo, "JPEG", keep_rgb=True))
    for name, mode in (
        ("black-white", "1"),
        ("grey", "L"),
        ("grey-alpha", "LA"),
        ("alpha", "RGBA"),
    ):
        yield good(f"colours/{name}.png", kind, saved(photo.convert(mode), "PNG"), int(mode != "1"))
    palette = photo.quantize(200)
    yield good("colours/palette.png", kind, saved(palette, "PNG"))
    yield good("colours/palette-clear.png", kind, saved(palette, "PNG", transparency=3))
    yield good("colours/palette-bits.png", kind, saved(photo.quantize(4), "PNG", bits=2), 0)
    short = bytearray(saved(palette, "PNG"))
    at = short.index(b"PLTE") - 4
    length = int.from_bytes(short[at : at + 4], "big")
    cut = (
        short[:at] + png_chunk(b"PLTE", bytes(short[at + 8 : at + 14])) + short[at + 12 + length :]
    )
    yield either("colours/palette-too-short.png", kind, bytes(cut))
    no_palette = short[:at] + short[at + 12 + length :]
    yield either("colours/palette-missing.png", kind, bytes(no_palette))
    clear = photo.convert("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize(photo.size))
    for format_name in ("WEBP", "TIFF", "AVIF", "HEIF"):
        data = saved(clear, format_name)
        yield good(f"colours/half-clear.{_SUFFIX[format_name]}", kind, data, 0)
    yield good("colours/clear.gif", kind, saved(palette, "GIF", transparency=3))
    yield good("colours/interlaced.png", kind, interlaced(drawn(seed)))


def _ycck(cmyk: Image.Image) -> bytes:
    """The inks as light and colour, and black, as Photoshop writes them."""
    *inks, black = cmyk.split()
    light = Image.merge("RGB", inks).convert("YCbCr").split()
    # Pillow turns all four about as it writes them.
    turned = [Image.eval(band, lambda value: 255 - value) for band in light]
    data = bytearray(saved(Image.merge("CMYK", [*turned, black]), "JPEG", quality=95))
    data[data.index(b"Adobe") + 11] = 2
    return bytes(data)


def interlaced(pixels: Pixels) -> bytes:
    """A PNG in the seven passes of Adam7, which no library here writes."""
    passes = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2),
              (1, 0, 2, 1))  # fmt: skip
    rows = b"".join(
        b"\0" + row.tobytes()
        for top, left, down, across in passes
        for row in pixels[top::down, left::across]
    )
    height, width = pixels.shape[:2]
    return png(width, height, 8, 2, zlib.compress(rows), interlace=1)


def png(
    width: int, height: int, bits: int, colour: int, data: bytes, *, interlace: int = 0
) -> bytes:
    """A PNG of packed rows."""
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, interlace)
    chunks = ((b"IHDR", header), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(name, inside) for name, inside in chunks)


def _deep(seed: int) -> Iterator[Made]:
    """More than eight bits a channel."""
    kind = "more than eight bits a channel"
    pixels = drawn(seed)
    wide = pixels.astype(np.uint16) * 257
    grey = np.asarray(Image.fromarray(pixels).convert("L"))
    for suffix in ("png", "tiff"):
        yield good(f"deep/colour-16.{suffix}", kind, _by_opencv(wide, suffix))
        yield good(f"deep/grey-16.{suffix}", kind, _by_opencv(grey.astype(np.uint16) * 257, suffix))
        alpha = np.dstack([wide, np.full(wide.shape[:2], 65535, np.uint16)])
        yield good(f"deep/alpha-16.{suffix}", kind, _by_opencv(alpha, suffix))
    for name, values in (
        ("float", grey.astype(np.float32) / 255), ("integers", grey.astype(np.int32) * 8_000_000),
        ("twelve", grey.astype(np.uint16) * 16), ("below-zero", grey.astype(np.int32) - 300),
    ):  # fmt: skip
        yield good(f"deep/{name}.tif", kind, saved(Image.fromarray(values), "TIFF"))
    odd = (grey.astype(np.float32) - 60) / 128
    odd[:20, :20], odd[:20, 20:40], odd[:20, 40:60] = np.nan, np.inf, -np.inf
    yield good("deep/no-numbers.tif", kind, saved(Image.fromarray(odd), "TIFF"))


def _by_opencv(pixels: np.ndarray, suffix: str) -> bytes:
    """What Pillow does not write."""
    order = [2, 1, 0, 3][: pixels.shape[2]] if pixels.ndim == 3 else None
    turned = pixels if order is None else np.ascontiguousarray(pixels[:, :, order])
    return cv2.imencode(f".{suffix}", turned)[1].tobytes()


def _unreadable_varieties(seed: int) -> Iterator[Made]:
    """Whole files of varieties that are not read: the reason must not call them damaged."""
    kind = "a variety that is not read"
    photo = portrait(seed)
    plain = saved(photo, "JPEG")
    frame = plain.index(b"\xff\xc0")
    for name, offset, value in (("twelve-bits", 4, 12), ("layers", 1, 0xC5)):
        changed = bytearray(plain)
        changed[frame + offset] = value
        yield bad(f"varieties/{name}.jpg", kind, bytes(changed), _UNSUPPORTED)
    floats = drawn(seed).astype(np.float32) / 255
    yield bad("varieties/float-colour.tiff", kind, _by_opencv(floats, "tiff"), _UNSUPPORTED)
    doubles = np.asarray(photo.convert("L")).astype(np.float64)
    yield bad("varieties/double.tiff", kind, _by_opencv(doubles, "tiff"), _UNSUPPORTED)
    whole = bytearray(saved(photo, "TIFF"))
    at = whole.index(struct.pack("<HHI", 259, 3, 1)) + 8
    struct.pack_into("<H", whole, at, 34712)
    yield bad("varieties/jpeg-2000.tif", kind, bytes(whole), _UNSUPPORTED)


def _tiffs(photo: Image.Image) -> Iterator[Made]:
    kind = "TIFF of every packing"
    for packing in ("tiff_lzw", "tiff_adobe_deflate", "packbits", "jpeg", "zstd", "lzma"):
        data = saved(photo, "TIFF", compression=packing)
        yield good(f"tiff/{packing}.tif", kind, data)
    for packing in ("group3", "group4"):
        yield good(
            f"tiff/{packing}.tif", kind, saved(photo.convert("1"), "TIFF", compression=packing), 0
        )
    yield good("tiff/big.tif", kind, saved(photo, "TIFF", big_tiff=True))
    yield good("tiff/cmyk.tif", kind, saved(photo.convert("CMYK"), "TIFF"))
    yield good("tiff/ycbcr.tif", kind, saved(photo.convert("YCbCr"), "TIFF"))
    yield good("tiff/palette.tif", kind, saved(photo.quantize(200), "TIFF"))
    turned = ImageCms.profileToProfile(
        photo, ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
    )
    if turned is not None:
        yield good("tiff/lab.tif", kind, saved(turned, "TIFF"))
    yield good(
        "tiff/pages.tif", kind, saved(photo, "TIFF", save_all=True, append_images=[photo] * 3)
    )


def _moving(seed: int) -> Iterator[Made]:
    frames = [portrait(seed + number) for number in range(3)]
    for name in ("GIF", "WEBP", "PNG", "TIFF", "AVIF"):
        data = saved(frames[0], name, save_all=True, append_images=frames[1:])
        yield good(f"moving/frames.{_SUFFIX[name]}", "several pictures in a file", data)
    two = saved(frames[0], "MPO", save_all=True, append_images=frames[1:2])
    yield good("moving/two.jpg", "several pictures in a file", two)
    behind = saved(frames[0], "JPEG") + b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 100
    yield good("moving/video-behind.jpg", "several pictures in a file", behind)
    first_small = [Image.new("RGB", (1, 1)), frames[0]]
    data = saved(first_small[0], "GIF", save_all=True, append_images=first_small[1:])
    yield either("moving/first-is-a-dot.gif", "several pictures in a file", data)


def _shapes(seed: int) -> Iterator[Made]:
    rng = np.random.default_rng(seed)
    for name, suffix in _SUFFIX.items():
        for width, height in ((1, 1), (1, 300), (300, 1), (1, 5000), (5000, 1)):
            if name == "HEIF" and min(width, height) == 1:
                continue  # its encoder makes them wider
            pixels = rng.integers(0, 256, (height, width, 3), np.uint8)
            data = saved(Image.fromarray(pixels), name)
            path = f"shapes/{width}x{height}.{suffix}"
            yield bad(path, "one pixel wide or high", data, _TOO_SMALL)
    for width, height in ((_LONG_SIDE, 70), (70, _LONG_SIDE)):
        pixels = cv2.resize(
            rng.integers(0, 256, (max(1, height // 10), max(1, width // 10), 3), np.uint8),
            (width, height),
            interpolation=cv2.INTER_NEAREST,
        )
        path = f"shapes/{width}x{height}.jpg"
        yield good(path, "as long as a JPEG can be", saved(Image.fromarray(pixels), "JPEG"), 0)


def _other_names(photo: Image.Image) -> Iterator[Made]:
    """A photo is its bytes, whatever its name says."""
    kind = "photo with another's name"
    names = list(_SUFFIX.items())
    for number, (name, _) in enumerate(names):
        data = saved(photo, name)
        path = f"names/{name.lower()}-as.{names[(number + 1) % len(names)][1]}"
        yield good(path, kind, data)
    data = saved(photo, "JPEG", quality=90)
    for number, name in enumerate(
        ("no-suffix", "text.txt", "packed.zip", "UPPER.JPG", "dots.jpg.txt")
    ):
        yield good(f"names/{name}", kind, data + bytes((number,)))


def _no_photos(photo: Image.Image) -> Iterator[Made]:
    kind = "no photo, with the name of one"
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("a.jpg", saved(photo, "JPEG"))
    contents = {
        "text": b"This is a text with the name of a picture.\n",
        "page": b"<!DOCTYPE html><html><body>404 Not Found</body></html>",
        "vector": b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
        "program": b"\x7fELF\x02\x01\x01" + bytes(400),
        "windows-program": b"MZ\x90\0" + bytes(400) + b"PE\0\0",
        "document": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"1 0 obj\n" * 20,
        "video": b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + bytes(300),
        "archive": archive.getvalue(),
        "zeros": bytes(4096),
        "script": b"#!/bin/sh\necho hello\n",
        "json": b'{"error": "not found"}',
        "portable": saved(photo, "PPM"),
        "icon": saved(photo, "ICO"),
        "jpeg-2000": saved(photo, "JPEG2000"),
    }
    for number, (name, data) in enumerate(contents.items()):
        suffix = list(_SUFFIX.values())[number % len(_SUFFIX)]
        yield bad(f"none/{name}.{suffix}", kind, data, _UNSUPPORTED)
    for suffix in _SUFFIX.values():
        yield bad(f"none/empty.{suffix}", "an empty file", b"", RefusalCode.EMPTY)
    for suffix in ("mp4", "mov", "nef", "psd", "docx", "exe"):
        yield bad(
            f"none/other.{suffix}", "a kind of file that is not read", bytes(99), _UNSUPPORTED
        )
    head = saved(photo, "JPEG")
    marks = list(jpeg_markers(head))
    for number, at in enumerate(marks[1:-1]):
        # Each part but the first and the last is left out once.
        yield either(
            f"none/part-{number}.jpg",
            "JPEG with a part left out",
            head[:at] + head[marks[number + 2] :],
        )
