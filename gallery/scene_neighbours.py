"""The photos most like each of many, by their scene vectors: candidates for what looks alike.

For few comparisons the vectors are multiplied as they are. For many they are looked up by their
main directions in cells (FAISS), and only what is found there is compared in full.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gallery.records import Vectors

# (row, other row, cosine)
Pair = tuple[int, int, float]
Halves = NDArray[np.float16]

# Comparisons up to which every vector is held against every other: 10,000 photos at once, or
# 1,000 new ones beside 100,000.
EXACT = 100_000_000
# 128 directions hold nine tenths of the squared length of LFW's scene vectors. Of 100,000
# these cells and candidates find 87 % of the others from a cosine of 0.85 on, 95 % from 0.9 on
# (benchmarks/similar_photos.py --scale); of two new photos each is looked up, so more of the pairs.
_DIRECTIONS, _CELLS_LOOKED_INTO, _CANDIDATES = 128, 128, 32
_SAMPLE, _TURNS = 5000, 5
_BLOCK = 8192
_SEED = 0


class SceneNeighbours:
    """Scene vectors among which like ones are looked up.

    Args:
        vectors: (n, d) of unit length.
        expected: how many will be looked up in all.
        exact: comparisons up to which nothing is missed.
    """

    def __init__(self, vectors: Halves, expected: int, exact: int = EXACT) -> None:
        self._vectors = vectors
        self._is_exact = expected * len(vectors) <= exact

    def near(self, rows: Sequence[int], least: float, most: int) -> Iterator[Pair]:
        """For each of some rows the others that reach a cosine, the most alike first.

        Args:
            rows: numbers of vectors.
            least: cosine.
            most: others for each.
        """
        queries = self._vectors[list(rows)].astype(np.float32)
        found = (self._multiplied if self._is_exact else self._by_cells)(queries, least)
        for row, (others, cosines) in zip(rows, found, strict=True):
            order = np.lexsort((others, -cosines))
            nearest = [at for at in order.tolist() if others[at] != row][:most]
            for at in nearest:
                yield row, int(others[at]), min(1.0, float(cosines[at]))

    def _multiplied(
        self, queries: Vectors, least: float
    ) -> Iterator[tuple[NDArray[np.int64], Vectors]]:
        """Of each query all rows that reach a cosine."""
        parts: list[list[tuple[NDArray[np.int64], Vectors]]] = [[] for _ in queries]
        for start in range(0, len(self._vectors), _BLOCK):
            block = self._vectors[start : start + _BLOCK].astype(np.float32)
            for at, cosines in enumerate(queries @ block.T):
                (like,) = np.nonzero(cosines >= least)
                parts[at].append((like + start, cosines[like]))
        for of_query in parts:
            others, cosines = zip(*of_query, strict=True)
            yield np.concatenate(others), np.concatenate(cosines)

    def _by_cells(
        self, queries: Vectors, least: float
    ) -> Iterator[tuple[NDArray[np.int64], Vectors]]:
        """Of each query those of its candidates that reach a cosine."""
        axes, index = self._cells
        _, candidates = index.search(queries @ axes, _CANDIDATES)
        for query, others in zip(queries, candidates, strict=True):
            others = others[others >= 0]
            cosines = self._vectors[others].astype(np.float32) @ query
            like = cosines >= least
            yield others[like], cosines[like]

    @cached_property
    def _cells(self) -> tuple[Vectors, Any]:
        """The main directions, (d, k), and an index of the vectors along them."""
        import faiss  # takes a tenth of a second to import

        rng = np.random.default_rng(_SEED)
        some = rng.choice(len(self._vectors), min(_SAMPLE, len(self._vectors)), replace=False)
        sample = self._vectors[np.sort(some)].astype(np.float32)
        # Rising; not centred, since it is the inner product that is to stay.
        _, directions = np.linalg.eigh(sample.T @ sample)
        axes = np.ascontiguousarray(directions[:, -_DIRECTIONS:], dtype=np.float32)
        short = np.concatenate(
            [
                self._vectors[start : start + _BLOCK].astype(np.float32) @ axes
                for start in range(0, len(self._vectors), _BLOCK)
            ]
        )
        dim, count = short.shape[1], max(1, int(4 * np.sqrt(len(short))))
        cells = faiss.IndexIVFFlat(faiss.IndexFlatIP(dim), dim, count, faiss.METRIC_INNER_PRODUCT)
        cells.cp.niter, cells.cp.seed, cells.cp.spherical = _TURNS, _SEED, True
        # FAISS warns on standard error where a cell has few rows.
        cells.cp.min_points_per_centroid = 1
        cells.nprobe = _CELLS_LOOKED_INTO
        cells.train(short)
        cells.add(short)
        return axes, cells
