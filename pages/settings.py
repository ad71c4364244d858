"""The library, the models, and the limits that grouping works with."""

import os
from contextlib import suppress
from pathlib import Path

import streamlit as st

from gallery.store import faces, people, photos
from gallery.ui import choices, dataset_form, frame, model_cards, text_status, words


def draw(app: frame.App) -> None:
    """All settings of this library."""
    frame.heading("Settings", "They apply to this library and are kept with it.")
    st.header("Library", anchor=False)
    library = st.empty()
    with library:
        draw_library(app)
    choices.draw_grouping(app)
    choices.draw_decisions(app)
    choices.draw_models(app)
    choices.draw_sharpness(app)
    text_status.draw_setting(app)
    dataset_form.draw(app)
    model_cards.draw(app.settings)
    # Looking at all files of a large library takes seconds.
    size = size_on_disk(str(app.library.root), photos.count(app.library))
    with library:
        draw_library(app, words.size(size))


def draw_library(app: frame.App, on_disk: str = "…") -> None:
    """Where it is and how much is in it."""
    rows = [
        ("Photos", f"{photos.count(app.library):,}"),
        ("Faces", f"{faces.count(app.library):,}"),
        ("People", f"{people.count(app.library):,}"),
        ("On disk", on_disk),
    ]
    if not app.settings.demo:
        rows.append(("Folder", str(app.library.root)))
    frame.definitions(rows)


@st.cache_data(ttl=300, show_spinner=False, max_entries=20)
def size_on_disk(root: str, photos: int) -> int:  # noqa: ARG001 - a changed library is looked at anew
    """Bytes of all files of a library."""
    total = 0
    for folder, _folders, names in os.walk(root):
        for name in names:
            with suppress(OSError):  # a file can vanish meanwhile
                total += (Path(folder) / name).stat().st_size
    return total


frame.run_page("Settings", draw, narrow=True)
