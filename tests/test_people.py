"""Name, cover, birth year, hidden, ignored: each is kept in words and can be taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import small_library as small
from small_library import Seen
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from gallery import corrections
from gallery.decisions import STANDING_FOR, latest, redo, undo
from gallery.errors import GalleryError, NotFoundError
from gallery.people import (
    choose_cover,
    find_person,
    hide,
    ignore,
    ignore_all,
    name_person,
    namesake,
    set_birth_year,
)
from gallery.store import history, people
from gallery.store.library import Library


@pytest.fixture
def grouped(library: Library) -> Library:
    """Persons 1, 2 and 3 with six, four and two faces, each on a photo of its own."""
    small.album(library, 6, 4, 2)
    return library


def ids(library: Library) -> list[int]:
    return [person.id for person in people.everyone(library, with_hidden=True)]


def test_name_rename_undo_and_redo_in_order(grouped: Library) -> None:
    one, two, _ = ids(grouped)
    name_person(grouped, one, "Grace")
    name_person(grouped, two, "Eileen")
    name_person(grouped, one, "Grace Hopper")

    def names() -> list[str | None]:
        return [find_person(grouped, one).name, find_person(grouped, two).name]

    seen, undone = [names()], []
    while taken := undo(grouped):
        undone += [(decision.person_id, decision.value) for decision in taken]
        seen.append(names())
    assert undone == [(one, "Grace Hopper"), (two, "Eileen"), (one, "Grace")]
    states = [["Grace Hopper", "Eileen"], ["Grace", "Eileen"], ["Grace", None], [None, None]]
    assert seen == states
    seen = []
    while redo(grouped):
        seen.append(names())
    assert seen == states[-2::-1]
    undo(grouped, 2)
    assert names() == ["Grace", None]
    name_person(grouped, one, "Again")
    assert redo(grouped) == [], "something was decided since"
    assert names() == ["Again", None]


def test_several_steps_are_taken_back_the_latest_first(grouped: Library) -> None:
    one, *_ = ids(grouped)
    for name in ("A", "B", "C"):
        name_person(grouped, one, name)
    assert [decision.value for decision in undo(grouped, 2)] == ["C", "B"]
    assert [decision.value for decision in redo(grouped, 9)] == ["B", "C"]
    assert [decision.value for decision in undo(grouped, 9)] == ["C", "B", "A"]
    assert undo(grouped) == []
    assert find_person(grouped, one).name is None


def test_the_same_name_again_is_no_decision(grouped: Library) -> None:
    one, *_ = ids(grouped)
    name_person(grouped, one, "Grace Hopper")
    name_person(grouped, one, "  Grace   Hopper ")
    undo(grouped)
    assert find_person(grouped, one).name is None


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("  Grace \t Hopper\n", "Grace Hopper"),
        ("李小龍", "李小龍"),
        ("Zoë O'Neil; DROP TABLE people", "Zoë O'Neil; DROP TABLE people"),
        ("n" * 200, "n" * 200),
    ],
)
def test_names(grouped: Library, name: str, stored: str) -> None:
    assert name_person(grouped, ids(grouped)[0], name).label == stored


@pytest.mark.parametrize(
    ("name", "message"),
    [("", "an empty one"), (" \t\n", "an empty one"), ("n" * 201, "at most 200 letters")],
)
def test_names_refused(grouped: Library, name: str, message: str) -> None:
    with pytest.raises(GalleryError, match=message):
        name_person(grouped, ids(grouped)[0], name)
    assert undo(grouped) == []


def test_naming_keeps_the_best_faces_confirmed(library: Library) -> None:
    faces = small.add(library, [Seen(0, quality=0.3 + n / 10) for n in range(6)])
    small.regroup(library)
    person = name_person(library, small.owner(library, faces[0]), "Grace")
    assert STANDING_FOR == 4
    assert small.confirmed(library) == dict.fromkeys(faces[2:], person.id)
    undo(library)
    assert small.confirmed(library) == {}


@pytest.mark.parametrize(
    ("name", "found"),
    [("grace", True), (" GRACE ", True), ("Gräce", False), ("Grace Hopper", False), ("", False)],
)
def test_somebody_of_that_name(grouped: Library, name: str, found: bool) -> None:
    one, two, _ = ids(grouped)
    name_person(grouped, one, "Grace")
    hide(grouped, one)
    same = namesake(grouped, name, but=two)
    assert (same is not None and same.id == one) is found
    assert namesake(grouped, "Grace", but=one) is None


CALLS: dict[str, Callable[[Library, int], object]] = {
    "name": lambda library, person: name_person(library, person, "A"),
    "hide": hide,
    "ignore": ignore,
    "cover": lambda library, person: choose_cover(library, person, 1),
    "birth year": lambda library, person: set_birth_year(library, person, 1990),
}


@pytest.mark.parametrize("call", CALLS)
def test_nobody_of_that_id(grouped: Library, call: str) -> None:
    with pytest.raises(NotFoundError, match="no person 999"):
        CALLS[call](grouped, 999)
    assert latest(grouped) is None


SAID: dict[str, tuple[Callable[[Library, int], object], str]] = {
    "name": (lambda lib, p: name_person(lib, p, "Grace"), "Named Person 1 “Grace”"),
    "hide": (hide, "Hid Person 1"),
    "ignore": (ignore, "Ignored Person 1"),
    "cover": (lambda lib, p: choose_cover(lib, p, 3), "Chose another picture for Person 1"),
    "birth year": (
        lambda lib, p: set_birth_year(lib, p, 1990), "Said that Person 1 was born in 1990"
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", SAID)
def test_what_was_said_is_kept_in_words_taken_back_and_said_again(
    grouped: Library, what: str
) -> None:
    call, sentence = SAID[what]
    one, *_ = ids(grouped)
    before = find_person(grouped, one)
    call(grouped, one)
    after = find_person(grouped, one)
    assert after != before
    undo(grouped)
    assert find_person(grouped, one) == before
    redo(grouped)
    assert find_person(grouped, one) == after
    assert small.sentences(grouped) == [
        sentence, f"Took back: {sentence}", f"Did again: {sentence}"
    ]  # fmt: skip


def test_the_opposite_has_words_of_its_own(grouped: Library) -> None:
    one, *_ = ids(grouped)
    name_person(grouped, one, "Grace")
    hide(grouped, one)
    hide(grouped, one, hidden=False)
    ignore(grouped, one)
    ignore(grouped, one, ignored=False)
    set_birth_year(grouped, one, 1990)
    set_birth_year(grouped, one, None)
    name_person(grouped, one, "Hopper")
    assert small.sentences(grouped)[2:] == [
        "Showed Grace again",
        "Ignored Grace",
        "Stopped ignoring Grace",
        "Said that Grace was born in 1990",
        "Said that Grace has no birth year to go by",
        "Renamed Grace “Hopper”",
    ]


@pytest.mark.parametrize("what", ["hide", "ignore"])
def test_a_flag_that_is_set_already_is_no_decision(grouped: Library, what: str) -> None:
    one, *_ = ids(grouped)
    CALLS[what](grouped, one)
    CALLS[what](grouped, one)
    assert len(small.sentences(grouped)) == 1
    assert one not in [person.id for person in people.everyone(grouped)]
    assert one in ids(grouped)


def test_a_cover_is_one_of_the_persons_faces_and_confirmed(grouped: Library) -> None:
    one, two, _ = ids(grouped)
    worst = people.face_ids(grouped, one)[-1]
    assert choose_cover(grouped, one, worst).cover_face_id == worst
    assert small.confirmed(grouped) == {worst: one}
    with pytest.raises(GalleryError, match=f"Face {worst} is not one of Person 2's"):
        choose_cover(grouped, two, worst)
    corrections.reject(grouped, [worst], one)
    assert find_person(grouped, one).cover_face_id in people.face_ids(grouped, one)
    undo(grouped)
    assert find_person(grouped, one).cover_face_id == worst


def test_a_cover_taken_back_after_a_grouping_is_still_one_of_the_faces(library: Library) -> None:
    faces = small.add(library, [Seen(0, quality=0.9), *(Seen(0, quality=0.5) for _ in range(5))])
    small.regroup(library)
    person = small.owner(library, faces[0])
    corrections.confirm(library, person, faces[1:])
    choose_cover(library, person, faces[1])
    corrections.reject(library, [faces[0]], person)
    undo(library, 2)
    assert find_person(library, person).cover_face_id == faces[0]
    redo(library)
    small.regroup(library, small.STRICT)
    undo(library)
    assert find_person(library, person).cover_face_id in small.faces_of(library, person)


@pytest.mark.parametrize("year", [1799, 2300, -1, 0])
def test_birth_years_refused(grouped: Library, year: int) -> None:
    with pytest.raises(GalleryError, match=f"between 1800 and 2.*got {year}"):
        set_birth_year(grouped, ids(grouped)[0], year)


def test_a_birth_year_frees_older_faces_that_only_stood_for_the_person(library: Library) -> None:
    faces = small.add(library, [Seen(0, year=1980), Seen(0, year=1985), Seen(0, year=2000)])
    small.regroup(library)
    person = name_person(library, small.owner(library, faces[0]), "Kid").id
    assert set(small.confirmed(library)) == set(faces)
    set_birth_year(library, person, 1990)
    assert small.faces_of(library, person) == faces[2:]
    said = small.sentences(library)[-1]
    assert said.endswith("so that 2 faces in older photos are somebody else's")
    undo(library)
    assert small.faces_of(library, person) == faces


def test_a_birth_year_frees_older_faces_that_nobody_confirmed(library: Library) -> None:
    seen = [Seen(0, year=year) for year in (1980, 1981, 1990, 2000, 2001, 2002, 2003)]
    faces = small.add(library, seen)
    small.regroup(library)
    person = small.owner(library, faces[0])
    corrections.confirm(library, person, faces[:1])
    set_birth_year(library, person, 1990)
    assert small.faces_of(library, person) == [faces[0], *faces[2:]]
    undo(library)
    assert small.faces_of(library, person) == faces
    redo(library)
    small.regroup(library)
    assert small.owner(library, faces[0]) == person
    assert small.owner(library, faces[1]) != person, "nor do they come back"
    set_birth_year(library, person, None)
    small.regroup(library)
    assert small.faces_of(library, person) == faces


def test_a_person_whose_faces_are_all_too_old_is_kept(library: Library) -> None:
    faces = small.add(library, [Seen(0, year=1950), Seen(0, year=1951)])
    small.regroup(library)
    person = name_person(library, small.owner(library, faces[0]), "Grace")
    corrections.reject(library, faces[:1], person.id)
    undo(library, 2)
    set_birth_year(library, person.id, 2000)
    assert small.faces_of(library, person.id) == []
    small.regroup(library)
    undo(library)
    assert small.faces_of(library, person.id) == faces


def test_history_cannot_be_rewritten(grouped: Library) -> None:
    name_person(grouped, ids(grouped)[0], "Grace")
    with (
        pytest.raises((IntegrityError, OperationalError), match="decisions are only added"),
        grouped.engine.begin() as connection,
    ):
        connection.execute(text("UPDATE decisions SET value = 'Eve'"))
    with grouped.read() as connection:
        assert [d.value for d in history.everything(grouped, connection)] == ["Grace"]


def test_a_decision_says_what_it_was(grouped: Library) -> None:
    one, *_ = ids(grouped)
    name_person(grouped, one, "Grace")
    decision = latest(grouped)
    assert decision is not None
    assert (decision.kind, decision.person_id, decision.value) == ("name", one, "Grace")
    undo(grouped)
    assert latest(grouped) is None
    redo(grouped)
    assert latest(grouped) == decision
    with grouped.read() as connection:
        everything = history.everything(grouped, connection)
        assert history.get(grouped, connection, decision.id) == decision
        assert history.get(grouped, connection, 999) is None
    assert [d.kind for d in everything] == ["name", "undo", "redo"]
    assert everything[1].undoes == decision.id
    assert everything[2].undoes == everything[1].id


def test_strangers_are_ignored_together_and_back(library: Library) -> None:
    groups = small.album(library, 3, 2, 2, 1, 1, 1, 1)
    ids = [small.owner(library, faces[0]) for faces in groups]
    ignore(library, ids[1])
    found = ignore_all(library, ids[1:])
    assert [person.id for person in found] == ids[2:]
    assert [person.id for person in people.everyone(library)] == ids[:1]
    assert latest(library).sentence == "Ignored 5 people: " + ", ".join(
        f"Person {number}" for number in range(3, 8)
    )
    with pytest.raises(GalleryError, match="not ignored yet"):
        ignore_all(library, ids[1:])
    with pytest.raises(NotFoundError):
        ignore_all(library, [999])
    undo(library)
    assert [person.id for person in people.everyone(library)] == [ids[0], *ids[2:]]
    assert ignore_all(library, ids[2:3])[0].ignored
    assert latest(library).sentence == "Ignored Person 3"
