"""Photos that look alike, by their scene vectors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gallery.store import scenes
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
    """The scene vectors of a library, ready to be searched; made anew when photos came or went.

    Args:
        library: whose.
        model: whose vectors.
    """

    def __init__(self, library: Library, model: str) -> None:
        self.state = scenes.state(library, model)
        found = scenes.everything(library, model)
        self._ids, self._vectors = found.photo_ids, found.vectors
        self._index = HalfIndex(found.vectors)

    def like(self, photo_id: int, limit: int, least: float = LEAST_ALIKE) -> list[Alike]:
        """The photos most like one, the most alike first, without itself."""
        row = int(np.searchsorted(self._ids, photo_id))
        if row == len(self._ids) or self._ids[row] != photo_id:
            return []
        scores, rows = self._index.nearest(self._vectors[row].astype(np.float32), limit + 1)
        found = (
            Alike(int(self._ids[at]), round(min(1.0, float(score)), 4))
            for score, at in zip(scores, rows, strict=True)
            if at != row and score >= least
        )
        return list(found)[:limit]


def similar(library: Library, photo_id: int, limit: int) -> list[Alike] | None:
    """The photos most like one; None where it was not looked at by the tagger yet."""
    model = scenes.model_of(library, photo_id)
    return None if model is None else SceneIndex(library, model).like(photo_id, limit)
