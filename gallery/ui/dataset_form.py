"""Writes the faces of a library out as a data set, on the page Settings."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from gallery import workflow
from gallery.dataset.export import DatasetOptions, Exported, export_dataset
from gallery.dataset.faces import Which
from gallery.errors import GalleryError
from gallery.store import runs
from gallery.table_files import Format
from gallery.ui import words
from gallery.ui.frame import App, guarded, note
from gallery.ui.progress import ProgressBar

_WRITTEN = "_dataset"
_NAMED = 100
_WHICH: dict[Which, str] = {
    "all": "All faces",
    "people": "Faces of people you named or confirmed",
    "confirmed": "Only faces you confirmed",
}
_FORMATS: dict[Format, str] = {"csv": "CSV", "parquet": "Parquet"}


def draw(app: App) -> None:
    """What to write, where to, and what was written."""
    st.header("Data set", anchor=False)
    note(
        "The aligned faces, a table of what is known of each, and their vectors, for other "
        "programs. It is personal data: give it only to whom you would give the photos."
    )
    if runs.current(app.library) is None:
        note("There are no faces yet.")
        return
    _draw_form(app)
    written: Exported | None = st.session_state.get(_WRITTEN)
    if written is not None and written.target.exists():
        _draw_written(app, written)


def _draw_form(app: App) -> None:
    with st.form("dataset", border=False):
        which = st.selectbox(
            "Whose faces", list(_WHICH), format_func=lambda key: _WHICH[key], width=340
        )
        format = st.segmented_control(
            "Table",
            list(_FORMATS),
            default="csv",
            required=True,
            format_func=lambda key: _FORMATS[key],
        )
        if app.settings.demo:
            out, zipped, replace = str(_folder_of_visit(app)), True, True
        else:
            out = st.text_input(
                "Folder of this computer to write to",
                value=str(app.library.root.parent / "data-set"),
                help="It has to be empty or not there yet.",
            )
            zipped = st.checkbox("One ZIP file instead of a folder")
            replace = st.checkbox("Replace an earlier data set there")
        sent = st.form_submit_button("Write the data set", icon=":material/dataset:")
    if not sent:
        return
    st.session_state.pop(_WRITTEN, None)
    with guarded():
        if not out.strip():
            raise GalleryError("Say which folder to write to.")
        options = DatasetOptions(which, format or "csv", zipped, replace)
        space = workflow.space_in_use(app.library)
        with ProgressBar("Cutting faces out") as bar:
            st.session_state[_WRITTEN] = export_dataset(
                app.library, space, app.settings, Path(out.strip()), options, bar.step
            )


def _folder_of_visit(app: App) -> Path:
    """In the visitor's own folder, which is deleted when they leave."""
    return app.library.root.parent / "data-set"


def withdraw(app: App) -> None:
    """Delete what a visitor could download: it may show somebody who is to be forgotten.

    A data set that the owner wrote to a folder is the owner's.
    """
    if app.settings.demo:
        _folder_of_visit(app).with_suffix(".zip").unlink(missing_ok=True)


def _draw_written(app: App, written: Exported) -> None:
    contents = written.contents
    where = "" if app.settings.demo else f" to {written.target}"
    with st.container(border=True, key="dataset-written"):
        said = (
            f"{words.counted(contents.faces, 'face')} of "
            f"{words.counted(contents.photos, 'photo')} written{where}."
        )
        st.markdown(f":material/check_circle: **{words.plain(said)}**")
        if contents.without_vector:
            few = words.counted(contents.without_vector, "face")
            note(f"{few} not described by the model in use left out; group again to add them.")
        if app.settings.demo:
            st.download_button(
                "Download",
                written.target.read_bytes(),
                file_name=written.target.name,
                mime="application/zip",
                icon=":material/download:",
                on_click="ignore",
            )
        if contents.left_out:
            photos = words.counted(len(contents.left_out), "photo")
            with st.expander(f"{photos} left out"):
                lines = [f"{one.path}: {one.reason}" for one in contents.left_out[:_NAMED]]
                if len(contents.left_out) > _NAMED:
                    lines.append(f"and {len(contents.left_out) - _NAMED:,} more")
                st.markdown("\n".join(f"- {words.plain(line)}" for line in lines))
