"""What is made from something else: words, counts, vectors, the index of faces; and the models."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gallery.health.finding import NAMED, Finding, Patient, Step
from gallery.models.loading import default_cards
from gallery.models.weights import FileState, state, weights_path
from gallery.store import checks, face_index, runs
from gallery.store import faces as face_store

_REPAIR = "Make it anew with: gallery doctor --repair"
_MANY = {"photo": "Photos", "person": "Persons"}
_DESCRIBE = "Describe the faces anew with: gallery cluster"


def check_words(patient: Patient) -> Iterator[Step]:
    """The index that searching by words looks into."""
    library = patient.library
    whole = checks.words_are_whole(library)
    strange = checks.strange_words(library)
    wrong = checks.wrong_words(library)
    if whole and not strange and not wrong:
        return
    many = max(1, len(strange) + len(wrong))
    left = many
    if patient.repair:
        checks.write_words(library, [*strange, *wrong])
        left = len(checks.strange_words(library)) + len(checks.wrong_words(library))
        left += not checks.words_are_whole(library)
    yield Finding(
        "words",
        "The index of words does not say what the photos do: searching may miss some.",
        many,
        max(0, many - left),
        _REPAIR if left else "",
        _photos(wrong),
    )


def check_counts(patient: Patient) -> Iterator[Step]:
    """How many faces each photo says it has, and each person."""
    for name, whose, wrong, write in (
        ("face-counts", "photo", checks.wrong_counts, checks.write_counts),
        ("person-counts", "person", checks.wrong_people, checks.write_people),
    ):
        found = wrong(patient.library)
        if not found:
            continue
        left = found
        if patient.repair:
            write(patient.library, found)
            left = wrong(patient.library)
        yield Finding(
            name,
            f"{_MANY[whose]} say another number of faces than they have.",
            len(found),
            len(found) - len(left),
            _REPAIR if left else "",
            [f"{whose} {one}" for one in found[:NAMED]],
        )


def check_vectors(patient: Patient) -> Iterator[Step]:
    """Vectors of a wrong length, and faces without one in the space of the current grouping."""
    library = patient.library
    odd = checks.odd_vectors(library)
    if odd:
        if patient.repair:
            checks.drop_vectors(library, odd)
        repaired = len(odd) if patient.repair else 0
        says = "Vectors of faces have another length than their space."
        named = [f"face {face}" for face, _ in odd[:NAMED]]
        yield Finding("vectors", says, len(odd), repaired, "" if repaired else _REPAIR, named)
    run = runs.current(library)
    if run is None:
        return
    waiting = face_store.without_vector(library, run.space)
    if waiting:
        yield Finding(
            "vectors",
            "Faces have no vector for the model that the people were grouped with.",
            sum(map(len, waiting.values())),
            advice=_DESCRIBE,
            named=_photos(list(waiting)),
        )


def check_index(patient: Patient) -> Iterator[Step]:
    """The files that searching by a face reads: one that cannot be read is made anew."""
    run = runs.current(patient.library)
    broken = face_index.broken(patient.library, None if run is None else run.space)
    if not broken:
        return
    if patient.repair:
        for file in broken:
            file.unlink(missing_ok=True)
    yield Finding(
        "face-index",
        "The index of faces cannot be read, or is not what the vectors are.",
        len(broken),
        len(broken) if patient.repair else 0,
        "" if patient.repair else _REPAIR,
        [file.name for file in broken],
    )


def check_models(patient: Patient) -> Iterator[Step]:
    """The files of the models in use; each is read whole."""
    settings = patient.settings
    for card in default_cards(settings):
        found = state(card, settings, check_hash=True)
        if found in (FileState.READY, FileState.PACKAGED):
            continue
        file = [str(weights_path(card, settings))] if card.file else []
        advice = f"Fetch it with: gallery models pull {card.name}"
        yield Finding("models", f"{card.title} is {found}.", 1, advice=advice, named=file)


def _photos(ids: Sequence[int]) -> list[str]:
    return [f"photo {photo}" for photo in ids[:NAMED]]
