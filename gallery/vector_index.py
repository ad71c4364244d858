"""An index of many vectors by id, to find the most similar ones to one: exact, or HNSW."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gallery.records import Vectors
from gallery.vectors import one_thread

# Beyond this, neighbours are found along a graph, of which a search sees a small part.
EXACT_UP_TO = 200_000

# Edges of a vector, and how widely they and neighbours are looked for: among 250,000 faces of
# LFW's likenesses, the ten most similar are found to 99 %: `benchmarks/search.py`.
_EDGES, _BREADTH_BUILDING, _BREADTH = 32, 80, 1200
_PORTION = 10_000


class VectorIndex:
    """Unit vectors by id.

    Args:
        inner: FAISS's index of ids.
    """

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    @classmethod
    def empty(cls, dim: int, expected: int) -> VectorIndex:
        """For so many vectors of a length; exact up to `EXACT_UP_TO`."""
        import faiss  # takes a tenth of a second to import

        if expected <= EXACT_UP_TO:
            return cls(faiss.IndexIDMap2(faiss.IndexFlatIP(dim)))
        graph = faiss.IndexHNSWFlat(dim, _EDGES, faiss.METRIC_INNER_PRODUCT)
        graph.hnsw.efConstruction = _BREADTH_BUILDING
        return cls(faiss.IndexIDMap2(graph))

    def __len__(self) -> int:
        return int(self._inner.ntotal)

    @property
    def ids(self) -> NDArray[np.int64]:
        """(n,) ids in the order they came."""
        import faiss

        return np.asarray(faiss.vector_to_array(self._inner.id_map), dtype=np.int64)

    def add(self, ids: NDArray[np.int64], vectors: Vectors) -> Iterator[int]:
        """Take in vectors, a portion at a time.

        Yields:
            How many of them are in.
        """
        for start in range(0, len(ids), _PORTION):
            part = slice(start, start + _PORTION)
            self._inner.add_with_ids(np.ascontiguousarray(vectors[part]), ids[part])
            yield min(start + _PORTION, len(ids))

    def search(
        self, vector: NDArray[np.float32], most: int
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """The most similar vectors to one.

        Returns:
            (k,) similarities, falling, and (k,) ids.
        """
        import faiss

        if not len(self):
            return np.empty(0, np.float32), np.empty(0, np.int64)
        graph = faiss.downcast_index(self._inner.index)
        if hasattr(graph, "hnsw"):
            graph.hnsw.efSearch = max(_BREADTH, most)
        with one_thread():
            similarities, ids = self._inner.search(vector[None], min(most, len(self)))
        there = ids[0] >= 0
        return similarities[0][there], ids[0][there]

    def vector(self, id_: int) -> NDArray[np.float32]:
        """(dim,) the vector of an id.

        Raises:
            RuntimeError: There is none.
        """
        return np.asarray(self._inner.reconstruct(id_), dtype=np.float32)

    def save(self, file: Path) -> None:
        """Write to a file."""
        import faiss

        faiss.write_index(self._inner, str(file))

    @classmethod
    def load(cls, file: Path) -> VectorIndex:
        """Read what `save` wrote.

        Raises:
            OSError: The file is not there, or is no such index.
        """
        import faiss

        try:
            return cls(faiss.read_index(str(file)))
        except RuntimeError as error:
            raise OSError(f"{file} is no index: {error}") from error
