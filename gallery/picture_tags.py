"""What can be measured on a picture itself: screenshot, document, black and white, colours ..."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from gallery.records import Pixels
from gallery.resize import shrink

# Rises with any change below, so that photos are tagged anew.
RULES = 1

_SIDE = 128
# Of 255: what JPEG adds to grey stays below.
_GREY_CHROMA, _GREY_SHARE = 14, 0.995
_PANORAMA_RATIO = 2.0
# Of `gallery.quality.photo_sharpness`; a photo below 12 is kept out unless a person overrules it.
_BLURRED_BELOW = 60.0
_DARK, _DARK_SHARE, _LIGHT, _LIGHT_SHARE = 60, 0.75, 110, 0.003
_EVENING, _MORNING = 19, 7
_FLAT_SHARE = 0.6
# Of a document: paper, nearly as light as its lightest tenth, and marks of ink, such as letters.
_WHITE = 0.9
_PAPER_LIGHT, _PAPER_CHROMA, _PAPER_SHARE = 0.75, 40, 0.6
_INK_DARKER, _LEAST_INK, _MOST_INK = 0.12, 0.01, 0.3
_LEAST_MARK, _FEWEST_MARKS, _WRITTEN_SHARE, _WRITTEN_TILES = 6, 20, 0.4, 5
_COLOUR_SHARE, _MOST_COLOURS = 0.35, 2
_SCREENSHOT_NAME = re.compile(
    r"screen[ _-]?(shot|cap|grab)|bildschirmfoto|capture d.[ée]cran|captura de pantalla", re.I
)
# Wide by high, or the other way round on a phone.
_SCREENS = frozenset({
    (1024, 768), (1280, 720), (1280, 800), (1334, 750), (1366, 768), (1440, 900), (1536, 864),
    (1600, 900), (1680, 1050), (1792, 828), (1920, 1080), (1920, 1200), (2048, 1536), (2160, 1080),
    (2160, 1620), (2224, 1668), (2256, 1504), (2340, 1080), (2388, 1668), (2400, 1080),
    (2436, 1125), (2532, 1170), (2556, 1179), (2560, 1080), (2560, 1440), (2560, 1600),
    (2622, 1206), (2688, 1242), (2732, 2048), (2778, 1284), (2796, 1290), (2868, 1320),
    (2880, 1800), (3024, 1964), (3088, 1440), (3200, 1440), (3440, 1440), (3456, 2234),
    (3840, 2160),
})  # fmt: skip
# Degrees of hue from 0 to 180, as OpenCV has them, from each value to the next.
_HUES = ((0, "red"), (7, "orange"), (21, "yellow"), (34, "green"), (86, "blue"), (131, "purple"),
         (146, "pink"), (171, "red"))  # fmt: skip
_VIVID, _BRIGHT = 80, 60
# Less than this, and it is no orange: wood, earth, fur.
_GLOWING = 150
COLOURS = (*dict.fromkeys(name for _, name in _HUES), "brown")


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """What is known of a photo beside its pixels.

    Args:
        width: of the original, in pixels.
        height: likewise.
        format: as Pillow names it.
        name: of its file.
        sharpness: see `gallery.quality.photo_sharpness`.
        camera: whether a camera is named in it.
        clock: when it was taken, on the camera's clock; None where that is not known.
        faces: how many there are.
    """

    width: int
    height: int
    format: str
    name: str
    sharpness: float
    camera: bool
    clock: datetime | None
    faces: int


def picture_tags(picture: Pixels, facts: PictureFacts) -> list[str]:
    """The tags that hold for a picture.

    Args:
        picture: RGB, of any size; a thumbnail will do.
        facts: of the photo.
    """
    small = shrink(picture, _SIDE)
    grey = is_grey(small)
    found = {
        "screenshot": is_screenshot(picture, facts),
        "document": is_document(picture, facts),
        "black and white": grey,
        "panorama": facts.width >= _PANORAMA_RATIO * facts.height,
        "night": is_night(small, facts),
        "blurred": facts.sharpness < _BLURRED_BELOW,
    }
    if found["screenshot"]:  # by its name perhaps, whatever it shows
        found |= dict.fromkeys(("document", "panorama", "night", "blurred"), False)
    if found["document"]:
        found |= dict.fromkeys(("panorama", "night", "blurred"), False)
    tags = [name for name, holds in found.items() if holds]
    return tags if grey else tags + colours(small)


def is_grey(picture: Pixels) -> bool:
    """Whether there is no colour in it; brown old photographs have one."""
    return bool((_chroma(picture) <= _GREY_CHROMA).mean() >= _GREY_SHARE)


def is_night(picture: Pixels, facts: PictureFacts) -> bool:
    """Whether it is mostly dark with a few lights, and no clock says that it was day.

    Without a clock only where nobody is in it: a dark room behind a face is no night.
    """
    if facts.clock is not None:
        if _MORNING <= facts.clock.hour < _EVENING:
            return False
    elif facts.faces:
        return False
    light = _grey(picture)
    lit = (light > _LIGHT).mean()
    return bool((light < _DARK).mean() >= _DARK_SHARE and lit >= _LIGHT_SHARE)


def is_screenshot(picture: Pixels, facts: PictureFacts) -> bool:
    """Whether it was taken of a screen by the device itself.

    By the name such files have; else a file without loss, of no camera, of the size of a screen
    and mostly of flat surfaces.
    """
    if _SCREENSHOT_NAME.search(facts.name):
        return True
    size = (max(facts.width, facts.height), min(facts.width, facts.height))
    return (
        facts.format in ("PNG", "WEBP")
        and not facts.camera
        and size in _SCREENS
        and flatness(picture) >= _FLAT_SHARE
    )


def is_document(picture: Pixels, facts: PictureFacts) -> bool:
    """Whether it is mostly paper with writing on it: many small dark marks, all over the sheet."""
    if facts.faces:
        return False
    light = _grey(picture)
    white = int(np.searchsorted(np.cumsum(np.bincount(light.ravel())), _WHITE * light.size))
    paper = (light > _PAPER_LIGHT * white) & (_chroma(picture) < _PAPER_CHROMA)
    if white < _LIGHT or paper.mean() < _PAPER_SHARE:
        return False
    side = max(light.shape)
    around = cv2.blur(light, (side // 16 + 1, side // 16 + 1))
    ink = light.astype(np.int16) < around - _INK_DARKER * white
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink.astype(np.uint8), connectivity=8)
    is_mark = (
        (stats[:, cv2.CC_STAT_AREA] >= _LEAST_MARK)
        & (stats[:, cv2.CC_STAT_WIDTH] < side / 6)
        & (stats[:, cv2.CC_STAT_HEIGHT] < side / 8)
    )
    is_mark[0] = False  # what is no ink
    marks = is_mark[labels]
    tiles = (part.mean() for row in np.array_split(marks, 3) for part in
             np.array_split(row, 3, axis=1))  # fmt: skip
    return bool(
        is_mark.sum() >= _FEWEST_MARKS
        and marks.sum() >= _WRITTEN_SHARE * ink.sum()
        and _LEAST_INK <= ink.mean() <= _MOST_INK
        and sum(share >= _LEAST_INK / 2 for share in tiles) >= _WRITTEN_TILES
    )


def flatness(picture: Pixels) -> float:
    """Share of pixels that are as the one to the left of them; 0 to 1."""
    light = _grey(picture).astype(np.int16)
    return float((np.abs(np.diff(light, axis=1)) <= 1).mean())


def colours(picture: Pixels) -> list[str]:
    """The named colours that fill a good part of it, the largest first."""
    hue, saturation, value = cv2.split(cv2.cvtColor(picture, cv2.COLOR_RGB2HSV))
    vivid = (saturation >= _VIVID) & (value >= _BRIGHT)
    starts = [start for start, _ in _HUES]
    bins = np.searchsorted(starts, hue[vivid], side="right") - 1
    shares: dict[str, float] = {}
    for (_, name), count in zip(_HUES, np.bincount(bins, minlength=len(_HUES)), strict=True):
        shares[name] = shares.get(name, 0.0) + float(count) / vivid.size
    glowing = (saturation >= _GLOWING) & (value >= _GLOWING)
    low, high = next((a, b) for (a, name), (b, _) in pairwise(_HUES) if name == "orange")
    brown = float((vivid & ~glowing & (hue >= low) & (hue < high)).mean())
    shares["orange"], shares["brown"] = shares["orange"] - brown, brown
    large = sorted((name for name, share in shares.items() if share >= _COLOUR_SHARE),
                   key=lambda name: -shares[name])  # fmt: skip
    return large[:_MOST_COLOURS]


def _chroma(picture: Pixels) -> NDArray[np.uint8]:
    """Of each pixel, how far its channels are apart."""
    red, green, blue = cv2.split(picture)
    most, least = cv2.max(cv2.max(red, green), blue), cv2.min(cv2.min(red, green), blue)
    return np.asarray(most - least, dtype=np.uint8)


def _grey(picture: Pixels) -> NDArray[np.uint8]:
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
