"""Lists of photos that a photo can be opened from: their names, the way back, what lies beside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import NoReturn

import streamlit as st

from gallery import albums
from gallery.errors import QueryError
from gallery.event_describing import describe
from gallery.records import Album, Person, Photo
from gallery.search import read_query
from gallery.store import albums as album_store
from gallery.store import events, found, people, photos, places, timeline
from gallery.store.events import Event
from gallery.store.places import Box
from gallery.store.timeline import Among, Cursor, Tile
from gallery.ui import words
from gallery.ui.frame import App, asked_for, asked_text, go, leave_for
from gallery.ui.window import Window, window_of

_ALIKE = "_like_order"


@dataclass(frozen=True, slots=True)
class PhotoList:
    """Some of the photos, in the order of time if no other is given.

    Args:
        label: of the way back to it.
        page: that shows it.
        window: name of the part that is shown.
        address: what its page is told, and the page of each of its photos.
        person_id: who is in its photos.
        among: which photos.
        order: the photos themselves, where time does not order them.
    """

    label: str = "All photos"
    page: str = "browse"
    window: str = "all"
    address: Mapping[str, int | str | None] = field(default_factory=dict)
    person_id: int | None = None
    among: Among | None = None
    order: Sequence[int] | None = None

    def tiles(self, app: App) -> list[Tile]:
        """The photos of its window, and one more where there are more."""
        shown = self.shown
        month = None if shown.month is None else words.month_end(shown.month)
        return timeline.browse(
            app.library,
            limit=shown.size + 1,
            after=shown.after,
            before_day=month,
            person_id=self.person_id,
            among=self.among,
        )

    def beside(self, app: App, photo: Photo) -> tuple[int | None, int | None]:
        """The photo before one of it, and the one after."""
        if self.order is None:
            return timeline.neighbours(app.library, photo, self.person_id, self.among)
        at = self.order.index(photo.id) if photo.id in self.order else None
        if at is None:
            return None, None
        # Some may have gone to the bin since they were found.
        there = partial(photos.get, app.library)
        before = next((one for one in reversed(self.order[:at]) if there(one)), None)
        return before, next((one for one in self.order[at + 1 :] if there(one)), None)

    @property
    def shown(self) -> Window:
        """The part of it that is shown."""
        return window_of(self.window)

    def older(self, last: Tile) -> None:
        """Show what comes after a photo."""
        self.shown.move(after=Cursor(last.shown_at, last.id))

    def open(self, photo: int) -> None:
        """Open one of its photos: in callbacks."""
        self.shown.opened = photo
        leave_for("photo", photo=photo, **self.address)

    def back(self, photo: int) -> NoReturn:
        """Go to where a photo was opened from."""
        go(self.page, **self.address, photo=photo if self.address else None)


ALL = PhotoList()


def of_person(person: Person) -> PhotoList:
    """The photos of a person."""
    address = {"person": person.id}
    return PhotoList(person.label, "person", f"person-{person.id}", address, person.id)


def of_album(app: App, album: Album) -> PhotoList:
    """The photos of an album.

    Raises:
        QueryError: Its search cannot be done any more.
    """
    among = albums.photos_in(app.library, album)
    return PhotoList(album.name, "album", f"album-{album.id}", {"album": album.id}, among=among)


def of_event(app: App, event: Event) -> PhotoList:
    """The photos of an event."""
    [described] = describe(app.library, [event])
    among = events.which(app.library, event.id)
    return PhotoList(
        described.title, "event", f"event-{event.id}", {"event": event.id}, among=among
    )


def in_area(app: App, box: Box) -> PhotoList:
    """The photos of a part of the map."""
    return PhotoList(
        "The map", "map", "area", {"area": str(box)}, among=places.within(app.library, box)
    )


def asked_box() -> Box | None:
    """The part of the map in the address, if there is any."""
    try:
        south, west, north, east = map(float, asked_text("area").split(","))
        return Box(south, west, north, east)
    except ValueError:
        return None


def of_search(text: str, among: Among | None) -> PhotoList:
    """The photos that a search finds."""
    return PhotoList("What was found", "search", "search", {"q": text}, among=among)


def alike(text: str, face: int | None, order: Sequence[int]) -> PhotoList:
    """The photos with a face like another one, the most alike first."""
    st.session_state[_ALIKE] = list(order)
    return _alike(text, face, order)


def _alike(text: str, face: int | None, order: Sequence[int]) -> PhotoList:
    address = {"q": text or None, "face": face, "alike": 1}
    return PhotoList("What was found", "search", "like", address, order=order)


def asked_list(app: App) -> PhotoList:
    """The list that a photo's address tells of; all photos where it is gone."""
    text = asked_text("q")
    if asked_for("alike") is not None:
        return _alike(text, asked_for("face"), st.session_state.get(_ALIKE, []))
    if text:
        try:
            return of_search(text, found.which(app.library, read_query(text)))
        except QueryError:
            # Somebody was renamed meanwhile; the search page says so.
            return replace(of_search(text, None), order=())
    wanted = asked_for("album")
    album = None if wanted is None else album_store.get(app.library, wanted)
    if album is not None:
        # Its page says what is wrong with its search.
        with suppress(QueryError):
            return of_album(app, album)
    box = asked_box()
    if box is not None:
        return in_area(app, box)
    wanted = asked_for("event")
    event = None if wanted is None else events.get(app.library, wanted)
    if event is not None:
        return of_event(app, event)
    wanted = asked_for("person")
    person = None if wanted is None else people.get(app.library, wanted)
    return ALL if person is None else of_person(person)
