"""The text in a photo on its page: all of it, and where the words lie that were searched for."""

from __future__ import annotations

from typing import Any

import streamlit as st

from gallery.errors import QueryError
from gallery.reading_text import lines_found
from gallery.records import Photo
from gallery.search import read_query
from gallery.store import text_lines
from gallery.ui.frame import App, asked_text


def draw(app: App, photo: Photo) -> None:
    """All lines, to be read and copied; nothing where there are none."""
    lines = text_lines.of_photo(app.library, photo.id)
    if lines:
        st.header("Text in the picture", anchor=False)
        # A block of code has a button that copies it, and shows every sign as it is.
        st.code("\n".join(line.text for line in lines), language=None, wrap_lines=True)


def marks(app: App, photo: Photo) -> list[dict[str, Any]]:
    """The lines with the words of the address's search: text, and box in percent of the sides."""
    text = asked_text("q")
    if not text:
        return []
    try:
        query = read_query(text)
    except QueryError:
        return []
    found = lines_found(text_lines.of_photo(app.library, photo.id), query)
    return [
        {
            "text": line.text,
            "left": round(100 * line.box[0] / photo.width, 3),
            "top": round(100 * line.box[1] / photo.height, 3),
            "width": round(100 * (line.box[2] - line.box[0]) / photo.width, 3),
            "height": round(100 * (line.box[3] - line.box[1]) / photo.height, 3),
        }
        for line in found
    ]
