"""Vectors -> places on a plane, so that a map shows faces that are alike side by side."""

from __future__ import annotations

import contextlib
import time
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gallery.algorithms import Parameter, refuse_wrong
from gallery.errors import GalleryError
from gallery.neighbours import EXACT_UP_TO, near
from gallery.records import Progress, Vectors
from gallery.vectors import nearest

# (n, 2) of no unit.
Places = NDArray[np.float32]
Tell = Callable[[Progress], None]

SEED = 0
# Fewer faces have no neighbourhoods: UMAP gives them places by chance.
FEWEST_FOR_UMAP = 5

# Placed faces beside which a new one is put, and the power of their similarity that weighs them:
# one clearly more alike than the others counts for nearly all.
_BESIDE, _POWER = 5, 6
# Then new faces draw each other together, so that somebody new with many photos is a group.
_ROUNDS = 3
# Neighbours less alike than that are only looked for where the search is exact.
_LEAST_ALIKE = 0.2


@dataclass(frozen=True, slots=True)
class Method:
    """A way to lay faces out, before its parameters are chosen."""

    name: str
    title: str
    meaning: str
    parameters: tuple[Parameter, ...]


METHODS: dict[str, Method] = {
    method.name: method
    for method in (
        Method(
            "umap",
            "UMAP",
            "Keeps beside each face those most like it. How far apart groups lie means little.",
            (
                Parameter(
                    "neighbours",
                    15,
                    2,
                    100,
                    "Few show small groups, many the whole.",
                    whole=True,
                ),
                Parameter(
                    "min_dist", 0.5, 0.0, 0.99, "How tightly alike faces are packed: 0, densest."
                ),
            ),
        ),
        Method(
            "pca",
            "PCA",
            "The two directions in which the faces differ most. There at once, but people overlap.",
            (),
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Chosen:
    """A method with its parameters."""

    method: Method
    values: Mapping[str, float]


def choose(name: str, given: Mapping[str, float]) -> Chosen:
    """A method with parameters, ready to run.

    Args:
        name: of `METHODS`.
        given: parameters that differ from their defaults.

    Raises:
        GalleryError: No such method or parameter, or a value out of its range.
    """
    method = METHODS.get(name)
    if method is None:
        raise GalleryError(f"There is no layout {name!r}. Known: {', '.join(METHODS)}.")
    refuse_wrong(method.title, method.parameters, given)
    values = {own.name: float(given.get(own.name, own.default or 0)) for own in method.parameters}
    return Chosen(method, values)


def is_quick(chosen: Chosen, count: int) -> bool:
    """Whether so many faces are laid out in no time."""
    return chosen.method.name == "pca" or count < FEWEST_FOR_UMAP


def lay_out(vectors: Vectors, chosen: Chosen, tell: Tell | None = None) -> Places:
    """Places of faces; the same vectors have the same places on the same machine.

    Args:
        vectors: (n, d) unit vectors.
        chosen: how.
        tell: hears how far it is.

    Returns:
        (n, 2) places; how they are turned and scaled means nothing.
    """
    flat = _pca(vectors)
    # What has no width in one direction, such as copies of one face, has no neighbourhoods.
    if is_quick(chosen, len(vectors)) or not np.ptp(flat, axis=0).all():
        return flat
    return _umap(vectors, chosen, flat, tell or _nobody)


def _nobody(_: Progress) -> None:
    """Nobody wants to hear how far it is."""


def _pca(vectors: Vectors) -> Places:
    if not len(vectors) or not np.ptp(vectors, axis=0).any():
        return np.zeros((len(vectors), 2), dtype=np.float32)
    from sklearn.decomposition import PCA

    # Of the solvers the one that is exact, always gives the same, and takes 100,000 in a second.
    found = PCA(2, svd_solver="covariance_eigh").fit_transform(vectors.astype(np.float64))
    return np.asarray(found, dtype=np.float32)


def _umap(vectors: Vectors, chosen: Chosen, first: Places, tell: Tell) -> Places:
    """UMAP (McInnes, Healy and Melville, 2018) on the cosine of the nearest faces.

    It starts from the PCA that was shown before it, so that nobody loses the thread.
    """
    started = time.perf_counter()
    tell(Progress("Finding alike faces", 0, None, 0.0))
    count = min(int(chosen.values["neighbours"]), len(vectors) - 1)
    rows, distances = _neighbours(vectors, count)
    tell(Progress("Getting ready", 0, None, time.perf_counter() - started))
    with warnings.catch_warnings():
        # That it can place no further vectors, which `place` does instead.
        warnings.simplefilter("ignore")
        import umap

        model = umap.UMAP(
            n_neighbors=count,
            min_dist=chosen.values["min_dist"],
            metric="cosine",
            precomputed_knn=(rows, distances),
            init=first,
            random_state=SEED,
            n_jobs=1,
            tqdm_kwds={"file": _Epochs(tell), "bar_format": "{n}/{total}", "disable": False},
        )
        places = np.asarray(model.fit_transform(vectors), dtype=np.float32)
    return _with_lone(places, vectors, chosen)


def _with_lone(places: Places, vectors: Vectors, chosen: Chosen) -> Places:
    """UMAP has no place for a face without any neighbour: it goes where a new one would."""
    lone = np.isnan(places).any(axis=1)
    if lone.any():
        places[lone] = place(vectors[lone], vectors[~lone], places[~lone], chosen)
    return places


def _neighbours(vectors: Vectors, count: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """(n, count) rows of the nearest faces, itself first, and cosine distances.

    Where fewer are found, the rest is infinitely far.
    """
    if len(vectors) <= EXACT_UP_TO:
        similarities, all_rows = nearest(vectors, vectors, count)
        away = np.asarray(np.maximum(1 - similarities, 0), dtype=np.float32)
        return all_rows.astype(np.int32), away
    found = near(vectors, vectors, _LEAST_ALIKE, count)
    order = np.lexsort((-found.similarities, found.queries))
    queries = found.queries[order]
    column = np.arange(len(queries)) - np.searchsorted(queries, queries, side="left")
    rows: NDArray[np.int32] = np.zeros((len(vectors), count), dtype=np.int32)
    distances: NDArray[np.float32] = np.full((len(vectors), count), np.inf, dtype=np.float32)
    rows[queries, column] = found.rows[order]
    distances[queries, column] = np.maximum(1 - found.similarities[order], 0)
    return rows, distances


class _Epochs:
    """What UMAP's progress bar is written to: hears `42/200`."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._started = time.perf_counter()

    def write(self, text: str) -> None:
        """A line of the bar."""
        with contextlib.suppress(ValueError):
            done, total = (int(part) for part in text.strip().split("/"))
            seconds = time.perf_counter() - self._started
            self._tell(Progress("Laying out", done, total, seconds))

    def flush(self) -> None:
        """Nothing is held back."""


def place(vectors: Vectors, placed: Vectors, places: Places, chosen: Chosen) -> Places:
    """Places of new faces on a map that stays as it is.

    PCA's axes are found again from what was placed by them. UMAP's own way needs the fitted
    model, which can only be kept as a pickle, and begins with what is done here: a new face is
    put at the mean of the placed faces most like it, weighed by how alike they are.

    Args:
        vectors: (m, d) unit vectors of the new faces.
        placed: (n, d) unit vectors of those that have a place, at least one.
        places: (n, 2) where those are.
        chosen: how they were laid out.

    Returns:
        (m, 2) places.
    """
    if chosen.method.name == "pca":
        return _projected(vectors, placed, places)
    own, beside = nearest(vectors, placed, _BESIDE)
    found = _means(places, beside, own)
    if len(vectors) < 2:
        return found
    # One more than wanted, since each finds itself.
    alike, rows = nearest(vectors, np.concatenate([placed, vectors]), _BESIDE + 1)
    alike[rows == len(placed) + np.arange(len(vectors))[:, None]] = 0
    for _ in range(_ROUNDS):
        found = _means(np.concatenate([places, found]), rows, alike)
    return found


def _means(places: Places, rows: NDArray[np.int64], similarities: NDArray[np.float32]) -> Places:
    # A little for each, for a face that is like none of them.
    weights = np.maximum(similarities, 0).astype(np.float64) ** _POWER + 1e-9
    weights /= weights.sum(axis=1, keepdims=True)
    return np.asarray((places[rows] * weights[:, :, None]).sum(axis=1), dtype=np.float32)


def _projected(vectors: Vectors, placed: Vectors, places: Places) -> Places:
    """Places by the linear map that fits what is placed."""
    middle, centre = placed.mean(axis=0), places.mean(axis=0)
    axes: Any = np.linalg.lstsq(placed - middle, places - centre, rcond=1e-6)[0]
    return np.asarray((vectors - middle) @ axes + centre, dtype=np.float32)
