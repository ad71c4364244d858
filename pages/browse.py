"""All photos, newest first, by day."""

import streamlit as st

from gallery.store import faces, people, photos, timeline
from gallery.ui import frame, fresh_undo, words
from gallery.ui.adding import add_sample_album
from gallery.ui.photo_list import ALL
from gallery.ui.photo_window import show_window

_MONTH = "browse-month"


def draw(app: frame.App) -> None:
    """The grid, or what to do where there is none."""
    total = photos.count(app.library)
    if total == 0:
        fresh_undo.draw(app, ALL.window)
        draw_empty(app)
        return
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"
    ):
        with st.container(width="content"):
            frame.heading("Photos", counts(app, total))
        jump_to_month(app)
    fresh_undo.draw(app, ALL.window)
    show_window(app, ALL)


def counts(app: frame.App, total: int) -> str:
    """`613 photos, 702 faces, 41 people`."""
    return ", ".join(
        (
            words.counted(total, "photo"),
            words.counted(faces.count(app.library), "face"),
            words.people_counted(people.count(app.library)),
        )
    )


def jump_to_month(app: frame.App) -> None:
    """A field that moves the window to a month."""
    window = ALL.shown
    found = dict(timeline.months(app.library))
    if len(found) < 2:
        return
    # The window may have been moved elsewhere since this was chosen.
    st.session_state[_MONTH] = window.month if window.month in found else None
    st.selectbox(
        "Jump to a month",
        list(found),
        format_func=lambda first: f"{words.month(first)} ({found.get(first, 0):,})",
        placeholder="Jump to a month",
        label_visibility="collapsed",
        width=230,
        key=_MONTH,
        on_change=lambda: window.move(month=st.session_state[_MONTH]),
    )


def draw_empty(app: frame.App) -> None:
    """What to do first."""
    text = (
        "Add your own, and everyone in them is found and grouped. Or look around with a small "
        "album of free pictures first."
    )
    if app.settings.demo:
        text += (
            "\n\nThis is a public demo. What you upload is seen by you alone and is gone when you "
            "leave."
        )
    with frame.empty("No photos yet", text, "photo_library"):
        own = st.button("Add photos", type="primary", icon=":material/add_photo_alternate:")
        sample = st.button("Try the sample album", icon=":material/auto_awesome:")
    if own:
        frame.go("add")
    if sample:
        with frame.guarded():
            add_sample_album(app)


frame.run_page("Browse", draw)
