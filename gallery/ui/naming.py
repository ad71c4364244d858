"""Names for people, said in place and taken back in place."""

from __future__ import annotations

import streamlit as st

from gallery import people as people_decisions
from gallery.records import Decision
from gallery.store import people
from gallery.ui import frame, words


def name(app: frame.App, person_id: int, given: str) -> None:
    """Name a person and say so; somebody else of that name is mentioned.

    Raises:
        GalleryError: The name is empty or too long, or the person is gone.
    """
    before = people.get(app.library, person_id)
    person = people_decisions.name_person(app.library, person_id, given)
    others = [
        other
        for other in people.everyone(app.library)
        if other.id != person.id and (other.name or "").casefold() == person.label.casefold()
    ]
    was = "" if before is None else f"{before.label} is now "
    frame.say(f"{was}{person.label}.")
    if others:
        photos = words.counted(others[0].photos, "photo")
        frame.say(f"There is already a {others[0].label} with {photos}. Both keep that name.")


def draw_undo(app: frame.App) -> None:
    """What the latest decision was, and a button that takes it back."""
    decision = people_decisions.latest(app.library)
    if decision is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="undo"):
        st.button("Undo", icon=":material/undo:", on_click=_undo, args=(app,))
        with st.container(width="content"):
            frame.note(sentence(app, decision))


def _undo(app: frame.App) -> None:
    with frame.guarded(frame.say):
        decision = people_decisions.undo(app.library)
        if decision is not None:
            frame.say(f"Taken back: {sentence(app, decision)}")


def sentence(app: frame.App, decision: Decision) -> str:
    """What a decision did, such as that Person 7 was named “Maria”."""
    person = None if decision.person_id is None else people.get(app.library, decision.person_id)
    who = "Somebody who is gone" if person is None else f"Person {person.number}"
    if decision.kind == "name" and decision.value:
        return f"{who} was named “{decision.value}”."
    return f"{decision.sentence}."
