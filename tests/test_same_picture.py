"""One picture in two files is told from two pictures."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
from pictured_library import jpeg, scene
from PIL import Image
from synthetic import encoded

from gallery.ingest import SMALL_SIDE, thumbnail
from gallery.records import Pixels
from gallery.resize import shrink
from gallery.same_picture import Grey, compare, read_small

PICTURE = scene(0, 640, 480)


def small(data: bytes) -> Grey:
    pixels = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
    found = read_small(thumbnail(pixels, shrink(pixels, SMALL_SIDE), SMALL_SIDE))
    assert found is not None
    return found


def trimmed(pixels: Pixels) -> bytes:
    height, width = pixels.shape[:2]
    return jpeg(pixels[height // 40 : -height // 40, width // 40 : -width // 40])


def rotated(pixels: Pixels) -> bytes:
    return encoded(np.asarray(Image.fromarray(pixels).rotate(2, resample=Image.BICUBIC)))


def captioned(pixels: Pixels) -> bytes:
    changed = pixels.copy()
    changed[-50:] = 255
    changed[-35:-20, 40:500:7] = 0
    return jpeg(changed)


EDITS: dict[str, Callable[[Pixels], bytes]] = {
    "compressed": lambda p: jpeg(p, quality=25),
    "smaller": lambda p: jpeg(p, factor=0.4),
    "larger": lambda p: jpeg(p, factor=1.5),
    "brighter": lambda p: jpeg((p * 0.6 + 80).astype(np.uint8)),
    "darker": lambda p: jpeg((p * 0.5).astype(np.uint8)),
    "without colour": lambda p: encoded(np.asarray(Image.fromarray(p).convert("L").convert("RGB"))),
    "trimmed": trimmed,
    "turned a little": rotated,
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_copy_is_the_same_picture(edit: str) -> None:
    likeness = compare(small(jpeg(PICTURE)), small(EDITS[edit](PICTURE)))
    assert likeness.is_same
    assert likeness.is_throughout or edit == "turned a little"


def test_something_written_on_it_is_seen() -> None:
    likeness = compare(small(jpeg(PICTURE)), small(captioned(PICTURE)))
    assert likeness.is_same
    assert not likeness.is_throughout


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_turned_pictures_are_compared_as_they_are_turned(turns: int) -> None:
    other = small(jpeg(np.ascontiguousarray(np.rot90(PICTURE, turns))))
    assert compare(small(jpeg(PICTURE)), other, turns).is_throughout
    assert not compare(small(jpeg(PICTURE)), other).is_same


def test_other_pictures_are_others() -> None:
    pictures = [small(jpeg(scene(seed))) for seed in range(1, 12)]
    found = [compare(one, other) for one in pictures for other in pictures if one is not other]
    assert not any(likeness.is_same for likeness in found)


def test_a_picture_in_which_half_has_moved_is_another_one() -> None:
    moved = PICTURE.copy()
    moved[:, :320] = scene(1, 320, 480)
    assert not compare(small(jpeg(PICTURE)), small(jpeg(moved))).is_same


def test_there_is_nothing_in_an_empty_picture() -> None:
    plain = np.full((200, 300, 3), 128, np.uint8)
    assert read_small(jpeg(plain)) is None
    assert read_small(b"no picture") is None


def test_pages_with_little_on_them_are_never_one() -> None:
    pages = []
    for at in (60, 180):
        page = np.full((240, 320, 3), 255, np.uint8)
        page[at : at + 6, 160:166] = 0
        pages.append(small(encoded(page)))
    assert not compare(*pages).is_same
