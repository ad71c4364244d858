"""What the malformed files are made of: a drawn portrait, and what is expected of each file.

The portrait is drawn anew for every seed; the default detector finds its face at any of the
sizes used here. Nobody real is in it.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from gallery.records import RefusalCode

Pixels = NDArray[np.uint8]

WIDTH, HEIGHT = 160, 120
_FINER = 3  # drawn larger by this, so that edges are smooth

_SKIN, _SHADE, _HAIR, _CLOTH = (224, 176, 148), (190, 140, 115), (60, 40, 30), (60, 70, 120)
_WHITE, _IRIS, _PUPIL, _LIPS = (245, 245, 240), (70, 50, 40), (10, 10, 10), (180, 80, 80)
# Centre and half axes as shares of the head's radius, from the middle of the face; in the order
# in which they are painted.
_BEHIND = (
    ((0.0, 2.2), (1.7, 1.1), _CLOTH), ((0.0, 1.1), (0.42, 0.7), _SHADE),
    ((0.0, -0.25), (0.95, 1.15), _HAIR), ((0.0, 0.0), (0.8, 1.05), _SKIN),
)  # fmt: skip
_EYE = (
    ((0.33, -0.14), (0.2, 0.13), (180, 130, 105)), ((0.33, -0.12), (0.16, 0.08), _WHITE),
    ((0.33, -0.12), (0.075, 0.08), _IRIS), ((0.33, -0.12), (0.035, 0.035), _PUPIL),
    ((0.33, -0.34), (0.22, 0.04), _HAIR), ((0.08, 0.33), (0.04, 0.025), (110, 65, 55)),
)  # fmt: skip
_MIDDLE = (
    ((-0.04, 0.12), (0.03, 0.18), _SHADE), ((0.0, 0.29), (0.15, 0.07), (200, 145, 120)),
    ((0.0, 0.6), (0.3, 0.09), _LIPS), ((0.0, 0.59), (0.28, 0.012), (120, 50, 50)),
)  # fmt: skip


class Expected(StrEnum):
    """What has to become of a file."""

    TAKEN_IN = "taken in"
    REFUSED = "refused"
    EITHER = "either"  # damage that may or may not reach the picture
    PASSED_OVER = "passed over"  # hidden files, companions, links back


@dataclass(frozen=True, slots=True)
class Made:
    """One file, and what is expected of it.

    Args:
        path: within the folder, with `/`; a member of a ZIP stands behind the ZIP's path.
        kind: what is wrong or odd about it, in words; files of a kind share a row.
        expected: what has to become of it.
        data: its bytes; None for a member of a ZIP, and for what `put` makes.
        codes: of these one has to be the reason of a refusal; none allows any.
        faces: that must be found if it is taken in.
        put: makes what is no ordinary file.
    """

    path: str
    kind: str
    expected: Expected
    data: bytes | None = None
    codes: tuple[RefusalCode, ...] = ()
    faces: int = 0
    put: Callable[[Path], None] | None = None


def good(path: str, kind: str, data: bytes, faces: int = 1) -> Made:
    """A file that has to come in, with its face."""
    return Made(path, kind, Expected.TAKEN_IN, data, faces=faces)


def bad(path: str, kind: str, data: bytes, *codes: RefusalCode) -> Made:
    """A file that has to be refused for one of these reasons."""
    return Made(path, kind, Expected.REFUSED, data, codes)


def either(path: str, kind: str, data: bytes) -> Made:
    """A file that comes in or is refused, as long as it is the one or the other."""
    return Made(path, kind, Expected.EITHER, data)


def drawn(seed: int, width: int = WIDTH, height: int = HEIGHT) -> Pixels:
    """A portrait before a wall of rectangles, RGB."""
    rng = np.random.default_rng(seed)
    wide, high = width * _FINER, height * _FINER
    picture = np.full((high, wide, 3), (150, 175, 190), np.float32)
    for _ in range(10):
        left, top = int(rng.integers(wide)), int(rng.integers(high))
        across, down = (int(side) for side in rng.integers(high // 18, high // 4, 2))
        colour = tuple(float(value) for value in rng.integers(60, 200, 3))
        cv2.rectangle(picture, (left, top), (left + across, top + down), colour, -1)
    middle, radius = (wide / 2, high * 0.48), min(wide, high) * 0.26
    mirrored = [((-x, y), axes, colour) for (x, y), axes, colour in _EYE]
    for (x, y), (a, b), colour in (*_BEHIND, *_EYE, *mirrored, *_MIDDLE):
        centre = (round(middle[0] + x * radius), round(middle[1] + y * radius))
        axes = (max(1, round(a * radius)), max(1, round(b * radius)))
        cv2.ellipse(picture, centre, axes, 0, 0, 360, colour, -1, cv2.LINE_AA)
    small = cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)
    noisy = np.asarray(small) + rng.normal(0, 3, small.shape)
    return noisy.clip(0, 255).astype(np.uint8)


def portrait(seed: int, width: int = WIDTH, height: int = HEIGHT) -> Image.Image:
    """The same for Pillow."""
    return Image.fromarray(drawn(seed, width, height))


def saved(image: Image.Image, name: str, **options: object) -> bytes:
    """A file of a picture, by Pillow's name of the format."""
    if name == "HEIF":
        from pillow_heif import register_heif_opener

        register_heif_opener()
    if name == "AVIF":
        options = {"speed": 10, **options}
    stream = io.BytesIO()
    image.save(stream, name, **options)
    return stream.getvalue()
