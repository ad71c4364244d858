"""Vectors in the store -> persons in the store: clustering runs, kept, and gone back to."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy import Connection

from gallery.cluster import Method
from gallery.constraints import Constraints
from gallery.decisions import better_covers, stack
from gallery.doubt import DoubtOptions, held_back
from gallery.errors import LibraryError, NotFoundError
from gallery.join import JoinOptions, Verdict, offers
from gallery.merged import Merges
from gallery.reconciling import Membership, Standing, restore, settle
from gallery.records import Space
from gallery.store import faces as face_store
from gallery.store import history, members, runs
from gallery.store import people as people_store
from gallery.store.faces import Embedded
from gallery.store.library import Library


@dataclass(frozen=True, slots=True)
class GroupReport:
    """What a grouping did.

    Args:
        run_id: the run that was kept.
        faces: looked at.
        people: with at least one face.
        new_people: that were not there before.
        unassigned: of the faces, those that are nobody's or not sure.
        seconds: it took.
        joined: faces that joined persons there were; None where all were grouped anew.
    """

    run_id: int
    faces: int
    people: int
    new_people: int
    unassigned: int
    seconds: float
    joined: int | None = None


def standing_of(library: Library, connection: Connection, face_ids: Iterable[int]) -> Standing:
    """What a user has said, and who is who, before a grouping."""
    before = members.everyone(library, connection)
    everybody = sorted({*face_ids, *before})
    return Standing(
        before=before,
        confirmed=members.confirmed(library, connection),
        known=people_store.known(library, connection),
        steady=members.steady(library, connection),
        rejected=members.barred(library, connection),
        photos=members.photos_of(library, connection, everybody),
    )


def constraints_of(embedded: Embedded, standing: Standing) -> Constraints:
    """What a user has said, as the algorithms take it."""
    person = [standing.confirmed.get(face, -1) for face in embedded.face_ids]
    banned = {
        row: frozenset(standing.rejected[face])
        for row, face in enumerate(embedded.face_ids)
        if face in standing.rejected
    }
    return Constraints(
        np.array(embedded.photo_ids, dtype=np.int64), np.array(person, dtype=np.int64), banned
    )


def group(
    library: Library,
    space: Space,
    method: Method,
    weak_quality: float,
    gate: DoubtOptions | None = None,
) -> GroupReport:
    """Group every face of a space into persons and keep the run.

    Args:
        library: whose faces.
        space: the vectors to use.
        method: how, with its parameters.
        weak_quality: faces below this quality join but never start a person.
        gate: faces further from their group than this are held back; None holds back none.

    Raises:
        LibraryError: No face has a vector in the space.
    """
    started = time.perf_counter()
    labels = cluster_library(library, space, method, weak_quality, gate)
    seconds = time.perf_counter() - started
    with library.write() as connection:
        # Read again: what was decided while the faces were being grouped counts.
        there = face_store.present_ids(library, connection)
        labels = {face: label for face, label in labels.items() if face in there}
        standing = standing_of(library, connection, labels)
        plan = settle(labels, standing)
        person_of, new_people = _with_fresh(library, connection, plan)
        run_id = runs.add(
            library,
            connection,
            algorithm=method.name,
            space=space,
            parameters=dict(method.parameters)
            | {"weak_quality": weak_quality, "hold_back": float(gate is not None)},
            seconds=seconds,
            labels=labels,
            person_of=person_of,
        )
        members.replace_unconfirmed(library, connection, person_of, run_id)
        _tidy(library, connection, person_of.values())
    return GroupReport(
        run_id=run_id,
        faces=len(labels),
        people=len(set(person_of.values())),
        new_people=new_people,
        unassigned=sum(face not in person_of for face in labels),
        seconds=time.perf_counter() - started,
    )


def cluster_library(
    library: Library,
    space: Space,
    method: Method,
    weak_quality: float,
    gate: DoubtOptions | None = None,
) -> dict[int, int | None]:
    """The cluster of every face of a space, None for nobody's; arguments as in `group`.

    Raises:
        LibraryError: No face has a vector in the space.
    """
    embedded = _embedded(library, space)
    strong = embedded.quality >= weak_quality
    with library.read() as connection:
        standing = standing_of(library, connection, embedded.face_ids)
    constraints = constraints_of(embedded, standing)
    found = method.label(embedded.vectors, strong, constraints)
    if gate is not None:
        found = held_back(found, embedded.vectors, embedded.quality, constraints.confirmed, gate)
    return dict(zip(embedded.face_ids, found, strict=True))


def _embedded(library: Library, space: Space) -> Embedded:
    embedded = face_store.embedded(library, space)
    if not embedded.face_ids and face_store.count(library):
        raise LibraryError(
            f"None of the faces is described by {space.model} yet, so nothing was changed. If "
            "the originals lie on a disk that is not connected, connect it and try again."
        )
    return embedded


def _with_fresh(
    library: Library, connection: Connection, plan: Membership
) -> tuple[dict[int, int], int]:
    """Whose every face is, with the new persons made; how many those are."""
    everybody = dict(plan.known)
    fresh = people_store.create(library, connection, len(plan.fresh))
    for person, faces in zip(fresh, plan.fresh, strict=True):
        everybody.update(dict.fromkeys(faces, person))
    return everybody, len(fresh)


def _tidy(library: Library, connection: Connection, persons: Iterable[int]) -> None:
    covers = better_covers(library, connection, sorted(set(persons)))
    people_store.set_covers(
        library, connection, {p: cover for p, cover in covers.items() if cover is not None}
    )
    people_store.remove_forgotten(library, connection)


def join_new(
    library: Library, space: Space, method: Method, weak_quality: float, options: JoinOptions
) -> GroupReport:
    """Let the faces that came after the current run join its persons; nobody else is moved.

    A face joins where it is like one person and clearly less like any other; one that is like
    two, or nearly like one, waits as not sure; the rest become new persons among themselves.

    Args:
        library: whose faces.
        space: the vectors to use, those of the current run.
        method: groups those that are like nobody there was.
        weak_quality: faces below this quality join but never start a person.
        options: how alike a face must be.

    Raises:
        LibraryError: Nothing was grouped so far.
    """
    started = time.perf_counter()
    with library.write() as connection:
        # All of it is read in its turn to write: nobody groups or decides in between.
        run = runs.current(library)
        if run is None:
            raise LibraryError("Nothing was grouped so far. Group first with: gallery cluster")
        embedded = _embedded(library, space)
        standing = standing_of(library, connection, embedded.face_ids)
        grouped = runs.persons_of(library, connection, run.id)
        new = np.array(
            [face not in grouped and face not in standing.before for face in embedded.face_ids],
            dtype=np.bool_,
        )
        plan = _joined(embedded, new, standing, method, weak_quality, options)
        person_of, new_people = _with_fresh(library, connection, plan)
        fresh_faces = [f for f, is_new in zip(embedded.face_ids, new, strict=True) if is_new]
        members.add(library, connection, person_of, run.id)
        runs.extend(library, connection, run.id, fresh_faces, person_of)
        _tidy(library, connection, person_of.values())
    return GroupReport(
        run_id=run.id,
        faces=len(fresh_faces),
        people=people_store.count(library),
        new_people=new_people,
        unassigned=sum(face not in person_of for face in fresh_faces),
        seconds=time.perf_counter() - started,
        joined=len(plan.known),
    )


def _joined(
    embedded: Embedded,
    new: np.ndarray,
    standing: Standing,
    method: Method,
    weak_quality: float,
    options: JoinOptions,
) -> Membership:
    """Who the new faces are: of persons there were, or new ones."""
    ids, photos = np.array(embedded.face_ids), np.array(embedded.photo_ids, dtype=np.int64)
    strong = embedded.quality >= weak_quality
    placed = np.array([face in standing.before for face in embedded.face_ids], dtype=np.bool_)
    nobody: frozenset[int] = frozenset()
    found = offers(
        embedded.vectors[new],
        strong[new],
        photos[new],
        [frozenset(standing.rejected.get(face, nobody)) for face in ids[new].tolist()],
        embedded.vectors[placed],
        np.array([standing.before[face] for face in ids[placed].tolist()], dtype=np.int64),
        np.array([face in standing.confirmed for face in ids[placed].tolist()], dtype=np.bool_),
        embedded.quality[placed],
        photos[placed],
        options,
    )
    rows = np.flatnonzero(new).tolist()
    known = {
        int(ids[row]): offer.person
        for row, offer in zip(rows, found, strict=True)
        if offer.verdict is Verdict.JOINS and offer.person is not None
    }
    strangers = np.array(
        [r for r, offer in zip(rows, found, strict=True) if offer.verdict is Verdict.NEW], dtype=int
    )
    groups: dict[int, list[int]] = {}
    if len(strangers):
        labels = method.label(
            embedded.vectors[strangers],
            strong[strangers],
            constraints_of(embedded, standing).subset(strangers),
        )
        for row, label in zip(strangers.tolist(), labels, strict=True):
            if label is not None:
                groups.setdefault(label, []).append(int(ids[row]))
    return Membership(known, [groups[label] for label in sorted(groups)], set())


def use_run(library: Library, run_id: int, *, keep_later: bool = True) -> GroupReport:
    """Go back to the persons of a run that is kept; what was decided since still holds.

    Args:
        library: whose.
        run_id: the run.
        keep_later: whether faces that came after it stay with whom they are, or are nobody's
            unless a user said whose they are.

    Raises:
        NotFoundError: There is no such run.
        LibraryError: It is from a version that did not keep who was who.
    """
    started = time.perf_counter()
    with library.write() as connection:
        run = runs.get(library, connection, run_id)
        if run is None:
            raise NotFoundError(
                f"There is no run {run_id}. See those that are kept with: gallery runs list"
            )
        then = runs.persons_of(library, connection, run_id)
        if then and all(person is None for person in then.values()):
            raise LibraryError(
                f"Run {run_id} was kept by an earlier version without who was who, so it "
                "cannot be gone back to. Group again with: gallery cluster"
            )
        standing = standing_of(library, connection, then)
        later = {face: p for face, p in standing.before.items() if face not in then}
        if not keep_later:
            placed = members.placed_by_decision(library, connection)
            later = {face: person for face, person in later.items() if face in placed}
        # Whoever was merged since is part of whom it became.
        today = Merges.of(stack(history.everything(library, connection)).done).today
        back = {face: today(person) for face, person in then.items() if person is not None}
        person_of = restore(back, replace(standing, before=later))
        members.replace_unconfirmed(library, connection, person_of, run_id)
        runs.make_current(library, connection, run_id)
        _tidy(library, connection, person_of.values())
    return GroupReport(
        run_id=run_id,
        faces=len(then),
        people=len(set(person_of.values())),
        new_people=0,
        unassigned=sum(face not in person_of for face in then),
        seconds=time.perf_counter() - started,
    )
