"""Which rows of an array are alike: the edges that grouping works on.

Unlike `gallery.vectors.nearest` it keeps only what reaches a similarity, so a million faces
fit into memory. It multiplies blocks of rows, as many at a time as there are processors.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from gallery.records import Vectors

_Part = TypeVar("_Part")
_Held = list[tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]]

# Beyond this, rows are searched by cells.
EXACT_UP_TO = 60_000

_BLOCK = 1024
_CELL_BLOCK = 16_384
_COLUMNS = 2048
# Times the root of the number of centres: cells that a query looks into.
_PROBES = 3.5
_TURNS = 4
_SAMPLE = 30
_MOST_HELD = 4_000_000
_SEED = 0

# A search uses all processors, and the number of threads of BLAS is the whole process's.
_ONE_SEARCH = threading.Lock()


@dataclass(frozen=True, slots=True)
class Near:
    """Pairs of rows that are alike, in no order.

    Args:
        queries: (p,) rows of the first array.
        rows: (p,) rows of the second.
        similarities: (p,) of the two.
        complete: whether no pair is missing: none was cut off and all were looked at.
    """

    queries: NDArray[np.int32]
    rows: NDArray[np.int32]
    similarities: NDArray[np.float32]
    complete: bool


@dataclass(frozen=True, slots=True)
class _Cells:
    """Rows sorted by the nearest of some centres; without centres, in plain blocks.

    Args:
        centres: (c, d) unit vectors, or none for an exact search.
        rows: (n, d) in the order of their cells.
        order: (n,) which row each was.
        starts: (c + 1,) where cells begin.
        probes: cells that a query looks into.
    """

    centres: Vectors | None
    rows: Vectors
    order: NDArray[np.int32] | None
    starts: list[int]
    probes: int


def near(
    queries: Vectors,
    gallery: Vectors,
    least: float,
    most: int,
    *,
    breadth: float = 1.0,
    seed: int = 0,
) -> Near:
    """For each query the rows that reach a similarity, at most so many of the most alike.

    Up to `EXACT_UP_TO` rows the search is exact. Beyond, the rows are parted into cells around
    4 sqrt(n) centres, and a query looks into the cells it is most like.

    Args:
        queries: (m, d), of any length.
        gallery: (n, d), of any length.
        least: smallest inner product of a pair.
        most: rows for each query.
        breadth: of an approximate search; twice as much takes twice as long.
        seed: of the centres.
    """
    if not len(queries) or not len(gallery):
        nothing = np.empty(0, np.int32)
        return Near(nothing, nothing, np.empty(0, np.float32), True)
    exact = len(gallery) <= EXACT_UP_TO
    with _ONE_SEARCH, _one_blas_thread():
        cells = _blocks(gallery) if exact else _cells(gallery, breadth, seed)
        size = _BLOCK if exact else _CELL_BLOCK
        parts = list(
            _in_parallel(
                lambda start: _search(queries[start : start + size], start, cells, least, most),
                range(0, len(queries), size),
            )
        )
    return Near(
        np.concatenate([part.queries for part in parts]),
        np.concatenate([part.rows for part in parts]),
        np.concatenate([part.similarities for part in parts]),
        exact and all(part.complete for part in parts),
    )


def _blocks(gallery: Vectors) -> _Cells:
    starts = [*range(0, len(gallery), _COLUMNS), len(gallery)]
    return _Cells(None, gallery, None, starts, len(starts) - 1)


def _cells(gallery: Vectors, breadth: float, seed: int) -> _Cells:
    count = int(4 * np.sqrt(len(gallery)))
    centres = _centres(gallery, count, seed)
    cell = _nearest_centre(gallery, centres)
    order = np.argsort(cell, kind="stable").astype(np.int32)
    starts = np.searchsorted(cell[order], np.arange(count + 1)).tolist()
    probes = min(count, round(breadth * _PROBES * np.sqrt(count)))
    return _Cells(centres, gallery[order], order, starts, probes)


def _centres(gallery: Vectors, count: int, seed: int) -> Vectors:
    """Spherical k-means on a sample."""
    rng = np.random.default_rng([_SEED, seed])
    some = rng.choice(len(gallery), min(len(gallery), _SAMPLE * count), replace=False)
    sample = gallery[some]
    centres = sample[:count].copy()
    for _ in range(_TURNS):
        cell = _nearest_centre(sample, centres)
        order = np.argsort(cell, kind="stable")
        filled, first = np.unique(cell[order], return_index=True)
        centres[filled] = np.add.reduceat(sample[order], first, axis=0)
        centres /= np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), np.float32(1e-12))
    return centres


def _nearest_centre(rows: Vectors, centres: Vectors) -> NDArray[np.int32]:
    parts = _in_parallel(
        lambda start: np.argmax(rows[start : start + _BLOCK] @ centres.T, axis=1),
        range(0, len(rows), _BLOCK),
    )
    return np.concatenate(list(parts)).astype(np.int32)


def _search(queries: Vectors, offset: int, cells: _Cells, least: float, most: int) -> Near:
    """The pairs of a block of queries."""
    held: _Held = []
    count, complete = 0, True
    bars = np.full(len(queries), least, dtype=np.float32)
    for inside, start, stop in _visits(queries, cells):
        asking, bar = (queries, bars) if inside is None else (queries[inside], bars[inside])
        similarities = asking @ cells.rows[start:stop].T
        hits = np.flatnonzero(similarities >= bar[:, None])
        if not len(hits):
            continue
        rows, columns = np.divmod(hits, stop - start)
        held.append(
            (
                rows if inside is None else inside[rows],
                columns + start,
                similarities.ravel()[hits],
            )
        )
        count += len(hits)
        if count > _MOST_HELD:
            held, whole = _most_alike(held, most)
            complete &= whole
            count = len(held[0][0])
            _raise(bars, held[0][0], held[0][2], most)
    if not held:
        nothing = np.empty(0, np.int32)
        return Near(nothing, nothing, np.empty(0, np.float32), complete)
    [(rows, columns, values)], whole = _most_alike(held, most)
    found = columns if cells.order is None else cells.order[columns]
    return Near(
        (rows + offset).astype(np.int32), found.astype(np.int32), values, complete and whole
    )


def _visits(queries: Vectors, cells: _Cells) -> Iterator[tuple[NDArray[np.int64] | None, int, int]]:
    """Cells with the queries that look into them; None for all of them."""
    if cells.centres is None:
        for start, stop in zip(cells.starts, cells.starts[1:], strict=False):
            yield None, start, stop
        return
    count = len(cells.centres)
    looks = np.empty((count, len(queries)), dtype=np.bool_)
    for start in range(0, len(queries), _BLOCK):
        likeness = queries[start : start + _BLOCK] @ cells.centres.T
        last = np.partition(likeness, count - cells.probes, axis=1)[:, count - cells.probes]
        looks[:, start : start + _BLOCK] = (likeness >= last[:, None]).T
    for cell in range(count):
        start, stop = cells.starts[cell], cells.starts[cell + 1]
        inside = np.flatnonzero(looks[cell])
        if stop > start and len(inside):
            yield inside, start, stop


def _most_alike(held: _Held, most: int) -> tuple[_Held, bool]:
    """The most similar pairs of each query, and whether that is all of them."""
    rows, columns, values = (np.concatenate(parts) for parts in zip(*held, strict=True))
    crowded = np.flatnonzero((np.bincount(rows) > most)[rows])
    if not len(crowded):
        return [(rows, columns, values)], True
    order = crowded[np.lexsort((-values[crowded], rows[crowded]))]
    place = np.arange(len(order)) - np.searchsorted(rows[order], rows[order], side="left")
    kept = np.ones(len(rows), dtype=np.bool_)
    kept[order[place >= most]] = False
    return [(rows[kept], columns[kept], values[kept])], False


def _raise(
    bars: NDArray[np.float32], rows: NDArray[np.int64], values: NDArray[np.float32], most: int
) -> None:
    """Who has enough already only takes what is more alike than the least of that."""
    lowest = np.full(len(bars), np.inf, dtype=np.float32)
    np.minimum.at(lowest, rows, values)
    full = np.bincount(rows, minlength=len(bars)) >= most
    bars[full] = lowest[full]


def _in_parallel(work: Callable[[int], _Part], items: range) -> Iterator[_Part]:
    """Results in the order of the items."""
    if len(items) < 2:
        yield from map(work, items)
        return
    with ThreadPoolExecutor(_processors()) as pool:
        yield from pool.map(work, items)


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return min(8, len(os.sched_getaffinity(0)))
    return min(8, os.cpu_count() or 1)


def _one_blas_thread() -> AbstractContextManager[object]:
    """Threads that multiply small blocks each are faster than one block on all processors."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    limits: AbstractContextManager[object] = threadpool_limits(limits=1, user_api="blas")
    return limits
