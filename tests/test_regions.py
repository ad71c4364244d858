"""Where regions lie, for every orientation, and which faces they are about."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from gallery.config import Settings
from gallery.decode import decode
from gallery.records import Box, Region, Regions
from gallery.regions import box_of, boxes_of, match, region_of, same_face

ORIENTATIONS = range(1, 9)


def turned(pixels: np.ndarray, orientation: int) -> bytes:
    """A lossless file of stored pixels, with an orientation to see them by."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG", exif=exif)
    return stream.getvalue()


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_a_region_is_where_the_decoder_puts_its_pixels(
    orientation: int, settings: Settings
) -> None:
    """The stored picture has one white spot; the region is drawn around it there."""
    stored = np.zeros((60, 100, 3), dtype=np.uint8)
    stored[6:18, 70:90] = 255
    region = Region("Anna", 80 / 100, 12 / 60, 20 / 100, 12 / 60)
    photo = decode(turned(stored, orientation), settings, longest_side=100)
    rows, columns = np.nonzero(photo.pixels[:, :, 0])
    seen = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    box = box_of(region, orientation, photo.width, photo.height)
    assert box == pytest.approx(seen)
    back = region_of("Anna", box, orientation, photo.width, photo.height)
    assert (back.x, back.y, back.width, back.height) == pytest.approx((0.8, 0.2, 0.2, 0.2))


@pytest.mark.parametrize(
    ("orientation", "applied_to", "box"),
    [
        # A photo seen as 300 x 400, with a face at its top left.
        (1, None, (30, 40, 60, 80)),
        (1, (300, 400), (30, 40, 60, 80)),
        (1, (150, 200), (30, 40, 60, 80)),  # drawn on a smaller copy
        (1, (299, 400), (30, 40, 60, 80)),
        (1, (300, 300), None),  # drawn before it was cropped
        (6, None, (240, 40, 270, 80)),
        (6, (400, 300), (240, 40, 270, 80)),
        (6, (300, 400), (30, 40, 60, 80)),  # drawn on the turned picture, against the rules
    ],
)
def test_what_the_size_says_that_regions_were_drawn_on(
    orientation: int, applied_to: tuple[float, float] | None, box: Box | None
) -> None:
    region = Region("Anna", 0.15, 0.15, 0.1, 0.1)
    found = boxes_of(Regions((region,), applied_to), orientation, 300, 400)
    assert [(pytest.approx(one), name) for one, name in found] == (
        [] if box is None else [(box, "Anna")]
    )


def test_a_region_at_the_edge_is_cut_to_the_picture() -> None:
    region = region_of("Anna", (-20, 10, 40, 330), 1, 200, 300)
    assert box_of(region, 1, 200, 300) == pytest.approx((0, 10, 40, 300))


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ((100, 100, 200, 200), True),
        ((50, 50, 250, 250), True),  # drawn twice as wide and high
        ((40, 40, 260, 260), False),
        ((70, 100, 170, 200), True),
        ((155, 100, 255, 200), False),  # a neighbour: the centre is outside
        ((300, 100, 400, 200), False),
    ],
)
def test_what_counts_as_one_face(other: Box, same: bool) -> None:
    assert (same_face((100, 100, 200, 200), other) > 0) is same
    assert (same_face(other, (100, 100, 200, 200)) > 0) is same


A, B, FAR = (0, 0, 100, 100), (120, 0, 220, 100), (500, 0, 600, 100)
NEAR_A = (10, 0, 110, 100)


@pytest.mark.parametrize(
    ("named", "found", "names", "left"),
    [
        ([(NEAR_A, "Anna"), (B, "Ben")], [B, A], {1: "Anna", 0: "Ben"}, []),
        ([(A, "Anna"), (FAR, "Ben")], [A], {0: "Anna"}, [(FAR, "Ben")]),
        # Two boxes on one face: the closer one has it, the other is a box of its own.
        ([(NEAR_A, "Ben"), (A, "Anna")], [A], {0: "Anna"}, [(NEAR_A, "Ben")]),
        # Nobody is in a photo twice.
        ([(NEAR_A, "Anna"), (FAR, "anna")], [A, FAR], {1: "anna"}, []),
        ([(FAR, "Anna"), (B, "Anna")], [], {}, [(FAR, "Anna")]),
    ],
)
def test_which_face_a_name_is_for(
    named: list[tuple[Box, str]],
    found: list[Box],
    names: dict[int, str],
    left: list[tuple[Box, str]],
) -> None:
    assert match(named, found) == (names, left)
