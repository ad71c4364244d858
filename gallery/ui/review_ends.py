"""What the page Review says where there is no question to ask."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from gallery.ui import frame, words
from gallery.ui.naming import draw_undo
from gallery.ui.review_queue import ReviewQueue


def draw_done(app: frame.App, queue: ReviewQueue) -> None:
    """A good end, and what came of it."""
    text = "Everything that was worth asking is answered. New photos bring new questions."
    if queue.answered:
        answers = words.counted(queue.answered, "question")
        settled = words.counted(queue.settled, "face")
        text = f"You answered {answers}, which settled {settled}. New photos bring new questions."
    draw_undo(app)
    draw_empty("Nothing left to ask", text, "See your people", "people")


def draw_none_of_kind(app: frame.App, queue: ReviewQueue, show_all: Callable[[], None]) -> None:
    """There are questions of other kinds; the last answer can be taken back here too."""

    def undo() -> None:
        with frame.guarded(frame.say):
            queue.undo(app.library)
            show_all()

    text = "There are questions of other kinds."
    with frame.empty("None of this kind is left", text, "done", below=True):
        st.button("See all questions", type="primary", on_click=show_all)
        if queue.latest is not None:
            said = words.plain(queue.latest.sentence)
            st.button("Undo", icon=":material/undo:", shortcut="u", on_click=undo, help=said)


def draw_empty(title: str, text: str, label: str, page: str) -> None:
    """Why there is nothing to ask, and where to go."""
    icon = {"add": "quiz", "people": "check_circle"}[page]
    with frame.empty(title, text, icon):
        clicked = st.button(label, type="primary")
    if clicked:
        frame.go(page)
