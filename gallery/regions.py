"""Where a region of a file's metadata lies in the picture that is seen, and which face it is.

Regions are shares of the picture as it is stored, boxes are pixels of the rotated one.
"""

from __future__ import annotations

from collections.abc import Sequence

from gallery.detect import overlap
from gallery.exif import SIDEWAYS
from gallery.records import Box, Region, Regions

# Programs draw faces tight or with hair and chin; two boxes about one centre, one of them twice
# as wide and high as the other, still share this much.
_SAME_FACE = 0.25
# How far two shapes may differ and still be one, since a size may have been rounded in between.
_SAME_SHAPE = 0.02

Matched = tuple[dict[int, str], list[tuple[Box, str]]]


def stored_size(orientation: int, width: float, height: float) -> tuple[float, float]:
    """Width and height of the stored picture, of those that one sees; or the other way round."""
    return (height, width) if orientation in SIDEWAYS else (width, height)


def to_seen(x: float, y: float, orientation: int) -> tuple[float, float]:
    """A point of the stored picture where one sees it, both as shares of the sides.

    EXIF 2.32, tag 0x0112.
    """
    return {
        1: (x, y),
        2: (1 - x, y),
        3: (1 - x, 1 - y),
        4: (x, 1 - y),
        5: (y, x),
        6: (1 - y, x),
        7: (1 - y, 1 - x),
        8: (y, 1 - x),
    }[orientation]


def to_stored(x: float, y: float, orientation: int) -> tuple[float, float]:
    """A point that one sees where the stored picture has it; undoes `to_seen`."""
    # Two quarter turns undo each other; every other way is its own opposite.
    return to_seen(x, y, {6: 8, 8: 6}.get(orientation, orientation))


def box_of(region: Region, orientation: int, width: int, height: int) -> Box:
    """The box of a region in pixels of the rotated picture.

    Args:
        region: shares of the stored picture.
        orientation: EXIF, 1 to 8.
        width: pixels across of the rotated picture.
        height: pixels down of the rotated picture.
    """
    x, y = to_seen(region.x, region.y, orientation)
    across, down = stored_size(orientation, region.width, region.height)
    return (
        (x - across / 2) * width,
        (y - down / 2) * height,
        (x + across / 2) * width,
        (y + down / 2) * height,
    )


def region_of(name: str, box: Box, orientation: int, width: int, height: int) -> Region:
    """The region of a box; undoes `box_of`. What of the box is outside the picture is cut off."""
    x0, y0 = max(0.0, box[0]) / width, max(0.0, box[1]) / height
    x1, y1 = min(float(width), box[2]) / width, min(float(height), box[3]) / height
    x, y = to_stored((x0 + x1) / 2, (y0 + y1) / 2, orientation)
    across, down = stored_size(orientation, x1 - x0, y1 - y0)
    return Region(name, x, y, across, down)


def drawn_on(regions: Regions, orientation: int, width: int, height: int) -> int | None:
    """The orientation to read regions with; None where they belong to another picture.

    By the rules they apply to the stored picture. Some programs draw them on the turned one,
    which the size they were applied to gives away where the turn is on its side. Regions of
    another shape were drawn before the picture was cropped, and would name the wrong places.
    """
    if regions.applied_to is None:
        return orientation
    if _alike(regions.applied_to, stored_size(orientation, width, height)):
        return orientation
    return 1 if _alike(regions.applied_to, (width, height)) else None


def _alike(one: tuple[float, float], other: tuple[float, float]) -> bool:
    ratio = (one[0] / one[1]) / (other[0] / other[1])
    return 1 - _SAME_SHAPE <= ratio <= 1 + _SAME_SHAPE


def boxes_of(regions: Regions, orientation: int, width: int, height: int) -> list[tuple[Box, str]]:
    """The boxes of regions with their names; none where they belong to another picture."""
    turn = drawn_on(regions, orientation, width, height)
    if turn is None:
        return []
    return [(box_of(face, turn, width, height), face.name) for face in regions.faces]


def same_face(one: Box, other: Box) -> float:
    """How much two boxes share, 0 to 1, if they are about one face; else 0.

    The centre of each lies in the other, so that a neighbour is never taken for the face.
    """
    shared = overlap(one, other)
    if shared < _SAME_FACE or not (_holds(one, other) and _holds(other, one)):
        return 0.0
    return shared


def _holds(box: Box, other: Box) -> bool:
    x, y = (other[0] + other[2]) / 2, (other[1] + other[3]) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def match(named: Sequence[tuple[Box, str]], found: Sequence[Box]) -> Matched:
    """Which found face each named box is about: the pairs that share most first.

    Nobody is in a photo twice: of two boxes of one name the one that fits a face better counts,
    else the first.

    Returns:
        The name of each face that got one, by its place in the list; and the boxes left over.
    """
    pairs = sorted(
        (
            (shared, -at, index)
            for at, (box, _) in enumerate(named)
            for index, face in enumerate(found)
            if (shared := same_face(box, face))
        ),
        reverse=True,
    )
    names: dict[int, str] = {}
    used: set[int] = set()
    said: set[str] = set()
    for _, minus, index in pairs:
        name = named[-minus][1]
        if index not in names and -minus not in used and name.casefold() not in said:
            names[index] = name
            used.add(-minus)
            said.add(name.casefold())
    left = []
    for at, (box, name) in enumerate(named):
        if at not in used and name.casefold() not in said:
            left.append((box, name))
            said.add(name.casefold())
    return names, left
