"""Albums: what is put into them, by hand or by a search, and how all of it is taken back."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
import small_library as small
from synthetic import DAY, add_photo
from typer.testing import CliRunner

from gallery import albums, photo_bin
from gallery.cli.app import app
from gallery.decisions import redo, undo
from gallery.errors import GalleryError, NotFoundError, QueryError
from gallery.people import name_person
from gallery.store import albums as album_store
from gallery.store import people, photos, tables, timeline
from gallery.store.library import Library, open_library
from gallery.tagging import add_tag


def add(library: Library, *names: str, first: datetime = DAY) -> list[int]:
    """Photos a minute apart, the first the oldest."""
    with library.write() as connection:
        return [
            add_photo(library, connection, name, shown_at=first + timedelta(minutes=index))
            for index, name in enumerate(names)
        ]


def inside(library: Library, album_id: int) -> list[int]:
    return albums.ids_in(library, albums.get_album(library, album_id))


def test_photos_go_in_and_out(library: Library) -> None:
    a, b, c = add(library, "a.jpg", "b.jpg", "c.jpg")
    made = albums.create(library, "  Summer   2024 ", [a, a, b])
    assert (made.name, made.photos, made.cover_photo_id) == ("Summer 2024", 2, b)
    assert albums.add_photos(library, made.id, [b, c]) == 1
    assert inside(library, made.id) == [c, b, a]
    assert albums.remove_photos(library, made.id, [a, 999]) == 1
    assert albums.remove_photos(library, made.id, [a]) == 0
    assert inside(library, made.id) == [c, b]
    assert small.sentences(library) == [
        "Made the album “Summer 2024” with 2 photos",
        "Put 1 photo into the album “Summer 2024”",
        "Took 1 photo out of the album “Summer 2024”",
    ]
    assert [album.name for album in album_store.of_photo(library, c)] == ["Summer 2024"]
    assert album_store.of_photo(library, a) == []


def state(library: Library) -> list[tuple[str, str | None, int | None, list[int]]]:
    return [
        (one.name, one.query, one.cover_photo_id, inside(library, one.id))
        for one in album_store.listed(library)
        if one.query is None
    ]


def test_every_act_is_taken_back_and_done_again(library: Library) -> None:
    a, b, c = add(library, "a.jpg", "b.jpg", "c.jpg")
    states = [state(library)]
    made = albums.create(library, "One", [a, b])
    states.append(state(library))
    albums.add_photos(library, made.id, [c])
    states.append(state(library))
    albums.choose_cover(library, made.id, a)
    states.append(state(library))
    albums.rename(library, made.id, "Two")
    states.append(state(library))
    albums.remove_photos(library, made.id, [a])
    states.append(state(library))
    albums.delete(library, made.id)
    states.append(state(library))
    assert states[-1] == []
    assert states[5] == [("Two", None, c, [c, b])]
    for wanted in reversed(states[:-1]):
        undo(library)
        assert state(library) == wanted
    for wanted in states[1:]:
        redo(library)
        assert state(library) == wanted


def test_one_history_for_albums_and_people(library: Library) -> None:
    small.album(library, 3, 2)
    person = people.everyone(library)[0]
    [photo] = add(library, "x.jpg")
    name_person(library, person.id, "Grace")
    made = albums.create(library, "One", [photo])
    undo(library)
    assert album_store.listed(library) == []
    assert people.get(library, person.id).name == "Grace"  # type: ignore[union-attr]
    undo(library)
    assert people.get(library, person.id).name is None  # type: ignore[union-attr]
    redo(library, 2)
    assert inside(library, made.id) == [photo]


def test_a_photo_that_is_deleted_leaves_its_albums(library: Library) -> None:
    a, b = add(library, "a.jpg", "b.jpg")
    made = albums.create(library, "One", [a, b])
    albums.choose_cover(library, made.id, a)
    albums.remove_photos(library, made.id, [a])
    with library.write() as connection:
        connection.execute(tables.photos.delete().where(tables.photos.c.id == a))
    undo(library, 2)
    assert state(library) == [("One", None, b, [b])]


def test_names(library: Library) -> None:
    one = albums.create(library, "One")
    for wrong, said in (("ONE", "already"), (" ", "empty"), ("x" * 201, "at most")):
        with pytest.raises(GalleryError, match=said):
            albums.create(library, wrong)
    assert albums.rename(library, one.id, "ONE").name == "ONE"
    two = albums.create(library, "1")
    assert albums.find_album(library, "one") == albums.get_album(library, one.id)
    assert albums.find_album(library, "1") == two  # a name before an id
    assert albums.find_album(library, str(two.id)) == two
    with pytest.raises(NotFoundError):
        albums.find_album(library, "nobody's")
    albums.delete(library, one.id)
    albums.create(library, "One")
    undo(library, 1)
    undo(library, 1)
    albums.create(library, "Three")
    assert [album.name for album in album_store.listed(library)] == ["1", "ONE", "Three"]


def test_what_is_not_there(library: Library) -> None:
    [photo] = add(library, "a.jpg")
    made = albums.create(library, "One")
    for wrong in (
        lambda: albums.add_photos(library, made.id, [photo, 99]),
        lambda: albums.add_photos(library, 99, [photo]),
        lambda: albums.create(library, "Two", [99]),
        lambda: albums.delete(library, 99),
    ):
        with pytest.raises(NotFoundError):
            wrong()
    with pytest.raises(GalleryError, match="not in the album"):
        albums.choose_cover(library, made.id, photo)
    assert [album.name for album in album_store.listed(library)] == ["One"]


def test_an_album_that_fills_itself(library: Library) -> None:
    a, _, c = add(library, "sea-1.jpg", "hill.jpg", "sea-2.jpg")
    made = albums.create(library, "Sea", query=" file:sea* ")
    assert (made.query, made.photos) == ("file:sea*", None)
    assert albums.ids_in(library, made) == [c, a]
    [d] = add(library, "sea-3.jpg", first=DAY + timedelta(days=1))
    assert albums.ids_in(library, made) == [d, c, a]
    assert albums.count_in(library, made) == 3
    for act in (albums.add_photos, albums.remove_photos):
        with pytest.raises(GalleryError, match="fills itself"):
            act(library, made.id, [a])
    with pytest.raises(QueryError, match="no tag"):
        albums.create(library, "Else", query="tag:nothing")
    with pytest.raises(GalleryError, match="either"):
        albums.create(library, "Else", [a], query="sea")
    undo(library)
    assert album_store.listed(library) == []


def test_a_search_that_cannot_be_done_any_more(library: Library) -> None:
    [photo] = add(library, "a.jpg")
    add_tag(library, "sea", [photo])
    made = albums.create(library, "Sea", query="tag:sea")
    with library.write() as connection:
        connection.execute(tables.tags.delete())
    with pytest.raises(QueryError, match="no tag"):
        albums.ids_in(library, made)
    [listed] = call(library, "list")  # type: ignore[misc]
    assert listed["photos"] is None


def test_what_is_in_the_bin_is_in_no_album(library: Library) -> None:
    a, b, c = add(library, "a.jpg", "b.jpg", "c.jpg")
    made = albums.create(library, "One", [a, b, c])
    albums.choose_cover(library, made.id, a)
    photo_bin.put(library, [a, c])
    assert state(library) == [("One", None, b, [b])]
    assert albums.get_album(library, made.id).photos == 1
    photo_bin.restore(library)
    assert state(library) == [("One", None, a, [c, b, a])]


def test_the_grid_goes_through_an_album_only(library: Library) -> None:
    a, b, c = add(library, "a.jpg", "b.jpg", "c.jpg")
    made = albums.create(library, "One", [a, c])
    among = albums.photos_in(library, made)
    assert [tile.id for tile in timeline.browse(library, limit=9, among=among)] == [c, a]
    photo = photos.get(library, c)
    assert photo is not None
    assert timeline.neighbours(library, photo, among=among) == (None, a)
    assert timeline.neighbours(library, photo) == (None, b)


def test_albums_are_the_owners(library: Library) -> None:
    [photo] = add(library, "a.jpg")
    made = albums.create(library, "One", [photo])
    other = open_library(library.root, owner="somebody else")
    assert album_store.listed(other) == []
    with pytest.raises(NotFoundError):
        albums.get_album(other, made.id)
    with pytest.raises(NotFoundError):
        albums.create(other, "Two", [photo])
    other.close()


def call(library: Library, *arguments: str) -> object:
    done = CliRunner().invoke(app, ["albums", *arguments, "--library", str(library.root), "--json"])
    assert done.exit_code == 0, (done.output, done.exception)
    return json.loads(done.stdout)


def test_the_commands(library: Library) -> None:
    a, b = add(library, "a.jpg", "b.jpg")
    assert call(library, "list") == []
    made = call(library, "create", "One", str(a))
    assert isinstance(made, dict)
    assert (made["photos"], made["cover"], made["search"]) == (1, a, None)
    assert call(library, "add", "one", "/photos/b.jpg", str(a)) == made | {
        "photos": 2, "cover": b, "added": 1,
    }  # fmt: skip
    assert call(library, "cover", "One", str(a)) == made | {"photos": 2}
    shown = call(library, "show", "One", "--limit", "1")
    assert shown == made | {"photos": 2, "listed": [{"photo": b, "path": "/photos/b.jpg"}]}
    assert call(library, "remove", "One", str(b)) == made | {"removed": 1}
    assert call(library, "rename", "One", "Two") == made | {"name": "Two"}
    assert call(library, "list") == [made | {"name": "Two"}]
    assert call(library, "delete", "Two") == {"deleted": made["id"], "name": "Two"}
    assert call(library, "list") == []
