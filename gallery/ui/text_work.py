"""Reading the text in photos beside the pages: it goes on whatever the user looks at meanwhile."""

from __future__ import annotations

import logging
import threading

import streamlit as st

from gallery.config import Settings
from gallery.errors import GalleryError
from gallery.protocols import TextReader
from gallery.reading_text import TextReport, read_missing
from gallery.records import Progress
from gallery.store.library import Library

logger = logging.getLogger(__name__)

# Two tabs of one library would begin two.
_BEGINNING = threading.Lock()


class Work:
    """The reading of a library, from a press of the button to the next pause.

    Args:
        library: whose photos.
        reader: what reads.
        settings: limits of decoding.
    """

    def __init__(self, library: Library, reader: TextReader, settings: Settings) -> None:
        self.step = Progress("Reading text", 0, None, 0.0)
        self.error: str | None = None
        self.report = TextReport()
        self._stopped = threading.Event()
        self._thread = threading.Thread(
            target=self._run, args=(library, reader, settings), daemon=True
        )
        self._thread.start()

    @property
    def is_going_on(self) -> bool:
        """Whether it is neither finished nor paused."""
        return self._thread.is_alive() and not self._stopped.is_set()

    def stop(self) -> None:
        """Let it be; what was read stays."""
        self._stopped.set()

    def wait(self) -> None:
        """Return when it has ended."""
        self._thread.join()

    def _run(self, library: Library, reader: TextReader, settings: Settings) -> None:
        try:
            # One photo at a time: the pages stay quick.
            for step in read_missing(library, reader, settings, self.report, workers=1):
                self.step = step
                if self._stopped.is_set():
                    return
        except GalleryError as error:
            self.error = str(error)
        except Exception:
            logger.exception("text could not be read")
            self.error = "The text could not be read; the gallery's log says why."
        finally:
            reader.rest()


@st.cache_resource(show_spinner=False)
def _works() -> dict[str, Work]:
    """What goes on, or ended, by the folder of the library."""
    return {}


def begin(library: Library, reader: TextReader, settings: Settings) -> None:
    """Read what is to be read, unless that goes on already."""
    with _BEGINNING:
        known = of(library)
        if known is None or not known.is_going_on:
            _works()[str(library.root)] = Work(library, reader, settings)


def of(library: Library) -> Work | None:
    """What goes on, or ended."""
    return _works().get(str(library.root))


def forget(library: Library) -> None:
    """Stop what goes on."""
    known = _works().pop(str(library.root), None)
    if known is not None:
        known.stop()
