"""Similarity between vectors: cosine, top-k; all pairs of many are in `gallery.neighbours`."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from gallery.records import Vectors

# Pairs whose vectors are copied at a time.
_PORTION = 50_000


def unit(vectors: NDArray[np.floating]) -> Vectors:
    """Rows of (n, d) scaled to length 1; a zero row stays zero."""
    array = np.asarray(vectors, dtype=np.float32)
    lengths = np.linalg.norm(array, axis=1, keepdims=True)
    return np.asarray(array / np.maximum(lengths, np.float32(1e-12)), dtype=np.float32)


def cosine(a: Vectors, b: Vectors) -> NDArray[np.float32]:
    """(n, m) similarities between the rows of two arrays of unit vectors."""
    return np.asarray(a @ b.T, dtype=np.float32)


def cosine_of_pairs(
    vectors: Vectors, left: NDArray[np.int64], right: NDArray[np.int64]
) -> NDArray[np.float64]:
    """(n,) similarities of n pairs of rows of unit vectors, a portion of them at a time."""
    scores = np.empty(len(left), dtype=np.float64)
    for start in range(0, len(left), _PORTION):
        part = slice(start, start + _PORTION)
        scores[part] = np.einsum(
            "ij,ij->i", vectors[left[part]], vectors[right[part]], dtype=np.float64
        )
    return scores


def nearest(
    queries: Vectors, gallery: Vectors, k: int
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """The k most similar rows of `gallery` for each query, exactly.

    Returns:
        (n, k) similarities, falling, and (n, k) row numbers; k is cut to the gallery's size.
    """
    import faiss  # takes a tenth of a second to import

    k = min(k, len(gallery))
    if not len(queries) or k == 0:
        return np.empty((len(queries), 0), np.float32), np.empty((len(queries), 0), np.int64)
    index = faiss.IndexFlatIP(gallery.shape[1])
    index.add(np.ascontiguousarray(gallery, dtype=np.float32))
    similarities, rows = index.search(np.ascontiguousarray(queries, dtype=np.float32), k)
    return similarities, rows


@contextlib.contextmanager
def one_thread() -> Iterator[None]:
    """Let FAISS search in the calling thread alone, as is best for a single vector.

    Its threads wait for each other by spinning: while other work has the cores, a search of
    100,000 vectors takes 30 ms instead of 2 (`benchmarks/face_search.py`).
    """
    import faiss

    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)  # of this thread only, by OpenMP's rules
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)


class HalfIndex:
    """Unit vectors held as float16, searched exactly: half the memory of float32.

    Args:
        dim: length of a vector.
    """

    def __init__(self, dim: int) -> None:
        import faiss

        kind = faiss.ScalarQuantizer.QT_fp16
        self._index = faiss.IndexScalarQuantizer(dim, kind, faiss.METRIC_INNER_PRODUCT)

    def add(self, vectors: NDArray[np.float16]) -> None:
        """Put (n, d) vectors behind those there are."""
        self._index.add(np.ascontiguousarray(vectors, dtype=np.float32))

    def row(self, number: int) -> Vectors:
        """One vector, (d,)."""
        return np.asarray(self._index.reconstruct(number), dtype=np.float32)

    def nearest(self, query: Vectors, k: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Similarities, falling, and row numbers of the k rows most like one (d,) vector."""
        k = min(k, int(self._index.ntotal))
        if not k:
            return np.empty(0, np.float32), np.empty(0, np.int64)
        with one_thread():
            similarities, rows = self._index.search(query[None].astype(np.float32), k)
        return similarities[0], rows[0]
