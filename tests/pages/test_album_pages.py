"""Albums on their pages: made of chosen photos, looked at, put right, taken along."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from drawn import ROOT, Drawn, opened, press, rerun, texts
from streamlit.testing.v1 import AppTest
from synthetic import add_photo, encoded, sha, sharp_pixels

from gallery import albums
from gallery.media.files import original_key
from gallery.store import albums as album_store
from gallery.store import tables
from gallery.store.library import Library
from gallery.tagging import add_tag

ALL = ["album", "tag", "untag", "bin"]


@pytest.fixture
def photos(library: Library) -> list[int]:
    with library.write() as connection:
        return [add_photo(library, connection, name) for name in ("a.jpg", "b.jpg", "c.jpg")]


def choose(app: AppTest, drawn: Drawn, action: str, photos: list[int]) -> AppTest:
    drawn.answers["photo_grid"] = {"act": {"action": action, "photos": photos}}
    return rerun(app)


def names(library: Library) -> list[str]:
    return [album.name for album in album_store.listed(library)]


def inside(library: Library, name: str) -> list[int]:
    return albums.ids_in(library, albums.find_album(library, name))


def test_chosen_photos_go_into_an_album(library: Library, drawn: Drawn, photos: list[int]) -> None:
    albums.create(library, "Summer", photos[:1])
    app = opened("browse.py")
    assert [action["id"] for action in drawn.shown["photo_grid"]["actions"]] == ALL
    before = drawn.shown["photo_grid"]["cleared"]
    app = choose(app, drawn, "album", photos[:2])
    assert "2 photos chosen" in texts(app)
    assert app.selectbox[0].options == ["Summer"]
    app.selectbox[0].set_value("Summer")
    press(app, "Add")
    assert inside(library, "Summer") == [photos[1], photos[0]]
    assert drawn.shown["photo_grid"]["cleared"] == before + 1


def test_what_a_browser_sends_is_looked_at(
    library: Library, drawn: Drawn, photos: list[int]
) -> None:
    albums.create(library, "Summer")
    app = opened("browse.py")
    for wrong in ("x", {"action": "album"}, {"action": "nothing", "photos": photos}):
        drawn.answers["photo_grid"] = {"act": wrong}
        app = rerun(app)
        assert not app.selectbox
    app = choose(app, drawn, "album", [photos[0], 999])
    app.selectbox[0].set_value("Summer")
    next(button for button in app.button if button.label == "Add").click()
    app.run()
    assert [error.value for error in app.error] == ["There is no photo 999 in this library\\."]
    assert inside(library, "Summer") == []


def test_the_page_of_albums(library: Library, drawn: Drawn, photos: list[int]) -> None:
    assert "No albums yet" in texts(opened("albums.py"))
    albums.create(library, "Empty")
    made = albums.create(library, "Summer", photos)
    app = opened("albums.py")
    shown = drawn.shown["album_grid"]["albums"]
    assert [(one["name"], one["detail"]) for one in shown] == [
        ("Empty", "0 photos"),
        ("Summer", "3 photos"),
    ]
    assert made.cover_photo_id == photos[2]
    assert "2 albums" in texts(app)
    app = press(app, "Undo")
    assert names(library) == ["Empty"]
    app = opened("album.py", album=albums.find_album(library, "Empty").id)
    assert "No photos in this album yet" in texts(app)
    assert "There is no such album" in texts(opened("album.py", album=999))


def test_an_album_is_put_right(library: Library, drawn: Drawn, photos: list[int]) -> None:
    made = albums.create(library, "Summer", photos)
    app = opened("album.py", album=made.id)
    actions = [action["id"] for action in drawn.shown["photo_grid"]["actions"]]
    assert actions == [*ALL, "out", "cover"]
    app = choose(app, drawn, "out", [photos[2]])
    assert inside(library, "Summer") == [photos[1], photos[0]]
    app = choose(app, drawn, "cover", [photos[0]])
    assert albums.get_album(library, made.id).cover_photo_id == photos[0]
    drawn.menu = "Rename …"
    app = rerun(app)
    app.text_input[0].input("Autumn")
    app = press(app, "Save")
    assert names(library) == ["Autumn"]


def test_from_photo_to_photo_inside_of_an_album(
    library: Library, drawn: Drawn, photos: list[int]
) -> None:
    a, _, c = photos
    made = albums.create(library, "Summer", [a, c])
    app = opened("photo.py", photo=c, album=made.id)
    assert (drawn.shown["photo_view"]["newer"], drawn.shown["photo_view"]["older"]) == (None, a)
    assert "Summer" in [button.label for button in app.button]
    assert "<dt>Albums</dt><dd>Summer</dd>" in texts(app)
    opened("photo.py", photo=c, album=999)
    assert drawn.shown["photo_view"]["older"] == photos[1]


def test_an_album_that_a_search_fills(library: Library, drawn: Drawn, photos: list[int]) -> None:
    add_tag(library, "sea", photos[:1])
    made = albums.create(library, "All", query="tag:sea")
    opened("album.py", album=made.id)
    assert [action["id"] for action in drawn.shown["photo_grid"]["actions"]] == ALL
    tiles = [tile for day in drawn.shown["photo_grid"]["days"] for tile in day["tiles"]]
    assert [tile["id"] for tile in tiles] == [photos[0]]
    opened("albums.py")
    assert drawn.shown["album_grid"]["albums"][0]["detail"] == "1 photo"
    with library.write() as connection:
        connection.execute(tables.tags.delete())
    opened("albums.py")
    assert drawn.shown["album_grid"]["albums"][0]["detail"] == ""
    app = AppTest.from_file(str(ROOT / "pages" / "album.py"), default_timeout=60)
    app.query_params["album"] = str(made.id)
    app.run()
    assert "There is no tag “sea”" in app.error[0].value


def test_the_download(
    library: Library, drawn: Drawn, use_library: Callable[[Path], None], photos: list[int]
) -> None:
    data = encoded(sharp_pixels(1))
    with library.write() as connection:
        key = library.media.put(original_key(sha("x"), ".jpg"), data)
        connection.execute(
            tables.photos.update().where(tables.photos.c.id == photos[0]).values(original=key)
        )
    made = albums.create(library, "Summer: a/b", photos[:2])
    app = press(opened("album.py", album=made.id), "Download …")
    app = press(app, "Make the ZIP")
    assert "1 photo," in texts(app)
    assert "1 photo left out" in [one.label for one in app.expander]
    with zipfile.ZipFile(library.root / "downloads" / "Summer_ a_b.zip") as archive:
        assert archive.namelist() == ["a.jpg"]
        assert archive.read("a.jpg") == data
