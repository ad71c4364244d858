"""Which photos of a long list are shown: a window that grows downwards and can be moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import streamlit as st

from gallery.store import timeline
from gallery.store.timeline import Cursor, PhotoIds, Tile
from gallery.ui import words
from gallery.ui.components import photo_grid
from gallery.ui.frame import App, go
from gallery.ui.grid_data import by_day

PAGE = 120
# Beyond this a browser on a phone grows slow; the window moves on instead.
MOST = 960


@dataclass(slots=True)
class Window:
    """A part of a list of photos, newest first.

    Args:
        month: first day of the month it begins with, or None for the newest.
        after: photo it begins after, when it was moved on.
        size: photos in it.
        opened: photo that was opened last, to come back to.
    """

    month: date | None = None
    after: Cursor | None = None
    size: int = PAGE
    opened: int | None = None

    def grow(self) -> None:
        """Show one page more."""
        self.size = min(MOST, self.size + PAGE)

    def move(self, *, month: date | None = None, after: Cursor | None = None) -> None:
        """Begin elsewhere."""
        self.month, self.after, self.size, self.opened = month, after, PAGE, None


def window_of(name: str) -> Window:
    """The window of a list, remembered while the session lasts."""
    windows: dict[str, Window] = st.session_state.setdefault("_windows", {})
    return windows.setdefault(name, Window())


def show_window(
    app: App,
    name: str,
    person_id: int | None = None,
    only: PhotoIds | None = None,
    **origin: int,
) -> None:
    """Draw the photos of a window, with the ways on and back.

    Args:
        app: as of the page.
        name: of the window.
        person_id: who is in the photos.
        only: ids of photos to choose from.
        origin: goes along to the page of a photo, which leads back; see `photo_origin`.
    """
    window = window_of(name)
    tiles = timeline.browse(
        app.library,
        limit=window.size + 1,
        after=window.after,
        person_id=person_id,
        before_day=None if window.month is None else words.month_end(window.month),
        only=only,
    )
    more = len(tiles) > window.size
    tiles = tiles[: window.size]
    if (window.after or window.month) and st.button("Back to the newest", icon=":material/undo:"):
        window.move()
        st.rerun()
    grows = more and window.size < MOST
    opened = photo_grid(
        f"grid-{name}",
        by_day(tiles, app.pictures.url),
        more=window.grow if grows else None,
        focus=window.opened,
    )
    if opened is not None:
        window.opened = opened
        go("photo", photo=opened, person=person_id, **origin)
    if grows:
        st.button("Show more", on_click=window.grow, width="stretch")
    elif more:
        last: Tile = tiles[-1]
        cursor = Cursor(last.shown_at, last.id)
        st.button("Older photos", on_click=window.move, kwargs={"after": cursor}, width="stretch")
