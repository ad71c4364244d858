"""The files that were kept out, with the ways to deal with them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import streamlit as st

from gallery.store import failures as failure_store
from gallery.store.failures import FailedFile
from gallery.ui import words
from gallery.ui.adding import try_again
from gallery.ui.frame import App, guarded, say
from gallery.ui.pager import page_of

_ROWS = 20


def draw_kept_out(app: App) -> None:
    """The list, by reason, and what can be done."""
    failed = sorted(failure_store.listed(app.library), key=lambda item: item.refusal.code)
    if not failed:
        return
    st.header(f"Kept out ({len(failed):,})", anchor=False)
    # The buttons come first and need to know what is chosen below them.
    actions = st.container()
    with st.container(border=True, key="kept-out"):
        chosen = _draw_rows(app, page_of(failed, "kept-out", _ROWS))
    with actions:
        _draw_actions(app, chosen or failed, some=bool(chosen))


def _draw_rows(app: App, shown: Sequence[FailedFile]) -> list[FailedFile]:
    chosen = []
    for code, group in groupby(shown, key=lambda item: item.refusal.code):
        st.markdown(f"**{words.WHY_KEPT_OUT[code]}**")
        for item in group:
            refusal = item.refusal
            reason = refusal.reason
            if app.settings.demo:
                reason = words.without_paths(reason)
            name = words.file_and_folder(refusal.path)
            label = f"{words.plain(name)} :gray[{words.plain(reason)}]"
            if st.checkbox(label, key=f"kept-out-{refusal.id}"):
                chosen.append(item)
    return chosen


def _draw_actions(app: App, chosen: list[FailedFile], *, some: bool) -> None:
    which = f"{len(chosen):,}" if some else f"all {len(chosen):,}"
    can = [item for item in chosen if item.refusal.can_be_overruled]
    with st.container(horizontal=True):
        again = st.button(f"Try {which} again", icon=":material/refresh:")
        anyway = bool(can) and st.button(
            f"Take in {len(can):,} all the same", icon=":material/check:", help=_WHICH
        )
        with st.popover(f"Forget {which}", icon=":material/delete:"):
            st.markdown(
                "They leave this list. Files on your disk are not touched; uploads have to be "
                "uploaded again."
            )
            ids = [item.refusal.id for item in chosen if item.refusal.id is not None]
            forget = st.button("Forget them", type="primary")
    with guarded():
        if again or anyway:
            _try(app, can if anyway else chosen, overrule=anyway)
        if forget:
            gone = failure_store.forget(app.library, ids)
            say(f"{words.counted(gone, 'file')} forgotten.")
            st.rerun()


_WHICH = "Those that are too small or too blurry; of the others there is nothing to take in."


def _try(app: App, chosen: list[FailedFile], *, overrule: bool) -> None:
    gone = [item for item in chosen if not item.on_disk and item.kept is None]
    if gone:
        say(f"{words.counted(len(gone), 'file')} cannot be read again here: add them anew.")
    try_again(app, chosen, overrule=overrule)
    st.rerun()
