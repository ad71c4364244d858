"""Names that files give to faces, against what was said here before; without any model."""

from __future__ import annotations

import small_library as small
from small_library import Seen
from sqlalchemy import select

from gallery.corrections import merge
from gallery.decisions import redo, undo
from gallery.file_names import Taken, take_names
from gallery.forgetting import forget_person
from gallery.people import find_person, name_person, namesake, set_birth_year
from gallery.store import face_names, people
from gallery.store.face_name_tables import face_names as table
from gallery.store.library import Library


def told(library: Library, *names: str, year: int = 2024, seed: int = 0) -> list[int]:
    """New faces, each in a photo of its own whose file names it; all are people of their own."""
    faces = small.add(library, [Seen(who, year=year) for who in range(len(names))], seed=seed)
    with library.write() as connection:
        face_names.add(library, connection, dict(zip(faces, names, strict=True)))
    return faces


def person_called(library: Library, name: str) -> int:
    found = namesake(library, name)
    assert found is not None
    return found.id


def test_one_decision_that_grouping_keeps_to(library: Library) -> None:
    """Two people who look alike, one who is told apart from nobody: the file says who is who."""
    a, b, c = told(library, "Ada", "Grace", "ada")
    assert take_names(library) == Taken(faces=3, people=2, new_people=2, left=0)
    assert take_names(library) == Taken()
    small.regroup(library, small.LOOSE)
    ada, grace = person_called(library, "Ada"), person_called(library, "Grace")
    assert small.owners(library) == {a: ada, b: grace, c: ada}
    undo(library)
    assert {person.name for person in people.everyone(library)} <= {None}
    assert take_names(library) == Taken()
    redo(library)
    assert small.confirmed(library) == {a: ada, b: grace, c: ada}


def test_who_was_merged_or_renamed_since_is_still_meant(library: Library) -> None:
    told(library, "Ada", "Countess", "Grace")
    take_names(library)
    ada, countess = person_called(library, "Ada"), person_called(library, "Countess")
    merge(library, ada, [countess])
    name_person(library, person_called(library, "Grace"), "Grace Hopper")
    [again, other] = told(library, "COUNTESS", "Grace", seed=1)
    assert take_names(library) == Taken(faces=2, people=2, new_people=0, left=0)
    assert small.owner(library, again) == ada
    assert find_person(library, small.owner(library, other)).name == "Grace Hopper"


def test_a_birth_year_keeps_older_photos_out(library: Library) -> None:
    told(library, "Ada")
    take_names(library)
    ada = person_called(library, "Ada")
    set_birth_year(library, ada, 2000)
    [old] = told(library, "Ada", year=1990, seed=1)
    assert take_names(library) == Taken(left=1)
    assert old not in small.owners(library)
    assert find_person(library, ada).faces == 1


def test_of_two_namesakes_none_is_taken(library: Library) -> None:
    told(library, "Ada", "Grace")
    take_names(library)
    ada = person_called(library, "Ada")
    name_person(library, person_called(library, "Grace"), "Ada", not_same=ada)
    [face] = told(library, "Ada", seed=1)
    assert take_names(library) == Taken(left=1)
    assert face not in small.owners(library)


def test_nothing_is_kept_of_somebody_who_was_deleted(library: Library) -> None:
    told(library, "Ada", "Grace")
    take_names(library)
    forget_person(library, person_called(library, "Ada"))
    with library.read() as connection:
        assert list(connection.execute(select(table.c.name)).scalars()) == ["Grace"]
    told(library, "Ada", seed=1)
    assert take_names(library) == Taken(faces=1, people=1, new_people=1, left=0)
