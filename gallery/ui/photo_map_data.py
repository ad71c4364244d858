"""Positions of photos and the outline of the world -> what the map draws."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

from gallery.config import Settings
from gallery.places import ATTRIBUTION
from gallery.store.places import Box, Spot
from gallery.ui import words
from gallery.ui.images import address

_BARE = "application/octet-stream"
_OUTLINE = "Outline: Natural Earth"
# As many towns as two bytes tell apart; the first is none.
_MOST_TOWNS = 65_535


@dataclass(frozen=True, slots=True)
class Packed:
    """Photos that say where they were taken, as bare numbers.

    Args:
        count: how many.
        points: longitude and latitude of each as float32, then the number of its town as uint16.
        towns: names by number; the first is none.
    """

    count: int
    points: bytes
    towns: list[str]


def pack(spots: Sequence[Spot]) -> Packed:
    """Positions for the map."""
    names = sorted({spot.city for spot in spots if spot.city})[:_MOST_TOWNS]
    number = {name: at for at, name in enumerate(names, start=1)}
    codes = np.array([number.get(spot.city or "", 0) for spot in spots], dtype="<u2")
    degrees = np.array([(spot.longitude, spot.latitude) for spot in spots], dtype="<f4")
    return Packed(len(spots), degrees.tobytes() + codes.tobytes(), ["", *names])


def map_data(packed: Packed, box: Box | None, settings: Settings) -> dict[str, Any]:
    """All of it.

    Args:
        packed: the photos.
        box: the part of the map that is to be seen at first; all photos where None.
        settings: may name a server of tiles.
    """
    credit = [settings.map_attribution] if settings.map_tiles else []
    return {
        "title": f"Map of {words.counted(packed.count, 'photo')} by where they were taken.",
        "points": address(packed.points, "map-spots", _BARE),
        "world": address(_world(), "map-world", "application/json"),
        "towns": packed.towns,
        "tiles": settings.map_tiles,
        "credit": " · ".join([*credit, _OUTLINE, ATTRIBUTION]),
        "box": None if box is None else {
            "south": box.south, "west": box.west, "north": box.north, "east": box.east
        },
    }  # fmt: skip


@cache
def _world() -> bytes:
    return gzip.decompress((files("gallery.ui") / "world.json.gz").read_bytes())
