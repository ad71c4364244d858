"""One album: its photos, and what can be done with it."""

import streamlit as st

from gallery.albums import count_in
from gallery.store import albums
from gallery.ui import album_dialogs, album_download, album_view, dialogs, frame, fresh_undo
from gallery.ui.naming import draw_undo
from gallery.ui.photo_list import of_album
from gallery.ui.photo_window import show_window


def draw(app: frame.App) -> None:
    """The album of the address."""
    wanted = frame.asked_for("album", "id")
    album = None if wanted is None else albums.get(app.library, wanted)
    if st.button("All albums", icon=":material/arrow_back:", type="tertiary", key="back"):
        frame.go("albums")
    if album is None:
        text = "It may have been deleted; the history can bring it back."
        with frame.empty("There is no such album", text, "photo_album"):
            back = st.button("See all albums", type="primary")
        if back:
            frame.go("albums")
        return
    where = f"album-{album.id}"
    with frame.guarded():
        photos = of_album(app, album)
        count = count_in(app.library, album)
        album_view.draw_head(app, album, count, where)
        if not fresh_undo.draw(app, photos.window):
            draw_undo(app)
        kinds: dict[str, tuple[str, dialogs.Draw]] = {
            "rename": ("Another name", album_dialogs.draw_rename),
            "download": ("Download", lambda app, _asked: album_download.draw(app, album)),
        }
        dialogs.show(app, where, kinds)
        if not count:
            album_view.draw_empty(album)
            return
        show_window(app, photos, album_view.actions(album))


frame.run_page("Album", draw)
