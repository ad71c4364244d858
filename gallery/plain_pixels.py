"""From any mode of Pillow to RGB of 8 bits, no larger than needed, in little memory."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PIL import Image, ImageCms

from gallery.records import Pixels

# Cameras and scanners put 10, 12 or 14 bits into words of 16.
_DEPTHS = (255, 1023, 4095, 16383, 65535)
# Floats reach from 0 to 1, and a little or, where the sun shines, quite a bit beyond.
_BRIGHTEST = 16.0
# Pixels that are worked on at a time, where every step makes a copy of them.
_STRIP = 4_000_000


def plain_pixels(image: Image.Image, longest_side: int, *, already: bool) -> Pixels:
    """RGB on white, at most `longest_side`.

    Args:
        image: loaded; it may be used up.
        longest_side: in pixels.
        already: the decoder has reduced it as far as it could; up to twice as large will do.
    """
    image = _plain(image)
    limit = longest_side * 2 if already else longest_side
    if max(image.size) > limit:
        image.thumbnail((longest_side, longest_side))
    if image.mode == "RGBA":
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image)
    # Even without a change of mode, `convert` would copy.
    return np.asarray(image if image.mode == "RGB" else image.convert("RGB"))


def _plain(image: Image.Image) -> Image.Image:
    """The same picture in a mode that can be averaged: 8 bits a channel, no palette."""
    if image.mode in {"I", "F"} or image.mode.startswith("I;"):
        return _eight_bit(image)
    if image.mode == "LAB":
        lab, rgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
        turned = ImageCms.profileToProfile(image, lab, rgb, outputMode="RGB")
        return image if turned is None else turned
    if image.has_transparency_data:
        return image if image.mode == "RGBA" else image.convert("RGBA")
    if image.mode == "1":
        return image.convert("L")
    return image if image.mode in {"RGB", "L", "CMYK"} else image.convert("RGB")


def _eight_bit(image: Image.Image) -> Image.Image:
    """Grey of 16 or 32 bits or floats as 8 bits, by the depth the values seem to have."""
    low, high = 0.0, -np.inf
    for _, values in _strips(image):
        low, high = min(low, float(values.min())), max(high, float(values.max()))
    if image.mode == "F" and high <= _BRIGHTEST:
        top = max(1.0, high)
    else:
        top = next((float(depth) for depth in _DEPTHS if high <= depth), high)
    grey = Image.new("L", image.size)
    for above, values in _strips(image):
        scaled = values.astype(np.float32)
        scaled -= low
        scaled *= 255 / (top - low)
        scaled += 0.5
        grey.paste(Image.fromarray(scaled.clip(0, 255, out=scaled).astype(np.uint8)), (0, above))
    return grey


def _strips(image: Image.Image) -> Iterator[tuple[int, np.ndarray]]:
    """Finite values from top to bottom, each strip with the row that it begins at."""
    width, height = image.size
    rows = max(1, _STRIP // width)
    for above in range(0, height, rows):
        values = np.array(image.crop((0, above, width, min(height, above + rows))))
        if image.mode == "F" and not np.isfinite(values).all():
            np.nan_to_num(values, copy=False, posinf=0.0, neginf=0.0)
        if image.mode == "F":
            values.clip(-1e30, 1e30, out=values)
        yield above, values
