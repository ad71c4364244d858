"""Bytes to pixels: once, no larger than needed, the right way up, or a reason why not."""

from __future__ import annotations

import re
import zlib
from functools import cache
from importlib import import_module
from io import BytesIO

import cv2
import numpy as np
import simplejpeg
from PIL import Image, ImageCms

from gallery.config import Settings
from gallery.errors import RefusedPhoto
from gallery.exif import PILLOW_ERRORS, SIDEWAYS
from gallery.formats import HEAD_BYTES, READABLE, sniff
from gallery.metadata import read_embedded, read_orientation
from gallery.pillow_warnings import silence_pillow
from gallery.records import DecodedPhoto, Pixels, RefusalCode, Stage
from gallery.resize import shrink

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
_CUT_SHORT = re.compile(r"truncat|broken data stream|end of file|unexpected end|no more data", re.I)

# What libjpeg can divide both sides by while it decodes, in time that it saves.
_DIVISORS = (8, 4, 2)

# Cameras and scanners put 10, 12 or 14 bits into words of 16.
_DEPTHS = (255, 1023, 4095, 16383, 65535)


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
        raise _refused(RefusalCode.EMPTY, "The file is empty.")
    name = sniff(data[:HEAD_BYTES])
    if name is None:
        reason = f"It is not an image the gallery reads. It reads {READABLE}."
        raise _refused(RefusalCode.UNSUPPORTED, reason)
    try:
        return _decode(data, name, settings, longest_side)
    except MemoryError as error:
        reason = "The picture needs more memory than there is. Make it smaller and add it again."
        raise _refused(RefusalCode.TOO_LARGE, reason) from error
    except _DECODER_ERRORS as error:
        raise _explain(error, data, name, settings) from error


def _decode(data: bytes, name: str, settings: Settings, longest_side: int) -> DecodedPhoto:
    _prepare(name, settings.max_pixels)
    with Image.open(BytesIO(data), formats=[name]) as image:
        width, height = image.size
        if width * height > settings.max_pixels:
            raise _bomb_sized(width * height, settings.max_pixels)
        # Before the pixels: a TIFF forgets its orientation when Pillow turns it.
        metadata = read_embedded(image)
        pixels, by = None, _divisor(width, height, longest_side)
        if name == "JPEG" and image.mode in {"RGB", "L"}:
            pixels = _jpeg_pixels(data, width, height, by, longest_side)
        if pixels is None:
            if name == "JPEG":
                image.draft(None, (max(1, width // by), max(1, height // by)))
            image.load()
            if name != "JPEG":
                # A HEIC may turn out otherwise than its header says.
                width, height = image.size
            # Pillow names a JPEG with a second picture behind it MPO; for people it is a JPEG.
            pixels = _pixels(_reduced(_plain(image), longest_side, already=name == "JPEG"))
        orientation = read_orientation(image)
        if orientation in SIDEWAYS:
            width, height = height, width
        return DecodedPhoto(_upright(pixels, orientation), width, height, name, metadata)


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
    _register(name)
    # `max_pixels` decides; Pillow's own limit would refuse pictures the user has allowed.
    if Image.MAX_IMAGE_PIXELS is not None and max_pixels > Image.MAX_IMAGE_PIXELS:
        Image.MAX_IMAGE_PIXELS = max_pixels


@cache
def _register(name: str) -> None:
    """Load the one plugin; Pillow's own search would load all of them."""
    import_module(_PLUGINS[name])


def _plain(image: Image.Image) -> Image.Image:
    """The same picture in a mode that can be averaged: 8 bits a channel, no palette."""
    if image.mode in {"I", "F"} or image.mode.startswith("I;"):
        return _eight_bit(image)
    if image.mode == "LAB":
        lab, rgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
        turned = ImageCms.profileToProfile(image, lab, rgb, outputMode="RGB")
        return image if turned is None else turned
    if image.has_transparency_data:
        return image.convert("RGBA")
    return image if image.mode in {"RGB", "L", "CMYK"} else image.convert("RGB")


def _eight_bit(image: Image.Image) -> Image.Image:
    """Grey of 16 or 32 bits or floats as 8 bits, by the depth the values seem to have."""
    values = np.nan_to_num(np.asarray(image).astype(np.float32), posinf=0.0, neginf=0.0)
    values = values.clip(-1e30, 1e30)
    low, high = min(0.0, float(values.min())), float(values.max())
    if image.mode == "F" and low >= 0 and high <= 1:
        top = 1.0
    else:
        top = next((float(depth) for depth in _DEPTHS if high <= depth), high)
    scaled = (values - low) * (255 / (top - low))
    return Image.fromarray((scaled + 0.5).clip(0, 255).astype(np.uint8))


def _reduced(image: Image.Image, longest_side: int, *, already: bool) -> Image.Image:
    """At most `longest_side`, or twice that where the decoder has reduced what it could."""
    limit = longest_side * 2 if already else longest_side
    if max(image.size) > limit:
        image.thumbnail((longest_side, longest_side))
    return image


def _pixels(image: Image.Image) -> Pixels:
    """RGB, on white."""
    if image.mode == "RGBA":
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image)
    # Even without a change of mode, `convert` would copy.
    return np.asarray(image if image.mode == "RGB" else image.convert("RGB"))


def _refused(code: RefusalCode, reason: str) -> RefusedPhoto:
    return RefusedPhoto(Stage.DECODE, code, reason)


def _bomb_sized(pixels: int, max_pixels: int) -> RefusedPhoto:
    return _refused(
        RefusalCode.TOO_LARGE,
        f"The picture is bomb-sized: {pixels:,} pixels, more than the {max_pixels:,} allowed. "
        "If you trust it, raise GALLERY_MAX_PIXELS.",
    )


def _explain(error: Exception, data: bytes, name: str, settings: Settings) -> RefusedPhoto:
    """The refusal for what a decoder raised."""
    if isinstance(error, Image.DecompressionBombError):
        found = re.search(r"\d+", str(error))
        return _bomb_sized(int(found[0]) if found else 0, settings.max_pixels)
    if _CUT_SHORT.search(str(error)) or _is_cut_short(data, name):
        reason = f"The {name} file is cut short: its end is missing. Copy or download it again."
        return _refused(RefusalCode.TRUNCATED, reason)
    reason = f"The {name} file is damaged and cannot be decoded. Copy or download it again."
    return _refused(RefusalCode.DAMAGED, reason)


def _is_cut_short(data: bytes, name: str) -> bool:
    """Whether the file declares more bytes than it has; some decoders do not say so."""
    if name == "WEBP":
        return int.from_bytes(data[4:8], "little") + 8 > len(data)
    if name not in {"HEIF", "AVIF"}:
        return False
    at = 0
    while at + 8 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16], "big")
        if size < 8:
            return False
        at += size
    return at > len(data)
