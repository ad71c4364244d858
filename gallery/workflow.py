"""What the command line and the app both do: settings of a library, models, grouping.

Both build their inputs, call these, and show the progress in their own way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from gallery.algorithms import choose, weak_join
from gallery.cluster import GraphOptions, Method
from gallery.config import Settings
from gallery.doubt import DoubtOptions
from gallery.errors import LibraryError, ModelError
from gallery.event_updating import update_events
from gallery.grouping import GroupReport, group, join_new, use_run
from gallery.join import JoinOptions
from gallery.models import loading, registry, weights
from gallery.models.cards import ModelCard, Thresholds
from gallery.models.weights import FileState, OnBytes
from gallery.placing import find_places
from gallery.preview import Preview, preview
from gallery.records import Progress, Space
from gallery.store import faces, preferences, runs
from gallery.store import people as people_store
from gallery.store.library import Library

if TYPE_CHECKING:
    from gallery.pipeline import FaceModels

# More new faces than this share of those grouped so far, and all are grouped anew: who is
# who among the new ones is then better told together.
_MANY_NEW = 0.2
_BY_AVERAGE = ("graph", "agglomerative")


def settings_of(library: Library, settings: Settings) -> Settings:
    """The settings with what the owner chose for this library on top."""
    chosen = preferences.load(library)
    return settings.with_changes(**chosen) if chosen else settings


def missing_models(settings: Settings) -> list[ModelCard]:
    """The models a first run needs whose files are not there yet."""
    return [
        card
        for card in loading.default_cards(settings)
        if card.task != "tagger"  # photos come in without it, and are tagged once it is there
        and weights.state(card, settings) in (FileState.MISSING, FileState.CORRUPT)
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
    # Here, since it loads OpenCV, which most commands do without.
    from gallery.pipeline import FaceModels

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
    """The link threshold: the owner's own, else that of the model."""
    link = thresholds_of(settings.embedder).link
    if settings.link_threshold is not None:
        link = settings.link_threshold
    return GraphOptions(link=link, join=link)


def group_if_needed(library: Library, settings: Settings, space: Space) -> GroupReport | None:
    """Find out who the faces are that came in; None where there are none.

    A few join the persons there are, and nobody else is moved. Where they are many beside
    those grouped so far, or those were grouped by another embedder, all are grouped anew.
    """
    last = runs.current(library)
    # Vectors of another detector are comparable; those of another network are not.
    if last is None or not last.space.is_comparable(space):
        return group_library(library, settings, space) if faces.count(library) else None
    new = runs.not_in(library, last.id)
    if new > _MANY_NEW * last.faces:
        return group_library(library, settings, space)
    if new:
        return join_library(library, settings, space)
    return None


def join_library(library: Library, settings: Settings, space: Space) -> GroupReport:
    """Let the faces that came after the last grouping join its persons.

    Raises:
        LibraryError: Nothing was grouped so far, or by another model.
    """
    refuse_other_space(library, space)
    method = group_options(settings)
    return join_new(library, space, method, settings.weak_quality, join_options(settings))


def refuse_other_space(library: Library, space: Space) -> None:
    """Refuse to compare new faces with people who were grouped with another model.

    Raises:
        LibraryError: They were.
    """
    last = runs.current(library)
    if last is not None and not last.space.is_comparable(space):
        raise LibraryError(
            f"The people were grouped with {last.space.model}, and now {space.model} is chosen. "
            "Group again first with: gallery cluster"
        )


def go_back(library: Library, settings: Settings, run_id: int) -> GroupReport:
    """Go back to the persons of a run; faces that came after it join them as new ones do.

    If another embedder described its faces, new photos are described by that one from now on:
    what is in use and what comes in must be comparable.

    Raises:
        NotFoundError: There is no such run.
        LibraryError: It is from a version that did not keep who was who.
    """
    report = use_run(library, run_id, keep_later=False)
    space = space_in_use(library)
    own = settings.with_changes(embedder=space.model)
    if not registry.is_known(space.model, "embedder"):
        return replace(report, people=people_store.count(library))
    if own.embedder != settings.embedder:
        preferences.save(library, "embedder", own.embedder)
    if runs.not_in(library, run_id):
        join_new(library, space, group_options(own), settings.weak_quality, join_options(own))
    return replace(report, people=people_store.count(library))


def join_options(settings: Settings) -> JoinOptions:
    """How alike a new face must be to join; moves with the owner's own link threshold."""
    measured = thresholds_of(settings.embedder)
    return JoinOptions(link=group_options(settings).link + measured.join - measured.link)


def join_in_use(library: Library, settings: Settings) -> float | None:
    """How alike a new face must be to join a person of the current run, if that is known."""
    model = space_in_use(library).model
    if not registry.is_known(model, "embedder"):
        return None
    return join_options(settings.with_changes(embedder=model)).link


def space_in_use(library: Library) -> Space:
    """The space of the vectors that the persons come from.

    Raises:
        LibraryError: Nothing was grouped so far.
    """
    last = runs.current(library)
    if last is None:
        raise LibraryError("Nobody was grouped so far. Add photos, or run: gallery cluster")
    return last.space


def link_in_use(library: Library, settings: Settings) -> float:
    """The average similarity at which groups merged in the current run.

    Other methods have a link of another meaning, or none: for them it is the settings'.
    """
    last = runs.current(library)
    if last is not None and last.algorithm in _BY_AVERAGE:
        return last.threshold
    return group_options(settings).link


def group_library(
    library: Library, settings: Settings, space: Space, method: Method | None = None
) -> GroupReport:
    """Group all faces of a library, by default with the settings' thresholds."""
    own = method or group_options(settings)
    report = group(library, space, own, settings.weak_quality, gate_options(settings))
    library.keep_statistics()
    return report


def preview_library(
    library: Library, settings: Settings, space: Space, method: Method | None = None
) -> Preview:
    """What `group_library` would change with the same arguments."""
    own = method or group_options(settings)
    return preview(library, space, own, settings.weak_quality, gate_options(settings))


def gate_options(settings: Settings) -> DoubtOptions | None:
    """From where on a face is held back, where the owner wants that."""
    return DoubtOptions(group_options(settings).link) if settings.hold_back else None


def grouping_method(settings: Settings, algorithm: str, given: Mapping[str, float]) -> Method:
    """An algorithm by name with its parameters; unset thresholds are those of the settings.

    Raises:
        GalleryError: The algorithm, a parameter or a value is not known.
    """
    link = group_options(settings).link
    return choose(algorithm, given, link, weak_join(algorithm, given, link))


def join_options_in_use(library: Library, settings: Settings) -> JoinOptions:
    """How alike a face must be to a person of the current run, by the model it was grouped with.

    Where that model is not known any more, by the settings' own.

    Raises:
        LibraryError: Nothing was grouped so far.
    """
    link = join_in_use(library, settings)
    return join_options(settings) if link is None else JoinOptions(link)


def find_places_and_events(library: Library) -> Iterator[Progress]:
    """Look up where new photos were taken, and let them join the events or make new ones."""
    # With this, photos have come in.
    library.keep_statistics()
    yield from find_places(library)
    update_events(library)
