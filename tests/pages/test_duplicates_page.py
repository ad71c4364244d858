"""The page Duplicates: what is shown, what a click does, what is asked first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from drawn import Drawn, opened, press, rerun, texts
from pictured_library import NOON, add_picture, filled, jpeg, scene
from sqlalchemy import update
from streamlit.testing.v1 import AppTest

from gallery.decisions import undo
from gallery.duplicates import find
from gallery.media.files import thumbnail_key
from gallery.photo_bin import put
from gallery.records import Metadata
from gallery.store import binned, scenes
from gallery.store import duplicates as duplicate_store
from gallery.store import photos as photo_store
from gallery.store.library import Library
from gallery.store.tables import photos as photo_table
from gallery.store.worth import worth
from gallery.ui import duplicate_cards, duplicate_review, frame

PAGE = "duplicates.py"


def fill(library: Library) -> None:
    """A picture in three files, another in two, one with something written on it, and a burst."""
    large = add_picture(library, jpeg(scene(0, 640, 480)), "large.jpg")
    add_picture(library, jpeg(scene(0, 640, 480), factor=0.5), "half.jpg", in_place=True)
    add_picture(library, jpeg(scene(0, 640, 480), 30), "poor.jpg", Metadata(camera_model="X100"))
    add_picture(library, jpeg(scene(1)), "other.jpg")
    add_picture(library, jpeg(scene(1), 40), "other-poor.jpg")
    written = scene(2)
    add_picture(library, jpeg(written), "plain.jpg")
    written = written.copy()
    written[-28:] = 255
    written[-20:-10, 20:200:5] = 0
    add_picture(library, jpeg(written), "written.jpg")
    for at in range(2):
        when = Metadata(taken_at=NOON + timedelta(seconds=at))
        add_picture(library, jpeg(np.roll(scene(3), 7 * at, axis=1)), f"burst-{at}.jpg", when)
    for _ in find(library):
        pass
    with library.write() as connection:
        place = photo_store.Place(b"/z/large.jpg", "/z/large.jpg", True, 1, 1)
        photo_store.add_place(library, connection, large, place)


@pytest.fixture
def pictured(tmp_path: Path, use_library: Callable[[Path], None]) -> Iterator[Library]:
    use_library(tmp_path / "pictured")
    library = filled(tmp_path / "pictured", fill)
    yield library
    library.close()


def groups(drawn: Drawn) -> dict[str, dict[str, Any]]:
    return {group["key"]: group for group in drawn.shown["duplicate_groups"]["groups"]}


def choose(app: AppTest, name: str) -> AppTest:
    app.get("button_group")[0].set_value(name)
    return rerun(app)


def fact(picture: dict[str, Any], label: str) -> tuple[str, bool]:
    return next((f["value"], f["best"]) for f in picture["facts"] if f["label"] == label)


def test_without_photos_it_says_what_to_do(library: Library, drawn: Drawn) -> None:
    app = opened(PAGE)
    assert "No photos yet" in texts(app)
    assert [button.label for button in app.button] == ["Add photos"]


def test_without_duplicates_it_says_so(library: Library, drawn: Drawn) -> None:
    add_picture(library, jpeg(scene(0)), "a.jpg")
    assert "Every picture is here once" in texts(opened(PAGE))


def test_groups_are_shown_side_by_side_with_what_differs(pictured: Library, drawn: Drawn) -> None:
    app = opened(PAGE)
    assert "3 pictures are here more than once, in 4 files too many. 1 burst." in texts(app)
    shown = groups(drawn)
    assert list(shown) == ["same-picture-6", "same-picture-4", "same-picture-1"]
    group = shown["same-picture-1"]
    assert group["title"] == "3 files of one picture"
    assert "least compressed" in group["note"]
    assert "Look first" in shown["same-picture-6"]["note"]
    best, poor, half = group["pictures"]
    assert [p["name"] for p in (best, poor, half)] == ["large.jpg", "poor.jpg", "half.jpg"]
    assert [p["proposed"] for p in (best, poor, half)] == [True, False, False]
    assert fact(best, "Pixels") == ("640 × 480", True)
    assert fact(half, "Pixels") == ("320 × 240", False)
    assert fact(best, "Quality") == ("least compressed", True)
    assert fact(poor, "Quality")[0].startswith("compressed")
    assert fact(poor, "Known") == ("camera", True)
    assert best["src"]


def test_keeping_one_puts_the_others_into_the_bin(pictured: Library, drawn: Drawn) -> None:
    app = opened(PAGE)
    key, photo = "same-picture-4", 5
    app = act(app, key, duplicate_cards.KEEP, photo)
    assert key not in groups(drawn)
    assert [one.name for one in binned.listed(pictured)] == ["other.jpg"]
    assert "Kept other-poor.jpg and put 1 other into the bin." in texts(app)
    press(app, "Undo")
    assert key in groups(drawn)


def act(app: AppTest, group: str, action: str, photo: int | None) -> AppTest:
    """Let the page do what a button of the component asks for."""
    duplicate_review._act(frame.open_app(), group, action, photo)
    return rerun(app)


def test_different_ones_are_not_shown_again(pictured: Library, drawn: Drawn) -> None:
    app = act(opened(PAGE), "same-picture-4", duplicate_cards.DIFFERENT, None)
    assert "same-picture-4" not in groups(drawn)
    assert photo_store.count(pictured) == 9
    undo(pictured)
    rerun(app)
    assert "same-picture-4" in groups(drawn)


def test_all_as_proposed_is_asked_first_and_leaves_what_must_be_looked_at(
    pictured: Library, drawn: Drawn
) -> None:
    app = press(opened(PAGE), "Do as proposed in 2 groups")
    assert "Of 2 pictures the proposed file stays, and 3 others go to the bin" in texts(
        app
    ).replace("\\", "")
    assert binned.count(pictured) == 0
    app = press(app, "Put them into the bin")
    assert binned.count(pictured) == 3
    assert list(groups(drawn)) == ["same-picture-6"]
    press(app, "Undo")
    assert binned.count(pictured) == 0


def test_bursts_are_a_class_of_their_own(pictured: Library, drawn: Drawn) -> None:
    app = choose(opened(PAGE), "burst")
    (group,) = groups(drawn).values()
    assert group["title"] == "2 pictures"
    assert group["action"]["label"] == "Keep all"
    assert "Look first" not in group["note"]
    assert not any(button.label.startswith("Do as proposed") for button in app.button)
    assert "They are different pictures" in texts(app)


def test_similar_ones_are_looked_for_when_asked_and_kept(pictured: Library, drawn: Drawn) -> None:
    assert not any_similar(pictured)
    app = choose(opened(PAGE), "similar")
    assert "9 photos were not looked at yet" in texts(app)
    assert "No two photos look so much alike" in texts(app)
    with pictured.write() as connection:
        vector = np.ones(4, np.float32) / 2
        scenes.replace(pictured, connection, "made", dict.fromkeys((4, 6, 8, 9), vector))
    rerun(app)
    # Of the burst 8 and 9 one stands for both.
    ((key, group),) = groups(drawn).items()
    assert (key, len(group["pictures"])) == ("similar-4", 3)
    assert group["action"]["label"] == "Keep all"
    app = act(app, key, duplicate_cards.DIFFERENT, None)
    assert "Kept all 3 pictures that look alike." in texts(app)
    assert "No two photos look so much alike" in texts(app)


def any_similar(library: Library) -> bool:
    return bool(duplicate_store.pairs(library, "similar"))


def test_one_file_in_two_places_needs_nothing(pictured: Library, drawn: Drawn) -> None:
    app = choose(opened(PAGE), "same-bytes")
    (group,) = groups(drawn).values()
    assert group["places"] == ["/photos/large.jpg", "/z/large.jpg"]
    assert group["action"] is None
    assert group["pictures"][0]["action"] is None
    assert "nothing needs doing" in texts(app)


def test_a_closer_look_shows_two_and_keeps_one(pictured: Library, drawn: Drawn) -> None:
    app = opened(PAGE)
    drawn.answers["duplicate_groups"] = {"look": {"group": "same-picture-1", "photo": 3}}
    app = rerun(app)
    sides = drawn.shown["picture_pair"]["sides"]
    assert [side["name"] for side in sides] == ["large.jpg", "poor.jpg"]
    press(app, "Keep the other one")
    assert {photo.name for photo in binned.listed(pictured)} == {"large.jpg", "half.jpg"}


def test_the_bin_gives_back_and_lets_go(pictured: Library, drawn: Drawn) -> None:
    put(pictured, [2, 4])
    app = choose(opened(PAGE), "bin")
    (group,) = groups(drawn).values()
    assert {picture["name"] for picture in group["pictures"]} == {"half.jpg", "other.jpg"}
    assert group["pictures"][0]["action"]["label"] == "Restore"
    assert "never deleted" in texts(app)
    app = press(app, "Restore all")
    assert binned.count(pictured) == 0
    put(pictured, [2, 4])
    app = choose(opened(PAGE), "bin")
    (label,) = [button.label for button in app.button if button.label.startswith("Delete all")]
    app = press(app, label)
    assert binned.count(pictured) == 2
    press(app, "Delete for good")
    assert binned.count(pictured) == 0
    assert worth(pictured, [2, 4]) == {}


@pytest.mark.parametrize("by_hand", [True, False])
def test_no_picture_of_what_is_deleted_is_held(
    pictured: Library, drawn: Drawn, by_hand: bool
) -> None:
    photo = photo_store.get(pictured, 4)
    assert photo is not None
    put(pictured, [4])
    app = choose(opened(PAGE), "bin")
    pictures, key = frame.open_app().pictures, thumbnail_key(photo.sha256)
    assert pictures.data(key)
    if by_hand:
        (label,) = [button.label for button in app.button if button.label.startswith("Delete all")]
        press(press(app, label), "Delete for good")
    else:
        with pictured.write() as connection:
            binned_once = update(photo_table).where(photo_table.c.id == 4)
            connection.execute(binned_once.values(binned_at=NOON - timedelta(days=9000)))
        rerun(app)
    assert photo_store.get(pictured, 4) is None
    assert pictures.data(key) is None
