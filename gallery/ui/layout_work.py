"""Laying out beside the pages: begun by one, it goes on whatever the user looks at meanwhile."""

from __future__ import annotations

import logging
import threading

import streamlit as st

from gallery.errors import GalleryError
from gallery.face_map import make_map
from gallery.layout import Chosen
from gallery.records import Progress, Space
from gallery.store.layouts import Layout
from gallery.store.library import Library

logger = logging.getLogger(__name__)

# Two tabs of one library would begin two, of which one can be stopped.
_BEGINNING = threading.Lock()


class _Stopped(Exception):  # noqa: N818 - nothing went wrong
    """Nobody wants this map any more."""


class Work:
    """One map in the making.

    Args:
        library: whose.
        space: of the vectors.
        chosen: how faces are laid out.
    """

    def __init__(self, library: Library, space: Space, chosen: Chosen) -> None:
        self.of = (space, chosen)
        self.step = Progress("Getting ready", 0, None, 0.0)
        self.error: str | None = None
        # What came out, for where it cannot be kept in a file.
        self.layout: Layout | None = None
        self._library = library
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def is_going_on(self) -> bool:
        """Whether it is not finished yet."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """Let it be."""
        self._stopped.set()

    def _tell(self, step: Progress) -> None:
        if self._stopped.is_set():
            raise _Stopped
        self.step = step

    def _run(self) -> None:
        try:
            self.layout = make_map(self._library, *self.of, self._tell)
        except _Stopped:
            return
        except GalleryError as error:
            self.error = str(error)
        except Exception:
            logger.exception("a map could not be laid out")
            self.error = "The map could not be laid out; the gallery's log says why."


@st.cache_resource(show_spinner=False)
def _works() -> dict[str, Work]:
    """What is in the making, by the folder of the library; one for each."""
    return {}


def begin(library: Library, space: Space, chosen: Chosen) -> Work:
    """Lay out, unless the same is in the making; another one of this library is stopped."""
    with _BEGINNING:
        known = of(library, space, chosen)
        if known is not None and known.is_going_on:
            return known
        forget(library)
        work = _works()[str(library.root)] = Work(library, space, chosen)
        return work


def of(library: Library, space: Space, chosen: Chosen) -> Work | None:
    """What is in the making, or ended; None where nothing is or something else."""
    known = _works().get(str(library.root))
    return known if known is not None and known.of == (space, chosen) else None


def forget(library: Library) -> None:
    """Stop what is in the making, and what it said."""
    known = _works().pop(str(library.root), None)
    if known is not None:
        known.stop()
