"""Events of made-up years: how many are found as they were made, and how long it takes.

    python benchmarks/events.py [--photos 100000] [--seed 0] [--json]

The years are made of single shots, days out, celebrations with a pause, two trips on one day, and
journeys of several days; a third of the photos have no position. The made events are the truth;
single shots are nobody's. `pairwise F` is of the pairs of photos put into one event, `exact` the
share of made events found with just their photos. Rivals: a pause of six hours, and PhotoTOC as
published. Times are seconds by the clock and of the processor, in a library with 2.5 faces a photo.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from machine import cores, cpu_model
from numpy.typing import NDArray
from sqlalchemy import insert

from gallery.event_describing import describe
from gallery.event_updating import update_events
from gallery.events import NONE, find_events
from gallery.moments import Moments
from gallery.placing import find_places
from gallery.store import events as event_store
from gallery.store import places, timeline
from gallery.store.library import Library, open_library
from gallery.store.tables import faces, memberships, people, photos

_HOUR, _DAY = 3600.0, 86400.0
_HOME = (45.7578, 4.8320)
_TOWNS = np.array([(48.8566, 2.3522), (41.8902, 12.4922), (43.7696, 11.2558), (38.7223, -9.1393),
                   (52.52, 13.405), (40.7128, -74.006), (35.6812, 139.7671)])  # fmt: skip
_NEAR = np.array([(45.8992, 6.1294), (45.1885, 5.7245), (45.4397, 4.3872)])
_EPOCH = datetime(2000, 1, 1)
_PEOPLE, _FACES_A_PHOTO = 300, 2.5

Labels = NDArray[np.int64]


class Years:
    """Days after days, until there are enough photos."""

    def __init__(self, count: int, seed: int) -> None:
        self.draw = np.random.default_rng(seed)
        self.wall: list[float] = []
        self.place: list[tuple[float, float]] = []
        self.event: list[int] = []
        self.events = 0
        day = 0.0
        while len(self.wall) < count:
            day += self._live(day)

    def _live(self, day: float) -> float:
        """What happens on a day, or some days; how many."""
        kind = self.draw.random()
        if kind < 0.03:
            return self._journey(day)
        if kind < 0.06:
            self._shoot(day, 13, 1.5, self._many(40), _HOME)
            self._shoot(day, 17.5, 7, self._many(80), _HOME, same=True)
        elif kind < 0.10:
            self._shoot(day, 9, 2, self._many(30), _HOME)
            self._shoot(day, 13, 4, self._many(40), self._one_of(_NEAR))
        elif kind < 0.30:
            self._shoot(day, self.draw.uniform(9, 19), self.draw.uniform(0.5, 4), self._many(25),
                        _HOME)  # fmt: skip
        elif kind < 0.6:
            self._take(day + self.draw.uniform(8, 22) / 24, _HOME, NONE)
        return 1.0

    def _journey(self, day: float) -> float:
        days, town = int(self.draw.integers(2, 9)), self._one_of(_TOWNS)
        for number in range(days):
            self._shoot(day + number, 9.5, 11, self._many(50), town, same=number > 0)
        return float(days + 1)

    def _many(self, mean: int) -> int:
        return 3 + int(self.draw.poisson(mean))

    def _one_of(self, towns: NDArray[np.float64]) -> tuple[float, float]:
        latitude, longitude = towns[self.draw.integers(len(towns))]
        return float(latitude), float(longitude)

    def _shoot(
        self, day: float, hour: float, hours: float, photos: int, place: tuple[float, float],
        *, same: bool = False,
    ) -> None:  # fmt: skip
        """Scenes, each of a few photos."""
        self.events += not same
        scenes = np.sort(self.draw.uniform(0, hours, max(2, photos // 4)))
        for scene in self.draw.integers(len(scenes), size=photos):
            at = day + (hour + scenes[scene]) / 24 + self.draw.exponential(30) / _DAY
            self._take(at, place, self.events - 1)

    def _take(self, day: float, place: tuple[float, float], event: int) -> None:
        self.wall.append(day * _DAY)
        self.place.append(place)
        self.event.append(event)

    def moments(self) -> tuple[Moments, Labels]:
        """The photos by time, and their events."""
        order = np.argsort(self.wall, kind="stable")
        where = np.array(self.place)[order] + self.draw.normal(0, 0.01, (len(order), 2))
        where[self.draw.random(len(order)) < 1 / 3] = np.nan
        by_camera = np.ones(len(order), dtype=np.bool_)
        wall = np.array(self.wall)[order]
        return Moments(wall, where[:, 0], where[:, 1], by_camera), np.array(self.event)[order]


def six_hours(moments: Moments) -> Labels:
    """An event ends with a pause of six hours."""
    return _numbered(np.diff(moments.wall) >= 6 * _HOUR)


def photo_toc(moments: Moments) -> Labels:
    """PhotoTOC as published: K = log 17, d = 10."""
    logs = np.log(np.maximum(np.diff(moments.wall), 1.0))
    sums = np.concatenate([[0.0], np.cumsum(logs)])
    here = np.arange(len(logs))
    first, end = np.maximum(here - 10, 0), np.minimum(here + 11, len(logs))
    return _numbered(logs >= np.log(17) + (sums[end] - sums[first]) / (end - first))


def _numbered(parts: NDArray[np.bool_], least: int = 3) -> Labels:
    labels = np.concatenate([[0], np.cumsum(parts)])
    return np.where(np.bincount(labels)[labels] >= least, labels, NONE)


def score(found: Labels, truth: Labels) -> dict[str, float]:
    """Pairwise precision, recall and F, and the share of made events found exactly."""
    shared = _pairs(np.stack([found, truth])[:, (found != NONE) & (truth != NONE)])
    precision = shared / _pairs(found[None, found != NONE])
    recall = shared / _pairs(truth[None, truth != NONE])
    exact = 0
    for event in range(truth.max() + 1):
        own = found[truth == event]
        exact += own[0] != NONE and len(set(own)) == 1 and (found == own[0]).sum() == len(own)
    return {
        "events": float(len(set(found.tolist()) - {NONE})),
        "precision": precision,
        "recall": recall,
        "pairwise F": 2 * precision * recall / (precision + recall),
        "exact": exact / (truth.max() + 1),
    }


def _pairs(labels: NDArray[np.int64]) -> float:
    sizes = np.unique(labels, axis=1, return_counts=True)[1].astype(np.float64)
    return float((sizes * (sizes - 1) / 2).sum())


def fill(library: Library, moments: Moments, seed: int) -> None:
    """Photos and faces as bare rows: nothing here is about pictures."""
    draw = np.random.default_rng(seed)
    now = datetime.now(UTC)
    own = {"owner_id": library.owner_id}
    count = len(moments)
    walls, latitudes, longitudes = (
        moments.wall.tolist(), moments.latitude.tolist(), moments.longitude.tolist()
    )  # fmt: skip
    rows: list[dict[str, Any]] = [
        own | {
            "id": at + 1, "sha256": f"{at:064}", "size_bytes": 1, "width": 4, "height": 3,
            "format": "JPEG", "orientation": 1, "dated_by": "camera", "sharpness": 99.0,
            "perceptual_hash": b"0", "added_at": now, "detector": "detector",
            "shown_at": _EPOCH + timedelta(seconds=walls[at]),
            "latitude": None if np.isnan(latitudes[at]) else latitudes[at],
            "longitude": None if np.isnan(longitudes[at]) else longitudes[at],
        }
        for at in range(count)
    ]  # fmt: skip
    with_face = draw.integers(1, count + 1, size=int(_FACES_A_PHOTO * count)).tolist()
    whose = (1 + (_PEOPLE * draw.random(len(with_face)) ** 3).astype(int)).tolist()
    someone = [
        own | {"id": n, "number": n, "name": f"Person {n}", "hidden": False, "created_at": now}
        for n in range(1, _PEOPLE + 1)
    ]
    boxes = [
        own | {"id": n, "photo_id": photo, "detector": "detector", "x0": 0.0, "y0": 0.0, "x1": 1.0,
               "y1": 1.0, "score": 0.9}
        for n, photo in enumerate(with_face, start=1)
    ]  # fmt: skip
    belongs = [own | {"face_id": n, "person_id": who} for n, who in enumerate(whose, start=1)]
    with library.write() as connection:
        for table, values in (
            (photos, rows), (people, someone), (faces, boxes), (memberships, belongs)
        ):  # fmt: skip
            connection.execute(insert(table), values)


def timed(work: Callable[[], Any]) -> tuple[dict[str, float], Any]:
    """Seconds by the clock and of the processor, and what came of it."""
    clock, processor = time.perf_counter(), time.process_time()
    result = work()
    seconds = {
        "clock": time.perf_counter() - clock,
        "processor": time.process_time() - processor,
    }
    return seconds, result


def measure_library(moments: Moments, seed: int) -> dict[str, dict[str, float]]:
    """What is done with the events of a library."""
    with tempfile.TemporaryDirectory() as folder:
        library = open_library(Path(folder) / "library")
        fill(library, moments, seed)
        found = {}
        found["look up places"], _ = timed(lambda: list(find_places(library)))
        found["find events"], _ = timed(lambda: update_events(library))
        found["find events again"], _ = timed(lambda: update_events(library))
        found["list events"], listed = timed(lambda: event_store.listed(library))
        page = listed[:24]
        found["a page of 24 events in words"], _ = timed(lambda: describe(library, page))
        ids = [event.id for event in page]
        found["their pictures"], _ = timed(lambda: event_store.pictures(library, ids))
        only = event_store.which(library, page[0].id)
        found["photos of an event"], _ = timed(
            lambda: timeline.browse(library, limit=121, among=only)
        )
        found["all events in words"], _ = timed(lambda: describe(library, listed))
        found["positions for the map"], _ = timed(lambda: places.spots(library))
        box = places.Box(45, 4, 46, 5)
        found["photos of a part of the map"], _ = timed(
            lambda: timeline.browse(library, limit=121, among=places.within(library, box))
        )
        library.close()
    return found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    moments, truth = Years(given.photos, given.seed).moments()
    ways = {
        "this gallery": find_events,
        "this gallery, without positions": lambda m: find_events(
            Moments(m.wall, m.latitude * np.nan, m.longitude * np.nan, m.by_camera)
        ),
        "a pause of six hours": six_hours,
        "PhotoTOC as published": photo_toc,
    }
    scores = {name: score(way(moments), truth) for name, way in ways.items()}
    seconds = {"find events in memory": timed(lambda: find_events(moments))[0]}
    seconds |= measure_library(moments, given.seed)
    if given.json:
        print(json.dumps({"scores": scores, "seconds": seconds}, indent=2))
        return
    print(
        f"{len(moments):,} photos, {truth.max() + 1:,} made events; {cpu_model()}, {cores()} cores"
    )
    print("| | events | pairwise P | R | F | exact |\n|---|---|---|---|---|---|")
    for name, one in scores.items():
        print(
            f"| {name} | {one['events']:,.0f} | {one['precision']:.3f} | {one['recall']:.3f} | "
            f"{one['pairwise F']:.3f} | {one['exact']:.1%} |"
        )
    print("\n| | seconds by the clock | of the processor |\n|---|---|---|")
    for name, one in seconds.items():
        print(f"| {name} | {one['clock']:.2f} | {one['processor']:.2f} |")


if __name__ == "__main__":
    main()
