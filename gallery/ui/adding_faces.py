"""A face that a user draws where none was found, and who it is."""

from __future__ import annotations

import streamlit as st

from gallery import boxes, workflow
from gallery.records import Box, Photo
from gallery.store import faces as face_store
from gallery.store import people, runs
from gallery.ui import who_dialogs
from gallery.ui.dialogs import Asked, ask, close
from gallery.ui.face_models import ready_models
from gallery.ui.frame import App, note, say


def pixels_of(photo: Photo, percent: tuple[float, float, float, float]) -> Box:
    """A drawn box in pixels of the rotated original.

    Args:
        photo: it was drawn on.
        percent: left, top, width and height, of the photo's sides.
    """
    left, top, width, height = percent
    return (
        left * photo.width / 100,
        top * photo.height / 100,
        min(100.0, left + width) * photo.width / 100,
        min(100.0, top + height) * photo.height / 100,
    )


def add_drawn(app: App, photo: Photo, percent: tuple[float, float, float, float]) -> None:
    """Add a drawn face and ask who it is.

    Raises:
        GalleryError: The box is too small or around a face that is there, the original cannot
            be read, or the models cannot be had.
    """
    models = ready_models(app.settings)
    with st.spinner("Looking at the face …"):
        drawn = boxes.add_face(
            app.library, photo.id, pixels_of(photo, percent), models, app.settings
        )
    where = f"photo-{photo.id}"
    ask(where, Asked("new", faces=(drawn.id,), unclear=not drawn.recognisable))


def draw_new_face(app: App, asked: Asked, where: str) -> None:
    """Who an added face is; grouping may find out."""
    if asked.unclear:
        note("No face is recognisable in the box, so it matches less well than others.")
    if st.button("Leave it to the gallery", icon=":material/auto_awesome:"):
        _join(app, asked.faces[0])
        close()
        st.rerun()
    who_dialogs.draw_move(app, asked, where)


def _join(app: App, face_id: int) -> None:
    """Let the face join a person, as new photos do."""
    space = ready_models(app.settings).space
    run = runs.current(app.library)
    if run is not None and run.space.is_comparable(space):
        workflow.join_library(app.library, app.settings, space)
    face = face_store.get(app.library, face_id)
    person = None
    if face is not None and face.person_id is not None:
        person = people.get(app.library, face.person_id)
    say(f"It is {person.label}." if person else "Not like anybody enough: it is nobody's so far.")
