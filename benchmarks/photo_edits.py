"""What happens to photos on their way through programs and networks, done to them on purpose."""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageEnhance, ImageFont

GOAL = "re-encoded or resized"
OTHER = "changed"

_Picture = Image.Image


@dataclass(frozen=True, slots=True)
class Edit:
    """One way to change a photo.

    Args:
        name: what is done.
        kind: `GOAL` or `OTHER`.
        make: the changed file of a picture.
        turns: quarter turns to the left that it makes.
    """

    name: str
    kind: str
    make: Callable[[_Picture], bytes]
    turns: int = 0


def encoded(picture: _Picture, name: str = "JPEG", **options: object) -> bytes:
    """A file of a picture."""
    stream = io.BytesIO()
    picture.save(stream, name, **options)
    return stream.getvalue()


def _jpeg(quality: int) -> Callable[[_Picture], bytes]:
    return lambda picture: encoded(picture, quality=quality)


def _sized(factor: float, quality: int = 85) -> Callable[[_Picture], bytes]:
    def make(picture: _Picture) -> bytes:
        size = (round(picture.width * factor), round(picture.height * factor))
        return encoded(picture.resize(size, Image.Resampling.LANCZOS), quality=quality)

    return make


def _trimmed(left: float, top: float, right: float, bottom: float) -> Callable[[_Picture], bytes]:
    def make(picture: _Picture) -> bytes:
        w, h = picture.size
        box = (round(w * left), round(h * top), round(w * (1 - right)), round(h * (1 - bottom)))
        return encoded(picture.crop(box), quality=90)

    return make


def _straightened(degrees: float) -> Callable[[_Picture], bytes]:
    """Turned a little and trimmed to what is left, as phones do."""

    def make(picture: _Picture) -> bytes:
        w, h = picture.size
        angle = math.radians(abs(degrees))
        inner_w = (w * math.cos(angle) - h * math.sin(angle)) / math.cos(2 * angle)
        inner_h = (h * math.cos(angle) - w * math.sin(angle)) / math.cos(2 * angle)
        left, top = (w - inner_w) / 2, (h - inner_h) / 2
        turned = picture.rotate(degrees, resample=Image.Resampling.BICUBIC)
        box = (math.ceil(left), math.ceil(top), int(w - left), int(h - top))
        return encoded(turned.crop(box), quality=90)

    return make


def _brighter(factor: float) -> Callable[[_Picture], bytes]:
    return lambda picture: encoded(ImageEnhance.Brightness(picture).enhance(factor), quality=90)


def _gamma(picture: _Picture) -> bytes:
    pixels = 255 * (np.asarray(picture) / 255.0) ** 0.7
    return encoded(Image.fromarray(pixels.astype(np.uint8)), quality=90)


def _caption(picture: _Picture) -> bytes:
    changed = picture.copy()
    draw = ImageDraw.Draw(changed)
    w, h = changed.size
    draw.rectangle((0, round(h * 0.88), w, h), fill="white")
    font = ImageFont.load_default(round(h * 0.07))
    draw.text((w * 0.05, h * 0.9), "Summer holidays", fill="black", font=font)
    return encoded(changed, quality=90)


def _grey(picture: _Picture) -> bytes:
    return encoded(picture.convert("L").convert("RGB"), quality=90)


def _turned(picture: _Picture) -> bytes:
    return encoded(picture.transpose(Image.Transpose.ROTATE_90), quality=90)


def _rotated(picture: _Picture) -> bytes:
    return encoded(picture.rotate(2, resample=Image.Resampling.BICUBIC), quality=90)


EDITS = (
    Edit("JPEG, quality 90", GOAL, _jpeg(90)),
    Edit("JPEG, quality 75", GOAL, _jpeg(75)),
    Edit("JPEG, quality 50", GOAL, _jpeg(50)),
    Edit("JPEG, quality 30", GOAL, _jpeg(30)),
    Edit("JPEG, quality 10", GOAL, _jpeg(10)),
    Edit("WebP, quality 60", GOAL, lambda picture: encoded(picture, "WEBP", quality=60)),
    Edit("resized to twice", GOAL, _sized(2.0)),
    Edit("resized to two thirds", GOAL, _sized(2 / 3)),
    Edit("resized to half", GOAL, _sized(0.5)),
    Edit("resized to a quarter", GOAL, _sized(0.26)),
    Edit("trimmed by 5 %, all around", OTHER, _trimmed(0.025, 0.025, 0.025, 0.025)),
    Edit("trimmed by 5 % at two sides", OTHER, _trimmed(0.05, 0.05, 0.0, 0.0)),
    Edit("turned by 90 degrees", OTHER, _turned, turns=1),
    Edit("turned by 2 degrees", OTHER, _rotated),
    Edit("turned by 2 degrees and trimmed", OTHER, _straightened(2.0)),
    Edit("brighter by a quarter", OTHER, _brighter(1.25)),
    Edit("darker by 30 %", OTHER, _brighter(0.7)),
    Edit("lightened (gamma 0.7)", OTHER, _gamma),
    Edit("without colour", OTHER, _grey),
    Edit("caption added", OTHER, _caption),
)
