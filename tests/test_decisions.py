"""Any sequence of decisions keeps its promises, and can be taken back step by step."""

from __future__ import annotations

import functools
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import small_library as small
from decided_state import (
    Snapshot,
    assert_counts,
    assert_follows_from_history,
    assert_promises,
    assert_put_back,
    assert_whole,
)
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from small_library import LINK, LOOSE, OPTIONS, STRICT, WEAK, Seen
from synthetic import SPACE

from gallery import boxes, corrections, decisions, photo_bin, review
from gallery import people as person_decisions
from gallery.cluster import GraphOptions
from gallery.errors import GalleryError
from gallery.grouping import join_new, use_run
from gallery.join import JoinOptions
from gallery.records import Decision
from gallery.store import faces as face_store
from gallery.store import history, members, people, runs
from gallery.store.library import Library, open_library

# Fourteen faces of four people: three photos with two of them, two old photos, a weak face. Some
# of those together are not among the best, which a decision about their person confirms.
FACES = [
    Seen(0, "a"), Seen(1, "a"), Seen(0, "b", quality=0.5), Seen(1, "b", quality=0.5),
    Seen(2, "c", quality=0.5), Seen(0, "c", quality=0.5),
    Seen(0), Seen(0, year=1975), Seen(1), Seen(1, year=1985), Seen(2), Seen(2, year=1995),
    Seen(3), Seen(0, quality=0.1),
]  # fmt: skip
LINKS = [OPTIONS, LOOSE, STRICT, GraphOptions(0.95, 0.9)]

PICK = st.integers(0, 23)
YES = st.booleans()


def more(wave: int) -> list[Seen]:
    """What comes in later: known people together and alone, and a stranger."""
    beside = f"later {wave}"
    return [Seen(0, beside), Seen(1, beside), Seen(2), Seen(4), Seen((0, 1), year=1980)]


@functools.cache
def _grouped() -> Path:
    """A library with the faces in it, grouped; copied for every example."""
    folder = Path(tempfile.mkdtemp(prefix="gallery-tests-"))
    library = small.empty(folder / "library")
    small.add(library, FACES)
    small.regroup(library)
    library.close()
    return folder / "library"


@dataclass
class Step:
    """A decision that holds or was taken back, as the test remembers it."""

    sentence: str
    before: Snapshot
    after: Snapshot
    groupings: int


class Decisions(RuleBasedStateMachine):
    """Does one thing after another and compares with what it remembers."""

    library: Library

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="gallery-tests-"))
        self.library = open_library(Path(shutil.copytree(_grouped(), self.folder / "library")))
        self.done: list[Step] = []
        self.undone: list[Step] = []
        self.groupings = 0
        self.came = 0
        self.numbers: dict[int, int] = {}
        with self.library.read() as connection:
            self.faces = sorted(face_store.present_ids(self.library, connection))
        self.first = self.now = Snapshot.of(self.library)

    def teardown(self) -> None:
        """Take everything back; nothing is left of it, and nothing is broken."""
        if not hasattr(self, "first"):
            return
        try:
            while self.done:
                self.undo(1)
            assert decisions.undo(self.library) == []
            self.library.close()
            self.library = open_library(self.folder / "library")
            assert Snapshot.of(self.library) == self.now
            if not self.groupings:
                self.first.assert_is(self.now, "after everything was taken back")
            assert_whole(self.library)
        finally:
            self.library.close()
            shutil.rmtree(self.folder)

    @invariant()
    def promises_are_kept(self) -> None:
        now = self.now
        assert Snapshot.of(self.library) == now, "looking changes nothing"
        assert_promises(self.library, now)
        assert_counts(self.library, now)
        assert_follows_from_history(self.library, now)
        for person, (number, *_) in now.persons.items():
            assert self.numbers.setdefault(person, number) == number
        assert len(set(self.numbers.values())) == len(self.numbers)
        assert all(decision.sentence for decision in self.history())
        holding = [decision.sentence for decision in decisions.standing(self.library)]
        assert holding == [step.sentence for step in self.done]

    # What a user says.

    @rule(who=PICK, what=st.sampled_from(["A", "B", "C", True, False, None, 1970, 1980, 1995]))
    def describe(self, who: int, what: str | bool | int | None) -> None:
        """A name, whether the person is hidden, or the year of birth."""
        person, number = self.person(who), 1
        if isinstance(what, str):
            done = self.say(lambda: person_decisions.name_person(self.library, person, what))
        elif isinstance(what, bool):
            number = 2
            done = self.say(lambda: person_decisions.hide(self.library, person, hidden=what))
        else:
            number = 4
            done = self.say(lambda: person_decisions.set_birth_year(self.library, person, what))
        if done:
            assert self.now.persons[person][number] == what

    @rule(who=PICK, others=st.lists(PICK, min_size=1, max_size=2), twice=YES)
    def merge(self, who: int, others: list[int], twice: bool) -> None:
        person, joining = self.person(who), {self.person(other) for other in others}
        before = self.sure_of(person)
        if self.say(lambda: corrections.merge(self.library, person, sorted(joining), twice=twice)):
            assert not {place[0] for place in self.now.places.values()} & (joining - {person})
            assert self.now.persons[person][4] or before <= self.sure_of(person)

    @rule(who=PICK, at=PICK, sizes=st.lists(st.integers(1, 3), min_size=1, max_size=2))
    def split(self, who: int, at: int, sizes: list[int]) -> None:
        person = self.person(who)
        own = self.own(person, at, sum(sizes))
        if len(own) == len(small.faces_of(self.library, person)):
            own = own[1:]  # somebody has to stay
        parts = [own[: sizes[0]], own[sizes[0] :]]
        if self.say(lambda: corrections.split(self.library, person, parts)):
            new = [{self.now.places[face][0] for face in part} for part in parts if part]
            assert all(len(persons) == 1 for persons in new)
            assert len(set.union({person}, *new)) == len(new) + 1
            assert {(face, person) for face in own} <= self.now.rejections

    @rule(which=st.lists(PICK, min_size=1, max_size=2), to=st.none() | PICK, twice=YES)
    def move(self, which: list[int], to: int | None, twice: bool) -> None:
        faces = [self.face(index) for index in which]
        self.move_to(faces, None if to is None else self.person(to), twice=twice)

    @rule(which=PICK, twice=YES)
    def move_to_who_is_beside(self, which: int, twice: bool) -> None:
        beside = [face for face in self.beside(self.face(which)) if face in self.now.places]
        if beside:
            self.move_to([self.face(which)], self.now.places[beside[0]][0], twice=twice)

    def move_to(self, faces: list[int], target: int | None, *, twice: bool) -> None:
        before = self.now
        if self.say(lambda: corrections.move(self.library, faces, target, twice=twice)):
            (own,) = {self.now.places[face][:2] for face in faces}
            assert own == (own[0] if target is None else target, True)
            left = {(face, before.places[face][0]) for face in faces if face in before.places}
            assert {pair for pair in left if pair[1] != own[0]} <= self.now.rejections

    @rule(who=PICK, at=PICK, count=st.integers(1, 2), own=YES)
    def reject(self, who: int, at: int, count: int, own: bool) -> None:
        person = self.person(who)
        faces = self.own(person, at, count) if own else [self.face(at)]
        if self.say(lambda: corrections.reject(self.library, faces, person)):
            assert {(face, person) for face in faces} <= self.now.rejections
            assert not set(faces) & set(small.faces_of(self.library, person))

    @rule(who=PICK, at=PICK, link=st.sampled_from(LINKS))
    def reject_group_and_take_back(self, who: int, at: int, link: GraphOptions) -> None:
        """Somebody else may be in the seat that a face comes back to."""
        self.reject(who, at, 1, True)
        self.regroup(link)
        self.undo(1)

    @rule(who=PICK, at=st.none() | PICK)
    def confirm(self, who: int, at: int | None) -> None:
        person = self.person(who)
        faces = None if at is None else self.own(person, at, 2)
        if self.say(lambda: corrections.confirm(self.library, person, faces)):
            own = small.faces_of(self.library, person) if faces is None else faces
            assert set(own) <= self.sure_of(person)

    @rule(who=st.lists(PICK, min_size=1, max_size=3), yes=YES)
    def ignore(self, who: list[int], yes: bool) -> None:
        persons = [self.person(index) for index in who]
        if yes:
            done = self.say(lambda: person_decisions.ignore_all(self.library, persons))
        else:
            del persons[1:]
            done = self.say(
                lambda: person_decisions.ignore(self.library, persons[0], ignored=False)
            )
        if done:
            assert all(self.now.persons[person][3] is yes for person in persons)

    @rule(who=PICK, at=PICK)
    def cover(self, who: int, at: int) -> None:
        person = self.person(who)
        face = next(iter(self.own(person, at, 1)), 0)
        if self.say(lambda: person_decisions.choose_cover(self.library, person, face)):
            assert self.now.persons[person][5] == face

    @rule(which=st.lists(PICK, min_size=1, max_size=2))
    def remove(self, which: list[int]) -> None:
        faces = [self.face(index) for index in which]
        if self.say(lambda: boxes.remove_faces(self.library, faces)):
            assert set(faces) <= self.now.removed

    @rule(who=PICK, other=PICK, face=st.none() | PICK, sure=YES)
    def differ_or_not_sure(self, who: int, other: int, face: int | None, sure: bool) -> None:
        person = self.person(who)
        if sure:
            self.say(lambda: review.differ(self.library, person, self.person(other)))
            return
        whom = {"other_id": self.person(other)} if face is None else {"face_id": self.face(face)}
        self.say(lambda: review.not_sure(self.library, person, **whom))

    @rule(which=st.lists(PICK, min_size=1, max_size=2))
    def into_the_bin(self, which: list[int]) -> None:
        photos = sorted({self.photo(index) for index in which})
        if self.say(lambda: photo_bin.put(self.library, photos)):
            assert set(photos) <= self.now.in_bin

    @precondition(lambda self: self.now.in_bin)
    @rule(which=st.none() | PICK)
    def out_of_the_bin(self, which: int | None) -> None:
        there = sorted(self.now.in_bin)
        photos = there if which is None else [there[which % len(there)]]
        if self.say(lambda: photo_bin.restore(self.library, photos)):
            assert not set(photos) & self.now.in_bin

    # What happens meanwhile.

    @rule(link=st.sampled_from(LINKS))
    def regroup(self, link: GraphOptions) -> None:
        self.group(lambda: small.regroup(self.library, link))

    @rule(which=PICK)
    def use_run(self, which: int) -> None:
        kept = runs.listed(self.library)
        self.group(lambda: use_run(self.library, kept[which % len(kept)].id))

    @precondition(lambda self: self.came < 2)
    @rule()
    def photos_come_in(self) -> None:
        before = self.now
        self.came += 1
        self.faces += small.add(self.library, more(self.came), seed=self.came)
        options = JoinOptions(link=LINK)
        self.group(lambda: join_new(self.library, SPACE, OPTIONS, WEAK, options))
        stayed = {face: self.now.places[face][0] for face in before.places}
        assert stayed == {face: place[0] for face, place in before.places.items()}

    @precondition(lambda self: self.done)
    @rule(steps=st.integers(1, 3))
    def undo(self, steps: int) -> None:
        wanted = self.done[::-1][:steps]
        taken = decisions.undo(self.library, steps)
        assert [decision.sentence for decision in taken] == [step.sentence for step in wanted]
        del self.done[len(self.done) - len(wanted) :]
        self.undone += wanted
        self.now = Snapshot.of(self.library)
        if wanted and wanted[-1].groupings == self.groupings:
            self.now.assert_is(wanted[-1].before, f"after taking back: {wanted[-1].sentence}")
        elif wanted:
            assert_put_back(self.now, wanted[-1].before, wanted[-1].after)

    @precondition(lambda self: self.undone)
    @rule(steps=st.integers(1, 2))
    def redo(self, steps: int) -> None:
        wanted = self.undone[::-1][:steps]
        again = decisions.redo(self.library, steps)
        assert [decision.sentence for decision in again] == [step.sentence for step in wanted]
        del self.undone[len(self.undone) - len(wanted) :]
        self.done += wanted
        self.now = Snapshot.of(self.library)
        if wanted and wanted[-1].groupings == self.groupings:
            self.now.assert_is(wanted[-1].after, f"after doing again: {wanted[-1].sentence}")
        elif wanted:
            assert_put_back(self.now, wanted[-1].after, wanted[-1].before)

    @precondition(lambda self: self.done)
    @rule(steps=st.integers(1, 3))
    def undo_and_redo(self, steps: int) -> None:
        before, count = self.now, min(steps, len(self.done))
        self.undo(steps)
        if count and self.undone[-count].groupings == self.groupings:
            while count:
                self.redo(1)
                count -= 1
            self.now.assert_is(before, "after taking back and doing again")

    # How both are watched.

    def say(self, decide: Callable[[], object]) -> bool:
        """Whether it was decided; what is refused changes nothing, a decision is one or none."""
        before, heard = self.now, len(self.history())
        try:
            decide()
        except GalleryError as error:
            before.assert_is(Snapshot.of(self.library), f"was refused: {error}")
            assert len(self.history()) == heard
            return False
        self.now = Snapshot.of(self.library)
        new = self.history()[heard:]
        assert len(new) <= 1
        if not new:
            before.assert_is(self.now, "nothing was decided")
        for decision in new:
            self.done.append(Step(decision.sentence, before, self.now, self.groupings))
            self.undone.clear()
        return True

    def group(self, work: Callable[[], object]) -> None:
        """Group; nothing that a user said is changed by it."""
        before, heard = self.now, len(self.history())
        self.groupings += 1
        work()
        after = self.now = Snapshot.of(self.library)
        assert len(self.history()) == heard
        sure = {face: place for face, place in before.places.items() if place[1]}
        assert {face: place for face, place in after.places.items() if place[1]} == sure
        assert after.removed == before.removed
        assert (after.rejections, after.in_bin) == (before.rejections, before.in_bin)
        for person, (_, *fields, _cover) in before.persons.items():
            if any(fields):
                assert after.persons[person][1:-1] == tuple(fields), "what a user said is kept"

    def history(self) -> list[Decision]:
        with self.library.read() as connection:
            return history.everything(self.library, connection)

    def person(self, index: int) -> int:
        everyone = sorted(p.id for p in people.everyone(self.library, with_hidden=True))
        return everyone[index % len(everyone)] if everyone else 0

    def face(self, index: int) -> int:
        return self.faces[index % len(self.faces)]

    def photos_of(self, faces: list[int]) -> dict[int, int]:
        with self.library.read() as connection:
            return members.photos_of(self.library, connection, faces)

    def photo(self, index: int) -> int:
        return self.photos_of(self.faces)[self.face(index)]

    def beside(self, face: int) -> list[int]:
        photos = self.photos_of(self.faces)
        return [other for other in self.faces if other != face and photos[other] == photos[face]]

    def sure_of(self, person: int) -> set[int]:
        return {face for face, place in self.now.places.items() if place[:2] == (person, True)}

    def own(self, person: int, index: int, count: int) -> list[int]:
        own = small.faces_of(self.library, person)
        return [own[(index + i) % len(own)] for i in range(min(count, len(own)))]


def test_any_sequence_of_decisions_keeps_its_promises() -> None:
    # No shrinking: an example takes half a second, and its steps can be read as they are.
    run_state_machine_as_test(
        Decisions,
        settings=settings(
            max_examples=20,
            stateful_step_count=16,
            deadline=None,
            derandomize=True,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
