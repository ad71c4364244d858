"""What the components are given to draw."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from gallery.records import Face, Metadata, Person, Photo
from gallery.store.timeline import Tile
from gallery.ui.grid_data import NOBODY, by_day, face_boxes, people_tiles


def url(key: str | None) -> str:
    """An address that shows the key."""
    return f"/{key}" if key else ""


TILE = Tile(1, "ab" * 32, 300, 200, datetime(2024, 6, 14, 15), 2, "one.jpg")


def test_days_keep_the_order_and_say_the_date_once() -> None:
    tiles = [
        replace(TILE, named=("Ada Lovelace",)),
        replace(TILE, id=2, shown_at=datetime(2024, 6, 14, 0, 1), faces=0),
        replace(TILE, id=3, shown_at=datetime(2024, 6, 13, 23, 59), faces=1),
    ]
    days = by_day(tiles, url)
    assert [day["heading"] for day in days] == ["14 June 2024", "13 June 2024"]
    assert [[tile["id"] for tile in day["tiles"]] for day in days] == [[1, 2], [3]]
    assert [tile["alt"] for day in days for tile in day["tiles"]] == [
        "Ada Lovelace and 1 other, 14 June 2024",
        "one.jpg, 14 June 2024",
        "1 person, 13 June 2024",
    ]
    assert days[0]["tiles"][0]["src"] == f"/thumbnails/ab/{'ab' * 32}.jpg"


def test_a_panorama_does_not_take_a_row_of_its_own() -> None:
    [day] = by_day([replace(TILE, width=9000, height=500)], url)
    assert day["tiles"][0]["ratio"] == 2.4


def test_a_person_without_a_picture_has_an_empty_address() -> None:
    people = [Person(5, 2, None, 3, 3, cover_face_id=9), Person(6, 3, "Ada", 1, 1)]
    drawn = people_tiles(people, {9: "faces/9"}, url)
    assert [(p["label"], p["named"], p["src"], p["detail"]) for p in drawn] == [
        ("Person 2", False, "/faces/9", "3 photos"),
        ("Ada", True, "", "1 photo"),
    ]


def test_boxes_are_percent_and_end_at_the_photo() -> None:
    now = datetime(2024, 6, 14, tzinfo=UTC)
    photo = Photo(
        id=1,
        sha256="0" * 64,
        width=200,
        height=100,
        format="JPEG",
        size_bytes=1,
        metadata=Metadata(),
        sharpness=1.0,
        shown_at=now.replace(tzinfo=None),
        dated_by="added",
        added_at=now,
    )
    faces = [
        Face((-10, 25, 50, 75), 0.9, id=1, person_id=7),
        Face((150, 50, 260, 130), 0.9, id=2),
    ]
    first, second = face_boxes(photo, faces, {7: Person(7, 1, "Ada", 1, 1)}, {1: "f"}, url)
    assert {k: first[k] for k in ("left", "top", "width", "height")} == {
        "left": 0.0, "top": 25.0, "width": 25.0, "height": 50.0,
    }  # fmt: skip
    assert (first["label"], first["person"], first["src"]) == ("Ada", 7, "/f")
    assert (second["left"] + second["width"], second["top"] + second["height"]) == (100, 100)
    assert (second["label"], second["person"]) == (NOBODY, None)
