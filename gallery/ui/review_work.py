"""Working out questions beside the pages: in a large library that takes longer than one waits."""

from __future__ import annotations

import logging
import subprocess
import threading

import streamlit as st

from gallery.errors import GalleryError
from gallery.question_process import questions_apart
from gallery.questions import Question
from gallery.records import Space
from gallery.store.library import Library

logger = logging.getLogger(__name__)

# Two tabs of one library would begin two.
_BEGINNING = threading.Lock()


class Work:
    """All questions of a library in the making.

    Args:
        library: whose.
        space: vectors to compare.
        link: average similarity at which two persons would have been one.
        state: something else whenever what is asked about changed.
    """

    def __init__(self, library: Library, space: Space, link: float, state: object) -> None:
        self.state = state
        self.found: list[Question] | None = None
        self.error: str | None = None
        self._asked = (library, space, link)
        self._process: subprocess.Popen[bytes] | None = None
        self._stopped = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def is_going_on(self) -> bool:
        """Whether it is not finished yet."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """End it for nobody; it may go on for a moment."""
        self._stopped = True
        if self._process is not None:
            self._process.kill()

    def _hold(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        if self._stopped:
            process.kill()

    def wait(self) -> None:
        """Return when it has ended."""
        self._thread.join()

    def _run(self) -> None:
        try:
            self.found = questions_apart(*self._asked, self._hold)
        except GalleryError as error:
            self.error = str(error)
        except Exception:
            logger.exception("questions could not be worked out")
            self.error = "The questions could not be worked out; the gallery's log says why."


@st.cache_resource(show_spinner=False)
def _works() -> dict[str, Work]:
    """The latest of each library, by its folder."""
    return {}


def begin(library: Library, space: Space, link: float, state: object) -> Work:
    """Work out the questions, unless they are in the making, or were made of the same state.

    What is in the making was begun some answers ago: those are passed over when it is taken over.
    """
    with _BEGINNING:
        known = _works().get(str(library.root))
        if known is None or not (known.is_going_on or (known.state == state and known.found)):
            known = _works()[str(library.root)] = Work(library, space, link, state)
        return known


def forget(library: Library) -> None:
    """Hold nothing of a library any more, and stop what is in the making for it."""
    with _BEGINNING:
        work = _works().pop(str(library.root), None)
    if work is not None:
        work.stop()
