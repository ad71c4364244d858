"""Pictures of files that are not in the library, such as those of a test set."""

from __future__ import annotations

import io

import streamlit as st
from PIL import Image

from gallery.ui.images import address

_SIDE = 160


def small_picture(path: str) -> str:
    """The address of a small version of a photo; empty where it cannot be read."""
    try:
        return address(_small(path), path)
    except OSError:
        return ""


@st.cache_data(show_spinner=False, max_entries=500)
def _small(path: str) -> bytes:
    with Image.open(path) as image:
        image.draft("RGB", (_SIDE, _SIDE))
        small = image.convert("RGB")
        small.thumbnail((_SIDE, _SIDE))
        stream = io.BytesIO()
        small.save(stream, "JPEG", quality=85)
    return stream.getvalue()
