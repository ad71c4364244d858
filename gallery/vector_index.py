"""An index of many vectors by id, to find the ones most like another: exact, or by codes first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gallery.records import Vectors
from gallery.vectors import one_thread

# Beyond this, codes of 32 bytes are scanned for candidates, which are then compared in full: a
# million faces in 6 ms of processor time instead of 38, with 99.9 % of the ten most similar. A
# graph (HNSW) took 8 ms for 96 %, and minutes to be made: `benchmarks/face_search.py`.
EXACT_UP_TO = 200_000

# Parts of a vector that get 4 bits each, and vectors that the codes are learned from.
_PARTS_OF, _LEARNED_FROM = 2, 30_000
# Candidates that are compared in full: at least so many, and so many times what is asked for.
_CANDIDATES, _CANDIDATES_EACH = 1000, 4
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

        whole = faiss.IndexFlatIP(dim)
        if expected <= EXACT_UP_TO:
            return cls(faiss.IndexIDMap2(whole))
        codes = faiss.IndexPQFastScan(dim, dim // _PARTS_OF, 4, faiss.METRIC_INNER_PRODUCT)
        return cls(faiss.IndexIDMap2(faiss.IndexRefine(codes, whole)))

    def __len__(self) -> int:
        return int(self._inner.ntotal)

    @property
    def ids(self) -> NDArray[np.int64]:
        """(n,) ids in the order they came."""
        import faiss

        return np.asarray(faiss.vector_to_array(self._inner.id_map), dtype=np.int64)

    def add(self, ids: NDArray[np.int64], vectors: Vectors) -> Iterator[int]:
        """Take in vectors, a portion at a time; codes are learned from the first ones.

        Yields:
            How many of them are in.
        """
        if len(ids) and not self._inner.is_trained:
            step = -(-len(vectors) // _LEARNED_FROM)
            self._inner.train(np.ascontiguousarray(vectors[::step]))
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
        count, how = min(most, len(self)), None
        if isinstance(faiss.downcast_index(self._inner.index), faiss.IndexRefine):
            among = min(max(_CANDIDATES, _CANDIDATES_EACH * count), len(self))
            how = faiss.IndexRefineSearchParameters()
            how.k_factor = among / count
        with one_thread():
            similarities, ids = self._inner.search(vector[None], count, params=how)
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
