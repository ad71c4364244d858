"""Vectors in the store -> persons in the store: one clustering run, kept with its parameters."""

from __future__ import annotations

import time
from dataclasses import dataclass

from sqlalchemy import Connection

from gallery.cluster import Method
from gallery.errors import LibraryError
from gallery.people import reconcile
from gallery.records import Space
from gallery.store import faces as face_store
from gallery.store import people as people_store
from gallery.store import runs
from gallery.store.library import Library


@dataclass(frozen=True, slots=True)
class GroupReport:
    """What a grouping did."""

    run_id: int
    faces: int
    people: int
    new_people: int
    unassigned: int
    seconds: float


def group(library: Library, space: Space, method: Method, weak_quality: float) -> GroupReport:
    """Group every face of a space into persons and keep the run.

    Args:
        library: whose faces.
        space: the vectors to use.
        method: how, with its parameters.
        weak_quality: faces below this quality join but never start a person.

    Raises:
        LibraryError: No face has a vector in the space.
    """
    started = time.perf_counter()
    embedded = face_store.embedded(library, space)
    if not embedded.face_ids and face_store.count(library):
        raise LibraryError(
            f"None of the faces is described by {space.model} yet, so nothing was changed. If "
            "the originals lie on a disk that is not connected, connect it and try again."
        )
    strong = embedded.quality >= weak_quality
    with library.read() as connection:
        persons = people_store.members(library, connection)
        known = {person for person, name in people_store.names(library, connection).items() if name}
    named = [person if person in known else None for person in map(persons.get, embedded.face_ids)]
    found = method.label(embedded.vectors, embedded.photo_ids, strong, named)
    photos = dict(zip(embedded.face_ids, embedded.photo_ids, strict=True))
    labels = dict(zip(embedded.face_ids, found, strict=True))
    quality = dict(zip(embedded.face_ids, embedded.quality.tolist(), strict=True))
    seconds = time.perf_counter() - started
    with library.write() as connection:
        before = people_store.members(library, connection)
        names = people_store.names(library, connection)
        with_name = {person for person, name in names.items() if name}
        # Faces that could not be described in this space stay with whom they were.
        untouched = {face: person for face, person in before.items() if face not in labels}
        plan = reconcile(labels, before, with_name)
        fresh = people_store.create(library, connection, len(plan.fresh))
        person_of = untouched | plan.known
        _stay_with_named(person_of, labels, before, with_name, photos)
        for person, members in zip(fresh, plan.fresh, strict=True):
            person_of.update(dict.fromkeys(members, person))
        run_id = runs.add(
            library,
            connection,
            algorithm=method.name,
            space=space,
            parameters=method.parameters | {"weak_quality": weak_quality},
            seconds=seconds,
            labels=labels,
        )
        people_store.replace_members(library, connection, person_of, run_id)
        _choose_covers(library, connection, person_of, quality)
        gone = plan.emptied - with_name - set(person_of.values())
        people_store.remove(library, connection, gone)
    return GroupReport(
        run_id=run_id,
        faces=len(labels),
        people=len(set(person_of.values())),
        new_people=len(fresh),
        unassigned=sum(face not in person_of for face in labels),
        seconds=time.perf_counter() - started,
    )


def _stay_with_named(
    person_of: dict[int, int],
    labels: dict[int, int | None],
    before: dict[int, int],
    named: set[int],
    photos: dict[int, int],
) -> None:
    """Faces that fit nowhere stay with the person they were named after."""
    there = {(person, photos.get(face)) for face, person in person_of.items()}
    for face, label in labels.items():
        person = before.get(face)
        if (
            label is None
            and person is not None
            and person in named
            and (person, photos[face]) not in there
        ):
            person_of[face] = person
            there.add((person, photos[face]))


def _choose_covers(
    library: Library,
    connection: Connection,
    person_of: dict[int, int],
    quality: dict[int, float],
) -> None:
    """The best face of each person that has no cover among its faces."""
    covers = people_store.covers(library, connection)
    best: dict[int, int] = {}
    for face, person in person_of.items():
        if person_of.get(covers.get(person, -1)) == person:
            continue
        if person not in best or quality.get(face, 0.0) > quality.get(best[person], 0.0):
            best[person] = face
    people_store.set_covers(library, connection, best)
