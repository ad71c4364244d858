"""Makes `gallery/ui/world.json.gz`, the outline of the map, from Natural Earth's countries.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python data/make_world_outline.py package/countries-50m.json

Natural Earth is in the public domain; `world-atlas` (ISC licence) brings it as TopoJSON. Kept are
coasts and borders, at a hundredth of a degree, without the names of countries: a sixth of the size.
"""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path
from typing import Any

# Degrees; the data are generalised to some kilometres.
_STEP = 0.01
_OUT = Path(__file__).resolve().parent.parent / "gallery" / "ui" / "world.json.gz"


def outline(topology: dict[str, Any]) -> dict[str, Any]:
    """Arcs as flat lists of whole steps, polygons of arcs, and the arcs that are borders."""
    [land] = topology["objects"]["land"]["geometries"]
    polygons = land["arcs"]
    coasts = {arc if arc >= 0 else ~arc for polygon in polygons for ring in polygon for arc in ring}
    arcs = [_coarser(arc, topology["transform"]) for arc in topology["arcs"]]
    borders = [arc for arc in range(len(arcs)) if arc not in coasts]
    return {"step": _STEP, "arcs": arcs, "land": polygons, "borders": borders}


def _coarser(arc: list[list[int]], transform: dict[str, list[float]]) -> list[int]:
    """`longitude, latitude, step east, step north, step east ...` in steps."""
    (east, north), (west, south) = transform["scale"], transform["translate"]
    flat: list[int] = []
    x = y = 0
    last: tuple[int, int] | None = None
    for right, up in arc:
        x, y = x + right, y + up
        here = round((x * east + west) / _STEP), round((y * north + south) / _STEP)
        if last is None:
            flat += here
        elif here != last:
            flat += (here[0] - last[0], here[1] - last[1])
        last = here
    return flat


if __name__ == "__main__":
    found = outline(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    text = json.dumps(found, separators=(",", ":"))
    # Without a time stamp, so that the same input gives the same file.
    _OUT.write_bytes(gzip.compress(text.encode(), 9, mtime=0))
