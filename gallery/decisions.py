"""Taking a decision, and taking it back: every change is written down as it is made.

A decision is one transaction. What it changes of faces and persons is kept row by row, so
that undo puts back exactly what was there, any number of steps, whatever was grouped since.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Generic, Protocol, TypeVar

from sqlalchemy import Connection

from gallery.event_updating import follow_dates
from gallery.records import Decision
from gallery.store import albums, binned, duplicates, history, members, people, photo_changes
from gallery.store.history import FaceChange, FieldChange, Step
from gallery.store.library import Library
from gallery.store.members import Placement

# Faces that stand for a person from the moment a user has spoken about it: as many as are
# shown beside a question. Grouping builds on them and never takes them away.
STANDING_FOR = 4

# What cannot be taken back: that a person was deleted for good, what had been decided about it,
# and that the bin was emptied.
FINAL = ("forget", "forgotten", "empty-bin")


@dataclass(slots=True)
class Act:
    """A decision while it is being put together; `keep` writes it down and does it."""

    library: Library
    connection: Connection
    _places: dict[int, Placement] = field(default_factory=dict)
    _returned: dict[int, Placement] = field(default_factory=dict)
    _fields: dict[tuple[int, str], str | None] = field(default_factory=dict)
    _rejected: set[tuple[int, int]] = field(default_factory=set)

    def confirm(self, face_ids: Iterable[int], person_id: int) -> None:
        """These faces are this person, as a user says."""
        for face in face_ids:
            self._places[face] = Placement(person_id, confirmed=True)

    def bring(self, face_ids: Iterable[int], person_id: int | None) -> None:
        """These faces come along to a person, or to nobody, without each being confirmed."""
        for face in face_ids:
            self._places.setdefault(face, Placement(person_id))

    def free(self, face_ids: Iterable[int]) -> None:
        """These faces are nobody's."""
        for face in face_ids:
            self._places[face] = Placement()

    def remove(self, face_ids: Iterable[int]) -> None:
        """These are no faces."""
        for face in face_ids:
            self._places[face] = Placement(removed=True)

    def put_back(self, face_id: int, placement: Placement) -> None:
        """This face is where it was, since when it was there and by what had put it there."""
        self._places[face_id] = self._returned[face_id] = placement

    def set(self, person_id: int, name: str, value: str | int | None) -> None:
        """Change a field of a person."""
        self._fields[person_id, name] = None if value is None else str(value)

    def reject(self, face_ids: Iterable[int], person_id: int) -> None:
        """These faces are not this person."""
        self._rejected.update((face, person_id) for face in face_ids)

    def stand_for(self, person_ids: Sequence[int], without: Collection[int] = ()) -> None:
        """Confirm the best faces of persons whom a user has just spoken about."""
        some = STANDING_FOR + len(without)
        best = people.best_faces(self.library, self.connection, person_ids, some)
        for person, faces in best.items():
            self.confirm([face for face in faces if face not in without][:STANDING_FOR], person)

    def keep(
        self,
        kind: str,
        sentence: str,
        *,
        person_id: int | None = None,
        face_id: int | None = None,
        other_person_id: int | None = None,
        value: str | None = None,
    ) -> int:
        """Write the decision down and do it; its id."""
        library, connection = self.library, self.connection
        decision_id = history.append(
            library,
            connection,
            kind,
            sentence,
            person_id=person_id,
            face_id=face_id,
            other_person_id=other_person_id,
            value=value,
        )
        about = [person for person in (person_id, other_person_id) if person is not None]
        members.seen(library, connection, decision_id, about)
        before = members.placements(library, connection, self._places)
        after = self._after(before, decision_id)
        members.put(library, connection, after)
        changes = [FaceChange(face, before[face], place) for face, place in after.items()]
        history.record_faces(library, connection, decision_id, changes)
        members.reject(library, connection, decision_id, self._rejected)
        self._mend_covers(changes)
        self._write_fields(decision_id)
        return decision_id

    def _after(self, before: dict[int, Placement], decision_id: int) -> dict[int, Placement]:
        now = datetime.now(UTC)
        after = {}
        for face, wanted in self._places.items():
            was = before.get(face)
            same = was is not None and (was.person_id, was.confirmed, was.removed) == (
                wanted.person_id,
                wanted.confirmed,
                wanted.removed,
            )
            if was is not None and face in self._returned:
                after[face] = self._returned[face]
            elif was is not None and not same:
                after[face] = Placement(
                    wanted.person_id,
                    wanted.confirmed,
                    wanted.removed,
                    decision_id=decision_id,
                    since=now,
                )
        return after

    def _mend_covers(self, changes: Sequence[FaceChange]) -> None:
        """Another cover for persons whose cover left, or who had none."""
        touched = {
            place.person_id
            for change in changes
            for place in (change.before, change.after)
            if place.person_id is not None
        }
        asked = {person for person, name in self._fields if name == "cover_face_id"}
        for person, cover in better_covers(
            self.library, self.connection, sorted(touched - asked)
        ).items():
            self.set(person, "cover_face_id", cover)

    def _write_fields(self, decision_id: int) -> None:
        changes = []
        for (person, name), value in self._fields.items():
            before = people.field_text(self.library, self.connection, person, name)
            if before != value:
                changes.append(FieldChange(person, name, before, value))
                people.set_field(self.library, self.connection, person, name, value)
        history.record_fields(self.library, self.connection, decision_id, changes)


def better_covers(
    library: Library, connection: Connection, person_ids: Sequence[int]
) -> dict[int, int | None]:
    """A new cover for each of some persons whose own is missing or somebody else's by now."""
    covers = people.covers(library, connection, person_ids)
    best = people.best_faces(library, connection, person_ids, 1)
    at = members.placements(library, connection, [covers[p] for p in person_ids if p in covers])
    found: dict[int, int | None] = {}
    for person in person_ids:
        cover = covers.get(person)
        if cover is None or cover not in at or at[cover].person_id != person:
            found[person] = best.get(person, [None])[0]
    return found


class Said(Protocol):
    """A decision, or its `Step`."""

    @property
    def id(self) -> int:
        """Rising with time."""

    @property
    def kind(self) -> str:
        """Such as `name`."""

    @property
    def value(self) -> str | None:
        """Such as the name given."""


One = TypeVar("One", bound=Said)


@dataclass(frozen=True, slots=True)
class Stack(Generic[One]):
    """Where a history stands.

    Args:
        done: decisions that hold, the first first.
        undone: decisions taken back that can be done again, the next one last, each with
            the undo that took it back.
    """

    done: list[One]
    undone: list[tuple[One, One]]


def stack(decisions: Iterable[One]) -> Stack[One]:
    """Which decisions hold; undo and redo are decisions as well."""
    done: list[One] = []
    undone: list[tuple[One, One]] = []
    for decision in decisions:
        if decision.kind == "undo":
            if done:
                undone.append((done.pop(), decision))
        elif decision.kind == "redo":
            if undone:
                done.append(undone.pop()[0])
        elif decision.kind == "forget":
            undone.clear()  # who was deleted for good does not come back
        elif decision.kind == "forgotten":
            continue
        elif decision.kind == "empty-bin":
            gone = final([decision])
            done = [d for d in done if d.id not in gone]
            undone = [pair for pair in undone if pair[0].id not in gone]
        else:
            done.append(decision)
            undone.clear()
    return Stack(done, undone)


def final(decisions: Iterable[Said]) -> set[int]:
    """Decisions that cannot be taken back any more, since what they are about is gone."""
    found: set[int] = set()
    for decision in decisions:
        if decision.kind == "forgotten":
            found.add(decision.id)
        elif decision.kind == "empty-bin":
            found.update(int(number) for number in (decision.value or "").split(",") if number)
    return found


def standing(library: Library) -> list[Decision]:
    """The decisions that hold, the first first."""
    with library.read() as connection:
        return stack(history.everything(library, connection)).done


def latest(library: Library) -> Decision | None:
    """The decision that `undo` would take back; None where there is none."""
    with library.read() as connection:
        newest = history.newest(library, connection)
    if newest is None or newest.kind not in ("undo", "redo", *FINAL):
        return newest
    return next_to_change(library)[0]


def next_to_change(library: Library) -> tuple[Decision | None, Decision | None]:
    """The decision that `undo` would take back, and the one that `redo` would do again."""
    with library.read() as connection:
        now = stack(history.steps(library, connection))
        done = history.get(library, connection, now.done[-1].id) if now.done else None
        again = history.get(library, connection, now.undone[-1][0].id) if now.undone else None
    return done, again


def undo(library: Library, steps: int = 1) -> list[Decision]:
    """Take back the latest decisions that still hold; those that were, the latest first."""
    with library.write() as connection:
        everything = history.steps(library, connection)
        last = list(reversed(stack(everything).done))[:steps]
        taken = _whole(library, connection, last)
        for decision in taken:
            sentence = f"Took back: {decision.sentence}"
            _mark(library, connection, "undo", sentence, decision, decision.id)
            _replay(library, connection, decision.id, back=True, gone=final(everything))
        follow_dates(library, connection, [decision.id for decision in taken])
    return taken


def _whole(library: Library, connection: Connection, steps: Iterable[Step]) -> list[Decision]:
    found = (history.get(library, connection, step.id) for step in steps)
    return [decision for decision in found if decision is not None]


def redo(library: Library, steps: int = 1) -> list[Decision]:
    """Do again what was taken back last, as long as nothing was decided since."""
    with library.write() as connection:
        undone = stack(history.steps(library, connection)).undone
        last = list(reversed(undone))[:steps]
        again = _whole(library, connection, [step for step, _ in last])
        for decision, (_, undoing) in zip(again, last, strict=True):
            sentence = f"Did again: {decision.sentence}"
            _mark(library, connection, "redo", sentence, decision, undoing.id)
            _replay(library, connection, decision.id, back=False)
        follow_dates(library, connection, [decision.id for decision in again])
    return again


def _mark(
    library: Library,
    connection: Connection,
    kind: str,
    sentence: str,
    decision: Decision,
    undoes: int,
) -> None:
    history.append(
        library,
        connection,
        kind,
        sentence,
        person_id=decision.person_id,
        face_id=decision.face_id,
        other_person_id=decision.other_person_id,
        undoes=undoes,
    )


def _replay(
    library: Library,
    connection: Connection,
    decision_id: int,
    *,
    back: bool,
    gone: Collection[int] = (),
) -> None:
    """Put everything a decision changed where it was before it, or after it.

    Args:
        library: whose.
        connection: in a transaction.
        decision_id: the decision.
        back: whether it is taken back, or done again.
        gone: decisions that cannot be taken back; what those placed later stays.
    """
    changes = history.face_changes_of(library, connection, decision_id)
    fields = history.field_changes_of(library, connection, decision_id)
    wanted = {change.face_id: change.before if back else change.after for change in changes}
    # Whoever has the faces now, since they may have been grouped anew.
    now = members.placements(library, connection, wanted)
    wanted = {face: place for face, place in wanted.items() if now[face].decision_id not in gone}
    photo_changes.replay(library, connection, decision_id, back=back)
    wanted |= _out_of_sight(library, connection, wanted)
    members.put(library, connection, wanted)
    members.let_hold(library, connection, decision_id, holds=not back)
    duplicates.let_hold(library, connection, decision_id, holds=not back)
    for change in fields:
        value = change.before if back else change.after
        people.set_field(library, connection, change.person_id, change.field, value)
    albums.replay(library, connection, decision_id, back=back)
    left = _give_way(library, connection, wanted)
    places = [*now.values(), *wanted.values()]
    touched = {place.person_id for place in places if place.person_id is not None}
    touched |= left | {change.person_id for change in fields}
    for person, cover in better_covers(library, connection, sorted(touched)).items():
        if cover is not None:
            people.set_covers(library, connection, {person: cover})


def _out_of_sight(
    library: Library, connection: Connection, face_ids: Iterable[int]
) -> dict[int, Placement]:
    """Those of some faces whose photo is in the bin: they stay there with it."""
    photo_of = members.photos_of(library, connection, sorted(face_ids))
    there = binned.among(library, connection, sorted(set(photo_of.values())))
    return {face: Placement(removed=True) for face, photo in photo_of.items() if photo in there}


def _give_way(library: Library, connection: Connection, returned: dict[int, Placement]) -> set[int]:
    """Faces grouped meanwhile into a returned face's place, or where they may not be, leave.

    Returns:
        The persons that they leave.
    """
    photos = members.photos_of(library, connection, sorted(returned))
    taken = {
        (place.person_id, photos[face])
        for face, place in returned.items()
        if place.person_id is not None
    }
    beside = members.in_photos(library, connection, sorted({photo for _, photo in taken}))
    leaving = {
        face: person
        for face, (photo, person, confirmed) in beside.items()
        if not confirmed and (person, photo) in taken
    }
    leaving |= members.misplaced(library, connection)
    leaving = {face: person for face, person in leaving.items() if face not in returned}
    members.put(library, connection, {face: Placement() for face in leaving})
    return set(leaving.values())
