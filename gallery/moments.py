"""When and where photos were taken: one clock for all of them, and the ways between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gallery.sphere import kilometres

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]

HOUR = 3600.0
DAY = 24 * HOUR

# Nobody travels faster: the phone remembers where it was last.
_FASTEST_KMH = 2000.0
# What a position may be older than its photo.
_STALE_SECONDS = 120.0
# Degrees east after which clocks are expected to be set anew; less is a trip at home.
_ZONE_DEGREES = 20.0


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """When and where photos were taken.

    Args:
        wall: (n,) seconds on the clock at the place, in any order.
        latitude: (n,) degrees; NaN where unknown.
        longitude: (n,) degrees; NaN where unknown.
        by_camera: (n,) whether the camera gave the time, rather than the file.
    """

    wall: Floats
    latitude: Floats
    longitude: Floats
    by_camera: NDArray[np.bool_]

    def __post_init__(self) -> None:
        sizes = {len(self.latitude), len(self.longitude), len(self.by_camera)}
        if sizes != {len(self.wall)}:
            raise ValueError(f"expected {len(self.wall)} of everything, got {sorted(sizes)}")

    def __len__(self) -> int:
        return len(self.wall)

    def only(self, kept: NDArray[Any]) -> Moments:
        """Some of the photos, or all in another order."""
        return Moments(
            self.wall[kept], self.latitude[kept], self.longitude[kept], self.by_camera[kept]
        )


def instants(known: Moments) -> Floats:
    """(n,) seconds that pass evenly, across time zones too.

    Zones are taken from where photos were taken, 15 degrees an hour, and change only on a long way:
    offsets in files are rarely there, and clocks of cameras rarely set anew.
    """
    zones = np.zeros(len(known))
    zone, set_at = 0.0, np.nan
    for index, longitude in enumerate(known.longitude.tolist()):
        if longitude == longitude:  # not NaN
            away = abs((longitude - set_at + 180.0) % 360.0 - 180.0)
            if not away <= _ZONE_DEGREES:
                if set_at != set_at:
                    # Those before it were taken in the same zone.
                    zones[:index] = round(longitude / 15.0)
                zone, set_at = float(round(longitude / 15.0)), longitude
        zones[index] = zone
    return np.asarray(known.wall - zones * HOUR)


def ways_between(places: Floats, at: Floats) -> Floats:
    """(n - 1,) kilometres between photos and the next ones.

    Over photos of unknown place a way is put where the pause is longest.
    """
    ways = np.zeros(max(0, len(places) - 1))
    known = np.flatnonzero(~np.isnan(places[:, 0]))
    one, other = known[:-1], known[1:]
    far = kilometres(places[one], places[other])
    believed = far <= _FASTEST_KMH * (at[other] - at[one] + _STALE_SECONDS) / HOUR
    for index in np.flatnonzero(believed & (far > 0)).tolist():
        begin, end = int(one[index]), int(other[index])
        longest = (
            begin if end == begin + 1 else begin + int(np.argmax(np.diff(at[begin : end + 1])))
        )
        ways[longest] = far[index]
    return ways


def spans(at: Floats, parts: Labels) -> tuple[Floats, Floats]:
    """First and last instant of each event; events are numbered from 0 on without a gap."""
    starts = np.full(parts.max() + 1, np.inf)
    ends = np.full(parts.max() + 1, -np.inf)
    np.minimum.at(starts, parts, at)
    np.maximum.at(ends, parts, at)
    return starts, ends
