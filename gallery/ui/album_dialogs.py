"""What is asked about albums: which one photos go into, a name, whether to delete."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from gallery import albums
from gallery.query import Query
from gallery.store import albums as album_store
from gallery.ui import dialogs, search_data, words
from gallery.ui.dialogs import Asked
from gallery.ui.frame import App, go, note, say


def add_to_album(app: App, photos: list[int]) -> str | None:
    """The dialog for chosen photos; gives what to say once they are in an album."""
    known = {one.name: one for one in album_store.listed(app.library) if one.query is None}
    note(f"{words.counted(len(photos), 'photo')} chosen.")
    with st.form(f"add-to-album-{dialogs.turn()}", border=False):
        name = st.selectbox(
            "Album",
            list(known),
            index=None,
            placeholder="Choose an album, or write a new name",
            accept_new_options=True,
            help="A new name makes a new album.",
        )
        sent = st.form_submit_button("Add", type="primary", icon=":material/add:")
    if not sent:
        return None
    wanted = " ".join((name or "").split())
    album = next((one for key, one in known.items() if key.casefold() == wanted.casefold()), None)
    if album is None:
        made = albums.create(app.library, wanted, photos)
        return f"{words.counted(len(photos), 'photo')} in the new album {made.name}."
    count = albums.add_photos(app.library, album.id, photos)
    if not count:
        return f"All of them were in {album.name} already."
    return f"{words.counted(count, 'photo')} put into {album.name}."


def draw_new(app: App) -> None:
    """A field for the name of a new album."""
    with (
        st.popover("New album", icon=":material/add:", key=f"new-album-{dialogs.turn()}"),
        st.form("new-album", border=False),
    ):
        name = st.text_input("Name", max_chars=200)
        if st.form_submit_button("Make it", type="primary"):
            made = albums.create(app.library, name)
            dialogs.next_turn()
            go("album", album=made.id)


def draw_make(app: App, name: str, photos: Sequence[int] = (), query: str | None = None) -> None:
    """A name for an album of photos that are known already, or of a search; then the album.

    Args:
        app: whose library.
        name: that it has unless another one is given.
        photos: that go into it.
        query: that fills it, in place of photos.
    """
    with st.form("make-album", border=False):
        given = st.text_input("Name", value=name[:200], max_chars=200)
        if st.form_submit_button("Make the album", type="primary", icon=":material/photo_album:"):
            made = albums.create(app.library, given, photos, query=query)
            dialogs.close()
            say(f"The album {made.name} is made.")
            go("album", album=made.id)


def draw_save(app: App, _asked: Asked, *, query: Query) -> None:
    """The name of an album that a search fills."""
    note("The search is kept: photos that it finds later come in by themselves.")
    draw_make(app, search_data.title(query), query=str(query))


def draw_rename(app: App, asked: Asked) -> None:
    """Another name."""
    album = albums.get_album(app.library, asked.album or 0)
    with st.form("rename-album", border=False):
        name = st.text_input("Name", value=album.name, max_chars=200)
        if st.form_submit_button("Save", type="primary"):
            renamed = albums.rename(app.library, album.id, name)
            dialogs.close()
            if renamed.name != album.name:
                say(f"{album.name} is now {renamed.name}.")
            st.rerun()
