"""A mixed person in its proposed parts: which stay, and which are somebody of their own."""

from __future__ import annotations

import streamlit as st

from gallery import corrections
from gallery.parting import propose_parts
from gallery.people import find_person
from gallery.records import Person
from gallery.ui import correcting, words
from gallery.ui.components import face_rows
from gallery.ui.dialogs import Asked, close, turn
from gallery.ui.face_pictures import pictures_of
from gallery.ui.frame import App, note
from gallery.ui.picker_data import group
from gallery.workflow import link_in_use, space_in_use

_SHOWN = 14
_STAYS, _APART = "Stays", "Somebody else"


def question(app: App, person: Person) -> Asked:
    """The question, with the parts that a stricter grouping finds.

    Raises:
        GalleryError: The person is gone, or nothing was grouped so far.
    """
    link = link_in_use(app.library, app.settings)
    parts = propose_parts(app.library, person.id, space_in_use(app.library), link)
    return Asked("split", person=person.id, parts=tuple(tuple(part) for part in parts))


def draw(app: App, asked: Asked) -> None:
    """The parts with their faces, and what becomes of each."""
    if asked.person is None:
        return
    person = find_person(app.library, asked.person)
    if len(asked.parts) < 2:
        st.markdown(
            "Looked at strictly, these faces still belong together. If some are somebody else, "
            "choose them among the faces and split them off."
        )
        return
    note(
        f"Looked at strictly, these are {len(asked.parts):,} groups. Say which are not "
        f"{person.label}."
    )
    apart = [number for number in range(len(asked.parts)) if _draw_part(app, asked, number)]
    staying = len(asked.parts) - len(apart)
    label = f"Split into {words.people_counted(len(apart) + 1)}" if apart and staying else "Split"
    if not staying:
        st.info("At least one group has to stay.", icon=":material/info:")
    if st.button(
        label, type="primary", disabled=not apart or not staying, icon=":material/call_split:"
    ):
        corrections.split(app.library, person.id, [list(asked.parts[n]) for n in apart])
        correcting.say_latest(app)
        close()
        st.rerun()


def _draw_part(app: App, asked: Asked, number: int) -> bool:
    """Whether the part is to be a person of its own; the largest stays unless said otherwise."""
    part = asked.parts[number]
    shown = pictures_of(app, part[:_SHOWN])
    faces = words.counted(len(part), "face")
    rest = max(0, len(part) - _SHOWN)
    label = f"Group {number + 1}"
    tiles = group(label, faces, shown, app.pictures.url, more=rest)
    face_rows(f"part-{turn()}-{number}", [{"groups": [tiles]}])
    chosen = st.segmented_control(
        f"What becomes of group {number + 1}",
        [_STAYS, _APART],
        default=_APART if number else _STAYS,
        required=True,
        label_visibility="collapsed",
        key=f"apart-{turn()}-{number}",
    )
    return chosen == _APART
