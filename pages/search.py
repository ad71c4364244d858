"""Search: photos by people, tags, words, dates, and by a face."""

import streamlit as st

from gallery.store import photos
from gallery.ui import frame, fresh_undo, search_looks, searching, searching_faces, words
from gallery.ui.searching import Asked


def draw(app: frame.App) -> None:
    """The field, the faces, and what was found."""
    total = photos.count(app.library)
    if not total:
        draw_empty()
        return
    now = searching.asked(app, frame.asked_text("q"))
    head, bar = st.container(), st.container()
    described = search_looks.asked(app)
    face = None if described else searching_faces.draw(app)
    fresh_undo.draw(app, "search" if face is None else "like")
    if described:
        with frame.guarded():
            search_looks.draw_photos(app, described, now.among)
    elif face is not None:
        with frame.guarded():
            searching_faces.draw_photos(app, face, now.query, now.text)
    elif now.text:
        searching.draw_photos(app, now)
    else:
        searching.draw_help()
    # What was found is drawn first: counting what lies beside it takes longer.
    counts = searching.count(app, now)
    with head:
        said = summary(now, None if counts is None else counts.photos, total)
        searching.draw_head(app, now, said, savable=face is None and not described)
    with bar:
        searching.draw_bar(app, now, counts, folded=bool(now.text or described) or face is not None)


def summary(now: Asked, found: int | None, total: int) -> str:
    """How many photos are found, of how many."""
    if found is None or not now.text:
        return words.counted(total, "photo")
    return f"{found:,} of {words.counted(total, 'photo')}"


def draw_empty() -> None:
    """What to do first."""
    text = "Add photos, and find them by who is in them, what they show, and when they were taken."
    with frame.empty("Nothing to search yet", text, "search"):
        add = st.button("Add photos", type="primary", icon=":material/add_photo_alternate:")
    if add:
        frame.go("add")


frame.run_page("Search", draw)
