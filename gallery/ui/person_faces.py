"""A person's faces to choose from, those least alike first, and what can be done with them."""

from __future__ import annotations

import streamlit as st

from gallery.oddness import faces_by_oddness
from gallery.records import Person
from gallery.store import runs
from gallery.ui import correcting
from gallery.ui.components import face_picker
from gallery.ui.dialogs import Asked, ask
from gallery.ui.frame import App, guarded, note
from gallery.ui.pager import page_of
from gallery.ui.picker_data import picker, unusual
from gallery.workflow import group_options

_PAGE = 60
_ORDER = "_face_order"
_ORDERS = ("Least alike first", "Most alike first")


def draw(app: App, person: Person, where: str) -> None:
    """The faces, a page at a time."""
    run = runs.current(app.library)
    if run is None:
        note("Nothing was grouped so far.")
        return
    listed = faces_by_oddness(app.library, person.id, run.space)
    odd = unusual(listed, group_options(app.settings).link)
    if st.session_state.get(_ORDER) == _ORDERS[1]:
        listed = listed[::-1]
    shown = page_of(listed, f"faces-{person.id}", _PAGE)
    asked = face_picker(f"picker-{person.id}", picker(person, shown, odd, app.pictures.url))
    if asked is not None:
        with guarded():
            _do(app, person, where, *asked)


def draw_order(person: Person) -> None:
    """Which faces come first; stays as it is for the next person."""
    if person.faces > 2:
        st.session_state[_ORDER] = st.segmented_control(
            "Order",
            _ORDERS,
            default=st.session_state.get(_ORDER, _ORDERS[0]),
            required=True,
            label_visibility="collapsed",
            key=f"order-{person.id}",
        )


def _do(app: App, person: Person, where: str, action: str, faces: list[int]) -> None:
    if action == "move":
        ask(where, Asked("move", faces=tuple(faces), person=person.id))
    if action == "why":
        ask(where, Asked("face", faces=(faces[0],), person=person.id))
    if correcting.do_at_once(app, action, faces, person):
        st.rerun()
