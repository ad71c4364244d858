"""All faces on a map: those that are alike side by side, to be drawn around and put right."""

from functools import partial

import streamlit as st

from gallery.store import faces, runs
from gallery.ui import (
    chosen_faces,
    dialogs,
    explore_choices,
    explore_dialogs,
    explore_map,
    face_dialog,
    frame,
    who_dialogs,
    words,
)
from gallery.ui.naming import draw_doubt, draw_undo

_WHERE = "explore"


def draw(app: frame.App) -> None:
    """The map, and beside it what is chosen."""
    run = runs.current(app.library)
    if run is None or not faces.count(app.library):
        draw_empty(app)
        return
    found = explore_map.known(app, run)
    frame.heading("Explore", summary(app, found))
    if not found.facts:
        return
    choice = explore_choices.draw(runs.listed(app.library), run)
    draw_doubt(app)
    draw_dialogs(app)
    with st.container(key="explore"):
        left, right = st.columns([3, 2], gap="medium")
        with left, st.container(key="explore-map"):
            explore_map.draw(app, found, choice, run)
        with right:
            draw_undo(app)
            chosen_faces.draw(app, found, _WHERE)


def summary(app: frame.App, found: explore_map.Known) -> str:
    """How much is on the map."""
    count = len(found.facts)
    text = f"{words.counted(count, 'face')}: the nearer, the more alike."
    left = faces.count(app.library) - count
    if left:
        text += f" {words.counted(left, 'face is', 'faces are')} not described with this model yet."
    return text


def draw_empty(app: frame.App) -> None:
    """What to do first."""
    text = "Add photos, and every face in them gets its place on a map, beside those most alike."
    if faces.count(app.library):
        text = "The map is there once the people in your photos are grouped."
    with frame.empty("No faces to explore yet", text, "scatter_plot"):
        add = st.button("Add photos", type="primary", icon=":material/add_photo_alternate:")
    if add:
        frame.go("add")


def draw_dialogs(app: frame.App) -> None:
    """The question that is open."""
    kinds: dict[str, tuple[str, dialogs.Draw]] = {
        "move": ("Whose face is this?", partial(who_dialogs.draw_move, where=_WHERE)),
        "twice": ("Together in a photo", who_dialogs.draw_twice),
        "face": ("Why is this face here?", partial(face_dialog.draw_face, where=_WHERE)),
        "merge": ("One person?", partial(explore_dialogs.draw_merge, where=_WHERE)),
        "merge-twice": ("Together in a photo", explore_dialogs.draw_merge_twice),
        "new-twice": ("Together in a photo", explore_dialogs.draw_new_twice),
        "ignore": ("Strangers?", explore_dialogs.draw_ignore),
    }
    dialogs.show(app, _WHERE, kinds)


frame.run_page("Explore", draw)
