"""Photos that look like the one on the page."""

from __future__ import annotations

import streamlit as st

from gallery.records import Photo
from gallery.similar import SceneIndex
from gallery.store import scenes, timeline
from gallery.store.library import Library
from gallery.ui.components import photo_grid
from gallery.ui.frame import App, open_photo
from gallery.ui.grid_data import under_heading

_SHOWN = 12


def draw(app: App, photo: Photo) -> None:
    """The photos most like it, where the tagger has seen it and there are any."""
    model = scenes.model_of(app.library, photo.id)
    if model is None:
        return
    index = _index((str(app.library.root), app.library.owner_id, model), app.library)
    alike = index.like(photo.id, _SHOWN)
    tiles = timeline.by_ids(app.library, [one.photo_id for one in alike])
    if not tiles:
        return
    shown = under_heading("Similar photos", tiles, app.pictures.url)
    photo_grid(f"similar-{photo.id}", [shown], open_photo)


# At 100,000 photos it takes seconds to read, once; then only what came since is.
@st.cache_resource(show_spinner="Looking for similar photos …", max_entries=4)
def _index(key: tuple[str, int, str], _library: Library) -> SceneIndex:
    index = SceneIndex(_library, key[2])
    index.catch_up()
    return index
