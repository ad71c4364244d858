"""Ids and names outlive every new grouping, and what a user said can be taken back."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError
from synthetic import SPACE, add_faces, add_photo, blobs

from gallery.cluster import GraphOptions
from gallery.errors import GalleryError, LibraryError, NotFoundError
from gallery.grouping import group
from gallery.people import (
    Membership,
    find_person,
    name_person,
    names_given,
    reconcile,
    standing,
    undo,
)
from gallery.store import faces as face_store
from gallery.store import history, people
from gallery.store import runs as run_store
from gallery.store.library import Library

OPTIONS = GraphOptions(link=0.5, join=0.5)


def before(**persons: list[int]) -> dict[int, int]:
    """Faces by person: `before(p1=[1, 2])`."""
    return {face: int(name[1:]) for name, faces in persons.items() for face in faces}


def clusters(*groups: list[int]) -> dict[int, int | None]:
    return {face: label for label, faces in enumerate(groups) for face in faces}


@pytest.mark.parametrize(
    ("labels", "persons", "named", "known", "fresh", "emptied"),
    [
        pytest.param(clusters([1, 2], [3]), {}, [], {}, [[1, 2], [3]], set(), id="all are new"),
        pytest.param(
            clusters([3], [1, 2]), before(p5=[1, 2], p6=[3]), [], {1: 5, 2: 5, 3: 6}, [], set(),
            id="other labels, same persons",
        ),
        pytest.param(
            clusters([1, 2, 3]), before(p5=[1, 2]), [], {1: 5, 2: 5, 3: 5}, [], set(),
            id="a new face joins",
        ),
        pytest.param(
            clusters([1, 2, 3], [4]), before(p5=[1, 2, 3, 4]), [], {1: 5, 2: 5, 3: 5}, [[4]], set(),
            id="a split: the larger part keeps the person",
        ),
        pytest.param(
            clusters([1, 2, 3]), before(p5=[1], p6=[2, 3]), [], {1: 6, 2: 6, 3: 6}, [], {5},
            id="a merge: the larger person stays",
        ),
        pytest.param(
            clusters([1, 2, 3]), before(p5=[1], p6=[2, 3]), [5], {1: 5, 2: 5, 3: 5}, [], {6},
            id="a merge: the named one stays",
        ),
        pytest.param(
            clusters([1, 2, 3]), before(p5=[1], p6=[2, 3]), [5, 6], {1: 6, 2: 6, 3: 6}, [], {5},
            id="two named: the larger stays",
        ),
        pytest.param(
            clusters([1, 2], [3, 4]), before(p5=[1, 3], p6=[2, 4]), [], None, [], set(),
            id="a tie goes one way or the other, and nobody gets two",
        ),
        pytest.param(
            {1: None, 2: None}, before(p5=[1, 2]), [5], {}, [], {5}, id="nobody left",
        ),
        pytest.param(
            clusters([1]), before(p5=[2]), [], {}, [[1]], {5}, id="a face that is gone",
        ),
        pytest.param({}, {}, [], {}, [], set(), id="nothing"),
    ],
)  # fmt: skip
def test_reconcile(
    labels: dict[int, int | None],
    persons: dict[int, int],
    named: list[int],
    known: dict[int, int] | None,
    fresh: list[list[int]],
    emptied: set[int],
) -> None:
    found = reconcile(labels, persons, named)
    if known is not None:
        assert found.known == known
    assert (found.fresh, found.emptied) == (fresh, emptied)
    assert_sound(labels, persons, found)


def test_the_largest_new_person_comes_first() -> None:
    assert reconcile(clusters([1], [2, 3, 4], [5, 6]), {}, []).fresh == [[2, 3, 4], [5, 6], [1]]


def assert_sound(labels: dict[int, int | None], persons: dict[int, int], found: Membership) -> None:
    """Every labelled face in one person, one cluster one person, and no person invented."""
    fresh = [face for members in found.fresh for face in members]
    placed = [*found.known, *fresh]
    assert sorted(placed) == sorted(face for face, label in labels.items() if label is not None)
    assert set(found.known.values()) <= set(persons.values())
    assert found.emptied == set(persons.values()) - set(found.known.values())
    whose = {**found.known, **{f: -1 - i for i, group in enumerate(found.fresh) for f in group}}
    pairs = {(labels[face], person) for face, person in whose.items()}
    assert len({label for label, _ in pairs}) == len(pairs) == len({p for _, p in pairs})


FACES = st.integers(0, 30)


@given(
    labels=st.dictionaries(FACES, st.none() | st.integers(0, 6)),
    persons=st.dictionaries(FACES, st.integers(100, 106)),
    named=st.sets(st.integers(100, 106)),
)
@settings(max_examples=300, deadline=None, derandomize=True)
def test_reconcile_is_sound_for_anything(
    labels: dict[int, int | None], persons: dict[int, int], named: set[int]
) -> None:
    found = reconcile(labels, persons, named)
    assert_sound(labels, persons, found)
    # A named person whose face is in some cluster loses it only to another named person.
    for face, person in persons.items():
        if person in named and labels.get(face) is not None and person in found.emptied:
            assert found.known[face] in named
    # What came out is stable: grouping again the same way changes nothing.
    numbers = {f: 200 + i for i, group in enumerate(found.fresh) for f in group}
    after = {**found.known, **numbers}
    assert reconcile(labels, after, named) == Membership(after, [], set())


@pytest.fixture
def grouped(library: Library) -> Library:
    """Twelve faces of three persons, each on a photo of its own, in groups of 6, 4 and 2."""
    vectors, _ = blobs(0, [6, 4, 2], dim=8, noise=0.2)
    with library.write() as connection:
        for index, vector in enumerate(vectors):
            photo = add_photo(library, connection, f"{index}.jpg")
            add_faces(library, connection, photo, vector[None])
    group(library, SPACE, OPTIONS, 0.25)
    return library


def faces_of_everyone(library: Library) -> dict[int, list[int]]:
    return {p.id: sorted(people.face_ids(library, p.id)) for p in people.everyone(library)}


def test_groups_become_people(grouped: Library) -> None:
    found = people.everyone(grouped)
    assert [(p.label, p.faces, p.photos) for p in found] == [
        ("Person 1", 6, 6),
        ("Person 2", 4, 4),
        ("Person 3", 2, 2),
    ]
    assert all(p.cover_face_id in people.face_ids(grouped, p.id) for p in found)
    run = run_store.current(grouped)
    assert run is not None
    assert (run.faces, run.clusters, run.unassigned, run.threshold) == (12, 3, 0, 0.5)
    assert run.space == SPACE


def test_grouping_again_changes_nobody(grouped: Library) -> None:
    was, covers = faces_of_everyone(grouped), people.everyone(grouped)
    report = group(grouped, SPACE, OPTIONS, 0.25)
    assert report.new_people == 0
    assert faces_of_everyone(grouped) == was
    assert people.everyone(grouped) == covers


def test_a_named_person_survives_even_a_grouping_without_it(grouped: Library) -> None:
    first, second, _ = people.everyone(grouped)
    name_person(grouped, second.id, "Grace Hopper")
    everyone_alike = GraphOptions(link=-0.99, join=-0.99)
    group(grouped, SPACE, everyone_alike, 0.25)
    assert find_person(grouped, second.id).faces == 12
    with pytest.raises(NotFoundError):
        find_person(grouped, first.id)
    group(grouped, SPACE, OPTIONS, 0.25)
    again = {p.name: p.faces for p in people.everyone(grouped)}
    assert again.get("Grace Hopper") in (6, 4, 2)
    assert sorted(p.faces for p in people.everyone(grouped)) == [2, 4, 6]


def test_weak_faces_are_nobodys_until_they_fit(grouped: Library) -> None:
    vectors, _ = blobs(0, [1, 1, 1, 1], dim=8, noise=0.2)
    with grouped.write() as connection:
        photo = add_photo(grouped, connection, "weak.jpg")
        add_faces(grouped, connection, photo, vectors[3:], quality=0.1)
    report = group(grouped, SPACE, OPTIONS, 0.25)
    assert (report.faces, report.people, report.unassigned) == (13, 3, 1)
    assert people.unassigned(grouped) == 1
    assert group(grouped, SPACE, OPTIONS, 0.05).people == 4


def test_a_cover_that_moved_away_is_replaced(grouped: Library) -> None:
    first = people.everyone(grouped)[0]
    stranger = people.face_ids(grouped, people.everyone(grouped)[1].id)[0]
    with grouped.write() as connection:
        people.set_covers(grouped, connection, {first.id: stranger})
    group(grouped, SPACE, OPTIONS, 0.25)
    assert find_person(grouped, first.id).cover_face_id in people.face_ids(grouped, first.id)


def test_name_rename_and_undo_in_order(grouped: Library) -> None:
    one, two, _ = (p.id for p in people.everyone(grouped))
    name_person(grouped, one, "Grace")
    name_person(grouped, two, "Eileen")
    name_person(grouped, one, "Grace Hopper")

    def names() -> list[str | None]:
        return [find_person(grouped, one).name, find_person(grouped, two).name]

    seen = [names()]
    undone = []
    while (decision := undo(grouped)) is not None:
        undone.append((decision.person_id, decision.value))
        seen.append(names())
    assert undone == [(one, "Grace Hopper"), (two, "Eileen"), (one, "Grace")]
    assert seen == [
        ["Grace Hopper", "Eileen"],
        ["Grace", "Eileen"],
        ["Grace", None],
        [None, None],
    ]
    assert undo(grouped) is None
    name_person(grouped, one, "Again")
    assert names() == ["Again", None]


def test_the_same_name_again_is_no_decision(grouped: Library) -> None:
    person = people.everyone(grouped)[0].id
    name_person(grouped, person, "Grace Hopper")
    name_person(grouped, person, "  Grace   Hopper ")
    undo(grouped)
    assert find_person(grouped, person).name is None


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
    person = people.everyone(grouped)[0].id
    assert name_person(grouped, person, name).label == stored


@pytest.mark.parametrize(
    ("name", "message"),
    [("", "an empty one"), (" \t\n", "an empty one"), ("n" * 201, "at most 200 letters")],
)
def test_names_refused(grouped: Library, name: str, message: str) -> None:
    person = people.everyone(grouped)[0].id
    with pytest.raises(GalleryError, match=message):
        name_person(grouped, person, name)
    assert undo(grouped) is None


def test_nobody_of_that_id(grouped: Library) -> None:
    for call in (lambda: find_person(grouped, 999), lambda: name_person(grouped, 999, "A")):
        with pytest.raises(NotFoundError, match="no person 999"):
            call()


def test_the_history_gives_the_stored_names(grouped: Library) -> None:
    one, two, three = (p.id for p in people.everyone(grouped))
    steps: list[Callable[[], object]] = [
        lambda: name_person(grouped, one, "A"),
        lambda: name_person(grouped, two, "B"),
        lambda: undo(grouped),
        lambda: name_person(grouped, one, "C"),
        lambda: name_person(grouped, three, "D"),
        lambda: undo(grouped),
        lambda: undo(grouped),
        lambda: name_person(grouped, two, "E"),
    ]
    for number, step in enumerate(steps):
        step()
        with grouped.read() as connection:
            told = names_given(history.everything(grouped, connection))
            stored = people.names(grouped, connection)
        everyone = {person: told.get(person) for person in (one, two, three)}
        assert everyone == stored, f"after step {number}"


def test_a_decision_says_what_it_was(grouped: Library) -> None:
    person = people.everyone(grouped)[0]
    name_person(grouped, person.id, "Grace")
    undo(grouped)
    with grouped.read() as connection:
        decisions = history.everything(grouped, connection)
    assert [d.kind for d in decisions] == ["name", "undo"]
    assert "Person 1" in decisions[0].sentence
    assert "Grace" in decisions[0].sentence
    assert decisions[1].undoes == decisions[0].id
    assert standing(decisions) == []


def test_history_cannot_be_rewritten(grouped: Library) -> None:
    name_person(grouped, people.everyone(grouped)[0].id, "Grace")
    with (
        pytest.raises((IntegrityError, OperationalError), match="decisions are only added"),
        grouped.engine.begin() as connection,
    ):
        connection.execute(text("UPDATE decisions SET value = 'Eve'"))
    with grouped.read() as connection:
        assert [d.value for d in history.everything(grouped, connection)] == ["Grace"]


def test_a_number_is_never_given_twice(grouped: Library) -> None:
    """Somebody may have written down `Person 3`; it must not become somebody else."""
    everyone_alike = GraphOptions(link=-0.99, join=-0.99)
    group(grouped, SPACE, everyone_alike, 0.25)
    group(grouped, SPACE, OPTIONS, 0.25)
    numbers = {p.number for p in people.everyone(grouped)}
    assert numbers == {1, 4, 5}


def test_a_space_without_any_vector_changes_nothing(grouped: Library) -> None:
    """As when the embedder changes while the disk with the originals is unplugged."""
    before = people.everyone(grouped)
    with pytest.raises(LibraryError, match="nothing was changed"):
        group(grouped, dataclasses.replace(SPACE, version="another"), OPTIONS, 0.25)
    assert people.everyone(grouped) == before


def test_faces_without_a_vector_in_the_new_space_stay_with_their_person(grouped: Library) -> None:
    first, second, *_ = people.everyone(grouped)
    name_person(grouped, first.id, "Grace")
    another = dataclasses.replace(SPACE, version="another")
    described = people.face_ids(grouped, second.id)
    vectors, _ = blobs(1, [len(described)], dim=8, noise=0.2)
    with grouped.write() as connection:
        face_store.add_vectors(grouped, connection, another, described, vectors)
    group(grouped, another, OPTIONS, 0.25)
    assert find_person(grouped, first.id).faces == first.faces
    assert find_person(grouped, second.id).faces == second.faces


def test_named_persons_come_back_whole_from_a_grouping_far_too_loose(grouped: Library) -> None:
    """One careless threshold must not cost a name."""
    everyone = people.everyone(grouped)
    names = ["Alice", "Bob", "Carol"]
    for person, name in zip(everyone, names, strict=True):
        name_person(grouped, person.id, name)
    for options in (GraphOptions(link=-0.99, join=-0.99), OPTIONS):
        group(grouped, SPACE, options, 0.25)
        after = people.everyone(grouped)
        assert [(p.id, p.name, p.faces) for p in after] == [
            (p.id, name, p.faces) for p, name in zip(everyone, names, strict=True)
        ]
