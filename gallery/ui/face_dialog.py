"""One face: whose it is, why, and the ways to say otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from gallery import boxes, corrections
from gallery.records import Face, Person
from gallery.store import faces as face_store
from gallery.store import people
from gallery.ui import correcting, why_panel, words
from gallery.ui.describing import perhaps
from gallery.ui.dialogs import Asked, ask, close
from gallery.ui.frame import App, empty, go, note
from gallery.workflow import group_options

# So far below the value at which groups merge a face may still be somebody's.
_NEARLY = 0.1


def likely(app: App, face_ids: Sequence[int]) -> dict[int, Person]:
    """Who some faces of nobody's on one photo may be; those nobody is like are left out."""
    return perhaps(app, face_ids, group_options(app.settings).link - _NEARLY)


def label_unsure(app: App, boxes_drawn: Sequence[dict[str, Any]]) -> None:
    """Say of faces that are nobody's who they may be; changes the boxes of a photo."""
    unsure = [box for box in boxes_drawn if box["person"] is None]
    maybe = likely(app, [box["id"] for box in unsure])
    for box in unsure:
        person = maybe.get(box["id"])
        box["label"] = "Not sure"
        box["detail"] = "" if person is None else f"{person.label}?"


def draw_face(app: App, asked: Asked, where: str) -> None:
    """The dialog about one face."""
    face = face_store.get(app.library, asked.faces[0])
    if face is None:
        with empty("This face is gone", "It was deleted, or its photo was.", "face"):
            pass
        return
    person = None if face.person_id is None else people.get(app.library, face.person_id)
    why = why_panel.why_of(app, asked.faces[0])
    maybe = None if person else likely(app, asked.faces).get(asked.faces[0])
    _draw_head(app, face, person, maybe)
    _draw_acts(app, asked, where, person, maybe)
    if why is not None:
        why_panel.draw(app, why)
    else:
        note("Nothing was grouped so far.")


def _draw_head(app: App, face: Face, person: Person | None, maybe: Person | None) -> None:
    crop = app.pictures.data(face_store.crop_keys(app.library, [face.id or 0]).get(face.id or 0))
    with st.container(horizontal=True, vertical_alignment="center", key="face-head"):
        if crop is not None:
            whose = "A face" if person is None else person.label
            st.image(crop, width=88, alt=whose)
        label = f"**{words.plain(person.label)}**" if person else "**Not sure whose face this is**"
        if person is None and maybe is not None:
            label += f"  \nPerhaps {words.plain(maybe.label)}"
        st.markdown(label, width="stretch")


def _draw_acts(
    app: App, asked: Asked, where: str, person: Person | None, maybe: Person | None
) -> None:
    face = list(asked.faces)
    with st.container(horizontal=True, key="face-acts"):
        if maybe is not None and st.button(
            f"Yes, {words.plain(maybe.label)}", type="primary", icon=":material/check:"
        ):
            correcting.move(app, face, maybe.id)
            _done()
        label = "It is somebody else …" if person else "It is …"
        if st.button(label, icon=":material/person_search:"):
            ask(where, Asked("move", faces=asked.faces, person=asked.person))
        refused = person or maybe
        if refused is not None and st.button(
            f"Not {words.plain(refused.label)}", icon=":material/person_remove:"
        ):
            corrections.reject(app.library, face, refused.id)
            correcting.say_latest(app)
            _done()
        if st.button("Photos with faces like this", icon=":material/image_search:"):
            close()
            go("search", face=face[0])
        if st.button("Not a face", icon=":material/delete:"):
            boxes.remove_faces(app.library, face)
            correcting.say_latest(app)
            _done()


def _done() -> None:
    close()
    st.rerun()
