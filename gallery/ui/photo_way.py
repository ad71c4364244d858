"""Where a photo's page was opened from: the way back, and which photos lie beside it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NoReturn

from gallery.errors import QueryError
from gallery.records import Photo
from gallery.search import read_query
from gallery.store import found, people, timeline
from gallery.ui import searching_faces
from gallery.ui.frame import App, asked_for, asked_text, go
from gallery.ui.photo_window import window_of


@dataclass(frozen=True, slots=True)
class Way:
    """From where to a photo, and on from it.

    Args:
        label: of the way back.
        page: that it leads to.
        window: of photos on that page.
        address: what the page of the next photo is told, to know the way too.
        newer: the photo before this one.
        older: the photo after it.
    """

    label: str
    page: str
    window: str
    address: Mapping[str, int | str | None] = field(default_factory=dict)
    newer: int | None = None
    older: int | None = None

    def back(self, photo: int) -> NoReturn:
        """Go to where the photo was opened from."""
        known = {name: value for name, value in self.address.items() if name != "found"}
        go(self.page, **known, **({"photo": photo} if self.page == "person" else {}))

    def step(self, photo: int) -> NoReturn:
        """Go on to another photo."""
        window_of(self.window).opened = photo
        go("photo", photo=photo, **self.address)


def way_to(app: App, photo: Photo) -> Way:
    """The way that the address of a photo's page tells of."""
    if asked_for("found") is not None:
        return _from_search(app, photo)
    wanted = asked_for("person")
    person = None if wanted is None else people.get(app.library, wanted)
    if person is None:
        newer, older = timeline.neighbours(app.library, photo)
        return Way("All photos", "browse", "all", {}, newer, older)
    newer, older = timeline.neighbours(app.library, photo, person.id)
    address = {"person": person.id}
    return Way(person.label, "person", f"person-{person.id}", address, newer, older)


def _from_search(app: App, photo: Photo) -> Way:
    text, face = asked_text("q"), asked_for("face")
    address: dict[str, int | str | None] = {"q": text or None, "face": face, "found": 1}
    alike = searching_faces.order()
    if photo.id in alike:
        at = alike.index(photo.id)
        before = alike[at - 1] if at else None
        after = alike[at + 1] if at + 1 < len(alike) else None
        return Way("What was found", "search", "like", address, before, after)
    newer = older = None
    # Somebody may have been renamed meanwhile; the search page says so.
    with suppress(QueryError):
        newer, older = found.neighbours(app.library, read_query(text), photo)
    return Way("What was found", "search", "search", address, newer, older)
