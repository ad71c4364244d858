"""The map of where photos were taken, and the photos of a part of it."""

from __future__ import annotations

import streamlit as st

from gallery.store import places
from gallery.store.library import Library
from gallery.store.places import Box
from gallery.ui import fresh_undo, words
from gallery.ui.components import photo_map
from gallery.ui.frame import App, heading
from gallery.ui.photo_list import asked_box, in_area
from gallery.ui.photo_map_data import Packed, map_data, pack
from gallery.ui.photo_window import show_window
from gallery.ui.window import window_of

_NAMED = 3


def draw(app: App) -> None:
    """The map, and below it the photos of what was opened on it."""
    packed = _packed(places.state(app.library), app.library)
    # The box is where the map begins; later ones are opened on the map itself.
    asked = photo_map("photo-map", map_data(packed, asked_box(), app.settings))
    if asked is not None:
        _open(asked)
    box = asked_box()
    if box is None:
        return
    total, found = places.count_within(app.library, box)
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        with st.container(width="content"):
            names = [one.place.city for one in found if one.place.city]
            heading(words.counted(total, "photo"), _listed(names))
        st.button("Close", icon=":material/close:", on_click=_close, key="close-area")
    photos = in_area(app, box)
    fresh_undo.draw(app, photos.window)
    if total:
        show_window(app, photos)


@st.cache_resource(show_spinner=False, max_entries=2)
def _packed(state: tuple[object, ...], _library: Library) -> Packed:  # noqa: ARG001
    return pack(places.spots(_library))


def _open(sides: dict[str, float]) -> None:
    try:
        box = Box(**sides)
    except ValueError:
        # A browser can send anything; only a part of the map is looked for.
        return
    st.query_params["area"] = str(box)
    window_of("area").move()
    st.rerun()


def _close() -> None:
    st.query_params.pop("area", None)


def _listed(names: list[str]) -> str:
    """`Lyon, Villeurbanne, Bron and 4 more places`."""
    shown = list(dict.fromkeys(names))
    more = len(shown) - _NAMED
    said = ", ".join(shown[:_NAMED])
    return f"{said} and {words.counted(more, 'more place', 'more places')}" if more > 0 else said
