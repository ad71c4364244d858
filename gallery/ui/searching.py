"""The search bar, and the photos that what stands in it finds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from gallery.completing import complete
from gallery.errors import QueryError
from gallery.query import Query
from gallery.search import SHOWN, read_query, why
from gallery.store import found
from gallery.store.filters.registry import everything
from gallery.store.found import Counts
from gallery.store.timeline import Among
from gallery.ui import album_dialogs, dialogs, search_data, words
from gallery.ui.components import search_bar, written_so_far
from gallery.ui.frame import App, empty, guarded, heading
from gallery.ui.photo_list import of_search
from gallery.ui.photo_window import draw_window

_BAR = "search-bar"
_LAST = "_searched"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for.

    Args:
        text: as it stands in the field.
        query: understood; None where it cannot be.
        among: the photos that it finds.
        wrong: why not.
    """

    text: str
    query: Query | None
    among: Among | None = None
    wrong: QueryError | None = None


def asked(app: App, text: str) -> Asked:
    """What a text means in this library."""
    try:
        query = read_query(text)
        return Asked(text, query, found.which(app.library, query))
    except QueryError as error:
        return Asked(text, None, wrong=error)


def count(app: App, now: Asked) -> Counts | None:
    """How many photos are found, and of which kinds."""
    return None if now.query is None else found.counts(app.library, now.query, SHOWN)


def draw_head(app: App, now: Asked, detail: str, *, savable: bool) -> None:
    """The heading, and the way to keep a search as an album.

    Args:
        app: as of the page.
        now: what is looked for.
        detail: how many photos are found.
        savable: whether it is no more than what stands in the field.
    """
    query = now.query if savable and now.query is not None and now.query.terms else None
    pressed = False
    with st.container(horizontal=True, vertical_alignment="center", key="search-head"):
        with st.container(width="stretch"):
            heading("Search", detail)
        if query is not None:
            pressed = st.button("Save as album", icon=":material/photo_album:")
    if pressed:
        dialogs.ask(_BAR, dialogs.Asked("save"))
    if query is not None:
        draw_save = partial(album_dialogs.draw_save, query=query)
        dialogs.show(app, _BAR, {"save": ("Save as album", draw_save)})


@st.fragment
def draw_bar(app: App, now: Asked, counts: Counts | None, *, folded: bool) -> None:
    """The field with what it may go on with, the conditions, and what each value would find.

    Args:
        app: as of the page.
        now: what is looked for.
        counts: of what is found.
        folded: whether the values take little room, since photos are shown below.
    """
    with guarded():
        typed, caret = written_so_far(_BAR)
        offers = complete(app.library, typed, caret) if typed != now.text else []
        offered = search_data.offered(typed, offers)
        given = search_bar(_BAR, _data(now, counts) | {"offered": offered, "folded": folded})
        if given is not None:
            look_for(given)


def _data(now: Asked, counts: Counts | None) -> dict[str, Any]:
    facets = []
    if now.query is not None and counts is not None:
        facets = search_data.facets(now.query, counts.facets)
    return {
        "text": now.text,
        "placeholder": "People, places, tags, words, dates …",
        "terms": [] if now.query is None else search_data.terms(now.query),
        "facets": facets,
        "error": None if now.wrong is None else search_data.error(now.text, now.wrong),
    }


def look_for(text: str) -> None:
    """Go on with another query; it is in the address, so that it can be kept and gone back to."""
    if text:
        st.query_params["q"] = text
    else:
        st.query_params.pop("q", None)
    st.rerun()


def draw_photos(app: App, now: Asked) -> None:
    """The photos that are found, newest first, each with why."""
    if now.query is None:
        return
    photos = of_search(now.text, now.among)
    if st.session_state.get(_LAST) != now.text:
        photos.shown.move()
        st.session_state[_LAST] = now.text
    tiles = photos.tiles(app)
    if not tiles:
        draw_nothing(app, now.query)
        return
    reasons = why(app.library, now.query, [tile.id for tile in tiles])
    notes = {photo: search_data.note(told) for photo, told in reasons.items()}
    draw_window(app, photos, tiles, notes)


def draw_nothing(app: App, query: Query) -> None:
    """Nothing is found: which condition to leave out."""
    several = len(query.terms) > 1
    text = "Leave something out:" if several else "Try fewer or other words."
    with empty("No photo matches all of that" if several else "No photo matches that", text,
               "search_off"):  # fmt: skip
        if not several:
            if st.button("Begin anew", type="primary"):
                look_for("")
            return
        counted = found.without_one(app.library, query)
        for place, (one, photos) in enumerate(zip(query.terms, counted, strict=True)):
            label = (
                f"Without {words.plain(search_data.said(one))} ({words.counted(photos, 'photo')})"
            )
            if photos and st.button(label, key=f"without-{place}"):
                look_for(str(query.without_term(place)))
        if not any(counted) and st.button("Begin anew", type="primary"):
            look_for("")


def draw_help() -> None:
    """What can be searched, and how it is written."""
    with st.expander("What can be searched", icon=":material/help:"):
        lines = ["| write | finds |", "|---|---|"]
        lines += [
            f"| `{one.example.replace('|', chr(92) + '|')}` | {words.plain(one.says)} |"
            for one in everything().values()
        ]
        lines.append("| `-tag:night` | a minus leaves photos out |")
        st.markdown("\n".join(lines))
