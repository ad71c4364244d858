"""Photos that look much alike and are neither one picture nor a burst: the class `similar`.

By the cosine of their scene vectors, which the tagger leaves behind: the same cake from three
sides, the same window on other days.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np

from gallery import duplicates
from gallery.duplicates import MOST_SIMILAR, Kind
from gallery.people_tags import PORTRAIT_SHARE
from gallery.records import Progress
from gallery.scene_neighbours import SceneNeighbours
from gallery.store import scene_pairs, scenes
from gallery.store.duplicates import Lookalike
from gallery.store.library import Library
from gallery.store.scene_pairs import Versions

# Raised when what the comparison finds changes.
VERSION = 1

# Cosines from which two photos look much alike, and where a face fills a fifth of the height of
# one of them: any two portraits in a suit have 0.85. docs/duplicates.md has the figures.
LEAST, LEAST_OF_PORTRAITS = 0.85, 0.92

# Photos compared at a time; a run that is stopped has lost at most these.
_PORTION = 512


def left_to_compare(library: Library) -> int:
    """How many photos with a scene vector were not yet compared with the others."""
    return scene_pairs.left(library, _versions())


def _versions() -> Versions:
    return Versions(duplicates.VERSION, VERSION)


def find(library: Library) -> Iterator[Progress]:
    """Compare the photos that were not compared yet with all others, and keep what looks alike.

    After `gallery.duplicates.find`: what that found is in another class. Photos that the tagger
    has not seen are left out. Can be stopped at any moment: the next run goes on.
    """
    started = time.perf_counter()
    scene_pairs.forget_older(library, Kind.SIMILAR, VERSION)
    waiting = scene_pairs.to_compare(library, _versions())
    total, done = sum(map(len, waiting.values())), 0
    for model, photos in waiting.items():
        search = _Search(library, model, photos)
        for start in range(0, len(search.rows), _PORTION):
            rows = search.rows[start : start + _PORTION]
            compared = [search.ids[row] for row in rows]
            scene_pairs.keep_found(library, search.pairs(rows), compared, VERSION)
            seconds = time.perf_counter() - started
            yield Progress("Looking for similar photos", done + start + len(rows), total, seconds)
        done += len(search.rows)


class _Search:
    """The scene vectors of one model, and which of their photos look alike."""

    def __init__(self, library: Library, model: str, new: set[int]) -> None:
        portions = list(scenes.portions(library, model))
        self.ids = [photo for ids, _ in portions for photo in ids]
        self.rows = [row for row, photo in enumerate(self.ids) if photo in new]
        vectors = np.concatenate([vectors for _, vectors in portions])
        self._neighbours = SceneNeighbours(vectors, len(self.rows))
        # What was not compared by its pixels yet may be the same picture.
        self._others = scene_pairs.by_pixels(library, duplicates.VERSION)
        self._portraits = scene_pairs.with_face(library, PORTRAIT_SHARE)

    def pairs(self, rows: list[int]) -> list[Lookalike]:
        """What looks like some photos."""
        found = []
        for row, other, cosine in self._neighbours.near(rows, LEAST, MOST_SIMILAR - 1):
            first, second = sorted((self.ids[row], self.ids[other]))
            least = LEAST if self._portraits.isdisjoint((first, second)) else LEAST_OF_PORTRAITS
            if cosine >= least and {first, second} <= self._others:
                found.append(Lookalike(first, second, Kind.SIMILAR, cosine, throughout=False))
        return found
