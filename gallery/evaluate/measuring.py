"""Measure and keep: what the command line and the app both do."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gallery import workflow
from gallery.config import Settings
from gallery.errors import SourceError
from gallery.evaluate import grouped, own, pairwise
from gallery.evaluate.grouped import FaceSet, Grouping
from gallery.evaluate.labelled import LabelledFaces, embed_labelled, photos_of_people
from gallery.evaluate.pairs import find_list, read_pairs
from gallery.evaluate.speed import measure_speed
from gallery.models import registry
from gallery.pipeline import FaceModels
from gallery.records import Progress, Space
from gallery.store import evaluations, runs
from gallery.store.library import Library

# The curve groups all faces 21 times; with more, it is left to who asks for it.
_CURVE_FACES = 20_000
# Of the impure groups and the fragmented people so many are listed.
_WORST = 20


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
    folder = images.expanduser().resolve()
    listed = find_list(folder, None if file is None else file.expanduser().resolve())
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
        faces = pairs.known.ids.tolist()
        evaluations.add(library, "own", evaluations.OWN, space.name, found, of_faces=faces)
    return found


def faces_of_folder(
    images: Path,
    models: FaceModels,
    settings: Settings,
    on_progress: Callable[[Progress], None] | None = None,
) -> LabelledFaces:
    """The faces of the photos of a folder with a folder for each person.

    Raises:
        SourceError: There are no photos, or no faces in them.
    """
    photos = photos_of_people(images.expanduser().resolve())
    faces = embed_labelled(photos, models, settings, on_progress, cache=settings.cache)
    if not faces.people:
        raise SourceError(
            f"No face was found in the {len(photos):,} photos of {images}, or none can be read."
        )
    return faces


def measure_grouping(
    library: Library,
    faces: FaceSet,
    how: Grouping,
    on_progress: Callable[[Progress], None] | None = None,
    *,
    with_curve: bool = False,
) -> dict[str, Any]:
    """Group faces whose people are known, and keep the figures in a library if there are any.

    Args:
        library: where they are kept.
        faces: to be grouped.
        how: the algorithm with its parameters.
        on_progress: told how far the curve is.
        with_curve: whether the figures at other values are looked at as well.
    """
    started = time.perf_counter()
    labels = grouped.group_set(faces, how)
    seconds = time.perf_counter() - started
    found = grouped.document(faces, labels, how) | {"seconds": {"cluster": round(seconds, 3)}}
    if not faces.known:
        return found
    impure, fragmented = grouped.mistakes(faces, labels)
    found["impure_groups"] = [grouped.mistake_document(faces, one) for one in impure[:_WORST]]
    found["fragmented_people"] = [
        grouped.mistake_document(faces, one) for one in fragmented[:_WORST]
    ]
    found["fragmented"] = len(fragmented)
    if with_curve:
        found["curve"] = grouped.curve(faces, how, on_progress)
    is_own = faces.name == evaluations.OWN
    own_faces = [face for face in faces.ids if is_own and isinstance(face, int)]
    evaluations.add(library, "clusters", faces.name, faces.space.name, found, of_faces=own_faces)
    return found


def measure_library(
    library: Library,
    settings: Settings,
    models: FaceModels,
    on_progress: Callable[[Progress], None] | None = None,
) -> None:
    """Measure what takes seconds: the owner's people, how well they are grouped, and the speed.

    Args:
        library: whose people; nothing is measured where nobody was grouped.
        settings: in use.
        models: detector and embedder.
        on_progress: told how far it is.
    """
    run = runs.current(library)
    if run is None:
        return
    if registry.is_known(run.space.model, "embedder"):
        own_settings = settings.with_changes(embedder=run.space.model)
        measure_own(library, run.space, workflow.thresholds_of(run.space.model).verify)
        how = Grouping(
            workflow.group_options(own_settings),
            settings.weak_quality,
            workflow.gate_options(own_settings),
        )
        faces = grouped.own_set(library, run.space)
        few = len(faces.known) > 0 and len(faces.people) <= _CURVE_FACES
        measure_grouping(library, faces, how, on_progress, with_curve=few)
    measure_speed(library, models, settings, on_progress)
