"""The page Search: what is typed and chosen, what is found, faces, the way to a photo and back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import small_library as small
from drawn import ROOT, Drawn, opened, press, rerun, texts
from searched_library import fill
from streamlit.testing.v1 import AppTest
from synthetic import add_faces, add_photo

from gallery.config import Settings
from gallery.face_search import faces_in
from gallery.pipeline import FaceModels
from gallery.store.library import Library
from gallery.ui import components
from gallery.workflow import group_library


@pytest.fixture
def ids(library: Library) -> dict[str, int]:
    return fill(library)


def facet(drawn: Drawn, title: str) -> dict[str, dict[str, Any]]:
    [found] = [one for one in drawn.shown["search_bar"]["facets"] if one["title"] == title]
    return {value["label"]: value for value in found["values"]}


def notes(drawn: Drawn) -> dict[str, str | None]:
    days = drawn.shown["photo_grid"]["days"]
    return {tile["name"]: tile.get("note") for day in days for tile in day["tiles"]}


def go(app: AppTest, drawn: Drawn, text: str) -> AppTest:
    drawn.answers["search_bar"] = {"go": text}
    return rerun(app)


def test_an_empty_library_says_what_to_do(library: Library) -> None:
    assert "Nothing to search yet" in texts(opened("search.py"))


def test_values_are_offered_before_anything_is_typed(ids: dict[str, int], drawn: Drawn) -> None:
    app = opened("search.py")
    assert "6 photos" in texts(app)
    assert facet(drawn, "People")["Ada"]["count"] == 3
    assert facet(drawn, "Years")["2019"]["query"] == "date:2019"
    assert facet(drawn, "Places")["Zürich"] == {
        "label": "Zürich", "count": 1, "query": "place:Zürich", "on": False,
    }  # fmt: skip
    assert facet(drawn, "Albums")["The best"]["query"] == 'album:"The best"'
    assert facet(drawn, "Cameras")["Canon EOS 80D"]["query"] == 'camera:"Canon EOS 80D"'
    assert "photo_grid" not in drawn.shown
    assert "What can be searched" in [box.label for box in app.expander]


def test_what_is_asked_for_is_in_the_address_and_shown_with_why(
    ids: dict[str, int], drawn: Drawn
) -> None:
    app = go(opened("search.py"), drawn, "person:Ada  tag:beach ")
    assert app.query_params["q"] == "person:Ada  tag:beach"
    assert "2 of 6 photos" in texts(app)
    assert notes(drawn) == {"IMG_1202.JPG": "Ada · beach", "IMG_1201.JPG": "Ada · beach"}
    bar = drawn.shown["search_bar"]
    assert [(one["label"], one["without"]) for one in bar["terms"]] == [
        ("person: Ada", "tag:beach"),
        ("tag: beach", "person:Ada"),
    ]
    assert bar["folded"]
    assert facet(drawn, "People")["Ada"] == {
        "label": "Ada", "count": 2, "query": "tag:beach", "on": True,
    }  # fmt: skip
    assert facet(drawn, "People")["Grace"]["query"] == "person:Ada tag:beach person:Grace"
    go(app, drawn, "")
    assert "q" not in app.query_params


def test_choosing_another_year_replaces_the_first(ids: dict[str, int], drawn: Drawn) -> None:
    opened("search.py", q="date:2019 night")
    assert facet(drawn, "Years")["2020"]["query"] == "night date:2020"
    assert facet(drawn, "Years")["2019"]["on"]


def test_a_mistake_is_shown_where_it_is(ids: dict[str, int], drawn: Drawn) -> None:
    app = opened("search.py", q="tag:beach person:Grce")
    error = drawn.shown["search_bar"]["error"]
    assert (error["start"], error["end"]) == (17, 21)
    assert "Did you mean “Grace”" in error["message"]
    assert "6 photos" in texts(app)


def test_nothing_found_says_what_to_leave_out(ids: dict[str, int], drawn: Drawn) -> None:
    app = opened("search.py", q="tag:cat person:Ada")
    assert "No photo matches all of that" in texts(app)
    press(app, "Without person\\: Ada (1 photo)")
    assert app.query_params["q"] == "tag:cat"
    app = opened("search.py", q="zebra")
    press(app, "Begin anew")
    assert "q" not in app.query_params


def test_what_is_typed_is_completed(
    ids: dict[str, int], drawn: Drawn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gallery.ui.searching.written_so_far", lambda _: ("gra", 3))
    opened("search.py")
    offered = drawn.shown["search_bar"]["offered"]
    assert offered["text"] == "gra"
    assert offered["items"][0] == {
        "label": "Grace", "detail": "person · 3 photos", "text": "person:Grace ", "caret": 13,
        "done": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (None, ("", 0)),
        ({"typed": {"text": "ada", "caret": 2}}, ("ada", 2)),
        ({"typed": {"text": "ada", "caret": 99}}, ("ada", 3)),
        ({"typed": {"text": "ada", "caret": "x"}}, ("ada", 3)),
        ({"typed": "ada"}, ("", 0)),
    ],
)
def test_a_browser_may_send_anything(
    monkeypatch: pytest.MonkeyPatch, state: object, expected: tuple[str, int]
) -> None:
    monkeypatch.setattr("streamlit.session_state", {"bar": state})
    assert components.written_so_far("bar") == expected


def test_a_photo_knows_what_it_was_found_by(ids: dict[str, int], drawn: Drawn) -> None:
    """The pages before and after it are those that were found too."""
    app = opened("photo.py", photo=ids["IMG_1202.JPG"], q="any:(Ada, Grace)")
    view = drawn.shown["photo_view"]
    assert (view["newer"], view["older"]) == (ids["party.jpg"], ids["IMG_1201.JPG"])
    assert "What was found" in [button.label for button in app.button]
    opened("photo.py", photo=ids["IMG_1202.JPG"], q="person:Nobody")
    assert drawn.shown["photo_view"]["newer"] is None


def test_photos_like_a_face_of_the_library(library: Library, drawn: Drawn) -> None:
    a, *_ = small.album(library, 4, 3, 2)
    app = opened("search.py", face=a[0])
    shown = notes(drawn)
    assert len(shown) == 3
    assert all("· Person 1" in (note or "") for note in shown.values())
    [section] = drawn.shown["photo_grid"]["days"]
    assert section["heading"] == "Most likely the same person"
    assert "Most likely **Person 1**" in texts(app)
    app.slider[0].set_value(0.2)
    rerun(app)
    assert len(notes(drawn)) >= 3
    view = opened_photo(app, drawn, a)
    assert {view["newer"], view["older"]} & set(range(1, 5))
    press(app, "Another face")
    assert "face" not in app.query_params


def opened_photo(app: AppTest, drawn: Drawn, faces: list[int]) -> dict[str, Any]:
    """The photo in the middle of what a face found, in the same session."""
    order = [tile["id"] for day in drawn.shown["photo_grid"]["days"] for tile in day["tiles"]]
    assert app.session_state["_like_order"] == order
    return {"newer": order[0], "older": order[-1]}


def test_a_face_that_is_gone_is_said(library: Library, drawn: Drawn) -> None:
    small.album(library, 2)
    app = AppTest.from_file(str(ROOT / "pages" / "search.py"), default_timeout=60)
    app.query_params["face"] = "99"
    app.run()
    assert [error.value for error in app.error] == ["There is no face 99 in this library\\."]


@pytest.mark.models
def test_a_picture_is_dropped_and_let_go(
    album: Path, models: FaceModels, settings: Settings, library: Library, drawn: Drawn
) -> None:
    def data(name: str) -> bytes:
        return (album / "space-coast" / name).read_bytes()

    [known, *_] = faces_in(data("astronaut.jpg"), models, settings)
    with library.write() as connection:
        photo = add_photo(library, connection)
        add_faces(library, connection, photo, known.vector[None], models.space)
    group_library(library, settings, models.space)
    app = opened("search.py")
    app.file_uploader[0].upload("two.jpg", data("astronaut-and-admiral.jpg"), "image/jpeg")
    rerun(app)
    # The field is a new one, and with it the file is gone.
    assert not app.file_uploader
    choice = drawn.shown["people_grid"]["people"]
    assert [one["label"] for one in choice] == ["✓ this one", "Face 2"]
    assert all(one["src"].startswith("data:image/jpeg") for one in choice)
    first = notes(drawn) if "photo_grid" in drawn.shown else {}
    drawn.shown.pop("photo_grid", None)
    drawn.answers["people_grid"] = {"open": 2}
    rerun(app)
    other = notes(drawn) if "photo_grid" in drawn.shown else {}
    # The one is in the library, the other is not.
    assert sorted(len(shown) for shown in (first, other)) == [0, 1]
    press(app, "Another face")
    assert app.file_uploader[0].value is None
