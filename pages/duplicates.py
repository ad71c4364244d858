"""Pictures that are there more than once, class by class, and the bin."""

import streamlit as st

from gallery.duplicates import TWICE, Group, Kind, find, groups, left_to_compare
from gallery.store import binned, photos
from gallery.ui import bin_part, duplicate_review, frame, similar_review, words
from gallery.ui.duplicate_cards import TITLES
from gallery.ui.naming import draw_undo
from gallery.ui.progress import ProgressBar

_SHOWN = "duplicates-shown"
_BIN = "bin"


def draw(app: frame.App) -> None:
    """All of it, after what is new was compared."""
    in_bin = binned.count(app.library)
    if not photos.count(app.library) and not in_bin:
        text = "Add photos, and those that are there more than once are found and shown here."
        draw_empty("No photos yet", text)
        return
    compare(app)
    found = {kind: groups(app.library, kind) for kind in TITLES if kind in TWICE}
    if not any(found.values()) and not in_bin and not similar_review.is_possible(app.library):
        frame.heading("Duplicates")
        draw_undo(app)
        text = "Add more photos, and they are compared as well."
        draw_empty("Every picture is here once", text, below=True)
        return
    frame.heading("Duplicates", summary(found))
    shown = choose(found, in_bin, similar=similar_review.is_possible(app.library))
    draw_undo(app)
    if shown == _BIN:
        bin_part.draw(app)
    elif shown == Kind.SIMILAR:
        similar_review.draw(app)
    elif not found[Kind(shown)]:
        frame.note("Nothing left here.")
    else:
        duplicate_review.draw(app, Kind(shown), found[Kind(shown)])


def compare(app: frame.App) -> None:
    """Look through the photos that are new."""
    if left_to_compare(app.library):
        with ProgressBar("Comparing photos") as bar:
            bar.follow(find(app.library))


def summary(found: dict[Kind, list[Group]]) -> str:
    """As in `12 pictures are here more than once, in 15 files too many. 3 bursts`."""
    same, bursts = found[Kind.SAME_PICTURE], len(found[Kind.BURST])
    said = "No picture is here twice."
    if same:
        extra = sum(len(group.photos) - 1 for group in same)
        are = "is" if len(same) == 1 else "are"
        said = f"{words.counted(len(same), 'picture')} {are} here more than once, in "
        said += f"{words.counted(extra, 'file')} too many."
    return f"{said} {words.counted(bursts, 'burst')}." if bursts else said


def choose(found: dict[Kind, list[Group]], in_bin: int, *, similar: bool) -> str:
    """The class to look at, or the bin; at first one that has something in it."""
    labels = {str(kind): f"{TITLES[kind]} ({len(some):,})" for kind, some in found.items() if some}
    if similar:
        # Looked for when it is asked for: there may be many, and none of them too many.
        labels[Kind.SIMILAR] = TITLES[Kind.SIMILAR]
    if in_bin:
        labels[_BIN] = f"Bin ({in_bin:,})"
    # What was chosen may have become empty since.
    if st.session_state.get(_SHOWN) not in labels:
        st.session_state[_SHOWN] = next(iter(labels))
    chosen = st.segmented_control(
        "What to look at",
        list(labels),
        format_func=lambda name: labels[name],
        key=_SHOWN,
        required=True,
        label_visibility="collapsed",
    )
    return str(chosen)


def draw_empty(title: str, text: str, *, below: bool = False) -> None:
    """What to do where there is nothing to look at."""
    with frame.empty(title, text, "content_copy", below=below):
        add = st.button("Add photos", type="primary", icon=":material/add_photo_alternate:")
    if add:
        frame.go("add")


frame.run_page("Duplicates", draw)
