"""Where photos were taken, on a map that asks nobody."""

import streamlit as st

from gallery.store import photos, places
from gallery.ui import frame, photo_map_part, words


def draw(app: frame.App) -> None:
    """The map, or what to do where no photo has a place."""
    located = places.count_located(app.library)
    if not located:
        draw_empty(app)
        return
    frame.heading("Map", summary(app, located))
    photo_map_part.draw(app)


def summary(app: frame.App, located: int) -> str:
    """How many photos are on it, and how many cannot be."""
    left = photos.count(app.library) - located
    text = f"{words.counted(located, 'photo')} on the map"
    return f"{text}; {left:,} do not say where they were taken." if left else f"{text}."


def draw_empty(app: frame.App) -> None:
    """What to do first."""
    text = "Phones and some cameras write it into their photos, where their settings allow it."
    if not photos.count(app.library):
        text = "Add photos, and those that say where they were taken appear on a map."
    with frame.empty("No photo says where it was taken", text, "map"):
        add = st.button("Add photos", type="primary", icon=":material/add_photo_alternate:")
    if add:
        frame.go("add")


frame.run_page("Map", draw)
