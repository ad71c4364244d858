"""Which faces of a grouping to hold back as "not sure": the quality gate.

Most clusters with two people in them are two faces of two people who look alike, or one face
beside a few of somebody else, and the face that does not belong is further from the others
than faces of one person are. Held back are the faces that are: in a pair already at a small
distance, in a large group, whose average says more, at a larger one. On LFW, grouped with SFace
as by default, that holds back 1.7 % of the faces and leaves 39 of 81 clusters with two or more
names. Sharpness, size, pose and the next nearest group added little.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gallery.constraints import Labels
from gallery.records import Vectors


@dataclass(frozen=True, slots=True)
class DoubtOptions:
    """How far from its group a face may be.

    Args:
        link: cosine at which groups were merged; distances are shares of 1 - link, so that
            the other two do for all models.
        limit: largest distance of a face from the others, on average, less `easing`.
        easing: how much larger it may be for every doubling of the group.
    """

    link: float
    limit: float = 0.7
    easing: float = 0.11

    def __post_init__(self) -> None:
        if not -1 < self.link < 1:
            raise ValueError(f"link must be within -1 to 1, got {self.link}")
        if self.limit <= 0 or self.easing < 0:
            raise ValueError(
                f"limit must be above 0 and easing not below, got {self.limit} and {self.easing}"
            )


def held_back(
    labels: Labels,
    vectors: Vectors,
    quality: NDArray[np.float32],
    confirmed: NDArray[np.bool_],
    options: DoubtOptions,
) -> Labels:
    """The same labels with None for every face that is doubtful."""
    doubted = doubtful(vectors, labels, quality, confirmed, options).tolist()
    return [None if out else label for label, out in zip(labels, doubted, strict=True)]


def doubtful(
    vectors: Vectors,
    labels: Sequence[int | None],
    quality: NDArray[np.float32],
    confirmed: NDArray[np.bool_],
    options: DoubtOptions,
) -> NDArray[np.bool_]:
    """Which faces to hold back.

    Of each group the face furthest from the others goes first, of a pair the worse picture,
    until those that are left are near enough. One always is left, and a face that a user
    confirmed always stays.

    Args:
        vectors: (n, d) unit vectors.
        labels: group of each of n faces, None for nobody's.
        quality: (n,) 0 to 1.
        confirmed: (n,) whether a user said whose each face is.
        options: how far is too far.

    Returns:
        (n,) True for faces to hold back.
    """
    held = np.zeros(len(vectors), dtype=np.bool_)
    group = np.array([-1 if label is None else label for label in labels], dtype=np.int64)
    rows = np.flatnonzero(group >= 0)
    rows = rows[np.argsort(group[rows], kind="stable")]
    while len(rows):
        worst = _worst(rows, vectors, group, quality, confirmed, options)
        held[worst] = True
        # The others are looked at again without it: a stranger makes all of a few look far.
        rows = rows[np.isin(group[rows], group[worst]) & ~held[rows]]
    return held


def _worst(
    rows: NDArray[np.int64],
    vectors: Vectors,
    group: NDArray[np.int64],
    quality: NDArray[np.float32],
    confirmed: NDArray[np.bool_],
    options: DoubtOptions,
) -> NDArray[np.int64]:
    """The doubtful face furthest from its group in each group that has one.

    Args:
        rows: of the faces that count, by group.
        vectors: of all faces, as the rest is.
        group: a number for each face.
        quality: 0 to 1.
        confirmed: whether a user said whose each face is.
        options: how far is too far.
    """
    _, starts, sizes = np.unique(group[rows], return_index=True, return_counts=True)
    place = np.repeat(np.arange(len(sizes)), sizes)
    sums = np.add.reduceat(vectors[rows], starts, axis=0)
    totals = np.einsum("ij,ij->i", vectors[rows], sums[place])
    similarity = (totals - 1) / np.maximum(sizes[place] - 1, 1)
    allowed = options.limit + options.easing * np.log2(sizes[place])
    far = (1 - similarity) / (1 - options.link) > allowed
    doubted = np.flatnonzero(far & ~confirmed[rows] & (sizes[place] > 1))
    # The two faces of a pair are equally alike, but for rounding: the worse picture goes.
    keys = (-rows[doubted], quality[rows[doubted]], similarity[doubted].round(5), place[doubted])
    order = doubted[np.lexsort(keys)]
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = place[order][1:] != place[order][:-1]
    return np.asarray(rows[order[first]], dtype=np.int64)
