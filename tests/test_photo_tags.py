"""Tags in the library: who says them, what a user takes away, what the faces make of a photo."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from alembic import command
from sqlalchemy import create_engine, select, text
from synthetic import add_faces, add_photo, random_units

from gallery import photo_bin
from gallery.decisions import redo, standing, undo
from gallery.errors import NotFoundError, TagError
from gallery.records import Metadata
from gallery.similar import SceneIndex, similar
from gallery.store import photos as photo_store
from gallery.store import scenes, tagging, tags, timeline
from gallery.store.library import Library, alembic_config, open_library
from gallery.store.tables import photo_tags
from gallery.store.tables import photos as photo_table
from gallery.store.tagging import TagChange
from gallery.tagging import add_tag, remove_tag

VERSION = "lite0-01234567"


@pytest.fixture
def ids(library: Library) -> list[int]:
    """Four photos: nobody, one large face, two faces, and one nobody looked at; the first of them
    with keywords of its own."""
    with library.write() as connection:
        found = [
            add_photo(library, connection, f"{n}.jpg", metadata=Metadata(keywords=words))
            for n, words in enumerate([("Beijing", "cat"), (), (), ()])
        ]
        for photo, faces in zip(found, (0, 1, 2), strict=False):
            add_faces(library, connection, photo, random_units(photo, faces))
        tall = photo_table.update().where(photo_table.c.id == found[1]).values(height=200)
        connection.execute(tall)
    return found


def guess(library: Library, photo: int, version: str = VERSION, **sure: float | None) -> None:
    with library.write() as connection:
        said = {photo: list(sure.items())}
        tagging.replace_guesses(library, connection, version, said)


def has(library: Library, photo: int) -> dict[str, str]:
    return {tag.name: tag.source for tag in tags.of_photo(library, photo)}


def with_tag(library: Library, name: str) -> list[int]:
    """By the list, by the count, and by Browse, which have to agree."""
    found = sorted(
        tile.id for tile in timeline.browse(library, limit=99, among=tags.having(library, name))
    )
    assert len(found) == tags.count(library, name) == dict(tags.listed(library)).get(name, 0)
    return found


def test_the_faces_say_what_a_photo_is(library: Library, ids: list[int]) -> None:
    assert [with_tag(library, name) for name in ("nobody", "portrait", "couple", "group")] == [
        [ids[0]], [ids[1]], [ids[2]], [],
    ]  # fmt: skip
    assert has(library, ids[1]) == {"portrait": "faces"}
    assert has(library, ids[3]) == {}
    with library.write() as connection:
        add_faces(library, connection, ids[1], random_units(9, 2))
    assert with_tag(library, "group") == [ids[1]]


def test_guesses_come_beside_what_was_said_and_are_replaced(
    library: Library, ids: list[int]
) -> None:
    guess(library, ids[0], cat=0.9, animal=0.95)
    assert has(library, ids[0]) == {
        "Beijing": "sidecar", "cat": "sidecar", "nobody": "faces", "animal": VERSION,
    }  # fmt: skip
    guess(library, ids[0], "lite0-next", dog=0.7)
    assert has(library, ids[0]) == {
        "Beijing": "sidecar", "cat": "sidecar", "nobody": "faces", "dog": "lite0-next",
    }  # fmt: skip
    photo = photo_store.get(library, ids[0])
    assert photo is not None
    assert photo.metadata.keywords == ("Beijing", "cat")


def test_what_was_taken_away_stays_away(library: Library, ids: list[int]) -> None:
    guess(library, ids[0], animal=0.95, dog=0.8)
    remove_tag(library, "animal", [ids[0]])
    remove_tag(library, "cat", [ids[0]])
    remove_tag(library, "nobody", [ids[0]])
    for version in (VERSION, "lite0-next"):
        guess(library, ids[0], version, animal=0.99, dog=0.8, cat=0.7)
        assert set(has(library, ids[0])) == {"Beijing", "dog"}
    assert with_tag(library, "animal") == with_tag(library, "cat") == []
    assert with_tag(library, "nobody") == []
    add_tag(library, "animal", [ids[0]])
    guess(library, ids[0])
    assert has(library, ids[0]) == {"Beijing": "sidecar", "animal": "user"}


def test_a_tag_of_faces_can_be_said_too(library: Library, ids: list[int]) -> None:
    add_tag(library, "group", [ids[3], ids[2]])
    assert with_tag(library, "group") == ids[2:]
    assert has(library, ids[2]) == {"group": "user", "couple": "faces"}


def rows(library: Library) -> list[tuple[object, ...]]:
    """Everything that is kept of who has which tag from whom, how sure, and taken away or not."""
    query = select(photo_tags).order_by(photo_tags.c.photo_id, photo_tags.c.tag_id)
    with library.read() as connection:
        return [tuple(row) for row in connection.execute(query)]


@pytest.mark.parametrize("act", [add_tag, remove_tag])
@pytest.mark.parametrize("name", ["dog", "cat", "couple", "nobody", "Beijing"])
def test_undo_puts_back_every_row_and_redo_too(
    library: Library, ids: list[int], act: Callable[..., TagChange], name: str
) -> None:
    guess(library, ids[0], dog=0.812)
    guess(library, ids[1], dog=0.64, cat=None)
    remove_tag(library, "dog", [ids[1]])
    before = rows(library)
    done = act(library, name, ids)
    after = rows(library)
    assert after != before
    assert [decision.kind for decision in undo(library)] == ["tag" if act is add_tag else "untag"]
    assert rows(library) == before
    redo(library)
    assert rows(library) == after
    assert set(done.before) == set(done.after)
    undo(library, 9)
    assert has(library, ids[1])["dog"] == VERSION


def test_a_change_is_a_decision_in_words_and_none_where_nothing_changes(
    library: Library, ids: list[int]
) -> None:
    add_tag(library, "trip", ids)
    add_tag(library, "Trip", ids[:2])
    remove_tag(library, "couple", ids)
    remove_tag(library, "trip", ids[:2])
    assert [decision.sentence for decision in standing(library)] == [
        "Tagged 4 photos “trip”",
        "Took the tag “couple” away from 1 photo",
        "Took the tag “trip” away from 2 photos",
    ]


def test_the_tags_of_some_photos_with_how_many_have_each(library: Library, ids: list[int]) -> None:
    guess(library, ids[1], cat=0.9, Beijing=0.7)
    remove_tag(library, "Beijing", [ids[1]])
    remove_tag(library, "nobody", [ids[0]])
    assert tags.of_photos(library, ids) == [
        ("cat", 2), ("Beijing", 1), ("couple", 1), ("portrait", 1),
    ]  # fmt: skip
    assert tags.of_photos(library, ids[3:]) == []


def test_small_and_capital_letters_are_one_tag(library: Library, ids: list[int]) -> None:
    assert add_tag(library, "  BEIJING ", [ids[1]]).name == "Beijing"
    assert with_tag(library, "Beijing") == ids[:2]
    assert remove_tag(library, "beijing", ids).before.keys() == set(ids[:2])


@pytest.mark.parametrize(("name", "message"), [("  ", "at least one"), ("x" * 201, "at most 200")])
def test_names_that_are_none(library: Library, ids: list[int], name: str, message: str) -> None:
    with pytest.raises(TagError, match=message):
        add_tag(library, name, ids)


def test_what_is_not_there_is_said(library: Library, ids: list[int]) -> None:
    with pytest.raises(NotFoundError, match="There is no photo 999"):
        add_tag(library, "x", [ids[0], 999])
    with pytest.raises(TagError, match="No photo has the tag 'zebra'"):
        remove_tag(library, "zebra", ids)
    assert "x" not in tags.names(library)


def test_nobody_sees_or_changes_what_is_anothers(library: Library, ids: list[int]) -> None:
    other = open_library(library.root, "other")
    with other.write() as connection:
        theirs = add_photo(other, connection, "theirs.jpg", metadata=Metadata(keywords=("secret",)))
        add_faces(other, connection, theirs, random_units(1, 2))
        scenes.replace(other, connection, "m", {theirs: random_units(0, 1, 16)[0]})
    assert "secret" not in tags.names(library)
    assert tags.of_photo(library, theirs) == []
    assert with_tag(library, "couple") == [ids[2]]
    assert similar(library, theirs, 5) is None
    assert tagging.stale(library, VERSION) == ids
    with pytest.raises(NotFoundError):
        add_tag(library, "x", [theirs])
    other.close()


def test_only_what_is_stale_is_in_the_queue(library: Library, ids: list[int]) -> None:
    guess(library, ids[1])
    assert tagging.stale(library, VERSION) == [ids[0], *ids[2:]]
    assert tagging.stale(library, "lite0-next") == ids


def test_neighbours_keep_to_the_tag(library: Library, ids: list[int]) -> None:
    add_tag(library, "x", [ids[0], ids[3]])
    photo = photo_store.get(library, ids[0])
    assert photo is not None
    assert timeline.neighbours(library, photo, among=tags.having(library, "x")) == (ids[3], None)


def test_the_most_alike_come_first_and_new_photos_too(library: Library, ids: list[int]) -> None:
    near = np.array([[1, 0, 0], [0.99, 0.1, 0], [0.8, 0.6, 0], [0, 0, 1]], dtype=np.float32)
    index = SceneIndex(library, "m")
    assert index.like(ids[0], 5) == []
    with library.write() as connection:
        scenes.replace(library, connection, "m", dict(zip(ids[:2], near, strict=False)))
        scenes.replace(library, connection, "other", {ids[3]: near[0]})
    assert [one.photo_id for one in index.like(ids[0], 5)] == [ids[1]]
    with library.write() as connection:
        scenes.replace(library, connection, "m", dict(zip(ids[2:], near[2:], strict=True)))
    found = index.like(ids[0], 5)
    assert [one.photo_id for one in found] == [ids[1], ids[2]]
    assert [one.similarity for one in found] == pytest.approx([0.99, 0.8], abs=0.002)
    assert similar(library, ids[0], 1) == found[:1]
    with library.write() as connection:
        connection.execute(photo_table.delete().where(photo_table.c.id == ids[1]))
    assert [one.photo_id for one in similar(library, ids[0], 5) or ()] == [ids[2]]
    assert timeline.by_ids(library, [ids[1], ids[2], ids[0]])[0].id == ids[2]


def test_tags_of_the_version_before_are_kept(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'library.db'}")
    with engine.begin() as connection:
        command.upgrade(alembic_config(connection), "0003")
        for statement in (
            "INSERT INTO owners (id, name, created_at) VALUES (1, 'local', '2024-01-01 00:00:00')",
            "INSERT INTO photos (id, owner_id, sha256, size_bytes, width, height, format, "
            "orientation, shown_at, dated_by, sharpness, perceptual_hash, added_at) VALUES "
            "(1, 1, 'a', 1, 1, 1, 'JPEG', 1, '2024-01-01 00:00:00', 'file', 1, x'00', "
            "'2024-01-01 00:00:00')",
            "INSERT INTO tags (id, owner_id, name) VALUES (1, 1, 'sea')",
            "INSERT INTO photo_tags (photo_id, tag_id, owner_id, source) "
            "VALUES (1, 1, 1, 'sidecar')",
        ):
            connection.execute(text(statement))
    engine.dispose()
    library = open_library(tmp_path)
    assert has(library, 1) == {"sea": "sidecar"}
    assert tagging.stale(library, VERSION) == [1]
    library.close()
    with sqlite3.connect(tmp_path / "library.db") as raw:
        assert raw.execute("SELECT removed FROM photo_tags").fetchall() == [(0,)]


def test_capitals_make_no_second_tag(library: Library, ids: list[int]) -> None:
    guess(library, ids[1], cat=0.9)
    with library.write() as connection:
        words = Metadata(keywords=("Cat", "CAT", "beijing"))
        new = add_photo(library, connection, "new.jpg", metadata=words)
    assert set(has(library, new)) == {"Beijing", "cat"}
    remove_tag(library, "Cat", [new, ids[1]])
    assert "cat" not in has(library, new) | has(library, ids[1])


def test_what_is_in_the_bin_is_given_no_tag(library: Library, ids: list[int]) -> None:
    photo_bin.put(library, ids[:1])
    for act in (add_tag, remove_tag):
        with pytest.raises(NotFoundError):
            act(library, "cat", ids)
    assert has(library, ids[1]) == {"portrait": "faces"}
