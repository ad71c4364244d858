"""What the command line and the app both do: settings of a library, models, grouping.

Both build their inputs, call these, and show the progress in their own way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from gallery.algorithms import choose
from gallery.cluster import GraphOptions, Method
from gallery.config import Settings
from gallery.errors import ModelError
from gallery.grouping import GroupReport, group
from gallery.models import loading, registry, weights
from gallery.models.cards import ModelCard, Thresholds
from gallery.models.weights import FileState, OnBytes
from gallery.pipeline import FaceModels
from gallery.records import Space
from gallery.store import faces, preferences, runs
from gallery.store.library import Library


def settings_of(library: Library, settings: Settings) -> Settings:
    """The settings with what the owner chose for this library on top."""
    chosen = preferences.load(library)
    return settings.with_changes(**chosen) if chosen else settings


def missing_models(settings: Settings) -> list[ModelCard]:
    """The models a first run needs whose files are not there yet."""
    return [
        card
        for card in loading.default_cards(settings)
        if weights.state(card, settings) in (FileState.MISSING, FileState.CORRUPT)
    ]


def pull_models(
    settings: Settings, cards: list[ModelCard], on_bytes: OnBytes | None = None
) -> Iterator[ModelCard]:
    """Fetch models one by one; yields each before it is fetched.

    Raises:
        ModelError: One of them cannot be had.
    """
    for card in cards:
        yield card
        if card.file is not None:
            weights.ensure(card, settings, on_bytes)


def load_models(settings: Settings, on_bytes: OnBytes | None = None) -> FaceModels:
    """The detector and embedder of the settings, ready to run.

    Raises:
        ModelError: A name is unknown, or weights or a package are missing.
    """
    return FaceModels(
        detector=loading.load_detector(settings.detector, settings, on_bytes),
        embedder=loading.load_embedder(settings.embedder, settings, on_bytes),
    )


def thresholds_of(embedder: str) -> Thresholds:
    """The measured thresholds of an embedder.

    Raises:
        ModelError: It is not an embedder, or has none.
    """
    card = registry.find_card(embedder, "embedder")
    if card.thresholds is None:
        raise ModelError(f"{card.title} has no thresholds in the registry.")
    return card.thresholds


def group_options(settings: Settings) -> GraphOptions:
    """Link and join thresholds: the owner's own, else those of the model."""
    thresholds = thresholds_of(settings.embedder)
    if settings.link_threshold is not None:
        return GraphOptions(link=settings.link_threshold, join=settings.link_threshold)
    return GraphOptions(link=thresholds.link, join=thresholds.join)


def group_if_needed(
    library: Library, settings: Settings, space: Space, added: int
) -> GroupReport | None:
    """Group after photos came in; None where nothing did and the last grouping still holds.

    It does not where a run was stopped before its faces were grouped, or where they were
    grouped by another embedder.
    """
    last = runs.current(library)
    still_holds = (
        last is not None
        and last.faces == faces.count(library)
        # Vectors of another detector are comparable; those of another network are not.
        and replace(last.space, detector=space.detector) == space
    )
    if still_holds and not added:
        return None
    return group_library(library, settings, space)


def group_library(
    library: Library, settings: Settings, space: Space, method: Method | None = None
) -> GroupReport:
    """Group all faces of a library, by default with the settings' thresholds."""
    return group(library, space, method or group_options(settings), settings.weak_quality)


def grouping_method(settings: Settings, algorithm: str, given: Mapping[str, float]) -> Method:
    """An algorithm by name with its parameters; unset thresholds are those of the settings.

    Raises:
        GalleryError: The algorithm, a parameter or a value is not known.
    """
    options = group_options(settings)
    return choose(algorithm, given, options.link, options.join)
