"""An album as one ZIP to take along: what goes into it, and the way to it."""

from __future__ import annotations

import shutil
from pathlib import Path

import streamlit as st

from gallery.album_zip import NotPacked, Packed, ZipOptions, pack
from gallery.albums import ids_in
from gallery.records import Album
from gallery.safe_names import safe_name
from gallery.ui import words
from gallery.ui.dialogs import turn
from gallery.ui.frame import App, note
from gallery.ui.progress import ProgressBar

_MADE = "_album_zip"
_NAMED = 20
# Beyond this a browser's download passes through too much of the server's memory.
_LARGEST = 1_000_000_000
_ORIGINALS = "Originals"
_SIDES = {"For a screen (2048 pixels)": 2048, "For mail (1280 pixels)": 1280}


def draw(app: App, album: Album) -> None:
    """The dialog: what to pack, then the download."""
    with st.form(f"zip-{turn()}", border=False):
        size = st.radio("Photos", [_ORIGINALS, *_SIDES], key=f"zip-size-{turn()}")
        hide = st.checkbox(
            "Leave out where they were taken",
            help="Takes the place out of every copy. The photos in the library stay as they are.",
        )
        sent = st.form_submit_button("Make the ZIP", type="primary", icon=":material/folder_zip:")
    if sent:
        st.session_state[_MADE] = (album.id, turn(), _make(app, album, _SIDES.get(size), hide))
    made = st.session_state.get(_MADE)
    if made is not None and made[:2] == (album.id, turn()) and made[2].target.exists():
        _draw_made(app, made[2])


def _make(app: App, album: Album, side: int | None, hide: bool) -> Packed:
    folder = app.library.root / "downloads"
    # One at a time is enough: what was downloaded need not be kept.
    shutil.rmtree(folder, ignore_errors=True)
    target = Path(folder, f"{safe_name(album.name)}.zip")
    ids = ids_in(app.library, album)
    options = ZipOptions(side, locations=not hide, overwrite=True)
    with ProgressBar("Packing") as bar:
        return pack(app.library, ids, target, options, app.settings, bar.step)


def _draw_made(app: App, packed: Packed) -> None:
    said = f"{words.counted(packed.photos, 'photo')}, {words.size(packed.size_bytes)}."
    if packed.converted:
        few = words.counted(packed.converted, "photo")
        said += f" {few} made a JPEG to be rid of the place."
    note(said)
    if packed.size_bytes <= _LARGEST:
        st.download_button(
            "Download",
            packed.target.read_bytes,
            file_name=packed.target.name,
            mime="application/zip",
            type="primary",
            icon=":material/download:",
            on_click="ignore",
        )
    elif app.settings.demo:
        note("That is too large to download here. Choose smaller copies.")
    if not app.settings.demo:
        note(f"It lies in {packed.target} until the next one is made.")
    if packed.left_out:
        _draw_left_out(packed.left_out)


def _draw_left_out(left_out: list[NotPacked]) -> None:
    with st.expander(f"{words.counted(len(left_out), 'photo')} left out"):
        lines = [f"{one.path}: {one.reason}" for one in left_out[:_NAMED]]
        if len(left_out) > _NAMED:
            lines.append(f"and {len(left_out) - _NAMED:,} more")
        st.markdown("\n".join(f"- {words.plain(line)}" for line in lines))
