"""Photos that look alike, by their scene vectors."""

from __future__ import annotations

import threading
from bisect import bisect_left
from dataclasses import dataclass

from gallery.store import binned, scenes
from gallery.store.library import Library
from gallery.vectors import HalfIndex

# Below, photos have no more in common than any two photos do; docs/tags.md has the figures.
LEAST_ALIKE = 0.5


@dataclass(frozen=True, slots=True)
class Alike:
    """A photo that looks like another one.

    Args:
        photo_id: which.
        similarity: cosine of the two scene vectors.
    """

    photo_id: int
    similarity: float


class SceneIndex:
    """The scene vectors of a library, ready to be searched; 2,560 bytes a photo.

    Args:
        library: whose.
        model: whose vectors.
    """

    def __init__(self, library: Library, model: str) -> None:
        self._library, self._model = library, model
        self._lock = threading.Lock()  # sessions share it
        self._ids: list[int] = []
        self._index: HalfIndex | None = None

    def catch_up(self) -> None:
        """Take in the photos that came since; those that went do no harm."""
        with self._lock:
            count, highest = scenes.state(self._library, self._model)
            last = self._ids[-1] if self._ids else 0
            if highest > last:
                self._read(last)
            # An older photo was tagged only now, or it is another library in the same folder.
            if count > len(self._ids) or highest < last:
                self._ids, self._index = [], None
                self._read(0)

    def _read(self, after: int) -> None:
        for ids, vectors in scenes.portions(self._library, self._model, after):
            if self._index is None:
                self._index = HalfIndex(vectors.shape[1])
            self._index.add(vectors)
            self._ids += ids

    def like(self, photo_id: int, limit: int, least: float = LEAST_ALIKE) -> list[Alike]:
        """The photos most like one, the most alike first, without itself."""
        self.catch_up()
        with self._lock:
            row = bisect_left(self._ids, photo_id)
            if self._index is None or row == len(self._ids) or self._ids[row] != photo_id:
                return []
            more = binned.count(self._library)
            scores, rows = self._index.nearest(self._index.row(row), limit + 1 + more)
            found = [
                Alike(self._ids[at], round(min(1.0, float(score)), 4))
                for score, at in zip(scores, rows, strict=True)
                if at != row and score >= least
            ]
        with self._library.read() as connection:
            gone = binned.among(self._library, connection, [one.photo_id for one in found])
        return [one for one in found if one.photo_id not in gone][:limit]


def similar(library: Library, photo_id: int, limit: int) -> list[Alike] | None:
    """The photos most like one; None where it was not looked at by the tagger yet."""
    model = scenes.model_of(library, photo_id)
    return None if model is None else SceneIndex(library, model).like(photo_id, limit)
