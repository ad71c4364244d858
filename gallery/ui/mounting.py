"""How a drawn part comes to the page, and how what the browser says of it is read.

A browser can send anything: what is not of the kind that was asked for is nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from math import isfinite
from typing import Any

import streamlit as st

_SHARED = (
    "reading.js", "media_address.js", "dialog_focus.js", "keep_focus.js", "arrow_keys.js",
    "name_field.js",
)  # fmt: skip
# Scripts of a component too long for one file, or that some share; styles likewise.
_PARTS = {
    "photo_grid": ("choosing.js",),
    "face_picker": ("choosing.js",),
    "face_map": (
        "map_points.js", "map_places.js", "map_view.js", "map_glance.js", "map_legend.js",
        "map_gestures.js",
    ),
    "photo_map": (
        "map_gestures.js", "world_outline.js", "world_view.js", "place_clusters.js", "map_tiles.js",
        "map_marks.js",
    ),
}  # fmt: skip
_STYLES = {
    "photo_grid": ("choosing.css",), "face_picker": ("choosing.css",),
    "face_map": ("map.css",), "photo_map": ("map.css",),
    "naming_cards": ("name_field.css",), "event_cards": ("name_field.css",),
}  # fmt: skip
_HTML = {
    "photo_grid": (
        '<div class="photos"><div class="tools"></div>'
        '<div class="grid"><div class="end"></div></div><div class="bar" hidden></div></div>'
    ),
    "album_grid": '<div class="albums"></div>',
    "people_grid": '<div class="people"></div>',
    "naming_cards": '<div class="cards"></div><datalist id="known-names"></datalist>',
    "photo_view": '<div class="view"></div>',
    "review_card": '<div class="review"></div><datalist id="known-names"></datalist>',
    "face_picker": '<div class="picker"></div>',
    "person_picker": '<div class="who"></div>',
    "face_rows": '<div class="rows"></div>',
    "history_list": '<div class="history"></div>',
    "face_map": '<div class="map"></div>',
    "photo_tags": '<div class="tags"></div><datalist id="known-tags"></datalist>',
    "search_bar": '<div class="search"></div>',
    "duplicate_groups": '<div class="groups"></div>',
    "picture_pair": '<div class="pair"></div>',
    "photo_map": '<div class="map"></div>',
    "event_cards": '<div class="events"></div>',
}


def mount(name: str, key: str, data: dict[str, Any], **events: Callable[[], None] | None) -> Any:
    """Put a drawn part on the page.

    Args:
        name: of its script and style.
        key: of the instance.
        data: that it draws.
        events: what it may say, each with what is called then, if anything is.
    """
    callbacks = {f"on_{event}_change": then or _nothing for event, then in events.items()}
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    # In bytes, since Streamlit would load pandas to see whether any value of it is a table.
    sent = json.dumps(data | {"base": base}, separators=(",", ":")).encode()
    return _renderer(name)(key=key, data=sent, **callbacks)


def _nothing() -> None:
    """An event is only passed on where something is called for it."""


@cache
def _renderer(name: str) -> Any:
    folder = files("gallery.ui")
    script = "\n".join(
        (folder / file).read_text(encoding="utf-8")
        for file in (*_SHARED, *_PARTS.get(name, ()), f"{name}.js")
    )
    style = "\n".join(
        (folder / file).read_text(encoding="utf-8")
        for file in (*_STYLES.get(name, ()), f"{name}.css")
    )
    return st.components.v2.component(f"gallery_{name}", html=_HTML[name], css=style, js=script)


def opening(key: str, event: str, open_one: Callable[[int], None]) -> Callable[[], None]:
    """What to call once a drawn part says a number.

    Args:
        key: of the instance.
        event: by which it says it.
        open_one: called with the number.
    """

    def said() -> None:
        state = st.session_state.get(key)
        number = whole_number(None if state is None else state.get(event))
        if number is not None:
            open_one(number)

    return said


def whole_number(value: object) -> int | None:
    """An id, or nothing."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def whole_numbers(value: object) -> list[int]:
    """Those of a list that are ids."""
    listed = value if isinstance(value, list) else []
    return [one for one in map(whole_number, listed) if one is not None]


def drawn_box(value: object) -> tuple[float, float, float, float] | None:
    """Left, top, width and height in percent, or nothing."""
    if not isinstance(value, dict):
        return None
    sides = [value.get(side) for side in ("left", "top", "width", "height")]
    if not all(isinstance(side, int | float) and 0 <= side <= 100 for side in sides):
        return None
    left, top, width, height = (float(side) for side in sides)  # type: ignore[arg-type]
    return left, top, width, height


def finite(value: object) -> float | None:
    """A number that is neither endless nor none."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and isfinite(value) else None  # type: ignore[arg-type]
