"""Adding photos, and the files that were kept out."""

from pathlib import Path

import streamlit as st

from gallery.errors import SourceError
from gallery.reading import IngestOptions
from gallery.records import OVERRULABLE
from gallery.sources import find_photos, from_upload
from gallery.ui import frame, text_status, words
from gallery.ui.adding import add_sample_album, room_left, show_outcome, take_in
from gallery.ui.kept_out import draw_kept_out

_UPLOADS = "_uploads"


def draw(app: frame.App) -> None:
    """Ways in, what came of the last, and what was kept out."""
    frame.heading("Add photos")
    show_outcome(app)
    if app.settings.demo:
        draw_demo_note(app)
        if room_left(app) != 0:
            draw_upload(app)
    else:
        upload, folder = st.tabs(["Upload", "Folder on this computer"])
        with upload:
            draw_upload(app)
        with folder:
            draw_folder(app)
    if room_left(app) != 0 and st.button(
        "Add the sample album", icon=":material/auto_awesome:", type="tertiary"
    ):
        with frame.guarded():
            add_sample_album(app)
    text_status.draw(app)
    draw_kept_out(app)


def draw_demo_note(app: frame.App) -> None:
    """What becomes of an upload, and how much may be uploaded."""
    room, most = room_left(app), app.settings.demo_max_photos
    st.info(
        "What you upload is seen by you alone and is gone when you leave. "
        + (
            f"There is room for {words.counted(room or 0, 'more photo', 'more photos')} of {most}."
            if room
            else f"Your library is full: it holds {most} photos. Reload the page to begin anew, "
            "or run the gallery on your own computer, where nothing limits it."
        ),
        icon=":material/lock:",
    )


def draw_options(key: str) -> frozenset:
    """What is taken in that is kept out as a rule."""
    with st.expander("Options"):
        anyway = st.checkbox("Take in blurry and small photos all the same", key=f"anyway-{key}")
    return OVERRULABLE if anyway else frozenset()


def draw_upload(app: frame.App) -> None:
    """Files from the browser."""
    turn = st.session_state.setdefault(_UPLOADS, 0)
    limit = app.settings.demo_max_mb if app.settings.demo else None
    uploads = st.file_uploader(
        "Photos, or ZIP files of photos",
        accept_multiple_files=True,
        key=f"uploads-{turn}",
        max_upload_size=limit,
    )
    overruled = draw_options("upload")
    count = len(uploads)
    label = f"Add {words.counted(count, 'file')}" if count else "Add"
    if not st.button(label, type="primary", disabled=not count, key="add-uploads"):
        return
    if limit is not None and sum(upload.size for upload in uploads) > limit * 1_000_000:
        st.error(f"That is more than the {limit} MB allowed at a time. Take some files out.")
        return
    sources = (
        item for upload in uploads for item in from_upload(upload.name, upload, app.settings)
    )
    with frame.guarded():
        take_in(app, sources, IngestOptions(overruled=overruled, most=room_left(app)))
        # A new key empties the field.
        st.session_state[_UPLOADS] = turn + 1
        st.rerun()


def draw_folder(app: frame.App) -> None:
    """A folder on the machine that runs the app."""
    named = st.text_input(
        "Folder, with all its subfolders",
        placeholder=str(Path.home() / "Pictures"),
        key="folder",
    ).strip()
    in_place = st.radio(
        "The originals",
        [True, False],
        format_func=lambda stay: (
            "Leave them where they are" if stay else "Copy them into the library"
        ),
        captions=[
            "Takes little room. The folder has to stay connected to see photos in full.",
            "The library is complete on its own.",
        ],
    )
    overruled = draw_options("folder")
    if not st.button("Add folder", type="primary", key="add-folder"):
        return
    with frame.guarded():
        if not named:
            raise SourceError("Write the path of a folder first.")
        sources = find_photos([Path(named)], app.settings)
        take_in(app, sources, IngestOptions(in_place=bool(in_place), overruled=overruled))
        st.rerun()


frame.run_page("Add", draw, narrow=True)
