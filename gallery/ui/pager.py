"""Long lists, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import streamlit as st

Item = TypeVar("Item")


def page_of(items: Sequence[Item], key: str, size: int) -> list[Item]:
    """The page to show; draws the way to the others where there are any."""
    pages = max(1, -(-len(items) // size))
    state = f"_page_{key}"
    # The list may have become shorter since.
    at = min(int(st.session_state.get(state, 0)), pages - 1)
    if pages > 1:
        first, last = at * size + 1, min(len(items), (at + 1) * size)
        with st.container(horizontal=True, vertical_alignment="center", key=f"pager-{key}"):
            for label, step, icon in (
                ("Previous", -1, "chevron_left"),
                ("Next", 1, "chevron_right"),
            ):
                st.button(
                    label,
                    key=f"{label}-{key}",
                    icon=f":material/{icon}:",
                    disabled=not 0 <= at + step < pages,
                    on_click=_turn,
                    args=(state, at + step),
                )
            st.markdown(f"{first:,} to {last:,} of {len(items):,}", width="content")
    return list(items[at * size : (at + 1) * size])


def _turn(state: str, page: int) -> None:
    st.session_state[state] = page
