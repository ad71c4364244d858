"""Runs the tagger for a page, with a bar to look at."""

from __future__ import annotations

import streamlit as st

from gallery.config import Settings
from gallery.errors import ModelError
from gallery.models import loading, registry, weights
from gallery.protocols import Tagger
from gallery.records import Photo
from gallery.store import scenes
from gallery.tagging import TagReport, tag_missing
from gallery.ui import words
from gallery.ui.face_models import fetch
from gallery.ui.frame import App, guarded, note, say
from gallery.ui.progress import ProgressBar


def tag_new(app: App, bar: ProgressBar) -> int:
    """Tag the photos that have no tags yet; how many.

    Raises:
        ModelError: The tagger cannot be had.
    """
    report = TagReport()
    # Loaded for each run: it is there in a blink, and its memory is better used in between.
    bar.follow(tag_missing(app.library, ready_tagger(app.settings), report))
    return report.tagged


def tag_after_ingest(app: App, bar: ProgressBar) -> None:
    """The same once photos came in: without the tagger they wait, and that is said."""
    try:
        tag_new(app, bar)
    except ModelError:
        say("The photos have no tags yet: the model for it could not be fetched. They can be "
            "tagged later, from the page of any photo.")  # fmt: skip


def draw_untagged(app: App, photo: Photo) -> None:
    """For a photo that the tagger has not seen: a button that tags all such photos."""
    if scenes.model_of(app.library, photo.id) is not None:
        return
    note("Nobody looked yet at what is in this photo.")
    if st.button("Tag all new photos", icon=":material/sell:"):
        with guarded():
            with ProgressBar("Tagging photos") as bar:
                many = tag_new(app, bar)
            say(f"{words.counted(many, 'photo')} tagged.")
            st.rerun()


def ready_tagger(settings: Settings) -> Tagger:
    """The tagger, fetched first if it is not there.

    Raises:
        ModelError: It cannot be had.
    """
    card = registry.find_card(loading.TAGGER, "tagger")
    if not weights.is_usable(card, settings):
        fetch(settings, [card])
    return loading.load_tagger(settings)
