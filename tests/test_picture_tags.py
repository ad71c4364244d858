"""What is measured on a picture, on pictures made for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import cv2
import numpy as np
import pytest
from synthetic import sharp_pixels

from gallery.picture_tags import PictureFacts, colours, picture_tags
from gallery.records import Pixels

FACTS = PictureFacts(4000, 3000, "JPEG", "IMG_1.jpg", 900.0, True, None, 0)


def filled(*colour: int) -> Pixels:
    return np.full((300, 400, 3), colour, dtype=np.uint8)


def grey(seed: int = 3) -> Pixels:
    return np.repeat(sharp_pixels(seed, 400, 300)[..., :1], 3, axis=2)


def page() -> Pixels:
    pixels = filled(235, 232, 228)
    for line in range(9):
        place = (25, 45 + 28 * line)
        cv2.putText(pixels, "the quick brown fox jumps", place, 0, 0.75, (30, 30, 35), 2)
    return pixels


def screen() -> Pixels:
    pixels = filled(250, 250, 250)
    pixels[:40] = (30, 90, 200)
    pixels[60:200, 20:180] = (230, 230, 235)
    return pixels


def street_at_night() -> Pixels:
    pixels = filled(14, 14, 22)
    for left in range(40, 360, 80):
        pixels[130:150, left : left + 20] = (250, 220, 150)
    return pixels


def test_black_and_white_has_no_colour() -> None:
    tags = picture_tags(grey(), FACTS)
    assert tags == ["black and white"]
    noisy = grey().astype(np.int16) + np.random.default_rng(0).integers(-4, 5, (300, 400, 3))
    assert "black and white" in picture_tags(noisy.clip(0, 255).astype(np.uint8), FACTS)
    sepia = (grey() * np.array([1, 0.8, 0.55])).astype(np.uint8)
    assert "black and white" not in picture_tags(sepia, FACTS)


@pytest.mark.parametrize(
    ("width", "height", "holds"), [(8000, 2000, True), (4000, 2100, False), (2000, 8000, False)]
)
def test_a_panorama_is_twice_as_wide_as_high(width: int, height: int, holds: bool) -> None:
    facts = replace(FACTS, width=width, height=height)
    assert ("panorama" in picture_tags(sharp_pixels(1), facts)) is holds


@pytest.mark.parametrize(("sharpness", "holds"), [(30.0, True), (200.0, False)])
def test_blurred(sharpness: float, holds: bool) -> None:
    assert (
        "blurred" in picture_tags(sharp_pixels(1), replace(FACTS, sharpness=sharpness))
    ) is holds


@pytest.mark.parametrize(
    ("hour", "faces", "holds"),
    [(23, 0, True), (3, 2, True), (12, 0, False), (None, 0, True), (None, 1, False)],
)
def test_night_is_dark_with_lights_and_not_by_day(
    hour: int | None, faces: int, holds: bool
) -> None:
    clock = None if hour is None else datetime(2024, 5, 4, hour)
    facts = replace(FACTS, clock=clock, faces=faces)
    assert ("night" in picture_tags(street_at_night(), facts)) is holds
    assert "night" not in picture_tags(filled(14, 14, 22), facts), "dark without any light"
    assert "night" not in picture_tags(sharp_pixels(1), facts)


def test_a_document_is_paper_with_writing() -> None:
    assert "document" in picture_tags(page(), FACTS)
    assert "document" in picture_tags((page() * 0.6).astype(np.uint8), FACTS), "in poor light"
    assert "document" not in picture_tags(page(), replace(FACTS, faces=1))
    corner = filled(235, 232, 228)
    corner[:100, :120] = page()[:100, :120]
    for other in (filled(235, 235, 235), corner, sharp_pixels(4, 400, 300), grey(5)):
        assert "document" not in picture_tags(other, FACTS)


@pytest.mark.parametrize(
    "name",
    [
        "Screenshot_20240504-093011.jpg",
        "Screen Shot 2024-05-04 at 9.30.png",
        "Bildschirmfoto 1.png",
    ],
)
def test_a_screenshot_by_its_name(name: str) -> None:
    tags = picture_tags(page(), replace(FACTS, name=name, sharpness=10.0))
    assert "screenshot" in tags
    assert not {"document", "blurred"} & set(tags)


@pytest.mark.parametrize(
    ("changes", "holds"),
    [
        ({}, True),
        ({"width": 1080, "height": 1920}, True),
        ({"width": 1900}, False),
        ({"camera": True}, False),
        ({"format": "JPEG"}, False),
    ],
)
def test_a_screenshot_by_what_it_is(changes: dict[str, object], holds: bool) -> None:
    facts = replace(FACTS, width=1920, height=1080, format="PNG", camera=False)
    assert ("screenshot" in picture_tags(screen(), replace(facts, **changes))) is holds
    assert "screenshot" not in picture_tags(
        np.random.default_rng(0).integers(0, 255, (300, 400, 3), dtype=np.uint8), facts
    )


@pytest.mark.parametrize(
    ("colour", "name"),
    [
        ((200, 20, 25), ["red"]), ((235, 130, 20), ["orange"]), ((230, 220, 40), ["yellow"]),
        ((40, 160, 60), ["green"]), ((40, 90, 200), ["blue"]), ((120, 50, 180), ["purple"]),
        ((240, 100, 190), ["pink"]), ((120, 80, 45), ["brown"]), ((128, 128, 128), []),
        ((20, 5, 5), []),
    ],
)  # fmt: skip
def test_colours_have_everyday_names(colour: tuple[int, int, int], name: list[str]) -> None:
    assert colours(filled(*colour)) == name


def test_at_most_two_colours_and_the_larger_first() -> None:
    pixels = filled(40, 90, 200)
    pixels[:, 240:] = (40, 160, 60)
    assert colours(pixels) == ["blue", "green"]
    pixels[:, 300:] = (200, 20, 25)
    assert colours(pixels) == ["blue"]
