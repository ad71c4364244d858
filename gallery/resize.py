"""Pictures made smaller by averaging; only what a detector looks at is made smaller otherwise."""

from __future__ import annotations

import cv2
import numpy as np

from gallery.records import Pixels


def shrink(pixels: Pixels, side: int) -> Pixels:
    """A picture whose longest side is at most `side`; a smaller one as it is.

    Large reductions go by halves first: averaging exact squares of four is ten times as fast
    as averaging areas that cut through pixels, and the picture is the same to the eye.
    """
    longest = max(pixels.shape[:2])
    while longest >= 2 * side and not (pixels.shape[0] % 2 or pixels.shape[1] % 2):
        pixels = resize(pixels, pixels.shape[1] // 2, pixels.shape[0] // 2)
        longest = max(pixels.shape[:2])
    if longest <= side:
        return pixels
    scale = side / longest
    return resize(pixels, round(pixels.shape[1] * scale), round(pixels.shape[0] * scale))


def resize(pixels: Pixels, width: int, height: int) -> Pixels:
    """A picture of exactly this size, averaged where it gets smaller."""
    width, height = max(1, width), max(1, height)
    how = cv2.INTER_AREA if width < pixels.shape[1] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=how), dtype=np.uint8)
