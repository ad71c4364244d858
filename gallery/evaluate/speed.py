"""How long the stages take on this machine, on a library's own photos."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import numpy as np

from gallery.config import Settings
from gallery.decode import decode
from gallery.detect import DetectOptions, detect_faces
from gallery.embed import crops_of, embed_crops, with_quality
from gallery.errors import LibraryError, RefusedPhoto
from gallery.pipeline import FaceModels
from gallery.records import Progress
from gallery.store import evaluations, people, timeline
from gallery.store.library import Library
from gallery.store.originals import read_original, some_photos

_PHOTOS, _PAGES = 24, 20
_PAGE = 60


def measure_speed(
    library: Library,
    models: FaceModels,
    settings: Settings,
    on_progress: Callable[[Progress], None] | None = None,
) -> dict[str, Any]:
    """Time every stage of some photos one after the other, and what a page asks for; kept.

    Photos are spread evenly over the library. An ingest works on as many at a time as there are
    cores, so that it takes less for each than the sum.

    Args:
        library: whose photos.
        models: detector and embedder; a first photo warms them up and is not counted.
        settings: sizes and limits.
        on_progress: told how far it is.

    Raises:
        LibraryError: No photo can be read.
    """
    spent: dict[str, list[float]] = defaultdict(list)
    found, read = 0, 0
    ids = some_photos(library, _PHOTOS)
    started = time.perf_counter()
    for done, photo_id in enumerate([*ids[:1], *ids]):
        stages, faces = _look(library, photo_id, models, settings)
        if done and stages:
            found, read = found + faces, read + 1
            for stage, seconds in stages.items():
                spent[stage].append(seconds)
        if on_progress is not None:
            seconds = time.perf_counter() - started
            on_progress(Progress("Timing photos", done, len(ids), seconds))
    if not read:
        raise LibraryError("There is no photo that can be read. Add some, or connect their disk.")
    spent["first page"] = [
        _timed(lambda: timeline.browse(library, limit=_PAGE)) for _ in range(_PAGES)
    ]
    spent["people"] = [_timed(lambda: people.everyone(library)) for _ in range(_PAGES)]
    document = {
        "space": models.space.name,
        "photos": read,
        "faces": found,
        "milliseconds": {stage: _summary(times) for stage, times in spent.items() if times},
    }
    evaluations.add(library, "speed", "own photos", models.space.name, document)
    return document


def _look(
    library: Library, photo_id: int, models: FaceModels, settings: Settings
) -> tuple[dict[str, float], int]:
    """Seconds by stage, nothing where the photo cannot be read; and how many faces."""
    laps: dict[str, float] = {}
    clock = time.perf_counter()

    def lap(stage: str) -> None:
        nonlocal clock
        now = time.perf_counter()
        laps[stage], clock = now - clock, now

    data = read_original(library, photo_id)
    if data is None:
        return {}, 0
    lap("read")
    try:
        photo = decode(data, settings, longest_side=settings.detect_side)
    except RefusedPhoto:
        return {}, 0
    lap("decode")
    looks = DetectOptions(settings.detect_side, settings.min_score, settings.min_face)
    found = detect_faces(photo, models.detector, looks)
    lap("detect")
    graded = with_quality(photo, found)
    lap("judge")
    embed_crops(crops_of(photo, graded, models.embedder), models.embedder)
    lap("embed")
    laps["whole photo"] = sum(laps.values())
    return laps, len(found)


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _summary(times: list[float]) -> dict[str, float]:
    median, late = (1000 * float(value) for value in np.percentile(times, (50, 95)))
    return {"median": round(median, 2), "p95": round(late, 2), "times": len(times)}
