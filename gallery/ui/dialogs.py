"""What a page asks just now: a dialog that stays until it is answered or closed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, NoReturn

import streamlit as st

from gallery.ui.frame import App, guarded

_ASKED = "_asked"
_TURN = "_asked_turn"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to the user.

    Args:
        kind: which dialog asks it.
        faces: it is about.
        person: it is about.
        other: a second person it is about.
        persons: several persons it is about.
        unclear: whether no face is recognisable in the box that was drawn.
        parts: of a person's faces, where it is about parting them.
        step: how far it goes, such as decisions to take back.
        album: it is about.
        event: it is about.
    """

    kind: str
    faces: tuple[int, ...] = ()
    person: int | None = None
    other: int | None = None
    persons: tuple[int, ...] = ()
    unclear: bool = False
    parts: tuple[tuple[int, ...], ...] = ()
    step: int = 0
    album: int | None = None
    event: int | None = None


Draw = Callable[[App, Asked], None]


def ask(where: str, asked: Asked) -> NoReturn:
    """Ask a question on a page from its next run on."""
    st.session_state[_ASKED] = (where, asked)
    next_turn()
    st.rerun()


def turn() -> int:
    """How many questions were asked so far in this session.

    Fields under a key with the turn are empty, whatever was typed into those of the last one.
    """
    return int(st.session_state.get(_TURN, 0))


def next_turn() -> None:
    """Let fields be empty and what is folded out be closed again."""
    st.session_state[_TURN] = turn() + 1


def close() -> None:
    """Ask nothing any more."""
    st.session_state.pop(_ASKED, None)


def show(app: App, where: str, kinds: Mapping[str, tuple[str, Draw]], wide: str = "") -> None:
    """Draw the dialog of the question that is open, if there is one.

    Args:
        app: as of the page.
        where: the page and what it shows; a question of another one is forgotten.
        kinds: by kind the title and what to draw.
        wide: the kind whose dialog is wide.
    """
    given: tuple[str, Asked] | None = st.session_state.get(_ASKED)
    if given is None:
        return
    at, asked = given
    if at != where or asked.kind not in kinds:
        close()
        return
    title, draw = kinds[asked.kind]
    if asked.kind == "move" and len(asked.faces) > 1:
        title = f"Whose are these {len(asked.faces):,} faces?"
    width: Literal["small", "medium"] = "medium" if asked.kind == wide else "small"

    def body() -> None:
        with guarded():
            draw(app, asked)

    st.dialog(title, width=width, on_dismiss=close)(body)()
