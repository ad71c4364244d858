"""Taking back what was just done with chosen photos; it stays in sight while one scrolls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import streamlit as st

from gallery import decisions
from gallery.records import Decision
from gallery.ui import naming
from gallery.ui.frame import App

_FRESH = "_fresh"


@dataclass(frozen=True, slots=True)
class _Fresh:
    """A decision about chosen photos, and the list they were chosen in."""

    where: str
    decision: int

    def only(self, decision: Decision | None) -> Decision | None:
        """A decision if it is this one."""
        return decision if decision is not None and decision.id == self.decision else None


def latest(app: App) -> int | None:
    """The decision that holds as the last one, to be told apart from one that comes now."""
    done = decisions.latest(app.library)
    return None if done is None else done.id


def remember(app: App, where: str, before: int | None) -> None:
    """Keep in sight what was decided in a list.

    Args:
        app: whose library.
        where: name of the window of the list.
        before: what `latest` gave before.
    """
    now = latest(app)
    if now is not None and now != before:
        st.session_state[_FRESH] = _Fresh(where, now)


def draw(app: App, where: str, newer: datetime | None = None) -> bool:
    """What was just done in a list and the way back; whether there is any.

    Args:
        app: whose library.
        where: name of the window of the list; what was done in another one is old.
        newer: something that can be taken back elsewhere; what was done before it is old.
    """
    fresh: _Fresh | None = st.session_state.get(_FRESH)
    if fresh is None:
        return False
    done, again = map(fresh.only, decisions.next_to_change(app.library))
    either = done or again
    if fresh.where != where or either is None or (newer is not None and either.at < newer):
        del st.session_state[_FRESH]
        return False
    naming.draw_row(app, done, again, key="undo-fresh")
    return True
