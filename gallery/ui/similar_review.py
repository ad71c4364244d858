"""Photos that look much alike, for looking through: found when they are asked for."""

from __future__ import annotations

import streamlit as st

from gallery import looking_alike
from gallery.duplicates import Kind, groups
from gallery.store import photos, scene_pairs
from gallery.store.library import Library
from gallery.ui import duplicate_review, frame, words
from gallery.ui.progress import ProgressBar
from gallery.ui.tagging_work import tag_new


def is_possible(library: Library) -> bool:
    """Whether there is anything to compare."""
    return photos.count(library) > 1


def draw(app: frame.App) -> None:
    """The groups, after what is new was compared."""
    _draw_untagged(app)
    if looking_alike.left_to_compare(app.library):
        with ProgressBar("Looking for similar photos") as bar:
            bar.follow(looking_alike.find(app.library))
    found = groups(app.library, Kind.SIMILAR)
    if found:
        duplicate_review.draw(app, Kind.SIMILAR, found)
    else:
        frame.note("No two photos look so much alike that one of them might do.")


def _draw_untagged(app: frame.App) -> None:
    """Photos that were not looked at cannot be compared: a button that does it."""
    untagged = scene_pairs.without_vector(app.library)
    if not untagged:
        return
    many = words.counted(untagged, "photo was", "photos were")
    frame.note(f"{many} not looked at yet and cannot be compared.")
    if st.button("Look at them", icon=":material/visibility:"):
        with frame.guarded():
            with ProgressBar("Tagging photos") as bar:
                tag_new(app, bar)
            st.rerun()
