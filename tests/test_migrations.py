"""A library of the version before opens with everything in it, and its names can be undone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import small_library as small
from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError, OperationalError
from synthetic import SPACE, random_units

from gallery.cluster import GraphOptions
from gallery.decisions import redo, standing, undo
from gallery.errors import LibraryError
from gallery.grouping import group, use_run
from gallery.people import find_person, name_person
from gallery.store import checks, history, people, runs
from gallery.store import faces as face_store
from gallery.store.library import Library, alembic_config, open_library

# Six faces of Grace, two of a person named twice, one of somebody whose name was taken back.
FACES = {1: 10, 2: 10, 3: 10, 4: 10, 5: 10, 6: 10, 7: 11, 8: 11, 9: 12}
QUALITY = {1: 0.1, 2: 0.2, 3: 0.9, 4: 0.8, 5: 0.7, 6: 0.6, 7: 0.5, 8: 0.4, 9: 0.9}
NAMES = {10: "Grace", 11: "Eileen Collins", 12: None}
# kind, person, value, undoes
DECISIONS = [
    ("name", 10, "Grace", None),
    ("name", 11, "Eileen", None),
    ("name", 12, "Wrong", None),
    ("undo", 12, None, 3),
    ("name", 11, "Eileen Collins", None),
]


def fill(root: Path) -> None:
    """A database as the first version left it."""
    engine = create_engine(f"sqlite:///{root / 'library.db'}")
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), "0001")

        def row(table: str, **values: object) -> None:
            names = ", ".join(values)
            marks = ", ".join(f":{name}" for name in values)
            connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({marks})"), values)

        at = "2024-05-04 09:00:00.000000"
        row("owners", id=1, name="local", created_at=at, people_numbered=3)
        row(
            "spaces", id=1, detector=SPACE.detector, alignment=SPACE.alignment, model=SPACE.model,
            version=SPACE.version, precision=SPACE.precision, dim=SPACE.dim,
        )  # fmt: skip
        row(
            "runs", id=1, owner_id=1, algorithm="graph", space_id=1, at=at, seconds=1.0, faces=9,
            clusters=3, unassigned=0, current=True,
        )  # fmt: skip
        row("run_parameters", run_id=1, name="link", owner_id=1, value=0.5)
        for person, name in NAMES.items():
            row(
                "people", id=person, owner_id=1, number=person - 9, name=name, hidden=False,
                created_at=at,
            )  # fmt: skip
        for face, person in FACES.items():
            row(
                "photos", id=face, owner_id=1, sha256=f"{face:064}", size_bytes=1, width=100,
                height=100, format="JPEG", orientation=1, shown_at=at, dated_by="camera",
                sharpness=99.0, perceptual_hash=b"0", added_at=at, detector="detector",
            )  # fmt: skip
            row(
                "faces", id=face, owner_id=1, photo_id=face, detector="detector", x0=1.0, y0=1.0,
                x1=9.0, y1=9.0, score=0.9, quality=QUALITY[face],
                size=50.0, sharpness=80.0, yaw=0.0, pitch=0.0, roll=0.0,
            )  # fmt: skip
            row(
                "vectors", face_id=face, space_id=1, owner_id=1,
                vector=random_units(person, 1).tobytes(),
            )  # fmt: skip
            row("memberships", face_id=face, person_id=person, owner_id=1, run_id=1)
            row("assignments", run_id=1, face_id=face, owner_id=1, cluster=person - 10)
        connection.execute(text("UPDATE people SET cover_face_id = 3 WHERE id = 10"))
        for number, (kind, person, value, undoes) in enumerate(DECISIONS, start=1):
            row(
                "decisions", id=number, owner_id=1, at=at, kind=kind, person_id=person,
                value=value, undoes=undoes,
            )  # fmt: skip
    engine.dispose()


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    root = tmp_path / "library"
    root.mkdir()
    fill(root)
    opened = open_library(root)
    yield opened
    opened.close()


def names(library: Library) -> dict[int, str | None]:
    return {person: find_person(library, person).name for person in NAMES}


def test_everything_is_there(library: Library) -> None:
    assert small.owners(library) == FACES
    assert names(library) == NAMES
    assert [p.label for p in people.everyone(library)] == ["Grace", "Eileen Collins", "Person 3"]
    assert find_person(library, 10).cover_face_id == 3
    assert not any(p.hidden or p.ignored or p.birth_year for p in people.everyone(library))
    assert face_store.count(library) == len(face_store.embedded(library, SPACE).face_ids) == 9
    (run,) = runs.listed(library)
    assert (run.algorithm, run.threshold, run.current) == ("graph", 0.5, True)
    with library.read() as connection:
        assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
        assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"


def test_faces_and_photos_of_everybody_were_counted(library: Library) -> None:
    assert checks.wrong_people(library) == []
    assert {person.faces for person in people.everyone(library)} == {6, 2, 1}


def test_the_best_faces_of_those_with_a_name_stand_for_them(library: Library) -> None:
    assert small.confirmed(library) == {3: 10, 4: 10, 5: 10, 6: 10, 7: 11, 8: 11}


def test_old_decisions_have_words(library: Library) -> None:
    assert small.sentences(library) == [
        "Named Person 1 “Grace”",
        "Named Person 2 “Eileen”",
        "Named Person 3 “Wrong”",
        "Took back decision 3",
        "Named Person 2 “Eileen Collins”",
    ]
    assert [decision.id for decision in standing(library)] == [1, 2, 5]


def test_old_names_can_be_taken_back_and_given_again(library: Library) -> None:
    states = [names(library)]
    while undo(library):
        states.append(names(library))
    assert states == [
        {10: "Grace", 11: "Eileen Collins", 12: None},
        {10: "Grace", 11: "Eileen", 12: None},
        {10: "Grace", 11: None, 12: None},
        {10: None, 11: None, 12: None},
    ]
    while redo(library):
        pass
    assert names(library) == NAMES


def test_a_name_that_was_taken_back_at_last_can_be_given_again(tmp_path: Path) -> None:
    root = tmp_path / "library"
    root.mkdir()
    fill(root)
    engine = create_engine(f"sqlite:///{root / 'library.db'}")
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM decisions WHERE id = 5"))
        connection.execute(text("UPDATE people SET name = 'Eileen' WHERE id = 11"))
    engine.dispose()
    library = open_library(root)
    assert [decision.value for decision in redo(library)] == ["Wrong"]
    assert names(library) == {10: "Grace", 11: "Eileen", 12: "Wrong"}
    library.close()


def test_every_old_name_has_what_it_changed(library: Library) -> None:
    with library.read() as connection:
        changes = {
            decision: [
                (change.person_id, change.field, change.before, change.after)
                for change in history.field_changes_of(library, connection, decision)
            ]
            for decision in range(1, 6)
        }
    assert changes == {
        1: [(10, "name", None, "Grace")],
        2: [(11, "name", None, "Eileen")],
        3: [(12, "name", None, "Wrong")],
        4: [],
        5: [(11, "name", "Eileen", "Eileen Collins")],
    }


@pytest.mark.parametrize(
    "statement", ["UPDATE decisions SET value = 'Eve'", "UPDATE decisions SET sentence = 'Eve'"]
)
def test_decisions_still_cannot_be_rewritten(library: Library, statement: str) -> None:
    with (
        pytest.raises((IntegrityError, OperationalError), match="decisions are only added"),
        library.engine.begin() as connection,
    ):
        connection.execute(text(statement))


def test_an_old_run_cannot_be_gone_back_to_and_says_why(library: Library) -> None:
    with pytest.raises(LibraryError, match=r"earlier version.*gallery cluster"):
        use_run(library, 1)


def test_life_goes_on(library: Library) -> None:
    group(library, SPACE, GraphOptions(0.9999, 0.9999), 0.25)
    assert {face: small.owner(library, face) for face in (1, 7)} == {1: 10, 7: 11}
    assert names(library) == NAMES
    name_person(library, 12, "Ada")
    undo(library, 2)
    assert names(library) == {10: "Grace", 11: "Eileen", 12: None}
    group(library, SPACE, GraphOptions(-0.99, -0.99), 0.25)
    use_run(library, 2)
    assert small.owners(library) == FACES
