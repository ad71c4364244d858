"""What is done with chosen photos in any grid, with one photo on its page, and taking it back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import small_library as small
import streamlit as st
from drawn import Drawn, opened, press, rerun, texts
from streamlit.testing.v1 import AppTest
from synthetic import add_photo

from gallery import albums, decisions
from gallery.photo_bin import put
from gallery.records import Metadata
from gallery.store import binned, timeline
from gallery.store import photos as photo_store
from gallery.store import tags as tag_store
from gallery.store.library import Library
from gallery.tagging import add_tag

Gone = list[tuple[str, dict[str, str]]]
ALL = ["album", "tag", "untag", "bin"]


@pytest.fixture
def photos(library: Library) -> list[int]:
    """The oldest first; the last one with a keyword of its own."""
    with library.write() as connection:
        return [
            add_photo(library, connection, name, metadata=Metadata(keywords=words))
            for name, words in (("a.jpg", ()), ("b.jpg", ()), ("c.jpg", ("sea",)))
        ]


@pytest.fixture
def gone(monkeypatch: pytest.MonkeyPatch) -> Gone:
    """The pages that were gone to; a page that is tested alone has none to go to."""
    found: Gone = []

    def switch(page: str, *, query_params: dict[str, str]) -> None:
        found.append((Path(page).stem, query_params))
        st.stop()

    monkeypatch.setattr("streamlit.switch_page", switch)
    return found


def choose(app: AppTest, drawn: Drawn, action: str, photos: list[int]) -> AppTest:
    drawn.answers["photo_grid"] = {"act": {"action": action, "photos": photos}}
    return rerun(app)


def tiles(drawn: Drawn) -> list[int]:
    return [tile["id"] for day in drawn.shown["photo_grid"]["days"] for tile in day["tiles"]]


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def tagged(library: Library, name: str) -> list[int]:
    return timeline.ids_in_order(library, tag_store.having(library, name))


def test_chosen_photos_get_a_tag_and_lose_it_again(
    library: Library, drawn: Drawn, photos: list[int]
) -> None:
    a, b, c = photos
    app = opened("browse.py")
    assert "Undo" not in labels(app)
    app = choose(app, drawn, "tag", photos)
    assert "3 photos chosen" in texts(app)
    assert {"sea", "beach"} <= set(app.selectbox[0].options)
    app.selectbox[0].set_value("sea")
    app = press(app, "Add")
    assert tagged(library, "sea") == [c, b, a]
    # One of them had it already.
    assert "Tagged 2 photos “sea”." in texts(app)
    app = choose(app, drawn, "untag", [b, c])
    assert app.pills[0].options == ["sea (2)"]
    app.pills[0].set_value("sea")
    app = press(rerun(app), "Take away")
    assert tagged(library, "sea") == [a]
    app = press(app, "Undo")
    assert tagged(library, "sea") == [c, b, a]
    app = press(app, "Redo")
    assert tagged(library, "sea") == [a]
    app = choose(app, drawn, "untag", [c])
    assert "None of them has a tag" in texts(app)


def test_a_tag_that_all_have_is_said(library: Library, drawn: Drawn, photos: list[int]) -> None:
    app = choose(opened("browse.py"), drawn, "tag", [photos[2]])
    app.selectbox[0].set_value("sea")
    next(button for button in app.button if button.label == "Add").click()
    app.run()
    assert [error.value for error in app.error] == ["All of them have the tag “sea” already\\."]
    assert decisions.latest(library) is None


def test_chosen_photos_go_to_the_bin_and_come_back(
    library: Library, drawn: Drawn, photos: list[int]
) -> None:
    app = opened("browse.py")
    [to_bin] = [one for one in drawn.shown["photo_grid"]["actions"] if one["id"] == "bin"]
    assert (to_bin["key"], to_bin["asks"]) == ("Delete", False)
    app = choose(app, drawn, "bin", photos[:2])
    assert tiles(drawn) == photos[2:]
    assert "Put 2 photos into the bin." in texts(app)
    app = press(app, "Undo")
    assert tiles(drawn) == photos[::-1]
    # Nothing is left to look at, and still there is a way back.
    app = choose(app, drawn, "bin", photos)
    assert "No photos yet" in texts(app)
    press(app, "Undo")
    assert binned.count(library) == 0


def test_what_was_done_is_offered_where_it_was_done(
    library: Library, drawn: Drawn, photos: list[int]
) -> None:
    made = albums.create(library, "Summer", photos)
    app = choose(opened("album.py", album=made.id), drawn, "bin", [photos[0]])
    assert [label for label in labels(app) if label == "Undo"] == ["Undo"]
    assert "Put 1 photo into the bin." in texts(app)
    assert "Undo" not in labels(opened("browse.py"))
    decisions.undo(library)
    app = choose(opened("browse.py"), drawn, "bin", [photos[0]])
    add_tag(library, "lake", photos[1:])
    # Something else was decided since.
    assert "Undo" not in labels(rerun(app))


@pytest.mark.parametrize("page", ["browse", "search", "like", "person", "album"])
def test_every_grid_offers_the_same(page: str, library: Library, drawn: Drawn) -> None:
    faces, *_ = small.album(library, 3)
    ids = [tile.id for tile in timeline.browse(library, limit=9)]
    add_tag(library, "sea", ids)
    made = albums.create(library, "Sea", query="tag:sea")
    if page == "browse":
        app = opened("browse.py")
    elif page == "search":
        app = opened("search.py", q="tag:sea")
    elif page == "like":
        app = opened("search.py", face=faces[0])
    elif page == "album":
        app = opened("album.py", album=made.id)
    else:
        app = opened("person.py", person=small.owner(library, faces[0]))
        app.button_group[0].set_value("photos")
        app = rerun(app)
    assert [one["id"] for one in drawn.shown["photo_grid"]["actions"]] == ALL
    shown = tiles(drawn)
    app = choose(app, drawn, "bin", shown[:1])
    assert shown[0] not in tiles(drawn)
    press(app, "Undo")
    assert tiles(drawn) == shown


def test_a_photo_goes_to_the_bin_and_the_next_is_shown(
    library: Library, drawn: Drawn, photos: list[int], gone: Gone
) -> None:
    a, b, c = photos
    made = albums.create(library, "Summer", [a, c])
    for photo, then in ((c, ("photo", {"album": str(made.id), "photo": str(a)})),
                        (a, ("album", {"album": str(made.id), "photo": str(a)}))):  # fmt: skip
        app = opened("photo.py", photo=photo, album=made.id)
        drawn.menu = "Move to the bin"
        rerun(app)
        assert gone.pop() == then
        assert photo_store.get(library, photo) is None
    app = opened("photo.py", photo=b)
    assert "Put 1 photo into the bin." in texts(app)
    press(app, "Undo")
    assert photo_store.get(library, a) is not None


def test_a_photo_goes_into_an_album(library: Library, drawn: Drawn, photos: list[int]) -> None:
    made = albums.create(library, "Summer")
    app = opened("photo.py", photo=photos[0])
    drawn.menu = "Add to album …"
    app = rerun(app)
    app.selectbox[0].set_value("Summer")
    app = press(app, "Add")
    assert albums.ids_in(library, made) == photos[:1]
    assert "<dt>Albums</dt><dd>Summer</dd>" in texts(app)


def test_a_search_is_saved_as_an_album(
    library: Library, drawn: Drawn, photos: list[int], gone: Gone
) -> None:
    for text in ("", "tag:none", "date:x"):
        assert "Save as album" not in labels(opened("search.py", q=text))
    app = press(opened("search.py", q="tag:sea  -tag:sea"), "Save as album")
    assert app.text_input[0].value == "sea"
    app.text_input[0].input("The sea")
    press(app, "Make the album")
    made = albums.find_album(library, "The sea")
    assert made.query == "tag:sea -tag:sea"
    assert gone.pop() == ("album", {"album": str(made.id)})
    press(opened("album.py", album=made.id), "Open the search")
    assert gone.pop() == ("search", {"q": "tag:sea -tag:sea"})


def view(drawn: Drawn) -> tuple[Any, Any]:
    return drawn.shown["photo_view"]["newer"], drawn.shown["photo_view"]["older"]


def test_from_photo_to_photo_past_what_went_to_the_bin(
    library: Library, drawn: Drawn, photos: list[int]
) -> None:
    a, b, c = photos
    app = opened("photo.py", photo=b, q="person:Ada", alike=1)
    app.session_state["_like_order"] = [a, b, c]
    rerun(app)
    assert view(drawn) == (a, c)
    put(library, [c])
    rerun(app)
    assert view(drawn) == (a, None)


def test_a_clicked_photo_is_opened_before_the_page_is_drawn_again(
    drawn: Drawn, photos: list[int], gone: Gone
) -> None:
    app = opened("browse.py")
    drawn.answers["photo_grid"] = {"open": photos[1]}
    drawn.shown.clear()
    rerun(app)
    assert gone == [("photo", {"photo": str(photos[1])})]
    # Once by the run in which it is clicked, and not by the one that leaves.
    assert not texts(app)
    rerun(app)
    assert len(gone) == 1


@pytest.mark.parametrize("nonsense", ["3", None, True, [1], 2.5])
def test_nonsense_from_a_browser_opens_nothing(
    nonsense: object, drawn: Drawn, photos: list[int], gone: Gone
) -> None:
    app = opened("browse.py")
    drawn.answers["photo_grid"] = {"open": nonsense}
    rerun(app)
    assert tiles(drawn) == list(reversed(photos))
    assert not gone
