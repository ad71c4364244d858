"""The public demo: every visitor has a library of their own, gone when they leave."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import time
import weakref
from pathlib import Path

import streamlit as st

from gallery.errors import LibraryError
from gallery.store.library import Library, open_library
from gallery.ui import text_work
from gallery.ui.images import Pictures
from gallery.ui.releasing import release

_PREFIX = "gallery-visitor-"
_KEY = "_visit"
# Streamlit keeps a session this long for a browser that lost its connection and comes back.
_GRACE_SECONDS = 150
_LEFTOVER_SECONDS = 24 * 3600
_SWEEP_SECONDS = 3600


class Visit:
    """One visitor's folder, library and pictures."""

    def __init__(self) -> None:
        try:
            self.folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
        except OSError as error:
            raise LibraryError(f"There is no room for another visitor now: {error}.") from error
        self.library = open_library(self.folder / "library")
        self.pictures = Pictures(self.library.media)
        self.used = time.monotonic()
        self._finalizer = weakref.finalize(self, _remove, self.library, self.folder)

    @property
    def is_open(self) -> bool:
        """Whether the folder is still there."""
        return self._finalizer.alive and self.folder.is_dir()

    def touch(self) -> None:
        """Say that the visitor is here."""
        self.used = time.monotonic()
        os.utime(self.folder)

    def close_unless_used_since(self, moment: float) -> None:
        """Delete everything, unless the visitor came back."""
        if self.used <= moment:
            text_work.forget(self.library)
            self._finalizer()
            release(self.library, self.pictures)


def current_visit() -> Visit:
    """The visit of this session, begun if there is none.

    Raises:
        LibraryError: No folder can be made for it.
    """
    _sweep()
    visit: Visit | None = st.session_state.get(_KEY)
    if visit is None or not visit.is_open:
        visit = Visit()
        st.session_state[_KEY] = visit
    visit.touch()
    _connected(visit)
    return visit


def _left(visit: Visit) -> None:
    timer = threading.Timer(_GRACE_SECONDS, visit.close_unless_used_since, [time.monotonic()])
    timer.daemon = True
    timer.start()


@st.cache_resource(scope="session", on_release=_left, show_spinner=False)
def _connected(_visit: Visit) -> Visit:
    """Tells when the browser goes: what a session holds is released then."""
    return _visit


@st.cache_resource(show_spinner=False, ttl=_SWEEP_SECONDS)
def _sweep() -> None:
    """Delete what a server that was killed left behind; once an hour at most."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        try:
            if time.time() - folder.stat().st_mtime > _LEFTOVER_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue  # another server took it away meanwhile


def _remove(library: Library, folder: Path) -> None:
    # An upload may still be taken in: it must not make the folder again.
    library.media.close()
    library.close()
    shutil.rmtree(folder, ignore_errors=True)
