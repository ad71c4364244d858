"""How many faces and photos a person has stands with the person, whatever changes it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import small_library as small
from small_library import Seen
from sqlalchemy import Connection, delete, insert, select, text, update

from gallery import corrections, photo_bin
from gallery.decisions import redo, undo
from gallery.forgetting import forget_person
from gallery.store import checks, people_pages
from gallery.store import people as people_store
from gallery.store.library import Library
from gallery.store.people_pages import Kind, Place
from gallery.store.tables import faces, memberships, people, photos


@pytest.fixture
def mirrored(library: Library) -> Library:
    """Three persons; the first is twice in one photo."""
    seen = [Seen(0, "mirror"), Seen(0, "two"), Seen(1, "two"), Seen(1), Seen(0), Seen(2), Seen(1)]
    small.add(library, seen)
    small.regroup(library)
    face = small.add(library, [Seen(0, "mirror again")], seed=1)[0]
    with library.write() as connection:
        # As a face drawn by hand comes to a photo that the person is in already.
        photo = connection.execute(select(faces.c.photo_id).where(faces.c.id == 1)).scalar_one()
        connection.execute(update(faces).where(faces.c.id == face).values(photo_id=photo))
    corrections.move(library, [face], small.owner(library, 1), twice=True)
    assert checks.wrong_people(library) == []
    return library


def any_change(connection: Connection, rng: np.random.Generator) -> None:
    """Something that a writer may do to a row, right or not."""
    placed = list(connection.execute(select(memberships.c.face_id)).scalars())
    there = list(connection.execute(select(faces.c.id)).scalars())
    persons = list(connection.execute(select(people.c.id)).scalars())
    face, person = int(rng.choice(there)), int(rng.choice(persons))
    at = memberships.c.face_id == face
    match int(rng.integers(10)):
        case 0 | 1 | 2 if face not in placed:
            row = {"face_id": face, "person_id": person, "owner_id": 1, "confirmed": False}
            connection.execute(insert(memberships).values(row))
        case 3 | 4:
            connection.execute(delete(memberships).where(at))
        case 5 | 6:
            connection.execute(update(memberships).where(at).values(person_id=person))
        case 7:
            photo = connection.execute(select(photos.c.id).order_by(photos.c.id)).scalars().first()
            connection.execute(update(faces).where(faces.c.id == face).values(photo_id=photo))
        case 8 if len(there) > 4:
            connection.execute(delete(faces).where(faces.c.id == face))
        case 9 if len(there) > 6:
            connection.execute(
                delete(photos).where(
                    photos.c.id
                    == select(faces.c.photo_id).where(faces.c.id == face).scalar_subquery()
                )
            )


@pytest.mark.parametrize("seed", range(4))
def test_no_writer_can_forget_to_count(mirrored: Library, seed: int) -> None:
    rng = np.random.default_rng(seed)
    for _ in range(40):
        with mirrored.write() as connection:
            any_change(connection, rng)
        assert checks.wrong_people(mirrored) == []


@pytest.mark.parametrize(
    "decide",
    [
        lambda library: corrections.merge(library, 1, [2], twice=True),
        lambda library: corrections.move(library, [2], 2, twice=True),
        lambda library: corrections.reject(library, [1], small.owner(library, 1)),
        lambda library: photo_bin.put(library, [1]),
    ],
)
def test_decisions_and_their_undoing_are_counted(
    mirrored: Library, decide: Callable[[Library], object]
) -> None:
    before = people_store.everyone(mirrored)
    decide(mirrored)
    after = people_store.everyone(mirrored)
    assert after != before
    assert checks.wrong_people(mirrored) == []
    undo(mirrored)
    assert people_store.everyone(mirrored) == before
    redo(mirrored)
    assert people_store.everyone(mirrored) == after
    assert checks.wrong_people(mirrored) == []


def test_a_person_in_a_photo_twice_is_in_one_photo(mirrored: Library) -> None:
    person = people_store.get(mirrored, small.owner(mirrored, 1))
    assert person is not None
    assert person.faces == person.photos + 1


def test_forgetting_somebody_leaves_the_others_counted(mirrored: Library) -> None:
    forget_person(mirrored, small.owner(mirrored, 1))
    assert checks.wrong_people(mirrored) == []


def test_wrong_numbers_are_found_and_counted_anew(mirrored: Library) -> None:
    with mirrored.write() as connection:
        connection.execute(text("UPDATE people SET face_count = 0, photo_count = 9"))
    wrong = checks.wrong_people(mirrored)
    assert len(wrong) == 3
    checks.write_people(mirrored, wrong)
    assert checks.wrong_people(mirrored) == []


@pytest.fixture
def crowd(library: Library) -> Library:
    """Many persons, of whom some have a name and some are left out."""
    small.album(library, 5, 4, 4, 3, 2, 2, 1, 1)
    with library.write() as connection:
        ids = [person.id for person in people_store.everyone(library)]
        for person, values in ((ids[1], {"name": "Ada"}), (ids[4], {"hidden": True})):
            connection.execute(update(people).where(people.c.id == person).values(values))
    return library


@pytest.mark.parametrize("size", [1, 2, 100])
def test_pages_by_key_show_everybody_once_and_in_order(crowd: Library, size: int) -> None:
    everyone = people_store.everyone(crowd, with_hidden=True)
    nameless = [p for p in everyone if not p.name and not p.hidden]
    wanted = {
        Kind.NAMED: [p for p in everyone if p.name],
        Kind.SEVERAL: [p for p in nameless if p.photos > 1],
        Kind.ONCE: [p for p in nameless if p.photos == 1],
        Kind.LEFT_OUT: [p for p in everyone if p.hidden],
    }
    assert people_pages.counts(crowd) == {kind: len(some) for kind, some in wanted.items()}
    assert all(wanted.values())
    for kind, some in wanted.items():
        got, after = [], None
        while page := people_pages.page(crowd, kind, size, after):
            assert len(page) <= size
            got += page
            after = Place.of(page[-1])
            assert people_pages.count_to(crowd, kind, after) == len(got)
        assert got == some
