"""What the database knows of its tables decides how it goes about a change of a few rows."""

from __future__ import annotations

from datetime import UTC

import sqlalchemy as sa
from sqlalchemy import insert
from synthetic import DAY

from gallery.store import statistics
from gallery.store.library import DATABASE, Library, open_library
from gallery.store.tables import faces, memberships, people, photos

_FEW = "owner_id = 1 AND face_id IN (1, 2, 3, 4)"


def fill(library: Library, count: int, first: int = 1) -> None:
    """Faces of one person, each in a photo of its own; rows only."""
    ids = range(first, first + count)
    with library.write() as connection:
        if first == 1:
            at = DAY.replace(tzinfo=UTC)
            row = {"id": 1, "owner_id": 1, "number": 1, "hidden": False, "created_at": at}
            connection.execute(insert(people).values(row))
        connection.execute(
            insert(photos),
            [
                {
                    "id": at, "owner_id": 1, "sha256": str(at), "size_bytes": 1, "width": 9,
                    "height": 9, "format": "JPEG", "orientation": 1, "shown_at": DAY,
                    "dated_by": "camera", "sharpness": 99.0, "perceptual_hash": b"",
                    "added_at": DAY.replace(tzinfo=UTC),
                }
                for at in ids
            ],
        )  # fmt: skip
        connection.execute(
            insert(faces),
            [
                {
                    "id": at, "owner_id": 1, "photo_id": at, "detector": "d", "score": 0.9,
                    "x0": 1.0, "y0": 1.0, "x1": 9.0, "y1": 9.0, "removed": False,
                }
                for at in ids
            ],
        )  # fmt: skip
        connection.execute(
            insert(memberships),
            [{"face_id": at, "person_id": 1, "owner_id": 1, "confirmed": False} for at in ids],
        )


def plan(library: Library) -> str:
    with library.read() as connection:
        rows = connection.execute(
            sa.text(f"EXPLAIN QUERY PLAN DELETE FROM memberships WHERE {_FEW}")
        )
        return " ".join(str(row.detail) for row in rows)


def test_a_few_faces_are_found_by_number_and_not_among_all_of_their_owner(library: Library) -> None:
    fill(library, 1200)
    assert "owner_id=?" in plan(library)
    library.keep_statistics()
    assert "PRIMARY KEY" in plan(library)


def test_opening_a_library_looks_at_it(library: Library) -> None:
    fill(library, 1200)
    again = open_library(library.root)
    assert "PRIMARY KEY" in plan(again)
    again.close()


def test_only_another_order_of_size_is_worth_a_look(library: Library) -> None:
    database = library.root / DATABASE
    fill(library, 900)
    assert not statistics.keep_up(database)
    fill(library, 300, first=901)
    assert statistics.keep_up(database)
    assert not statistics.keep_up(database)
    fill(library, 300, first=1201)
    assert not statistics.keep_up(database)
    fill(library, 12_000, first=1501)
    assert statistics.keep_up(database)


def test_who_is_writing_is_not_waited_for(library: Library) -> None:
    fill(library, 1200)
    with library.write():
        assert not statistics.keep_up(library.root / DATABASE)
    assert statistics.keep_up(library.root / DATABASE)


def test_nothing_is_made_where_there_is_no_library(library: Library) -> None:
    gone = library.root / "gone.db"
    assert not statistics.keep_up(gone)
    assert not gone.exists()


def test_numbers_with_gaps_are_no_growth(library: Library) -> None:
    fill(library, 1200)
    fill(library, 1, first=1_000_000)
    file = library.root / DATABASE
    assert statistics.keep_up(file)
    assert not statistics.keep_up(file)
    fill(library, 5000, first=2000)
    assert statistics.keep_up(file)
