"""Measure and keep: what the command line and the app both do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from gallery.config import Settings
from gallery.evaluate import own, pairwise
from gallery.evaluate.pairs import find_list, read_pairs
from gallery.pipeline import FaceModels
from gallery.records import Progress, Space
from gallery.store import evaluations
from gallery.store.library import Library


def measure_pairs(
    library: Library,
    settings: Settings,
    models: FaceModels,
    images: Path,
    file: Path | None = None,
    threshold: float | None = None,
    on_progress: Callable[[Progress], None] | None = None,
) -> dict[str, Any]:
    """Measure a model on a list of pairs and keep the figures in a library.

    Args:
        library: where they are kept.
        settings: sizes, limits, and the cache of vectors.
        models: detector and embedder.
        images: folder of the photos.
        file: the list; by default `pairs.txt` beside them.
        threshold: at which FAR and FRR are given; by default the one measured to be best.
        on_progress: told how far it is.

    Raises:
        SourceError: The list cannot be read.
    """
    folder, listed = find_list(images.expanduser(), file)
    pairs = read_pairs(listed, folder)
    result = pairwise.evaluate_pairs(pairs, models, settings, on_progress, cache=settings.cache)
    found = pairwise.document(result, threshold) | {"images": str(folder), "list": str(listed)}
    evaluations.add(library, "pairs", listed.name, models.space.name, found)
    return found


def measure_own(library: Library, space: Space, threshold: float) -> dict[str, Any]:
    """Measure a space on the owner's confirmed people and keep the figures, if there are any.

    Args:
        library: whose people.
        space: of the vectors.
        threshold: at which FAR and FRR are given.
    """
    return keep_own(library, space, own.own_pairs(own.known_faces(library, space)), threshold)


def keep_own(
    library: Library, space: Space, pairs: own.OwnPairs, threshold: float
) -> dict[str, Any]:
    """The same with the pairs at hand."""
    enough = pairs.trials.is_enough
    found = own.document(pairs, space, threshold, own.slices(pairs, threshold) if enough else [])
    if enough:
        evaluations.add(library, "own", "own people", space.name, found)
    return found
