"""Which part of a long list is shown: a window that grows downwards and can be moved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import streamlit as st

from gallery.store.timeline import Cursor

PAGE = 120
# Beyond this a browser on a phone grows slow; the window moves on instead.
MOST = 960


@dataclass(slots=True)
class Window:
    """A part of a list of photos, newest first.

    Args:
        month: first day of the month it begins with, or None for the newest.
        after: photo it begins after, when it was moved on.
        size: photos in it.
        opened: photo that was opened last, to come back to.
    """

    month: date | None = None
    after: Cursor | None = None
    size: int = PAGE
    opened: int | None = None

    def grow(self) -> None:
        """Show one page more."""
        self.size = min(MOST, self.size + PAGE)

    def move(self, *, month: date | None = None, after: Cursor | None = None) -> None:
        """Begin elsewhere."""
        self.month, self.after, self.size, self.opened = month, after, PAGE, None


def window_of(name: str) -> Window:
    """The window of a list, remembered while the session lasts."""
    windows: dict[str, Window] = st.session_state.setdefault("_windows", {})
    return windows.setdefault(name, Window())
