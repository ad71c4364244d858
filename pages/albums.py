"""All albums, by name."""

import streamlit as st

from gallery.store import albums, photos
from gallery.ui import album_dialogs, frame, words
from gallery.ui.album_view import counted
from gallery.ui.components import album_grid
from gallery.ui.grid_data import album_tiles
from gallery.ui.naming import draw_undo


def draw(app: frame.App) -> None:
    """The covers, or what to do where there is none."""
    found = albums.listed(app.library)
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"
    ):
        with st.container(width="content"):
            frame.heading("Albums", words.counted(len(found), "album") if found else "")
        if found:
            with frame.guarded():
                album_dialogs.draw_new(app)
    draw_undo(app)
    if not found:
        draw_empty(app)
        return
    shown = counted(app, found)
    covers = [cover for album, _ in shown if (cover := album.cover_photo_id) is not None]
    tiles = album_tiles(shown, photos.hashes_of(app.library, covers), app.pictures.url)
    album_grid("albums", tiles, lambda album: frame.leave_for("album", album=album))


def draw_empty(app: frame.App) -> None:
    """What to do first."""
    if not photos.count(app.library):
        with frame.empty(
            "No albums yet",
            "Add photos first; then put them together.",
            "photo_album",
            below=True,
        ):
            add = st.button("Add photos", type="primary", icon=":material/add_photo_alternate:")
        if add:
            frame.go("add")
        return
    text = "Select photos and choose “Add to album”. They stay where they are as well."
    with frame.empty("No albums yet", text, "photo_album", below=True):
        choose = st.button("Select photos", type="primary", icon=":material/photo_library:")
        with frame.guarded():
            album_dialogs.draw_new(app)
    if choose:
        frame.go("browse")


frame.run_page("Albums", draw)
