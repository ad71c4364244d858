"""What is in the bin, with the way back and the way out."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import streamlit as st

from gallery import photo_bin
from gallery.media.files import thumbnail_key
from gallery.photo_bin import DAYS
from gallery.store import binned
from gallery.store.binned import Binned
from gallery.ui import dialogs, frame, words
from gallery.ui.components import duplicate_groups
from gallery.ui.pager import page_of
from gallery.ui.releasing import release

_PAGE = 60
_RESTORE = "restore"
WHERE = "bin"


def draw(app: frame.App) -> None:
    """The photos in the bin."""
    found = binned.listed(app.library)
    if not found:
        frame.note("The bin is empty.")
        return
    kept = f"What you do not keep waits here for at least {DAYS} days and is seen nowhere else."
    elsewhere = sum(not photo.copied for photo in found)
    if elsewhere:
        kept += " Files in your own folders are never deleted, only what the gallery has of them."
    frame.note(kept)
    with st.container(horizontal=True):
        size = words.size(sum(photo.size_bytes for photo in found if photo.copied))
        st.button("Restore all", icon=":material/undo:", on_click=_restore, args=(app, None))
        label = f"Delete all for good ({size})" if elsewhere < len(found) else "Delete all for good"
        if st.button(label, icon=":material/delete_forever:"):
            dialogs.ask(WHERE, dialogs.Asked("empty"))
    dialogs.show(app, WHERE, {"empty": ("Delete for good?", _draw_confirmation)})
    shown = page_of(found, "bin", _PAGE)
    group = {
        "key": "bin",
        "title": words.counted(len(found), "photo"),
        "note": "",
        "action": None,
        "places": [],
        "pictures": [_picture(app, photo) for photo in shown],
    }

    def on_act(_group: str, action: str, photo: int | None) -> None:
        if action == _RESTORE and photo is not None:
            _restore(app, [photo])

    duplicate_groups("bin", [group], on_act)


def _picture(app: frame.App, photo: Binned) -> dict[str, Any]:
    until = (photo.binned_at + timedelta(days=DAYS)).astimezone().date()
    rows = [
        ("Pixels", f"{photo.width:,} × {photo.height:,}"),
        ("File", words.size(photo.size_bytes)),
        ("Kept", f"at least until {words.day(until)}"),
    ]
    return {
        "id": photo.id,
        "src": app.pictures.url(thumbnail_key(photo.sha256)),
        "alt": photo.name,
        "name": photo.name,
        "proposed": False,
        "badge": "",
        "facts": [{"label": label, "value": value, "best": False} for label, value in rows],
        "action": {"name": _RESTORE, "label": "Restore"},
    }


def _restore(app: frame.App, photos: list[int] | None) -> None:
    with frame.guarded(frame.say):
        count = photo_bin.restore(app.library, photos)
        frame.say(f"{words.counted(count, 'photo')} restored, with the people on them.")


def _draw_confirmation(app: frame.App, _asked: dialogs.Asked) -> None:
    found = binned.listed(app.library)
    text = (
        f"{words.counted(len(found), 'photo')} with their faces, pictures and the copies that the "
        "gallery has of them. This cannot be undone. Files in your own folders stay where they "
        "are; if you add those folders again, these photos come in again."
    )
    st.markdown(words.plain(text))
    with st.container(horizontal=True):
        sure = st.button("Delete for good", type="primary", icon=":material/delete_forever:")
        cancel = st.button("Cancel")
    if sure:
        emptied = photo_bin.empty(app.library, found)
        release(app.library, app.pictures)
        frame.say(emptied.sentence)
    if sure or cancel:
        dialogs.close()
        st.rerun()
