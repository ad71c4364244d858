"""What is known of every face beside its vector."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import small_library as small
from small_library import Seen, add
from sqlalchemy import update
from synthetic import SPACE, add_faces, add_photo, random_units

from gallery.boxes import remove_faces
from gallery.store import facts, runs
from gallery.store.library import Library
from gallery.store.tables import photos


def test_photo_person_quality_and_date(library: Library) -> None:
    faces = add(library, [Seen(0, year=2019, quality=0.8), Seen(0), Seen(1, quality=0.1)])
    small.regroup(library)
    found = facts.of_described(library, SPACE)
    assert list(found) == faces
    assert found[faces[0]].quality == 0.8
    assert found[faces[0]].shown_at == datetime(2019, 7, 1)
    assert found[faces[0]].person_id == small.owner(library, faces[1])
    assert found[faces[2]].person_id is None


def test_deleted_faces_and_those_without_a_vector_are_left_out(library: Library) -> None:
    faces = add(library, [Seen(0), Seen(1)])
    remove_faces(library, faces[:1])
    with library.write() as connection:
        photo = add_photo(library, connection, "other.jpg")
        small_space = SPACE.__class__("detector", "five-point-112", "other", "0", "f32", 8)
        add_faces(library, connection, photo, random_units(0, 1), space=small_space)
    assert list(facts.of_described(library, SPACE)) == faces[1:]


def test_the_day_a_photo_was_added_is_no_date(library: Library) -> None:
    [face] = add(library, [Seen(0)])
    with library.write() as connection:
        connection.execute(update(photos).values(dated_by="added"))
    assert facts.of_described(library, SPACE)[face].shown_at is None


def test_groups_of_a_run(library: Library) -> None:
    faces = add(library, [Seen(0), Seen(0), Seen(1), Seen(2, quality=0.1)])
    report = small.regroup(library)
    with library.read() as connection:
        found = facts.groups_of(library, connection, report.run_id)
    assert found == {faces[0]: 0, faces[1]: 0, faces[2]: 1}
    assert runs.current(library).id == report.run_id


def test_of_some_faces_in_their_order_and_of_one_that_is_gone(library: Library) -> None:
    faces = add(library, [Seen(0, year=2019, quality=0.8), Seen(1, quality=0.1)])
    found = facts.of_described(library, SPACE)
    some = found.of(np.array([faces[1], 99_999, faces[0]]))
    assert some.quality.tolist()[::2] == [0.1, 0.8]
    assert np.isnan(some.quality[1])
    assert np.isnat(some.shown_at[1])
    assert some.photo_ids.tolist() == [found[faces[1]].photo_id, 0, found[faces[0]].photo_id]
    assert 99_999 not in found
    assert list(facts.of_described(library, SPACE).of(np.array([], dtype=np.int64))) == []


def test_an_empty_library_has_none(library: Library) -> None:
    found = facts.of_described(library, SPACE)
    assert not found
    assert 1 not in found
    assert found.of(np.array([1])).person_ids.tolist() == [facts.NOBODY]
