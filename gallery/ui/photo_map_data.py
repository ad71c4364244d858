"""Positions of photos and the outline of the world -> what the map draws."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
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


def map_data(spots: Sequence[Spot], box: Box | None, settings: Settings) -> dict[str, Any]:
    """All of it.

    Args:
        spots: photos that say where they were taken.
        box: the part of the map that is to be seen at first; all photos where None.
        settings: may name a server of tiles.
    """
    towns, codes = _towns(spots)
    degrees = np.array([(spot.longitude, spot.latitude) for spot in spots], dtype="<f4")
    points = degrees.tobytes() + codes.astype("<u2").tobytes()
    credit = [settings.map_attribution] if settings.map_tiles else []
    return {
        "title": f"Map of {words.counted(len(spots), 'photo')} by where they were taken.",
        "points": address(points, "map-spots", _BARE),
        "world": address(_world(), "map-world", "application/json"),
        "towns": towns,
        "tiles": settings.map_tiles,
        "credit": " · ".join([*credit, _OUTLINE, ATTRIBUTION]),
        "box": None if box is None else {
            "south": box.south, "west": box.west, "north": box.north, "east": box.east
        },
    }  # fmt: skip


def _towns(spots: Sequence[Spot]) -> tuple[list[str], np.ndarray[Any, np.dtype[np.int64]]]:
    """Names of towns, and for each photo the number of its town; 0 where there is none."""
    names = sorted({spot.city for spot in spots if spot.city})[:_MOST_TOWNS]
    number = {name: at for at, name in enumerate(names, start=1)}
    codes = [number.get(spot.city or "", 0) for spot in spots]
    return ["", *names], np.array(codes, dtype=np.int64)


def _world() -> bytes:
    return gzip.decompress((files("gallery.ui") / "world.json.gz").read_bytes())
