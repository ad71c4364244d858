"""Beside the people: how many there are, the way to the questions, who was left out."""

from __future__ import annotations

import streamlit as st

from gallery import people as decided
from gallery.records import Person
from gallery.store import faces, people, people_pages, runs
from gallery.store.people_pages import Kind, Place
from gallery.ui import frame, words
from gallery.ui.pager import page_by_key
from gallery.ui.review_queue import BESIDE_FROM, ReviewQueue

_SHOWN = 12


def page_of_kind(app: frame.App, kind: Kind, key: str, size: int, many: int) -> list[Person]:
    """The page to show of all persons of a kind, those in most photos first.

    Args:
        app: whose library.
        kind: which.
        key: name of the list.
        size: persons on a page.
        many: persons of the kind.
    """
    return page_by_key(
        lambda after: people_pages.page(app.library, kind, size, after),
        Place.of,
        lambda place: people_pages.count_to(app.library, kind, place),
        key,
        size,
        many,
    )


def summary(app: frame.App, many: dict[Kind, int]) -> str:
    """How many there are, and what is left over."""
    named = many[Kind.NAMED]
    everyone = sum(many.values()) - many[Kind.LEFT_OUT]
    with_name = f"{named:,} with a name" if named else "nobody has a name yet"
    text = f"{words.people_counted(everyone)}, {with_name}."
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
    if faces.count(app.library) <= BESIDE_FROM:
        queue = ReviewQueue.of_session()
        queue.follow(app.library, app.settings)
        if not queue.questions:
            return
        label = f"Review {words.counted(len(queue.questions), 'question')}"
    if st.button(label, icon=":material/quiz:", key="to-review"):
        frame.go("review")


def draw_left_out(app: frame.App, many: int) -> None:
    """Hidden persons and ignored strangers, each with the way back."""
    if not many:
        return
    with st.expander(f"Hidden and ignored ({many:,})"):
        shown = page_of_kind(app, Kind.LEFT_OUT, "left-out", _SHOWN, many)
        covers = faces.crop_keys(app.library, [person.cover_face_id or 0 for person in shown])
        for person in shown:
            with st.container(horizontal=True, vertical_alignment="center", key=f"out-{person.id}"):
                cover = app.pictures.data(covers.get(person.cover_face_id or 0))
                if cover is not None:
                    st.image(cover, width=48, alt=person.label)
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
