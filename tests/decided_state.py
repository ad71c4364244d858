"""What decisions are about, as plain rows, and the promises that hold whatever was decided.

Everything is read from the tables, not by way of what is tested.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, select

from gallery.config import Settings
from gallery.health.database import check_database, check_references
from gallery.health.derived import check_counts, check_vectors
from gallery.health.finding import Finding, Patient
from gallery.store import members, people, tables
from gallery.store import photos as photo_store
from gallery.store.library import Library


@dataclass(frozen=True)
class Snapshot:
    """All that decisions are about."""

    places: dict[int, tuple[Any, ...]]
    removed: frozenset[int]
    persons: dict[int, tuple[Any, ...]]
    rejections: frozenset[tuple[int, int]]
    in_bin: frozenset[int]

    @classmethod
    def of(cls, library: Library) -> Snapshot:
        m, p, r = tables.memberships.c, tables.people.c, tables.rejections.c
        placed = select(m.face_id, m.person_id, m.confirmed, m.run_id, m.decision_id, m.since)
        fields = select(p.id, p.number, p.name, p.hidden, p.ignored, p.birth_year, p.cover_face_id)
        removed = select(tables.faces.c.id).where(tables.faces.c.removed)
        binned = select(tables.photos.c.id).where(tables.photos.c.binned_at.is_not(None))
        with library.read() as connection:
            return cls(
                {row[0]: tuple(row[1:]) for row in connection.execute(placed)},
                frozenset(connection.execute(removed).scalars()),
                {row[0]: tuple(row[1:]) for row in connection.execute(fields)},
                frozenset(
                    (row.face_id, row.person_id)
                    for row in connection.execute(select(r.face_id, r.person_id).where(r.holds))
                ),
                frozenset(connection.execute(binned).scalars()),
            )

    def assert_is(self, other: Snapshot, when: str) -> None:
        """Nothing differs, except that persons may have been made that nobody sees."""
        assert self.places == other.places, when
        assert self.removed == other.removed, when
        assert self.rejections == other.rejections, when
        assert self.in_bin == other.in_bin, when
        for person in self.persons.keys() | other.persons.keys():
            mine, others = (s.persons.get(person) for s in (self, other))
            if mine is not None and others is not None:
                assert mine == others, when
            else:
                assert (mine or others or ())[1:] == (None, False, False, None, None), when


def assert_put_back(now: Snapshot, wanted: Snapshot, other: Snapshot) -> None:
    """What a decision changed of faces and persons is as wanted, whatever was grouped since."""
    for face in wanted.places.keys() | other.places.keys():
        then = wanted.places.get(face)
        if then != other.places.get(face):
            assert now.places.get(face, (None,))[:2] == (then or (None,))[:2]
    for person in wanted.persons.keys() & other.persons.keys():
        there = zip(wanted.persons[person], other.persons[person], now.persons[person], strict=True)
        # Covers follow the faces; the rest is as it was.
        assert all(new == then for then, since, new in list(there)[:-1] if then != since)
    changed = wanted.rejections ^ other.rejections
    assert now.rejections & changed == wanted.rejections & changed
    assert now.in_bin & (wanted.in_bin ^ other.in_bin) == wanted.in_bin - other.in_bin


def assert_promises(library: Library, now: Snapshot) -> None:
    """What nobody may ever see otherwise."""
    assert not now.removed & now.places.keys(), "a deleted box is nobody's"
    with library.read() as connection:
        photos = members.photos_of(library, connection, sorted(now.places.keys() | now.removed))
        years = members.year_of_photos(library, connection)
    seats = Counter((place[0], photos[face]) for face, place in now.places.items())
    for face, (person, sure, *_) in now.places.items():
        assert photos[face] not in now.in_bin, "a face of a photo in the bin is nobody's"
        if not sure:
            assert seats[person, photos[face]] == 1, "a second face of one photo"
            assert (face, person) not in now.rejections, "a rejected face came back"
            born = now.persons[person][4]
            assert born is None or years[face] >= born, "older than the person"
    for person in {place[0] for place in now.places.values()}:
        cover = now.persons[person][5]
        assert cover in now.places, "a cover is a face"
        assert now.places[cover][0] == person, "a cover is one of the person's faces"


def assert_counts(library: Library, now: Snapshot) -> None:
    """Every number that is shown is the number of rows."""
    own: dict[int, set[int]] = defaultdict(set)
    for face, place in now.places.items():
        own[place[0]].add(face)
    with library.read() as connection:
        photo_of = members.photos_of(library, connection, sorted(now.places))
        faces = connection.execute(select(func.count()).select_from(tables.faces)).scalar_one()
        photos = connection.execute(select(func.count()).select_from(tables.photos)).scalar_one()
    listed = people.everyone(library, with_hidden=True)
    named = {person for person, values in now.persons.items() if values[1] is not None}
    assert {person.id for person in listed} == own.keys() | named
    for person in listed:
        assert person.faces == len(own[person.id])
        assert person.photos == len({photo_of[face] for face in own[person.id]})
    for person in listed[:1]:
        assert set(people.face_ids(library, person.id)) == own[person.id]
    shown = {person.id for person in people.everyone(library)}
    assert shown == {p.id for p in listed if not (p.hidden or p.ignored)}
    assert people.count(library) == sum(bool(some) for some in own.values())
    assert people.unassigned(library) == faces - len(now.removed) - len(now.places)
    assert photo_store.count(library) == photos - len(now.in_bin)


def assert_follows_from_history(library: Library, now: Snapshot) -> None:
    """What users said is what the decisions that hold add up to, one after the other."""
    with library.read() as connection:
        held = _that_hold(connection)
        sure, removed = _faces_by(connection, held)
        fields = _fields_by(connection, held)
        rejections = connection.execute(select(tables.rejections)).all()
    assert {face: place[0] for face, place in now.places.items() if place[1]} == sure
    assert now.removed == removed
    for person, (_, name, hidden, ignored, born, _) in now.persons.items():
        said = [
            fields.get((person, field)) for field in ("name", "hidden", "ignored", "birth_year")
        ]
        as_text = [name, str(int(hidden)), str(int(ignored)), None if born is None else str(born)]
        assert as_text == [said[0], said[1] or "0", said[2] or "0", said[3]]
    for row in rejections:
        assert row.holds == (row.decision_id in held)


def _that_hold(connection: Connection) -> list[int]:
    """Decisions not taken back, or done again since, by what each undo and redo names."""
    d = tables.decisions.c
    rows = connection.execute(select(d.id, d.kind, d.undoes).order_by(d.id)).all()
    again = {row.undoes for row in rows if row.kind == "redo"}
    back = {row.undoes for row in rows if row.kind == "undo" and row.id not in again}
    return [row.id for row in rows if row.kind not in ("undo", "redo") and row.id not in back]


def _faces_by(connection: Connection, held: list[int]) -> tuple[dict[int, int], set[int]]:
    """Confirmed faces with their persons, and deleted boxes."""
    c = tables.face_changes.c
    rows = connection.execute(select(c.decision_id, c.face_id, c.person_after, c.confirmed_after,
                                     c.removed_after).order_by(c.decision_id))  # fmt: skip
    last = {row.face_id: row for row in rows if row.decision_id in held}
    sure = {face: row.person_after for face, row in last.items() if row.confirmed_after}
    return sure, {face for face, row in last.items() if row.removed_after}


def _fields_by(connection: Connection, held: list[int]) -> dict[tuple[int, str], str | None]:
    c = tables.person_changes.c
    rows = connection.execute(select(tables.person_changes).order_by(c.decision_id))
    return {(row.person_id, row.field): row.after for row in rows if row.decision_id in held}


def assert_whole(library: Library) -> None:
    """The doctor finds nothing wrong."""
    patient = Patient(library, Settings())
    checks = (check_database, check_references, check_counts, check_vectors)
    found = [step for check in checks for step in check(patient) if isinstance(step, Finding)]
    assert found == []
