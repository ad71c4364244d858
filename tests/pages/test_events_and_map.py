"""Events are named, merged, split and put back on their pages, and the map opens what is on it."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from dated_library import a_summer
from drawn import Drawn, opened, press, rerun, texts
from synthetic import add_photo

from gallery import albums
from gallery.config import load_settings
from gallery.event_editing import pauses
from gallery.store import binned, events, timeline
from gallery.store.library import Library
from gallery.store.places import Spot
from gallery.ui.photo_map_data import map_data, pack

Summer = tuple[Library, dict[str, int]]


@pytest.fixture
def summer(tmp_path: Path, use_library: Callable[[Path], None]) -> Iterator[Summer]:
    """A library, and its events by name."""
    use_library(tmp_path / "summer")
    library, found = a_summer(tmp_path / "summer")
    by_name = {name: events.of_photo(library, photos[0]) or 0 for name, photos in found.items()}
    yield library, by_name
    library.close()


def test_without_events_the_page_says_what_makes_them(library: Library, drawn: Drawn) -> None:
    assert "Add photos, and those that were taken together" in texts(opened("events.py"))
    with library.write() as connection:
        for number in range(4):
            add_photo(library, connection, f"{number}.jpg")
    app = press(opened("events.py"), "Find events")
    assert "1 event with 4 photos" in texts(app)
    assert [card["title"] for card in drawn.shown["event_cards"]["events"]] == ["4 May 2024"]


def test_cards_say_what_when_where_and_who(summer: Summer, drawn: Drawn) -> None:
    app = opened("events.py")
    assert "4 events with 73 photos; 20 more are by themselves" in texts(app)
    cards = drawn.shown["event_cards"]["events"]
    assert [(card["title"], card["detail"], len(card["pictures"])) for card in cards] == [
        ("7 September 2024", "9 photos, Saturday 20:05 to 23:03", 3),
        ("Rome, 3 to 5 August 2024", "30 photos, 3 days", 3),
        ("Anna and Ben, 6 July 2024, Annecy", "10 photos, Saturday 10:16 to 14:04", 3),
        ("Wedding, 14 June 2024, Lyon", "24 photos, Friday 13:00 to 01:36", 3),
    ]
    assert [person["label"] for person in cards[2]["people"]] == ["Anna", "Person 3", "Ben"]


def test_an_event_is_opened_and_renamed(summer: Summer, drawn: Drawn) -> None:
    library, by_name = summer
    app = opened("event.py", event=by_name["lake"])
    assert "Anna and Ben, 6 July 2024, Annecy" in texts(app)
    assert sum(len(day["tiles"]) for day in drawn.shown["photo_grid"]["days"]) == 10
    app.text_input[0].input("Sailing <b>")
    press(app, "Save")
    assert "Sailing &lt;b&gt;" in texts(app)
    assert "10 photos, 6 July 2024, Annecy, Saturday" in texts(app)
    press(app, "Undo")
    assert events.get(library, by_name["lake"]).name is None


def test_two_events_are_merged_and_parted_again(summer: Summer, drawn: Drawn) -> None:
    library, by_name = summer
    drawn.menu = "Merge with …"
    app = opened("event.py", event=by_name["lake"])
    [choice] = app.radio
    assert len(choice.options) == 3
    choice.set_value(by_name["rome"])
    rerun(app)
    press(app, "Merge")
    assert events.get(library, by_name["lake"]).photos == 40
    app = press(opened("events.py"), "Undo")
    assert events.get(library, by_name["rome"]).photos == 30


def test_an_event_is_split_at_a_pause(summer: Summer, drawn: Drawn) -> None:
    library, by_name = summer
    drawn.menu = "Split …"
    app = opened("event.py", event=by_name["wedding"])
    [choice] = app.radio
    assert any("3 h " in option for option in choice.options)
    choice.set_value(pauses(library, by_name["wedding"])[0].photo_id)
    rerun(app)
    press(app, "Split here")
    assert events.get(library, by_name["wedding"]).photos == 12


def test_an_album_is_made_of_an_event(
    summer: Summer, drawn: Drawn, monkeypatch: pytest.MonkeyPatch
) -> None:
    library, by_name = summer
    monkeypatch.setattr("streamlit.switch_page", lambda *_, **__: st.stop())
    drawn.menu = "Make an album …"
    app = opened("event.py", event=by_name["wedding"])
    assert [field.value for field in app.text_input][-1] == "Wedding, 14 June 2024, Lyon"
    press(app, "Make the album")
    made = albums.find_album(library, "Wedding, 14 June 2024, Lyon")
    photos = timeline.ids_in_order(library, events.which(library, by_name["wedding"]))
    assert albums.ids_in(library, made) == photos


def test_the_latest_of_two_kinds_of_changes_is_taken_back(summer: Summer, drawn: Drawn) -> None:
    library, by_name = summer
    app = opened("event.py", event=by_name["lake"])
    photo = drawn.shown["photo_grid"]["days"][0]["tiles"][0]["id"]
    drawn.answers["photo_grid"] = {"act": {"action": "bin", "photos": [photo]}}
    rerun(app)
    assert "Put 1 photo into the bin." in texts(app)
    app.text_input[0].input("Sailing")
    app = press(app, "Save")
    assert "Put 1 photo into the bin." not in texts(app)
    press(app, "Undo")
    assert events.get(library, by_name["lake"]).name is None
    assert binned.count(library) == 1


def test_an_event_that_is_gone_is_said(summer: Summer) -> None:
    assert "There is no such event" in texts(opened("event.py", event=999))


def test_a_photo_of_an_event_leads_back_to_it(summer: Summer, drawn: Drawn) -> None:
    library, by_name = summer
    ids = sorted(timeline.ids_in_order(library, events.which(library, by_name["rome"])))
    app = opened("photo.py", photo=ids[0], event=by_name["rome"])
    assert any(button.label == "Rome, 3 to 5 August 2024" for button in app.button)
    view = drawn.shown["photo_view"]
    assert (view["newer"], view["older"]) == (ids[1], None)
    assert "Rome, Lazio, Italy" in texts(app)


def test_the_map_has_every_photo_with_a_place(
    summer: Summer, monkeypatch: pytest.MonkeyPatch, drawn: Drawn
) -> None:
    app = opened("map.py")
    assert "84 photos on the map; 9 do not say where they were taken" in texts(app)
    shown = drawn.shown["photo_map"]
    assert shown["towns"] == ["", "Annecy", "Lyon", "Rome"]
    assert (shown["tiles"], shown["box"]) == (None, None)
    assert "OpenStreetMap" not in shown["credit"]
    assert "GeoNames" in shown["credit"]
    monkeypatch.setenv("GALLERY_MAP_TILES", "https://tiles.example/{z}/{x}/{y}.png")
    opened("map.py")
    assert drawn.shown["photo_map"]["tiles"] == "https://tiles.example/{z}/{x}/{y}.png"
    assert "OpenStreetMap" in drawn.shown["photo_map"]["credit"]


def test_without_places_the_map_says_what_makes_them(library: Library) -> None:
    assert "appear on a map" in texts(opened("map.py"))
    with library.write() as connection:
        add_photo(library, connection)
    assert "Phones and some cameras" in texts(opened("map.py"))


def test_positions_go_as_bare_numbers(summer: Summer) -> None:
    spots = [Spot(1, 45.75, 4.75, "Lyon"), Spot(2, -16.5, 179.5, None)]
    data = map_data(pack(spots), None, load_settings())
    points = base64.b64decode(data["points"].partition(",")[2])
    assert len(points) == 2 * 10
    assert data["towns"] == ["", "Lyon"]


def test_a_part_of_the_map_opens_its_photos(summer: Summer, drawn: Drawn) -> None:
    around = {"south": 45.8, "west": 6.0, "north": 46.0, "east": 6.2}
    drawn.answers["photo_map"] = {"area": around}
    app = opened("map.py")
    assert "10 photos" in texts(app)
    assert sum(len(day["tiles"]) for day in drawn.shown["photo_grid"]["days"]) == 10
    rerun(app)
    assert drawn.shown["photo_map"]["box"] == around
    drawn.answers["photo_map"] = {"area": around | {"north": 0}}
    assert "10 photos" in texts(rerun(app)), "what is no part of the map opens nothing"
    assert "10 photos" not in texts(press(app, "Close")).replace("10 photos on", "")
