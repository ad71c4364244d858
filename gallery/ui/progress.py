"""Long work, shown as it goes on."""

from __future__ import annotations

import time
from collections.abc import Iterable

import streamlit as st

from gallery.records import Progress
from gallery.ui import words

# Often enough to look alive, seldom enough not to slow the work down.
_SECONDS_BETWEEN = 0.15


class ProgressBar:
    """A bar with a sentence; vanishes at the end of a `with` block."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._place = st.empty()
        self._shown = 0.0
        self._draw(0.0, f"{title} …")

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(self, *_error: object) -> None:
        self._place.empty()

    def follow(self, steps: Iterable[Progress]) -> int:
        """Run some work to its end, showing every step; how many there were."""
        count = 0
        for step in steps:
            self.step(step)
            count += 1
        return count

    def step(self, step: Progress) -> None:
        """Show where the work is."""
        finished = step.total is not None and step.done >= step.total
        share = step.done / step.total if step.total else 0.0
        self._show(share, f"{step.stage} · {words.progress(step)}", at_once=finished)

    def fetched(self, name: str, done: int, total: int | None) -> None:
        """Show how much of a file has come."""
        share = done / total if total else 0.0
        text = f"Fetching {name} · {words.megabytes(done, total)}"
        self._show(share, text, at_once=total is not None and done >= total)

    def say(self, text: str) -> None:
        """Show a sentence for work that cannot be counted."""
        self._draw(0.0, text)

    def _show(self, share: float, text: str, *, at_once: bool) -> None:
        now = time.monotonic()
        if at_once or now - self._shown >= _SECONDS_BETWEEN:
            self._shown = now
            self._draw(share, text)

    def _draw(self, share: float, text: str) -> None:
        self._place.progress(min(1.0, max(0.0, share)), text=words.plain(text))
