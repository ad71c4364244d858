"""The models: fetched with a bar to look at, loaded once for all sessions."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import streamlit as st

from gallery import workflow
from gallery.config import Settings
from gallery.models.cards import ModelCard
from gallery.pipeline import FaceModels
from gallery.ui.progress import ProgressBar

# One for each run that goes on, of any session.
_runs: list[None] = []
_LOCK = threading.Lock()


def ready_models(settings: Settings) -> FaceModels:
    """Detector and embedder of the settings, fetched first if they are not there.

    Raises:
        ModelError: They cannot be had.
    """
    fetch(settings, workflow.missing_models(settings))
    key = (
        settings.detector,
        settings.embedder,
        settings.precision,
        settings.runtime,
        settings.deepface_engine,
        str(settings.models_home),
        settings.min_score,
        settings.threads,
    )
    return _loaded(key, settings)


@contextmanager
def for_a_run(settings: Settings) -> Iterator[FaceModels]:
    """The same for a long run: the last run to end gives their memory back.

    A next time takes it again in a blink.

    Raises:
        ModelError: They cannot be had.
    """
    with _LOCK:
        _runs.append(None)
    try:
        yield ready_models(settings)
    finally:
        with _LOCK:
            _runs.pop()
            if not _runs:
                _loaded.clear()


def fetch(settings: Settings, cards: Sequence[ModelCard]) -> None:
    """Fetch models, showing how far they have come.

    Raises:
        ModelError: One of them cannot be had.
    """
    if not cards:
        return
    with ProgressBar("Fetching the models") as bar:
        title = ""

        def show(done: int, total: int | None) -> None:
            bar.fetched(title, done, total)

        for card in workflow.pull_models(settings, list(cards), show):
            title = card.title
            bar.say(f"Fetching {title} …")


# Two, so that a demo visitor who tries another embedder does not unload that of the others.
@st.cache_resource(show_spinner="Loading the models …", max_entries=2)
def _loaded(key: tuple[object, ...], _settings: Settings) -> FaceModels:  # noqa: ARG001 - the key
    return workflow.load_models(_settings)
