"""What can be done with photos that were chosen in a grid, wherever the grid is.

An action is a label, an icon and a function of photo ids. One that is in `ACTIONS` is offered in
every grid; a page may offer more of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from gallery import photo_bin
from gallery.ui import album_dialogs, dialogs, fresh_undo, tag_dialogs, words
from gallery.ui.frame import App, guarded, say

_ASKED = "_photos_asked"
_CLEARED = "_photos_cleared"


@dataclass(frozen=True, slots=True)
class PhotoAction:
    """Something to be done with chosen photos.

    Args:
        id: of its own in a grid.
        label: on the button.
        icon: name of a Material symbol.
        do: does it, and gives what to say; what it raises as a GalleryError is said. Of an action
            with a title it draws a dialog, and gives None until that is answered.
        title: of the dialog; without one it is done at once.
        single: whether it is about one photo only.
        main: whether it is the one that most want.
        key: on the keyboard, besides the button.
    """

    id: str
    label: str
    icon: str
    do: Callable[[App, list[int]], str | None]
    title: str = ""
    single: bool = False
    main: bool = False
    key: str = ""

    @property
    def drawn(self) -> dict[str, Any]:
        """As the grid draws it."""
        return {
            "id": self.id,
            "label": self.label,
            "icon": self.icon,
            "single": self.single,
            "main": self.main,
            "key": self.key,
            "asks": bool(self.title),
        }


def _to_bin(app: App, photos: list[int]) -> str:
    count = photo_bin.put(app.library, photos)
    return f"{words.counted(count, 'photo')} put into the bin."


ACTIONS: tuple[PhotoAction, ...] = (
    PhotoAction(
        "album",
        "Add to album",
        "photo_album",
        album_dialogs.add_to_album,
        "Add to album",
        main=True,
    ),
    PhotoAction("tag", "Add a tag …", "new_label", tag_dialogs.give, "Add a tag"),
    PhotoAction("untag", "Take a tag away …", "label_off", tag_dialogs.take, "Take a tag away"),
    PhotoAction("bin", "Move to the bin", "delete", _to_bin, key="Delete"),
)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question about chosen photos that is open in a grid."""

    grid: str
    action: str
    photos: list[int]


def cleared() -> int:
    """A number that changes when nothing is to be chosen any more."""
    return int(st.session_state.get(_CLEARED, 0))


def act(
    app: App, grid: str, actions: Sequence[PhotoAction], action: str | None, photos: list[int]
) -> None:
    """Do what was asked for with chosen photos, or ask about it; then go on with an open question.

    Args:
        app: whose library.
        grid: name of the window.
        actions: that it offers.
        action: what was asked for just now, if anything was.
        photos: with which.
    """
    found = {one.id: one for one in actions}
    wanted = found.get(action or "")
    if wanted is not None and wanted.title:
        dialogs.close()
        dialogs.next_turn()
        st.session_state[_ASKED] = _Asked(grid, wanted.id, photos)
    elif wanted is not None:
        with guarded():
            before = fresh_undo.latest(app)
            _finish(app, grid, before, wanted.do(app, photos))
    asked: _Asked | None = st.session_state.get(_ASKED)
    if asked is None:
        return
    if asked.grid != grid or asked.action not in found:
        _close()
        return
    one = found[asked.action]

    def body() -> None:
        with guarded():
            before = fresh_undo.latest(app)
            said = one.do(app, asked.photos)
            if said is not None:
                _finish(app, grid, before, said)

    st.dialog(one.title, on_dismiss=_close)(body)()


def _close() -> None:
    st.session_state.pop(_ASKED, None)


def _finish(app: App, grid: str, before: int | None, said: str | None) -> None:
    """Say what was done, offer to take it back, and let nothing be chosen any more."""
    _close()
    fresh_undo.remember(app, grid, before)
    st.session_state[_CLEARED] = cleared() + 1
    if said:
        say(said)
    st.rerun()
