"""Tags and similar photos on the page of a photo, and Browse for a tag."""

from __future__ import annotations

import numpy as np
import pytest
from drawn import Drawn, opened, press, rerun, texts
from synthetic import add_faces, add_photo, random_units

from gallery.records import Metadata
from gallery.store import scenes, tagging, tags
from gallery.store.library import Library
from gallery.ui import tagging_work
from gallery.vocabulary import vocabulary


@pytest.fixture
def photo(library: Library) -> int:
    """A tagged photo with two that look like it, and one that was not looked at."""
    with library.write() as connection:
        found = [
            add_photo(library, connection, f"{n}.jpg", metadata=Metadata(keywords=words))
            for n, words in enumerate([("Beijing",), (), (), ()])
        ]
        add_faces(library, connection, found[0], random_units(0, 2))
        tagging.replace_guesses(
            library, connection, "lite0-01234567", {found[0]: [("lake", 0.873), ("blue", None)]}
        )
        rows = np.array([[1, 0], [0.9, 0.4], [0.8, 0.6]], dtype=np.float32)
        scenes.replace(library, connection, "m", dict(zip(found[:3], rows, strict=True)))
    return found[0]


def act(drawn: Drawn, action: str, name: str = "") -> None:
    drawn.answers["photo_tags"] = {"act": {"action": action, "name": name}}


def shown(drawn: Drawn) -> list[str]:
    return [tag["name"] for tag in drawn.shown["photo_tags"]["tags"]]


def test_tags_say_who_says_them(photo: int, drawn: Drawn) -> None:
    opened("photo.py", photo=photo)
    assert {tag["name"]: tag["help"] for tag in drawn.shown["photo_tags"]["tags"]} == {
        "Beijing": "From the file beside the photo",
        "couple": "By the faces in it",
        "lake": "Seen in the picture, 87% sure",
        "blue": "Measured on the picture",
    }
    known = drawn.shown["photo_tags"]["known"]
    assert {"Beijing", "lake", "portrait"} | {term.name for term in vocabulary().terms} <= set(
        known
    )


def test_a_tag_is_taken_away_and_brought_back(library: Library, photo: int, drawn: Drawn) -> None:
    app = opened("photo.py", photo=photo)
    act(drawn, "remove", "lake")
    rerun(app)
    assert shown(drawn) == ["Beijing", "couple", "blue"]
    assert "Took the tag “lake” away from 1 photo." in texts(app)
    press(app, "Undo")
    assert "lake" in shown(drawn)
    assert [t.source for t in tags.of_photo(library, photo) if t.name == "lake"] == [
        "lite0-01234567"
    ]


def test_a_tag_is_added_and_kept_as_the_users(library: Library, photo: int, drawn: Drawn) -> None:
    app = opened("photo.py", photo=photo)
    act(drawn, "add", " Summer   trip ")
    rerun(app)
    assert "Summer trip" in shown(drawn)
    assert "Tagged 1 photo “Summer trip”." in texts(app)
    act(drawn, "add", "  ")
    app.run()
    assert "at least one letter" in app.error[0].value


def test_similar_photos_without_those_nobody_looked_at(photo: int, drawn: Drawn) -> None:
    app = opened("photo.py", photo=photo)
    (strip,) = drawn.shown["photo_grid"]["days"]
    assert strip["heading"] == "Similar photos"
    assert [tile["id"] for tile in strip["tiles"]] == [photo + 1, photo + 2]
    assert "Nobody looked yet" not in texts(app)


def test_a_photo_nobody_looked_at_can_be_tagged_now(
    library: Library, photo: int, drawn: Drawn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tag_new(app: object, _bar: object) -> int:
        with library.write() as connection:
            scenes.replace(library, connection, "m", {photo + 3: np.ones(2, np.float32)})
        return 1

    monkeypatch.setattr(tagging_work, "tag_new", tag_new)
    app = opened("photo.py", photo=photo + 3)
    assert "Nobody looked yet" in texts(app)
    press(app, "Tag all new photos")
    assert "Nobody looked yet" not in texts(app)


def test_photos_are_searched_by_tags_that_follow_from_faces(photo: int, drawn: Drawn) -> None:
    app = opened("search.py", q="tag:couple")
    assert "1 of 4 photos" in texts(app)
    (month,) = drawn.shown["photo_grid"]["days"]
    assert [tile["id"] for tile in month["tiles"]] == [photo]
    app = opened("search.py", q='tag:"<b>none</b>"')
    assert "There is no tag" in drawn.shown["search_bar"]["error"]["message"]
