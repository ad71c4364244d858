"""Any sequence of decisions keeps its promises, and can be taken back step by step."""

from __future__ import annotations

import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import small_library as small
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from small_library import LOOSE, OPTIONS, STRICT, Seen
from sqlalchemy import select

from gallery import boxes, corrections, decisions, review
from gallery import people as person_decisions
from gallery.cluster import GraphOptions
from gallery.errors import GalleryError
from gallery.grouping import use_run
from gallery.records import Decision
from gallery.store import history, members, people, runs, tables
from gallery.store.library import Library

# Fourteen faces of four people: three photos with two of them, two old photos, a weak face.
FACES = [
    Seen(0, "a"), Seen(1, "a"), Seen(0, "b"), Seen(1, "b"), Seen(2, "c"), Seen(0, "c"),
    Seen(0), Seen(0, year=1975), Seen(1), Seen(1, year=1985), Seen(2), Seen(2, year=1995),
    Seen(3), Seen(0, quality=0.1),
]  # fmt: skip
YEARS = [None, 1970, 1980, 1990, 2000]
LINKS = [OPTIONS, LOOSE, STRICT, GraphOptions(0.95, 0.9)]


@dataclass(frozen=True)
class Snapshot:
    """All that decisions are about, as plain rows."""

    places: dict[int, tuple[Any, ...]]
    removed: frozenset[int]
    persons: dict[int, tuple[Any, ...]]
    rejections: frozenset[tuple[int, int]]

    @classmethod
    def of(cls, library: Library) -> Snapshot:
        m, p, r = tables.memberships.c, tables.people.c, tables.rejections.c
        placed = select(m.face_id, m.person_id, m.confirmed, m.run_id, m.decision_id, m.since)
        fields = select(p.id, p.number, p.name, p.hidden, p.ignored, p.birth_year, p.cover_face_id)
        with library.read() as connection:
            return cls(
                {row[0]: tuple(row[1:]) for row in connection.execute(placed)},
                frozenset(
                    connection.execute(
                        select(tables.faces.c.id).where(tables.faces.c.removed)
                    ).scalars()
                ),
                {row[0]: tuple(row[1:]) for row in connection.execute(fields)},
                frozenset(
                    (row.face_id, row.person_id)
                    for row in connection.execute(select(r.face_id, r.person_id).where(r.holds))
                ),
            )

    def assert_is(self, other: Snapshot, when: str) -> None:
        """Nothing differs, except that persons may have been made that nobody sees."""
        assert self.places == other.places, when
        assert self.removed == other.removed, when
        assert self.rejections == other.rejections, when
        for person in self.persons.keys() | other.persons.keys():
            mine, others = (s.persons.get(person) for s in (self, other))
            if mine is not None and others is not None:
                assert mine == others, when
            else:
                assert (mine or others or ())[1:] == (None, False, False, None, None), when


@dataclass
class Step:
    """A decision that holds or was taken back, as the test remembers it."""

    sentence: str
    before: Snapshot
    after: Snapshot
    groupings: int


@dataclass
class Machine:
    """Does one thing after another and compares with what it remembers."""

    library: Library
    faces: list[int]
    done: list[Step] = field(default_factory=list)
    undone: list[Step] = field(default_factory=list)
    groupings: int = 0
    numbers: dict[int, int] = field(default_factory=dict)

    def do(self, kind: str, a: int, b: int, c: int) -> None:
        before = Snapshot.of(self.library)
        heard = len(self.history())
        try:
            getattr(self, f"do_{kind}")(a, b, c)
        except GalleryError as error:
            before.assert_is(Snapshot.of(self.library), f"{kind} was refused: {error}")
            assert len(self.history()) == heard
        self.check(kind, before, heard)

    def check(self, kind: str, before: Snapshot, heard: int) -> None:
        after = Snapshot.of(self.library)
        if kind in ("regroup", "use_run"):
            self.check_grouping(before, after)
            assert len(self.history()) == heard
        elif kind not in ("undo", "redo"):
            new = self.history()[heard:]
            assert len(new) <= 1
            for decision in new:
                self.done.append(Step(decision.sentence, before, after, self.groupings))
                self.undone.clear()
        assert all(decision.sentence for decision in self.history())
        holding = [decision.sentence for decision in decisions.standing(self.library)]
        assert holding == [step.sentence for step in self.done]
        self.check_promises(after)

    def check_grouping(self, before: Snapshot, after: Snapshot) -> None:
        sure = {face: place for face, place in before.places.items() if place[1]}
        assert {f: p for f, p in after.places.items() if p[1]} == sure
        assert (after.removed, after.rejections) == (before.removed, before.rejections)
        for person, (_, *fields, _cover) in before.persons.items():
            if any(fields):
                assert after.persons[person][1:-1] == tuple(fields), "what a user said is kept"

    def check_promises(self, now: Snapshot) -> None:
        for person, (number, *_) in now.persons.items():
            assert self.numbers.setdefault(person, number) == number
        assert len(set(self.numbers.values())) == len(self.numbers)
        listed = {p.id for p in people.everyone(self.library, with_hidden=True)}
        assert {person for person, values in now.persons.items() if values[1]} <= listed
        assert not now.removed & now.places.keys(), "a deleted box is nobody's"
        with self.library.read() as connection:
            photos = members.photos_of(self.library, connection, self.faces)
            years = members.year_of_photos(self.library, connection)
        sitting = Counter((place[0], photos[face]) for face, place in now.places.items())
        for face, (person, sure, *_) in now.places.items():
            if not sure:
                assert sitting[person, photos[face]] == 1, "a second face of one photo"
                assert (face, person) not in now.rejections, "a rejected face came back"
                born = now.persons[person][4]
                assert born is None or years[face] >= born, "older than the person"
        for person in {place[0] for place in now.places.values()}:
            cover = now.persons[person][5]
            assert cover in now.places, "a cover is a face"
            assert now.places[cover][0] == person, "a cover is one of the person's faces"

    def history(self) -> list[Decision]:
        with self.library.read() as connection:
            return history.everything(self.library, connection)

    def person(self, index: int) -> int:
        everyone = sorted(p.id for p in people.everyone(self.library, with_hidden=True))
        return everyone[index % len(everyone)] if everyone else 0

    def face(self, index: int) -> int:
        return self.faces[index % len(self.faces)]

    def own(self, person: int, index: int, count: int = 1) -> list[int]:
        own = small.faces_of(self.library, person)
        return [own[(index + i) % len(own)] for i in range(min(count, len(own)))]

    def do_name(self, a: int, b: int, c: int) -> None:
        person_decisions.name_person(self.library, self.person(a), "ABC"[b % 3])

    def do_merge(self, a: int, b: int, c: int) -> None:
        others = [self.person(b), self.person(b + 1)][: 1 + c % 2]
        corrections.merge(self.library, self.person(a), others, twice=c % 3 == 0)

    def do_split(self, a: int, b: int, c: int) -> None:
        person = self.person(a)
        parts = [self.own(person, b, 1 + c % 3)]
        if c % 4 == 0:
            parts.append([f for f in self.own(person, b + 1, 4) if f not in parts[0]][:1])
        corrections.split(self.library, person, parts)

    def do_move(self, a: int, b: int, c: int) -> None:
        target = None if c % 5 == 0 else self.person(b)
        some = [self.face(a), self.face(a + c)][: 1 + c % 2]
        corrections.move(self.library, some, target, twice=c % 3 == 0)

    def do_reject(self, a: int, b: int, c: int) -> None:
        person = self.person(a)
        some = self.own(person, b, 1 + c % 2) if c % 3 else [self.face(b)]
        corrections.reject(self.library, some, person)

    def do_confirm(self, a: int, b: int, c: int) -> None:
        person = self.person(a)
        corrections.confirm(self.library, person, self.own(person, b, 2) if c % 2 else None)

    def do_hide(self, a: int, b: int, c: int) -> None:
        person_decisions.hide(self.library, self.person(a), hidden=bool(b % 2))

    def do_ignore(self, a: int, b: int, c: int) -> None:
        person_decisions.ignore(self.library, self.person(a), ignored=bool(b % 2))

    def do_cover(self, a: int, b: int, c: int) -> None:
        person = self.person(a)
        for face in self.own(person, b):
            person_decisions.choose_cover(self.library, person, face)

    def do_birth_year(self, a: int, b: int, c: int) -> None:
        person_decisions.set_birth_year(self.library, self.person(a), YEARS[b % len(YEARS)])

    def do_remove(self, a: int, b: int, c: int) -> None:
        boxes.remove_faces(self.library, [self.face(a), self.face(a + 1)][: 1 + c % 2])

    def do_differ(self, a: int, b: int, c: int) -> None:
        review.differ(self.library, self.person(a), self.person(b))

    def do_not_sure(self, a: int, b: int, c: int) -> None:
        other, face = [(None, None), (self.person(b), None), (None, self.face(b))][c % 3]
        review.not_sure(self.library, self.person(a), other_id=other, face_id=face)

    def do_regroup(self, a: int, b: int, c: int) -> None:
        self.groupings += 1
        small.regroup(self.library, LINKS[a % len(LINKS)])

    def do_use_run(self, a: int, b: int, c: int) -> None:
        self.groupings += 1
        kept = runs.listed(self.library)
        use_run(self.library, kept[a % len(kept)].id)

    def do_undo(self, a: int, b: int, c: int) -> None:
        steps = 1 + c % 3
        wanted = self.done[::-1][:steps]
        taken = decisions.undo(self.library, steps)
        assert [decision.sentence for decision in taken] == [step.sentence for step in wanted]
        now = Snapshot.of(self.library)
        self.undone += wanted
        del self.done[len(self.done) - len(wanted) :]
        if wanted and wanted[-1].groupings == self.groupings:
            now.assert_is(wanted[-1].before, f"after taking back: {wanted[-1].sentence}")
        elif wanted:
            assert_put_back(now, wanted[-1].before, wanted[-1].after)

    def do_redo(self, a: int, b: int, c: int) -> None:
        steps = 1 + c % 2
        wanted = self.undone[::-1][:steps]
        again = decisions.redo(self.library, steps)
        assert [decision.sentence for decision in again] == [step.sentence for step in wanted]
        now = Snapshot.of(self.library)
        self.done += wanted
        del self.undone[len(self.undone) - len(wanted) :]
        if wanted and wanted[-1].groupings == self.groupings:
            now.assert_is(wanted[-1].after, f"after doing again: {wanted[-1].sentence}")
        elif wanted:
            assert_put_back(now, wanted[-1].after, wanted[-1].before)


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


KINDS = sorted(name.removeprefix("do_") for name in vars(Machine) if name.startswith("do_"))
NUMBERS = st.integers(0, 13)
# Undoing and grouping in between is where things go wrong.
OFTEN = [*KINDS, "undo", "undo", "redo", "regroup", "merge", "move"]


@given(st.lists(st.tuples(st.sampled_from(OFTEN), NUMBERS, NUMBERS, NUMBERS), max_size=14))
# No shrinking: an example takes half a second, and a dozen steps can be read as they are.
@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
def test_any_sequence_of_decisions_keeps_its_promises(
    steps: list[tuple[str, int, int, int]],
) -> None:
    play(steps)


def play(steps: list[tuple[str, int, int, int]]) -> None:
    """Do all that, then take everything back."""
    with tempfile.TemporaryDirectory() as folder:
        library = small.empty(Path(folder) / "library")
        try:
            machine = Machine(library, small.add(library, FACES))
            small.regroup(library)
            first = Snapshot.of(library)
            machine.check_promises(first)
            for kind, a, b, c in steps:
                machine.do(kind, a, b, c)
            for _ in range(len(machine.done)):
                machine.do("undo", 0, 0, 0)
            assert decisions.undo(library) == []
            if not machine.groupings:
                first.assert_is(Snapshot.of(library), "after everything was taken back")
        finally:
            library.close()
