"""Long lists, a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import streamlit as st

Item = TypeVar("Item")
Key = TypeVar("Key")


def page_of(items: Sequence[Item], key: str, size: int) -> list[Item]:
    """The page to show; draws the way to the others where there are any."""
    pages = max(1, -(-len(items) // size))
    state = f"_page_{key}"
    # The list may have become shorter since.
    at = min(int(st.session_state.get(state, 0)), pages - 1)
    if pages > 1:
        _draw(
            key,
            (at * size, min(len(items), (at + 1) * size), len(items)),
            lambda step: _turn(state, at + step),
        )
    return list(items[at * size : (at + 1) * size])


def _turn(state: str, page: int) -> None:
    st.session_state[state] = page


def page_by_key(
    read: Callable[[Key | None], list[Item]],
    key_of: Callable[[Item], Key],
    count_to: Callable[[Key], int],
    key: str,
    size: int,
    total: int,
) -> list[Item]:
    """The page to show of a list that is never read whole.

    Args:
        read: gives a page of the list: what comes after a key, or with None the first items.
        key_of: of an item.
        count_to: how many items there are up to a key.
        key: name of the list.
        size: items on a page.
        total: items in the list.
    """
    state = f"_keys_{key}"
    # Each page begins after the last item of the one before it.
    ends: list[Key] = st.session_state.get(state, [])
    shown = read(ends[-1] if ends else None)
    while ends and not shown:
        # What was on it has left the list since.
        ends = ends[:-1]
        shown = read(ends[-1] if ends else None)
    # Not so many times the size of a page: items of the pages before may have left since.
    first = count_to(ends[-1]) if ends else 0
    if ends and (not first or total <= size):
        ends, first, shown = [], 0, read(None)
    if total > size:
        before, onward = ends[:-1], [*ends, *(key_of(item) for item in shown[-1:])]
        _draw(
            key,
            (first, first + len(shown), total),
            lambda step: _go_to(state, onward if step > 0 else before),
        )
    return shown


def _go_to(state: str, ends: list[Key]) -> None:
    st.session_state[state] = ends


def _draw(key: str, part: tuple[int, int, int], turn: Callable[[int], None]) -> None:
    """The way to the page before and the next; which part of how many is shown."""
    first, last, total = part
    with st.container(horizontal=True, vertical_alignment="center", key=f"pager-{key}"):
        for label, step, icon, there in (
            ("Previous", -1, "chevron_left", first > 0),
            ("Next", 1, "chevron_right", last < total),
        ):
            st.button(
                label,
                key=f"{label}-{key}",
                icon=f":material/{icon}:",
                disabled=not there,
                on_click=turn,
                args=(step,),
            )
        st.markdown(f"{first + 1:,} to {last:,} of {total:,}", width="content")
