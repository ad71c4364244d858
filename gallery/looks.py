"""Photos found by free text, through vectors of pictures and words in one space; an extra."""

from __future__ import annotations

import heapq
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from sqlalchemy import ColumnElement

from gallery.machine import cores
from gallery.protocols import SceneEmbedder, identity
from gallery.records import Progress
from gallery.similar import Alike
from gallery.store import looks
from gallery.store.library import Library
from gallery.tagging import read_thumbnail

# A kill loses some seconds of work.
_BATCH = 32


@dataclass(slots=True)
class LookReport:
    """What a run did; grows while it goes on.

    Args:
        looked: photos.
        passed_over: photos whose thumbnail could not be read; the next run finds them again.
    """

    looked: int = 0
    passed_over: int = 0


def look_at_missing(
    library: Library, embedder: SceneEmbedder, report: LookReport
) -> Iterator[Progress]:
    """Look at the photos that this model has not seen, batch by batch.

    Args:
        library: whose.
        embedder: what looks at them.
        report: filled in while the run goes on.

    Yields:
        Progress after every batch; nothing where all were looked at.
    """
    started = time.perf_counter()
    waiting = looks.stale(library, identity(embedder))
    with ThreadPoolExecutor(cores()) as pool:
        for start in range(0, len(waiting), _BATCH):
            batch = waiting[start : start + _BATCH]
            thumbnails = pool.map(lambda one: read_thumbnail(library, one[1]), batch)
            seen = {
                photo: pixels
                for (photo, _), pixels in zip(batch, thumbnails, strict=True)
                if pixels is not None
            }
            vectors = embedder.embed_pictures(list(seen.values()))
            looks.replace(library, identity(embedder), dict(zip(seen, vectors, strict=True)))
            report.looked += len(seen)
            report.passed_over += len(batch) - len(seen)
            seconds = time.perf_counter() - started
            yield Progress("Looking at photos", start + len(batch), len(waiting), seconds)


def find(
    library: Library,
    embedder: SceneEmbedder,
    text: str,
    limit: int,
    among: ColumnElement[bool] | None = None,
) -> list[Alike]:
    """The photos that a text describes best, the best first.

    There is no cosine from which on it holds: the first of the list are the likeliest.

    Args:
        library: whose.
        embedder: what reads the text; only photos that it has seen can be found.
        text: in plain words.
        limit: photos.
        among: condition on the photos.
    """
    query = embedder.embed_text(text)
    best: list[tuple[float, int]] = []
    for ids, vectors in looks.portions(library, identity(embedder), among):
        cosines = vectors.astype(np.float32) @ query
        found = [(float(cosine), -photo) for cosine, photo in zip(cosines, ids, strict=True)]
        best = heapq.nlargest(limit, best + found)
    return [Alike(-photo, round(min(1.0, cosine), 4)) for cosine, photo in best]
