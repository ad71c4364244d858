"""Pictures of files that are not in the library, such as those of a test set."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from gallery import ingest
from gallery.config import load_settings
from gallery.ui.images import address

_SIDE = 160


def small_picture(path: str) -> str:
    """The address of a small version of a photo; empty where it cannot be read."""
    data = _small(path)
    return "" if data is None else address(data, path)


@st.cache_data(show_spinner=False, max_entries=500)
def _small(path: str) -> bytes | None:
    return ingest.small_picture(Path(path), load_settings(), _SIDE)
