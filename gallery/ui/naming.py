"""Names for people, said in place and taken back in place."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from gallery import decisions
from gallery import people as people_decisions
from gallery.questions import Kind, Question
from gallery.records import Decision
from gallery.store import history, people
from gallery.ui import frame, words
from gallery.ui.components import review_card
from gallery.ui.review_answers import Doubt, Pending, Said, do_after_doubt
from gallery.ui.review_cards import doubt_card

_ASKED = "_asked_if_same"


@dataclass(frozen=True, slots=True)
class _Asked:
    """A name that was given and that somebody has already; counted to tell two cards apart."""

    person_id: int
    pending: Pending
    turn: int = 0


def name(app: frame.App, person_id: int, given: str) -> None:
    """Name a person and say so; somebody else of that name is mentioned.

    Raises:
        GalleryError: The name is empty or too long, or the person is gone.
    """
    before = people.get(app.library, person_id)
    person = people_decisions.name_person(app.library, person_id, given)
    known = people_decisions.namesake(app.library, person.label, but=person.id)
    was = "" if before is None else f"{before.label} is now "
    frame.say(f"{was}{person.label}.")
    if known is not None:
        photos = words.counted(known.photos, "photo")
        frame.say(f"There is already a {known.label} with {photos}. Both keep that name.")


def name_or_ask(app: frame.App, person_id: int, given: str) -> None:
    """Name a person; where somebody has that name already, leave it to `draw_doubt` to ask.

    Raises:
        GalleryError: The name is empty or too long, or the person is gone.
    """
    wanted = people_decisions.clean_name(given)
    known = people_decisions.namesake(app.library, wanted, but=person_id)
    if known is None or not known.faces:
        name(app, person_id, given)
    else:
        st.session_state[_ASKED] = _Asked(person_id, Pending(Doubt.NAMESAKE, known, wanted))


def draw_doubt(app: frame.App) -> None:
    """Ask whether two of one name are one person, if that name was just given."""
    asked: _Asked | None = st.session_state.get(_ASKED)
    if asked is not None:
        _dialog(app)


def _let_go() -> None:
    st.session_state.pop(_ASKED, None)


@st.dialog("One person or two?", width="large", on_dismiss=_let_go)
def _dialog(app: frame.App) -> None:
    asked: _Asked | None = st.session_state.get(_ASKED)
    who = None if asked is None else people.get(app.library, asked.person_id)
    if asked is None or who is None:
        _let_go()
        st.rerun()
    question = Question(Kind.WHO, who, None, None, None, who.faces, 0.0)
    card = doubt_card(app.library, question, asked.pending, app.pictures.url)

    def on_answer(turn: int, _question: str, said: str, _name: str) -> None:
        if turn != asked.turn or said not in list(Said):
            return
        _let_go()
        if said == Said.BACK:
            return
        with frame.guarded(frame.say):
            pending = do_after_doubt(app.library, question, asked.pending, Said(said))
            if pending is not None:
                st.session_state[_ASKED] = replace(asked, pending=pending, turn=turn + 1)
                return
            done = decisions.latest(app.library)
            if done is not None:
                frame.say(f"{done.sentence}.")

    # Leaving the dialog for a page would leave the question open behind it.
    sides = [side | {"id": None} for side in card["sides"]]
    data = card | {"sides": sides, "question": question.key, "turn": asked.turn, "inline": True}
    review_card("doubt", data, on_answer)


def draw_undo(app: frame.App, person_id: int | None = None) -> None:
    """What the latest decision was, and buttons that take it back or do it again.

    Args:
        app: whose library.
        person_id: show it only if it is about this person.
    """
    done, again = decisions.next_to_change(app.library)
    if person_id is not None:
        with app.library.read() as connection:
            done, again = (
                one
                if one is not None and history.concerns(app.library, connection, one, person_id)
                else None
                for one in (done, again)
            )
    if done is not None or again is not None:
        draw_row(app, done, again)


def draw_row(
    app: frame.App, done: Decision | None, again: Decision | None, key: str = "undo"
) -> None:
    """What can be taken back, and what done again, in a row."""
    with st.container(horizontal=True, vertical_alignment="center", key=key):
        if done is not None:
            st.button("Undo", icon=":material/undo:", on_click=_undo, args=(app,))
        if again is not None:
            st.button(
                "Redo",
                icon=":material/redo:",
                on_click=_redo,
                args=(app,),
                help=words.plain(again.sentence),
            )
        if done is not None:
            with st.container(width="content"):
                frame.note(f"{done.sentence}.")
        to_history = st.button("History", type="tertiary", key="to-history")
    if to_history:
        frame.go("history")


def _undo(app: frame.App) -> None:
    with frame.guarded(frame.say):
        for decision in decisions.undo(app.library):
            frame.say(f"Taken back: {decision.sentence}.")


def _redo(app: frame.App) -> None:
    with frame.guarded(frame.say):
        for decision in decisions.redo(app.library):
            frame.say(f"Done again: {decision.sentence}.")
