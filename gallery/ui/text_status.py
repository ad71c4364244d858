"""How far the reading of text is: begun after photos came in, paused, and gone on with."""

from __future__ import annotations

import logging

import streamlit as st

from gallery.config import Settings
from gallery.errors import ModelError
from gallery.models.loading import load_text_reader
from gallery.protocols import TextReader
from gallery.reading_text import waiting
from gallery.store import preferences
from gallery.store.library import Library
from gallery.ui import text_work, words
from gallery.ui.frame import App, guarded, note, say, show_error
from gallery.ui.text_work import Work

logger = logging.getLogger(__name__)

_POLL_SECONDS = 1.0


def begin_after_ingest(app: App) -> None:
    """Read the text of what came in, where the settings want it; without the reader it waits."""
    if app.settings.read_text:
        try:
            text_work.begin(app.library, ready_reader(app.settings), app.settings)
        except ModelError as error:
            logger.warning("text is not read: %s", error)


def draw(app: App) -> None:
    """How many photos are still to be read, with a button; how far it is, where it goes on."""
    work = text_work.of(app.library)
    if work is not None and work.is_going_on:
        _draw_progress(app.library, work)
        return
    if work is not None and work.error is not None:
        show_error(work.error)
    try:
        reader = ready_reader(app.settings)
    except ModelError as error:
        note(f"Text in photos cannot be read: {error}")
        return
    left = waiting(app.library, reader)
    # What could not be had a moment ago is not offered again at once.
    if left <= (work.report.passed_over if work is not None else 0):
        return
    have = "photo has" if left == 1 else "photos have"
    note(f"{left:,} {have} not been looked at for text.")
    if st.button("Read text now", icon=":material/text_fields:"):
        text_work.begin(app.library, reader, app.settings)
        st.rerun()


def draw_setting(app: App) -> None:
    """Whether text is read by itself."""
    st.header("Text in photos", anchor=False)
    wanted = app.settings.read_text
    # With another saved value it is another field.
    key = f"setting-read_text-{wanted}"
    st.toggle(
        "Read it once photos were added",
        value=wanted,
        key=key,
        on_change=lambda: _save(app, key),
        help="It goes on beside the pages, and can be paused and gone on with on the page Add.",
    )


def _save(app: App, key: str) -> None:
    with guarded(say):
        preferences.save(app.library, "read_text", str(st.session_state[key]).lower())
        say("Saved.")


@st.fragment(run_every=_POLL_SECONDS)
def _draw_progress(library: Library, work: Work) -> None:
    if not work.is_going_on:
        st.rerun()
    step = work.step
    share = step.done / step.total if step.total else 0.0
    text = f"{step.stage} · {words.progress(step)}" if step.total else f"{step.stage} …"
    with st.container(border=True, key="reading-text"):
        st.progress(share, text=words.plain(text))
        note("The photos can be looked at meanwhile.")
        if st.button("Pause", icon=":material/pause:"):
            text_work.forget(library)
            st.rerun()


def ready_reader(settings: Settings) -> TextReader:
    """The text reader; it loads its networks when the first photo is read.

    Raises:
        ModelError: It is not installed.
    """
    return _loaded((settings.precision, settings.runtime, settings.threads), settings)


@st.cache_resource(show_spinner=False, max_entries=1)
def _loaded(key: tuple[object, ...], _settings: Settings) -> TextReader:  # noqa: ARG001 - the key
    return load_text_reader(_settings)
