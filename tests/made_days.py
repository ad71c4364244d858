"""Photos of made-up days: when and where, without pictures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from gallery.moments import Moments

LYON = (45.7578, 4.8320)
PARIS = (48.8566, 2.3522)
ZOO = (45.7770, 4.8550)  # in Lyon
LAKE = (45.8992, 6.1294)  # Annecy, 102 km from Lyon
ROME = (41.8902, 12.4922)
FLORENCE = (43.7696, 11.2558)
TOKYO = (35.6812, 139.7671)
LOS_ANGELES = (34.0522, -118.2437)

EPOCH = datetime(2000, 1, 1)
Place = tuple[float, float] | None


@dataclass
class Days:
    """Photos as they come to mind; `moments` has them in that order."""

    taken: list[tuple[datetime, Place, bool]] = field(default_factory=list)

    def shoot(
        self,
        start: str,
        minutes: float,
        photos: int,
        place: Place = None,
        *,
        by_camera: bool = True,
        seed: int = 0,
    ) -> list[int]:
        """Take photos at odd times within so many minutes; their numbers."""
        begin = datetime.fromisoformat(start)
        share = np.sort(np.random.default_rng(seed).random(photos))
        return self.at(
            [begin + timedelta(minutes=minutes * float(s)) for s in share],
            place,
            by_camera=by_camera,
        )

    def at(
        self, times: Iterable[datetime], place: Place = None, *, by_camera: bool = True
    ) -> list[int]:
        """Take photos at some times; their numbers."""
        first = len(self.taken)
        self.taken += [(time, place, by_camera) for time in times]
        return list(range(first, len(self.taken)))

    def live_in(self, place: Place, year: int = 2023) -> list[int]:
        """A photo a week, on which nobody sees an event, but where home is."""
        first = datetime(year, 1, 3, 12)
        return self.at([first + timedelta(days=7 * week) for week in range(20)], place)

    @property
    def moments(self) -> Moments:
        """All of them."""
        nowhere = (np.nan, np.nan)
        places = np.array([place or nowhere for _, place, _ in self.taken]).reshape(-1, 2)
        return Moments(
            np.array([(time - EPOCH).total_seconds() for time, _, _ in self.taken]),
            places[:, 0],
            places[:, 1],
            np.array([by_camera for _, _, by_camera in self.taken], dtype=np.bool_),
        )
