"""The drawn parts of the app: grids of photos and people, cards to name people, one photo.

Each is a script and a style beside this file. All data reaches the page as text and
properties, never as markup.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import streamlit as st

_SHARED = ("media_address.js", "arrow_keys.js")
_HTML = {
    "photo_grid": '<div class="grid"><div class="end"></div></div>',
    "people_grid": '<div class="people"></div>',
    "naming_cards": '<div class="cards"></div><datalist id="known-names"></datalist>',
    "photo_view": '<div class="view"></div>',
}


def photo_grid(
    key: str,
    days: Sequence[dict[str, Any]],
    *,
    more: Callable[[], None] | None = None,
    focus: int | None = None,
) -> int | None:
    """Photos by day.

    Args:
        key: of the instance.
        days: from `grid_data.by_day`.
        more: called when the end comes into sight; None where there is no more.
        focus: photo to begin at.

    Returns:
        The photo that was opened, or None.
    """
    data = {"days": days, "more": more is not None, "focus": focus}
    return _chosen(_mount("photo_grid", key, data, open=None, more=more).open)


def people_grid(key: str, people: Sequence[dict[str, Any]], *, small: bool = False) -> int | None:
    """Persons, or faces, as round pictures; gives the one that was opened, or None."""
    data = {"people": people, "small": small}
    return _chosen(_mount("people_grid", key, data, open=None).open)


def naming_cards(
    key: str,
    people: Sequence[dict[str, Any]],
    known: Sequence[dict[str, str]],
    on_name: Callable[[int, str], None],
) -> int | None:
    """Persons with a field for their name.

    Args:
        key: of the instance.
        people: from `grid_data.naming_cards`.
        known: `name` and `photos` of the persons there are, to complete and to warn.
        on_name: called with a person and a name.

    Returns:
        The person that was opened, or None.
    """

    def named() -> None:
        given = st.session_state[key].get("named")
        if isinstance(given, dict) and _chosen(given.get("id")) is not None:
            on_name(int(given["id"]), str(given.get("name", "")))

    data = {"people": people, "known": known}
    return _chosen(_mount("naming_cards", key, data, open=None, named=named).open)


def photo_view(key: str, data: dict[str, Any]) -> tuple[int | None, int | None]:
    """One photo with the faces in it; gives the person or the other photo that was asked for."""
    result = _mount("photo_view", key, data, open=None, step=None)
    return _chosen(result.open), _chosen(result.step)


def _chosen(value: object) -> int | None:
    """A browser can send anything; only a whole number is an id."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _mount(name: str, key: str, data: dict[str, Any], **events: Callable[[], None] | None) -> Any:
    callbacks = {f"on_{event}_change": then or _nothing for event, then in events.items()}
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return _renderer(name)(key=key, data=data | {"base": base}, **callbacks)


def _nothing() -> None:
    """An event is only passed on where something is called for it."""


@cache
def _renderer(name: str) -> Any:
    folder = files("gallery.ui")
    script = "\n".join(
        (folder / file).read_text(encoding="utf-8") for file in (*_SHARED, f"{name}.js")
    )
    style = (folder / f"{name}.css").read_text(encoding="utf-8")
    return st.components.v2.component(f"gallery_{name}", html=_HTML[name], css=style, js=script)
