"""One album on its page: how many photos it has, its head and menu, what its photos can do."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import streamlit as st

from gallery import albums
from gallery.errors import QueryError
from gallery.records import Album
from gallery.store import timeline
from gallery.ui import words
from gallery.ui.dialogs import Asked, ask
from gallery.ui.frame import App, empty, go, guarded, heading, say
from gallery.ui.photo_actions import ACTIONS, PhotoAction

_RENAME, _DELETE = "Rename …", "Delete the album"
_ICONS = {_RENAME: "edit", _DELETE: "delete"}


def counted(app: App, listed: Sequence[Album]) -> list[tuple[Album, int | None]]:
    """Albums with their number of photos, and with a cover where a search fills them.

    One whose search cannot be done has no number; its page says why.
    """
    shown: list[tuple[Album, int | None]] = []
    for album in listed:
        if album.query is None:
            shown.append((album, album.photos))
            continue
        try:
            among = albums.photos_in(app.library, album)
        except QueryError:
            shown.append((album, None))
            continue
        newest = timeline.browse(app.library, limit=1, among=among)
        cover = newest[0].id if newest else None
        shown.append((albums.shown_by(album, cover), albums.count_in(app.library, album)))
    return shown


def draw_head(app: App, album: Album, photos: int, where: str) -> None:
    """Name, number of photos, and what can be done with all of it."""
    detail = words.counted(photos, "photo")
    if album.query is not None:
        detail += f", found by the search “{album.query}”"
    pressed = False
    with st.container(horizontal=True, vertical_alignment="center", key="album-head"):
        with st.container(width="stretch"):
            heading(album.name, detail)
            opened = album.query is not None and st.button(
                "Open the search", icon=":material/search:", type="tertiary"
            )
        with st.container(horizontal=True, width="content", key="album-acts"):
            if photos:
                pressed = st.button("Download …", icon=":material/download:")
            chosen = st.menu_button(
                "More",
                [_RENAME, _DELETE],
                format_func=lambda option: f":material/{_ICONS[option]}: {option}",
                key=f"menu-album-{album.id}",
            )
    if opened:
        go("search", q=album.query)
    if pressed:
        ask(where, Asked("download", album=album.id))
    if chosen == _RENAME:
        ask(where, Asked("rename", album=album.id))
    if chosen == _DELETE:
        with guarded():
            albums.delete(app.library, album.id)
            say(f"{album.name} is deleted. Its photos are still there, and Undo brings it back.")
            go("albums")


def draw_empty(album: Album) -> None:
    """What to do with an album without photos."""
    text = "Select photos and choose “Add to album”."
    if album.query is not None:
        text = "Nothing is found by its search so far. New photos come in by themselves."
    with empty("No photos in this album yet", text, "photo_album"):
        choose = st.button("Select photos", type="primary", icon=":material/photo_library:")
    if choose:
        go("browse")


def actions(album: Album) -> Sequence[PhotoAction]:
    """What can be done with photos chosen in an album."""
    if album.query is not None:
        return ACTIONS
    return (
        *ACTIONS,
        PhotoAction(
            "out", "Take out of the album", "playlist_remove", partial(_take_out, album=album)
        ),
        PhotoAction(
            "cover", "Use as cover", "image", partial(_use_as_cover, album=album), single=True
        ),
    )


def _take_out(app: App, photos: list[int], *, album: Album) -> str:
    gone = albums.remove_photos(app.library, album.id, photos)
    return f"{words.counted(gone, 'photo')} taken out of {album.name}."


def _use_as_cover(app: App, photos: list[int], *, album: Album) -> str:
    albums.choose_cover(app.library, album.id, photos[0])
    return f"{album.name} has a new cover."
