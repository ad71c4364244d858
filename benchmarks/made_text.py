"""Pictures with words drawn on them, always the same ones, to measure how well text is read."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from gallery.config import Settings
from gallery.decode import decode
from gallery.records import Pixels

SIDES = (1600, 1200)
# Of the longest side; what a letter's height is called by.
HEIGHTS = {"1/100": 0.01, "1/66": 0.015, "1/50": 0.02, "1/25": 0.04, "1/12": 0.08}
ANGLES = (0, 0, 0, 0, 8, -8, 20, -20, 90, 270)

_WORDS = """
happy birthday welcome home station harbour museum library bakery market street avenue garden
summer winter festival concert exhibition entrance exit please keep quiet open closed monday
friday sunday coffee breakfast dinner menu bread butter orange lemon tomato pizza special price
total receipt thank visitor platform arrival departure gate ticket flight boarding passport north
south bridge river mountain village castle church school hospital police parking private property
danger warning slippery surface wet paint fresh fish flowers books records vintage camera film
photo studio travel agency hotel room floor level push pull hours daily reserved family friends
forever love peace world peace score final champion league number finish start marathon runner
"""
_NUMBERS = ("2019", "1984", "42", "365", "12:30", "9.00", "2024", "007", "1500", "24/7")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A line that was drawn.

    Args:
        words: of it.
        height: key of `HEIGHTS`.
        angle: by which it is turned, in degrees.
    """

    words: tuple[str, ...]
    height: str
    angle: int


@dataclass(frozen=True, slots=True)
class Made:
    """A picture, what is written on it, and its number."""

    number: int
    pixels: Pixels
    lines: tuple[Drawn, ...]


def make(backgrounds: Sequence[Path], count: int, seed: int = 0) -> Iterator[Made]:
    """So many pictures of 1600 x 1200, each with one to three lines of one height.

    Args:
        backgrounds: photos to draw on, in an order that is always the same.
        count: how many.
        seed: of what is drawn.
    """
    draw = random.Random(seed)
    for number in range(count):
        height = list(HEIGHTS)[number % len(HEIGHTS)]
        picture = _background(draw.choice(list(backgrounds)), draw)
        lines = []
        for row in range(draw.randint(1, 3)):
            line = Drawn(_words(draw), height, draw.choice(ANGLES))
            if _put(picture, line, row, draw):
                lines.append(line)
        noise = np.random.default_rng(seed * 10_000 + number).normal(0, 3, (*SIDES[::-1], 3))
        pixels = np.clip(np.asarray(picture) + noise, 0, 255).astype(np.uint8)
        yield Made(number, pixels, tuple(lines))


def _background(path: Path, draw: random.Random) -> Image.Image:
    """A part of a photo in the size of the picture."""
    pixels = decode(path.read_bytes(), Settings(), longest_side=max(SIDES)).pixels
    height, width = pixels.shape[:2]
    part = min(width / SIDES[0], height / SIDES[1]) * draw.uniform(0.8, 1)
    wide, high = int(SIDES[0] * part), int(SIDES[1] * part)
    left, top = draw.randint(0, width - wide), draw.randint(0, height - high)
    cut = pixels[top : top + high, left : left + wide]
    return Image.fromarray(np.asarray(cv2.resize(cut, SIDES, interpolation=cv2.INTER_CUBIC)))


def _words(draw: random.Random) -> tuple[str, ...]:
    words = [draw.choice(_WORDS.split()) for _ in range(draw.randint(1, 3))]
    if draw.random() < 0.3:
        words[-1] = draw.choice(_NUMBERS)
    style = draw.choice((str.lower, str.upper, str.title))
    return tuple(style(word) for word in words)


def _put(picture: Image.Image, line: Drawn, row: int, draw: random.Random) -> bool:
    """Draw a line in its third of the picture; whether it fitted there."""
    pixels = round(HEIGHTS[line.height] * SIDES[0])
    # Capitals are 0.7 as high as a font's size.
    font = ImageFont.load_default(size=pixels / 0.7)
    text = " ".join(line.words)
    left, top, right, bottom = font.getbbox(text)
    margin = pixels // 2
    size = (round(right - left) + 2 * margin, round(bottom - top) + 2 * margin)
    light = draw.random() < 0.5
    ink, ground = ((255, 250, 240), (20, 30, 60)) if light else ((15, 15, 20), (245, 240, 225))
    on_plate = draw.random() < 0.5
    layer = Image.new("RGBA", size, (*ground, 235 if on_plate else 0))
    # Letters without a plate have an edge, as subtitles do: nobody could read some of them else.
    edge = 0 if on_plate else max(1, pixels // 12)
    ImageDraw.Draw(layer).text(
        (margin - left, margin - top), text, ink, font, stroke_width=edge, stroke_fill=ground
    )
    turned = layer.rotate(line.angle, Image.Resampling.BICUBIC, expand=True)
    third = SIDES[1] // 3
    if turned.width > SIDES[0] or turned.height > third:
        return False
    x = draw.randint(0, SIDES[0] - turned.width)
    y = row * third + draw.randint(0, third - turned.height)
    picture.paste(turned, (x, y), turned)
    return True
