"""The faces that the page Evaluate groups: the library's own, or those of a folder."""

from __future__ import annotations

import hashlib
from pathlib import Path

import streamlit as st

from gallery import workflow
from gallery.errors import GalleryError
from gallery.evaluate.grouped import FaceSet, folder_set, own_set
from gallery.evaluate.measuring import faces_of_folder
from gallery.models import registry
from gallery.store import runs
from gallery.ui import frame
from gallery.ui.describing import state_of
from gallery.ui.face_models import ready_models
from gallery.ui.progress import ProgressBar

_CHOSEN_FOLDER, _HELD = "_lab-folder", "_lab-set"

# With what tells them from others.
KeyedFaces = tuple[tuple[object, ...], FaceSet]


def own_faces(app: frame.App) -> KeyedFaces | None:
    """All faces of the library; None, and what to do about it, where there are none."""
    run = runs.current(app.library)
    if run is None:
        with frame.empty("No faces yet", "Add photos first.", "group_work", below=True):
            if st.button("Add photos", type="primary"):
                frame.go("add")
        return None
    if not registry.is_known(run.space.model, "embedder"):
        frame.note("Your people were grouped with a model that this version does not know.")
        return None
    key = ("own", *state_of(app, run))
    return key, _own_set(key, app)


@st.cache_resource(show_spinner=False, max_entries=4)
def _own_set(key: tuple[object, ...], _app: frame.App) -> FaceSet:  # noqa: ARG001
    return own_set(_app.library, workflow.space_in_use(_app.library))


def folder_faces(app: frame.App) -> KeyedFaces | None:
    """The faces of a folder once one was named.

    Raises:
        GalleryError: It has no photos of people, or the models cannot be had.
    """
    with (
        st.form("lab-folder", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        text = st.text_input(
            "Folder with a folder for each person",
            value=st.session_state.get(_CHOSEN_FOLDER, ""),
            placeholder="/data/lfw/lfw-deepfunneled",
        )
        if st.form_submit_button("Look at it", type="primary"):
            if not text.strip():
                raise GalleryError("Say in which folder the photos are.")
            st.session_state[_CHOSEN_FOLDER] = text.strip()
    folder = st.session_state.get(_CHOSEN_FOLDER)
    if folder is None:
        return None
    key = ("folder", folder, app.settings.detector, app.settings.embedder)
    held = st.session_state.get(_HELD)
    if held is None or held[0] != key:
        models = ready_models(app.settings)
        with ProgressBar("Looking at the photos") as bar:
            faces = faces_of_folder(Path(folder), models, app.settings, bar.step)
        found = folder_set(Path(folder).resolve().name, faces, models.space)
        # What is in a folder changes, and what was made of it is kept for all sessions.
        told = hashlib.sha256(repr(found.ids).encode() + found.vectors.tobytes()).hexdigest()[:16]
        held = (key, (*key, told), found)
        st.session_state[_HELD] = held
    return held[1:]
