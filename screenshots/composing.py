"""Pictures put together: a window with a phone before it, phones side by side; kept as WebP."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

# Bytes of one picture, and of all: they are loaded by whoever opens the README.
MOST, MOST_TOGETHER = 250_000, 1_500_000
_GROUND = "#e9eeea"
_ROUND, _EDGE, _SHADOW = 22, 3, 26
_EDGE_COLOUR = "#c9d1cb"


def window_and_phone(window: Image.Image, phone: Image.Image) -> Image.Image:
    """A window of the desktop, and before its right edge a phone."""
    phone = phone.resize((round(phone.width * 0.86), round(phone.height * 0.86)))
    margin, beside = 60, phone.width * 3 // 4
    width = window.width + beside + 2 * margin
    ground = Image.new("RGB", (width, max(window.height, phone.height) + 2 * margin), _GROUND)
    _lay(ground, window, (margin, margin))
    _lay(ground, phone, (width - margin - phone.width, ground.height - margin - phone.height))
    return ground


def side_by_side(pictures: Sequence[Image.Image]) -> Image.Image:
    """Pictures of one size in a row."""
    gap = 45
    width = sum(picture.width + gap for picture in pictures) + gap
    ground = Image.new("RGB", (width, pictures[0].height + 2 * gap), _GROUND)
    left = gap
    for picture in pictures:
        _lay(ground, picture, (left, gap))
        left += picture.width + gap
    return ground


def keep(picture: Image.Image, path: Path) -> int:
    """Write a picture as small as it must be; gives its bytes.

    Raises:
        ValueError: Even at the lowest quality worth looking at it is too large.
    """
    for quality in (88, 82, 76, 70, 60):
        picture.save(path, "WEBP", quality=quality, method=6)
        if path.stat().st_size <= MOST:
            return path.stat().st_size
    raise ValueError(f"{path.name} has {path.stat().st_size:,} bytes, more than {MOST:,}.")


def _lay(ground: Image.Image, picture: Image.Image, place: tuple[int, int]) -> None:
    """Lay a picture down with round corners, an edge and a shadow."""
    size = (picture.width + 2 * _EDGE, picture.height + 2 * _EDGE)
    mask = _rounded(size)
    shadow = Image.new("L", ground.size, 0)
    left, top = place[0] - _EDGE, place[1] - _EDGE
    shadow.paste(90, (left, top + 12), mask)
    ground.paste("#24332c", (0, 0), shadow.filter(ImageFilter.GaussianBlur(_SHADOW)))
    ground.paste(_EDGE_COLOUR, (left, top), mask)
    ground.paste(picture, place, _rounded(picture.size))


def _rounded(size: tuple[int, int]) -> Image.Image:
    mask = Image.new("L", size, 0)
    box = (0, 0, size[0] - 1, size[1] - 1)
    ImageDraw.Draw(mask).rounded_rectangle(box, _ROUND, fill=255)
    return mask
