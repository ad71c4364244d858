"""Where our ingest's time goes: milliseconds a photo by stage, nothing in parallel.

The pipeline overlaps decoding with the networks, so the stages of a whole run cannot be
added up. Here photos go through it one at a time, and the functions it calls are timed.
"""

from __future__ import annotations

import functools
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

# Stage by the place where the pipeline looks a function up.
_FUNCTIONS = {
    "gallery.reading.prepare": "prepare",
    "gallery.ingest.decode": "decode, EXIF",
    "gallery.ingest.photo_sharpness": "sharpness",
    "gallery.ingest.perceptual_hash": "perceptual hash",
    "gallery.ingest.thumbnail": "thumbnail",
    "gallery.pipeline.detect_faces": "detect",
    "gallery.pipeline.with_quality": "face quality",
    "gallery.pipeline.crops_of": "align",
    "gallery.pipeline.face_picture": "face pictures",
    "gallery.pipeline.embed_crops": "embed",
    "gallery.media.files.Media.put": "store files",
}
_WITHIN_PREPARE = ("decode, EXIF", "sharpness", "perceptual hash", "thumbnail")


def measure_stages(take_in: Callable[[str], None], photos: Sequence[str]) -> dict[str, float]:
    """Milliseconds a photo by stage, in the order of the work; `total` is their sum.

    Args:
        take_in: takes one photo into a library.
        photos: the files.
    """
    spent: Counter[str] = Counter()
    with _timed(spent):
        started = time.perf_counter()
        for path in photos:
            take_in(path)
        total = time.perf_counter() - started
    prepare = spent.pop("prepare")
    stages = {"read, SHA-256": prepare - sum(spent[name] for name in _WITHIN_PREPARE)}
    stages |= {name: spent[name] for name in _FUNCTIONS.values() if name in spent}
    stages["store rows, the rest"] = total - sum(stages.values())
    stages["total"] = total
    return {name: 1000 * seconds / len(photos) for name, seconds in stages.items()}


@contextmanager
def _timed(spent: Counter[str]) -> Iterator[None]:
    """Add up the seconds spent in each of the functions meanwhile."""
    with ExitStack() as stack:
        for place, stage in _FUNCTIONS.items():
            stack.enter_context(patch(place, _timing(_find(place), stage, spent)))
        yield


def _timing(function: Callable[..., Any], stage: str, spent: Counter[str]) -> Callable[..., Any]:
    @functools.wraps(function)
    def timed(*args: Any, **kwargs: Any) -> Any:
        started = time.perf_counter()
        try:
            return function(*args, **kwargs)
        finally:
            spent[stage] += time.perf_counter() - started

    return timed


def _find(place: str) -> Callable[..., Any]:
    import pkgutil

    return pkgutil.resolve_name(place)
