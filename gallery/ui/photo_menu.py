"""The head of a photo's page: its name, and what can be done with the photo itself."""

from __future__ import annotations

from typing import NoReturn

import streamlit as st

from gallery import photo_bin
from gallery.records import Photo
from gallery.ui import fresh_undo, photo_actions, words
from gallery.ui.frame import App, guarded, heading, say
from gallery.ui.photo_list import PhotoList

_ALBUM, _BIN = "Add to album …", "Move to the bin"
_ICONS = {_ALBUM: "photo_album", _BIN: "delete"}


def draw(app: App, photo: Photo, came: PhotoList) -> None:
    """Name and date, with a menu."""
    with st.container(horizontal=True, vertical_alignment="center", key="photo-head"):
        with st.container(width="stretch"):
            heading(photo.name, words.moment(photo))
        chosen = st.menu_button(
            "More",
            list(_ICONS),
            format_func=lambda option: f":material/{_ICONS[option]}: {option}",
            key=f"menu-photo-{photo.id}",
        )
    if chosen == _BIN:
        with guarded():
            _to_bin(app, photo, came)
    asked = "album" if chosen == _ALBUM else None
    photo_actions.act(app, f"photo-{photo.id}", photo_actions.ACTIONS, asked, [photo.id])


def _to_bin(app: App, photo: Photo, came: PhotoList) -> NoReturn:
    """Put it there and go on with the next photo, or back where there is none."""
    newer, older = came.beside(app, photo)
    before = fresh_undo.latest(app)
    photo_bin.put(app.library, [photo.id])
    fresh_undo.remember(app, came.window, before)
    say(f"{photo.name} is in the bin.")
    after = older or newer
    if after is None:
        came.back(photo.id)
    came.open(after)
    st.rerun()
