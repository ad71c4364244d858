"""Bytes to pixels: once, no larger than needed, the right way up, or a reason why not."""

from __future__ import annotations

import threading
import zlib
from contextlib import nullcontext
from functools import cache
from importlib import import_module
from io import BytesIO

import cv2
import numpy as np
import simplejpeg
from PIL import Image, UnidentifiedImageError

from gallery import jpeg_parts
from gallery.config import Settings
from gallery.exif import PILLOW_ERRORS, SIDEWAYS
from gallery.formats import HEAD_BYTES, sniff
from gallery.metadata import read_embedded, read_orientation
from gallery.pillow_warnings import silence_pillow
from gallery.plain_pixels import plain_pixels
from gallery.records import DecodedPhoto, Pixels, RefusalCode
from gallery.resize import shrink
from gallery.why_refused import (
    explain,
    no_image,
    refused,
    too_many_pixels,
    too_many_scans,
)

# Only these parsers are ever run, whatever else Pillow can open.
_PLUGINS = {
    "JPEG": "PIL.JpegImagePlugin",
    "PNG": "PIL.PngImagePlugin",
    "GIF": "PIL.GifImagePlugin",
    "WEBP": "PIL.WebPImagePlugin",
    "TIFF": "PIL.TiffImagePlugin",
    "BMP": "PIL.BmpImagePlugin",
    "AVIF": "PIL.AvifImagePlugin",
    "HEIF": "pillow_heif.HeifImagePlugin",
}

# The decoders of other libraries add these to what Pillow raises.
_DECODER_ERRORS = (*PILLOW_ERRORS, zlib.error, Image.DecompressionBombError)

# A picture of one colour is some kilobytes, whatever its size. Bytes that decoding it takes at
# most, for each of its pixels, and from how many on pictures take turns.
_NEEDED, _NEEDED_OF_WEBP = 8, 16
_LARGE = 400_000_000
_ONE_LARGE = threading.Lock()
# From 32 MiB on glibc always asks the system (M_MMAP_THRESHOLD).
_BLOCK = 64 << 20
# libjpeg writes ten; each costs time for every pixel, and none needs to have more than some bytes.
_MOST_SCANS = 64
_PROFILE = 0xE2  # marker of the segments for colour profiles and for further pictures

# What libjpeg can divide both sides by while it decodes, in time that it saves.
_DIVISORS = (8, 4, 2)


def decode(data: bytes, settings: Settings, *, longest_side: int) -> DecodedPhoto:
    """Decode a photo, at the scale needed and turned as its EXIF says.

    A JPEG is decoded at the smallest of 1, 1/2, 1/4, 1/8 that leaves `longest_side`; other
    formats are decoded whole and reduced to it. Nothing is enlarged. Of an animation or a
    multi-page file the first picture counts; transparency becomes white.

    Args:
        data: the whole file.
        settings: `max_pixels` is checked before any pixel is decoded.
        longest_side: pixels the longest side needs to have.

    Returns:
        The photo; its pixels are read-only.

    Raises:
        RefusedPhoto: The file is empty, no image, damaged, cut short or too large.
    """
    if longest_side < 1:
        raise ValueError(f"longest_side must be at least 1, got {longest_side}")
    if not data:
        raise refused(RefusalCode.EMPTY, "The file is empty. Copy or download it again.")
    name = sniff(data[:HEAD_BYTES])
    if name is None:
        raise no_image(data[:HEAD_BYTES])
    try:
        return _decode(data, name, settings, longest_side)
    except MemoryError as error:
        reason = "The picture needs more memory than there is. Make it smaller and add it again."
        raise refused(RefusalCode.TOO_LARGE, reason) from error
    except _DECODER_ERRORS as error:
        raise explain(error, data, name, settings.max_pixels) from error


def _decode(data: bytes, name: str, settings: Settings, longest_side: int) -> DecodedPhoto:
    _prepare(name, settings.max_pixels)
    with _opened(data, name) as image:
        width, height = image.size
        if width * height > settings.max_pixels:
            raise too_many_pixels(width * height, settings.max_pixels)
        if name == "JPEG" and (scans := jpeg_parts.scans(data)) > _MOST_SCANS:
            raise too_many_scans(scans)
        # A PNG is decoded to find its EXIF, which may stand behind the picture.
        with _ONE_LARGE if _is_large(image, name) else nullcontext():
            # Before the pixels: a TIFF forgets its orientation when Pillow turns it.
            metadata = read_embedded(image)
            pixels, (width, height) = _loaded(image, data, name, longest_side)
        orientation = read_orientation(image)
        if orientation in SIDEWAYS:
            width, height = height, width
        # Pillow names a JPEG with a second picture behind it MPO; for people it is a JPEG.
        return DecodedPhoto(_upright(pixels, orientation), width, height, name, metadata)


def _opened(data: bytes, name: str) -> Image.Image:
    """The picture before it is decoded."""
    try:
        return Image.open(BytesIO(data), formats=[name])
    except UnidentifiedImageError:
        if name != "JPEG":
            raise
        # Pillow gives up where a colour profile is broken, or the list of further pictures.
        return Image.open(BytesIO(jpeg_parts.without(data, _PROFILE)), formats=[name])


def _is_large(image: Image.Image, name: str) -> bool:
    """Whether decoding takes so much memory that it is done for one picture at a time."""
    scaled = name == "JPEG" and "progressive" not in image.info
    needed = _NEEDED_OF_WEBP if name == "WEBP" else _NEEDED
    return not scaled and image.width * image.height * needed > _LARGE


def _loaded(
    image: Image.Image, data: bytes, name: str, longest_side: int
) -> tuple[Pixels, tuple[int, int]]:
    """The pixels, and the width and height of the whole picture."""
    width, height = image.size
    by = _divisor(width, height, longest_side)
    if name == "JPEG" and image.mode in {"RGB", "L"}:
        pixels = _jpeg_pixels(data, width, height, by, longest_side)
        if pixels is not None:
            return pixels, (width, height)
    if name == "JPEG":
        image.draft(None, (max(1, width // by), max(1, height // by)))
    image.load()
    # A HEIC may turn out otherwise than its header says; a JPEG is smaller by now.
    size = (width, height) if name == "JPEG" else image.size
    return plain_pixels(image, longest_side, already=name == "JPEG"), size


def _divisor(width: int, height: int, longest_side: int) -> int:
    """What both sides of a JPEG may be divided by, so that the longest is not below this."""
    longest = max(width, height)
    return next((by for by in _DIVISORS if longest >= by * longest_side), 1)


def _jpeg_pixels(data: bytes, width: int, height: int, by: int, longest_side: int) -> Pixels | None:
    """The same as by way of Pillow, which lets no other thread run meanwhile.

    None where the file is not quite as it should be: Pillow then says how bad that is.
    """
    least = (-(-width // by), -(-height // by))
    try:
        pixels = simplejpeg.decode_jpeg(data, "RGB", min_width=least[0], min_height=least[1])
    except ValueError:
        return None
    return np.asarray(pixels if max(least) <= 2 * longest_side else shrink(pixels, longest_side))


def _upright(pixels: Pixels, orientation: int) -> Pixels:
    """Pixels turned as EXIF says, read-only."""
    if orientation in (5, 7):
        pixels = np.asarray(cv2.transpose(pixels), dtype=np.uint8)
    if orientation in (6, 8):
        way = cv2.ROTATE_90_CLOCKWISE if orientation == 6 else cv2.ROTATE_90_COUNTERCLOCKWISE
        pixels = np.asarray(cv2.rotate(pixels, way), dtype=np.uint8)
    # Around the vertical axis, both, or the horizontal one.
    flip = {2: 1, 3: -1, 4: 0, 7: -1}.get(orientation)
    if flip is not None:
        pixels = np.asarray(cv2.flip(pixels, flip), dtype=np.uint8)
    pixels.flags.writeable = False
    return pixels


def _prepare(name: str, max_pixels: int) -> None:
    silence_pillow()
    _return_memory()
    _register(name)
    # `max_pixels` decides; Pillow's own limit would refuse pictures the user has allowed.
    if Image.MAX_IMAGE_PIXELS is not None and max_pixels > Image.MAX_IMAGE_PIXELS:
        Image.MAX_IMAGE_PIXELS = max_pixels


@cache
def _return_memory() -> None:
    """Let Pillow hold pictures in pieces so large that the system gets them back.

    Its own of 16 MB come out of what the C library keeps for each thread, and stay there: three
    threads that had decoded one large picture each held gigabytes for ever.
    """
    Image.core.set_block_size(_BLOCK)  # type: ignore[attr-defined]


@cache
def _register(name: str) -> None:
    """Load the one plugin; Pillow's own search would load all of them."""
    import_module(_PLUGINS[name])
