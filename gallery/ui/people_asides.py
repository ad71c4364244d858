"""Beside the people: how many there are, the way to the questions, who was left out."""

from __future__ import annotations

import streamlit as st

from gallery import people as decided
from gallery.records import Person
from gallery.store import faces, people, runs
from gallery.ui import frame, words
from gallery.ui.pager import page_of
from gallery.ui.review_queue import ReviewQueue

_SHOWN = 12
# Beyond this, counting the questions anew after every name takes too long.
_COUNTED_FACES = 15_000


def summary(app: frame.App, everyone: list[Person], named: list[Person]) -> str:
    """How many there are, and what is left over."""
    with_name = f"{len(named):,} with a name" if named else "nobody has a name yet"
    text = f"{words.people_counted(len(everyone))}, {with_name}."
    left = people.unassigned(app.library)
    if left:
        whose = "it is" if left == 1 else "they are"
        text += f" Not sure whose {whose}: {words.counted(left, 'face')}, mostly small or unclear."
    return text


def draw_review(app: frame.App) -> None:
    """The way to the questions, with their number where that is quickly known."""
    if runs.current(app.library) is None:
        return
    label = "Review questions"
    if faces.count(app.library) <= _COUNTED_FACES:
        queue = ReviewQueue.of_session()
        queue.follow(app.library, app.settings)
        if not queue.questions:
            return
        label = f"Review {words.counted(len(queue.questions), 'question')}"
    if st.button(label, icon=":material/quiz:", key="to-review"):
        frame.go("review")


def draw_left_out(app: frame.App, left_out: list[Person]) -> None:
    """Hidden persons and ignored strangers, each with the way back."""
    if not left_out:
        return
    with st.expander(f"Hidden and ignored ({len(left_out):,})"):
        shown = page_of(left_out, "left-out", _SHOWN)
        covers = faces.crop_keys(app.library, [person.cover_face_id or 0 for person in shown])
        for person in shown:
            with st.container(horizontal=True, vertical_alignment="center", key=f"out-{person.id}"):
                cover = app.pictures.data(covers.get(person.cover_face_id or 0))
                if cover is not None:
                    st.image(cover, width=48)
                with st.container(width="stretch"):
                    why = "ignored" if person.ignored else "hidden"
                    frame.note(f"{person.label}, {words.counted(person.photos, 'photo')}, {why}")
                st.button(
                    "Stop ignoring" if person.ignored else "Show again",
                    key=f"back-{person.id}",
                    on_click=show_again,
                    args=(app, person),
                )


def show_again(app: frame.App, person: Person) -> None:
    """Undo hiding and ignoring."""
    with frame.guarded(frame.say):
        if person.ignored:
            decided.ignore(app.library, person.id, ignored=False)
        if person.hidden:
            decided.hide(app.library, person.id, hidden=False)
        frame.say(f"{person.label} is shown again.")
