"""Search by free text, where the extra for it is there and photos were looked at with it."""

from __future__ import annotations

import streamlit as st

from gallery import looks
from gallery.config import Settings
from gallery.models import loading
from gallery.protocols import SceneEmbedder
from gallery.store import looks as look_store
from gallery.store import timeline
from gallery.store.timeline import Among
from gallery.ui.components import photo_grid
from gallery.ui.frame import App, note, open_photo
from gallery.ui.grid_data import under_heading

_SHOWN = 60


def asked(app: App) -> str:
    """What is said of a picture; nothing where it cannot be looked for."""
    if not (look_store.are_any(app.library) and loading.can_embed_scenes(app.settings)):
        return ""
    said = st.text_input(
        "What it looks like", key="looks", placeholder="A dog on a beach", max_chars=300
    )
    return (said or "").strip()


def draw_photos(app: App, said: str, among: Among | None) -> None:
    """The photos that it describes best, of those that the query finds."""
    settings = app.settings
    key = (settings.precision, settings.runtime, str(settings.models_home), settings.threads)
    found = looks.find(app.library, _loaded(key, settings), said, _SHOWN, among)
    tiles = timeline.by_ids(app.library, [one.photo_id for one in found])
    if not tiles:
        note("None of the photos that the query finds was looked at yet.")
        return
    shown = under_heading("Looks most like that, the likeliest first", tiles, app.pictures.url)
    photo_grid("looks", [shown], open_photo)


@st.cache_resource(show_spinner=False, max_entries=1)
def _loaded(key: tuple[object, ...], _settings: Settings) -> SceneEmbedder:  # noqa: ARG001 - the key
    return loading.load_scene_embedder(_settings)
