"""What a person opens and clicks in a large library, and what shows that it is there.

Addresses and texts have places for what differs from library to library, as `{person}`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from browsing import Browsing, Shown

from gallery.errors import GalleryError
from gallery.store import albums, events, people, photos, timeline
from gallery.store.library import Library

Act = Callable[[Browsing], object]


@dataclass(frozen=True, slots=True)
class Opening:
    """A page as it is opened.

    Args:
        name: of the page.
        path: its address.
        shown: what makes it useful.
        link: whether the navigation leads to it, under its name.
    """

    name: str
    path: str
    shown: Shown
    link: bool = False


@dataclass(frozen=True, slots=True)
class Click:
    """Something that is done on a page.

    Args:
        page: name of its opening.
        name: what is done.
        act: does it.
        shown: what shows that it was done.
        ready: is done before, and not timed.
    """

    page: str
    name: str
    act: Act
    shown: Shown
    ready: Act | None = None


def _button(name: str, role: Literal["button", "radio", "option"] = "button") -> Act:
    return lambda on: on.page.get_by_role(role, name=re.compile(name)).first.click()


def _first(selector: str) -> Act:
    return lambda on: on.page.locator(selector).first.click()


def _enter(label: str, text: str) -> Act:
    def act(on: Browsing) -> None:
        field = on.page.get_by_label(re.compile(label)).first
        field.fill(text)
        field.press("Enter")

    return act


def _type(text: str) -> Act:
    return lambda on: on.page.get_by_role("combobox").first.press_sequentially(text)


def _wait(_on: Browsing) -> None:
    """What comes without anything being done."""


def _press(key: str) -> Act:
    return lambda on: on.page.keyboard.press(key)


def _pager(key: str) -> str:
    return f"[class*=st-key-pager-{key}]"


def _next(pager: str) -> Act:
    return _first(f"{_pager(pager)} button:has-text('Next')")


def _choose(label: str, at: int) -> tuple[Act, Act]:
    """Unfold a list, and choose from it by its place."""
    return _first(f'input[aria-label*="{label}"]'), (
        lambda on: on.page.get_by_role("option").nth(at).click()
    )


_PHOTOS, _FACES, _CARDS = Shown(".tile img"), Shown(".picker img"), Shown(".card img")
_PHOTO = Shown(".view .stage img")
_MONTH, _PICK_MONTH = _choose("Jump to a month", 5)
_YEAR, _PICK_YEAR = _choose("Year", 3)
_COLOUR, _PICK_COLOUR = _choose("Colour by", 2)


def _title(text: str) -> Shown:
    return Shown("h1", f"^{text}")


OPENINGS = [
    Opening("Browse", "", _PHOTOS, link=True),
    Opening("Search", "search", Shown(".search .value"), link=True),
    Opening("Search for a person", "search?q=person:{person}", _PHOTOS),
    Opening("Search for a tag without a person", "search?q=tag:{tag} -person:{person}", _PHOTOS),
    Opening("Search by a face", "search?face={face}", _PHOTOS),
    Opening("People", "people", _CARDS, link=True),
    Opening("Person", "person?person={person_id}", _FACES),
    Opening("Albums", "albums", Shown(".album img"), link=True),
    Opening("Album", "album?album={album}", _PHOTOS),
    Opening("Events", "events", _CARDS, link=True),
    Opening("Event", "event?event={event}", _PHOTOS),
    Opening("Photo", "photo?photo={photo}", _PHOTO),
    Opening("Add", "add", _title("Add"), link=True),
    Opening("Map", "map", Shown(".map .stage canvas"), link=True),
    Opening("A part of the map", "map?area=45.6,4.7,45.9,5.0", _PHOTOS),
    Opening("Review", "review", Shown(".review .ask"), link=True),
    Opening("Duplicates", "duplicates", Shown(".groups img, .groups .places"), link=True),
    Opening("Explore", "explore", Shown(".map .entry"), link=True),
    Opening("Evaluate", "evaluate", Shown("[data-testid=stMetricValue]"), link=True),
    Opening("Settings", "settings", _title("Settings"), link=True),
    Opening("History", "history", Shown(".history .item")),
    Opening("Groupings", "groupings", Shown(".rows img")),
]

# In the order in which they are done: each goes on where the one before it ended.
CLICKS = [
    Click("Browse", "another month", _PICK_MONTH, Shown("button", "Back to the newest"), _MONTH),
    Click(
        "Browse", "back to the newest", _button("Back to the newest"),
        Shown("button", "Back to the newest", gone=True),
    ),
    Click("Browse", "open a photo", _first(".tile"), _PHOTO),
    Click("Photo", "the next one", _press("ArrowRight"), Shown(".view img", changed=True)),
    Click("Photo", "add a tag", _enter("^Add a tag", "benchmark"), Shown(".chip", "benchmark")),
    Click("Photo", "undo it", _button("Undo"), Shown(".chip", "benchmark", gone=True)),
    Click("Photo", "the person in it", _first(".avatar:not(.nobody)"), _FACES),
    Click("Search", "type three letters", _type("ada"), Shown("[role=option]", "[Aa]da")),
    Click("Search", "search", _press("Enter"), _PHOTOS),
    Click("Search", "narrow it down", _first(".tabs .tab"), Shown(".facet .value")),
    Click("Search", "choose a value", _first(".facet .value"), Shown(".term", least=2)),
    Click("Search", "leave it out again", _first(".term"), Shown(".term", least=2, gone=True)),
    Click("People", "next 24", _next("unnamed"), Shown(_pager("unnamed"), "25 to 48")),
    Click(
        "People", "name somebody", _enter("^Name of Person", "Bench Mark"),
        Shown(".card img", changed=True),
    ),
    Click("People", "undo it", _button("Undo"), Shown(".card img", changed=True)),
    Click("People", "open a person", _first(".card .faces"), _FACES),
    Click("Person", "the photos", _button("photos?$", "radio"), _PHOTOS),
    Click("Person", "the faces", _button("faces?$", "radio"), _FACES),
    Click("Albums", "open an album", _first(".album"), _PHOTOS),
    Click("Events", "another year", _PICK_YEAR, Shown(".card img", changed=True), _YEAR),
    Click("Events", "next 24", _next("events"), Shown(_pager("events"), "25 to 48")),
    Click("Events", "open an event", _first(".card .pictures"), _PHOTOS),
    Click("Review", "all questions are there", _wait, Shown("p", "more questions", gone=True)),
    Click("Review", "one kind", _button("Same person", "radio"), Shown(".answers", "Yes")),
    Click("Review", "answer no", _press("n"), Shown(".review .side img", changed=True)),
    Click("Review", "undo it", _press("u"), Shown(".review .side img", changed=True)),
    Click("Duplicates", "bursts", _button("Burst", "radio"), Shown(".groups .title", changed=True)),
    Click("Duplicates", "next 12", _next("duplicates"), Shown(_pager("duplicates"), "13 to 24")),
    Click("Duplicates", "keep one", _first(".act.first"), Shown(".groups .name", changed=True)),
    Click("Duplicates", "undo it", _button("Undo"), Shown(".groups .name", changed=True)),
    Click("Explore", "choose a person", _first(".map .entry"), Shown("h1", "faces$")),
    Click("Explore", "colour by quality", _PICK_COLOUR, Shown(".map .scale"), _COLOUR),
    Click("Evaluate", "the report", _button("Report", "radio"), Shown("button", "report")),
    Click("History", "next 100", _next("history"), Shown(_pager("history"), "101 to 200")),
    Click("Groupings", "more changes", _next("changes"), Shown(_pager("changes"), "9 to 16")),
]  # fmt: skip


def places_of(library: Library) -> dict[str, str]:
    """What stands for `{person}` and the others in a library.

    Raises:
        GalleryError: It lacks something that `whole_library.py` makes.
    """
    named = sorted(people.with_name(library), key=lambda person: -person.photos)
    kept = [album for album in albums.listed(library) if album.cover_photo_id is not None]
    found = events.listed(library)
    if not (photos.count(library) and named and kept and found):
        raise GalleryError("Give a library that benchmarks/whole_library.py made.")
    newest = timeline.browse(library, limit=50)
    photo = next(tile.id for tile in newest if tile.faces)
    return {
        "person": f'"{named[0].label}"',
        "person_id": str(named[0].id),
        "face": str(named[0].cover_face_id),
        "tag": "beach",
        "album": str(kept[0].id),
        "event": str(found[len(found) // 2].id),
        "photo": str(photo),
    }
