"""How alike persons are, and a face and persons: averages over all pairs of faces.

The average similarity of two groups is the product of their mean vectors, so no pair of
faces is ever formed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gallery.records import Vectors
from gallery.vectors import nearest


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Persons with the mean of their vectors.

    Args:
        ids: (p,) persons, rising.
        means: (p, dim) mean vectors, not of unit length: the less alike its faces are, the
            shorter a person's.
        sizes: (p,) faces.
    """

    ids: NDArray[np.int64]
    means: Vectors
    sizes: NDArray[np.int64]

    @classmethod
    def of(cls, vectors: Vectors, persons: NDArray[np.int64]) -> Groups:
        """From (n, dim) vectors and (n,) persons, -1 for nobody's."""
        placed = persons >= 0
        ids, rows = np.unique(persons[placed], return_inverse=True)
        sizes = np.bincount(rows, minlength=len(ids))
        order = np.argsort(rows, kind="stable")
        sums = np.zeros((len(ids), vectors.shape[1]), dtype=np.float32)
        if len(ids):
            starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
            sums = np.add.reduceat(vectors[placed][order], starts, axis=0)
        means = np.asarray(sums / np.maximum(sizes, 1)[:, None], dtype=np.float32)
        return cls(ids, means, sizes.astype(np.int64))


@dataclass(frozen=True, slots=True)
class Pair:
    """Two persons and the average similarity of their faces."""

    one: int
    other: int
    score: float


def similar_persons(
    groups: Groups, least: float, neighbours: int = 8, most: int = 5000
) -> list[Pair]:
    """Pairs of persons that are alike, the most alike first.

    Args:
        groups: persons.
        least: average similarity to be in the list.
        neighbours: persons looked at for each.
        most: persons, the largest, whose neighbours are looked for among all; in a library
            with more, the rest are people seen once or twice.
    """
    largest = np.argsort(-groups.sizes, kind="stable")[:most]
    scores, rows = nearest(groups.means[largest], groups.means, neighbours + 1)
    best: dict[tuple[int, int], float] = {}
    for row, (own_scores, own_rows) in zip(
        largest.tolist(), zip(scores.tolist(), rows.tolist(), strict=True), strict=True
    ):
        for score, other in zip(own_scores, own_rows, strict=True):
            if other >= 0 and other != row and score >= least:
                one, two = sorted((int(groups.ids[row]), int(groups.ids[other])))
                best[one, two] = score
    pairs = [Pair(one, two, score) for (one, two), score in best.items()]
    return sorted(pairs, key=lambda pair: (-pair.score, pair.one, pair.other))


def scores_of(
    vector: Vectors, vectors: Vectors, persons: NDArray[np.int64], but: int | None = None
) -> tuple[NDArray[np.float32], NDArray[np.int64], NDArray[np.float32]]:
    """How alike one face is to every face, and on average to every person.

    Args:
        vector: (dim,).
        vectors: (n, dim).
        persons: (n,) person of each, -1 for nobody's.
        but: a row that does not count, such as the face itself.

    Returns:
        (n,) similarities, (p,) persons and (p,) averages.
    """
    similarities = np.asarray(vectors @ vector, dtype=np.float32)
    counts = persons >= 0
    if but is not None:
        counts = counts.copy()
        counts[but] = False
    ids, rows = np.unique(persons[counts], return_inverse=True)
    totals = np.bincount(rows, weights=similarities[counts], minlength=len(ids))
    sizes = np.bincount(rows, minlength=len(ids))
    return similarities, ids, np.asarray(totals / np.maximum(sizes, 1), dtype=np.float32)
