"""The grid of a list of photos, with the ways on and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from gallery.store.timeline import Tile
from gallery.ui.components import photo_grid
from gallery.ui.frame import App
from gallery.ui.grid_data import by_day, by_month
from gallery.ui.photo_actions import ACTIONS, PhotoAction, act, cleared
from gallery.ui.photo_list import PhotoList
from gallery.ui.window import MOST


def show_window(app: App, photos: PhotoList, actions: Sequence[PhotoAction] = ACTIONS) -> None:
    """Draw the part of a list that is shown."""
    draw_window(app, photos, photos.tiles(app), actions=actions)


def draw_window(
    app: App,
    photos: PhotoList,
    tiles: list[Tile],
    notes: Mapping[int, str] | None = None,
    actions: Sequence[PhotoAction] = ACTIONS,
) -> None:
    """Draw photos that were read for a list: one more than it shows, where there are more.

    Args:
        app: as of the page.
        photos: the list.
        tiles: newest first.
        notes: what to write on some of them, by photo; they then stand by month.
        actions: what can be done with chosen ones.
    """
    window = photos.shown
    more = len(tiles) > window.size
    tiles = tiles[: window.size]
    if (window.after or window.month) and st.button("Back to the newest", icon=":material/undo:"):
        window.move()
        st.rerun()
    grows = more and window.size < MOST
    url = app.pictures.url
    days = by_day(tiles, url) if notes is None else by_month(tiles, url, notes)
    draw_grid(app, photos, days, actions, window.grow if grows else None)
    if grows:
        st.button("Show more", on_click=window.grow, width="stretch")
    elif more:
        st.button("Older photos", on_click=photos.older, args=(tiles[-1],), width="stretch")


def draw_grid(
    app: App,
    photos: PhotoList,
    days: Sequence[dict[str, Any]],
    actions: Sequence[PhotoAction] = ACTIONS,
    more: Callable[[], None] | None = None,
) -> None:
    """Draw photos of a list under headings, to be opened, chosen and worked on.

    Args:
        app: as of the page.
        photos: the list.
        days: from `grid_data`.
        actions: what can be done with chosen ones.
        more: called when the end comes into sight; None where there is no more.
    """
    asked = photo_grid(
        f"grid-{photos.window}",
        days,
        photos.open,
        actions=[action.drawn for action in actions],
        cleared=cleared(),
        more=more,
        focus=photos.shown.opened,
    )
    act(app, photos.window, actions, asked.action, asked.photos)
