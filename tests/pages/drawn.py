"""Stands in for the drawn components, which only a browser shows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from gallery.ui import components

Then = Callable[[], None] | None
ROOT = Path(__file__).resolve().parents[2]


class Drawn:
    """Keeps what each component was given, and answers as a user would, once.

    Args:
        shown: the latest data of every component, by name.
        answers: what is done next, by component: event and value.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.shown: dict[str, dict[str, Any]] = {}
        self.answers: dict[str, dict[str, Any]] = {}
        self.menu: str | None = None
        monkeypatch.setattr(components, "mount", self._mount)
        monkeypatch.setattr("streamlit.menu_button", self._menu)

    def _mount(
        self, name: str, key: str, data: dict[str, Any], **events: Callable[[], None] | None
    ) -> Any:
        self.shown[name] = data
        given = self.answers.pop(name, {})
        called = [event for event in given if events.get(event) is not None]
        for event in called:
            # As a browser's word is heard: before anything is drawn.
            st.session_state[key] = {event: given[event]}
            events[event]()
        if called:
            st.rerun()
        return SimpleNamespace(**{event: given.get(event) for event in events})

    def _menu(self, _label: str, options: list[str], **_: object) -> str | None:
        chosen, self.menu = self.menu, None
        assert chosen is None or chosen in options
        return chosen


def opened(page: str, **parameters: int) -> AppTest:
    """A page after its first run, which must not have failed."""
    app = AppTest.from_file(str(ROOT / "pages" / page), default_timeout=60)
    for name, value in parameters.items():
        app.query_params[name] = str(value)
    return rerun(app)


def rerun(app: AppTest) -> AppTest:
    """Run again; nothing may fail, nor be said to have failed."""
    app.run()
    assert not app.exception, [error.value for error in app.exception]
    assert not app.error, [error.value for error in app.error]
    return app


def press(app: AppTest, label: str) -> AppTest:
    """Press a button by what stands on it."""
    found = [button for button in app.button if button.label == label]
    assert found, [button.label for button in app.button]
    found[0].click()
    return rerun(app)


def texts(app: AppTest) -> str:
    """Everything that is written on a page."""
    written = [*app.markdown, *app.info, *app.caption, *app.title, *app.header]
    html = [item.proto.body for item in app.get("html")]
    return "\n".join([*(str(item.value) for item in written), *html])
