"""Dialogs about several people at once: those of faces that were chosen on the map."""

from __future__ import annotations

import streamlit as st

from gallery import people as people_decisions
from gallery.errors import TogetherError
from gallery.people import by_precedence
from gallery.records import Person
from gallery.store import people
from gallery.ui import correcting, words
from gallery.ui.dialogs import Asked, ask, close
from gallery.ui.frame import App, note
from gallery.ui.who_dialogs import draw_persons

_SHOWN = 8


def draw_merge(app: App, asked: Asked, where: str) -> None:
    """Whether several people are one."""
    stays, *join = by_precedence(_there(app, asked, 2))
    everybody = [stays, *join]
    _draw_some(app, everybody)
    st.markdown(
        f"All faces of these {words.people_counted(len(everybody))}, those that are not chosen "
        f"too, become **{words.plain(stays.label)}**."
    )
    named = [person.label for person in join if person.name]
    if named:
        note(f"The name {' and '.join(named)} is given up.")
    if _sure(f"Merge the {words.people_counted(len(everybody))}", "merge"):
        try:
            correcting.merge_all(app, [person.id for person in everybody])
        except TogetherError:
            ask(where, Asked("merge-twice", persons=asked.persons))
        _done()


def draw_merge_twice(app: App, asked: Asked) -> None:
    """They are in one photo: whether that is meant."""
    everybody = _there(app, asked, 2)
    _draw_some(app, everybody)
    st.markdown(
        "Some of them are together in a photo, so they are hardly one person. Unless it is a "
        "mirror, a collage or a photo of a photo."
    )
    if _sure("Merge all the same", "merge"):
        correcting.merge_all(app, [person.id for person in everybody], twice=True)
        _done()


def draw_new_twice(app: App, asked: Asked) -> None:
    """Some of the faces are in one photo: whether all are somebody new is meant."""
    st.markdown(
        "Some of these faces are in one photo, so they are hardly all one person. Unless it is a "
        "mirror, a collage or a photo of a photo. “Keep the clearest of each photo” leaves the "
        "others out."
    )
    if _sure("Somebody new all the same", "call_split"):
        correcting.move(app, asked.faces, "", twice=True)
        _done()


def draw_ignore(app: App, asked: Asked) -> None:
    """Whether strangers are never asked about again."""
    strangers = _there(app, asked, 1)
    _draw_some(app, strangers)
    note(
        "They are not shown among the people nor asked about any more, with all their faces, "
        "those that are not chosen too. People lists them under “Hidden and ignored”."
    )
    if _sure(f"Ignore {words.people_counted(len(strangers))} for good", "block"):
        people_decisions.ignore_all(app.library, [person.id for person in strangers])
        correcting.say_latest(app)
        _done()


def _there(app: App, asked: Asked, least: int) -> list[Person]:
    """Whom it is about; nothing is asked about fewer, where others were deleted meanwhile."""
    found = people.by_ids(app.library, asked.persons)
    if len(found) < least:
        _done()
    return [found[person] for person in asked.persons if person in found]


def _draw_some(app: App, persons: list[Person]) -> None:
    draw_persons(app, persons[:_SHOWN])
    if len(persons) > _SHOWN:
        note(f"And {len(persons) - _SHOWN:,} more.")


def _sure(label: str, icon: str) -> bool:
    with st.container(horizontal=True):
        sure = st.button(label, type="primary", icon=f":material/{icon}:")
        if st.button("Cancel"):
            _done()
    return sure


def _done() -> None:
    close()
    st.rerun()
