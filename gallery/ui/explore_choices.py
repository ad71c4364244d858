"""Above the map: how faces are laid out, and what they are coloured by."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from gallery.algorithms import Parameter
from gallery.layout import METHODS, Chosen, choose
from gallery.records import Run
from gallery.ui import grouping_words
from gallery.ui.dialogs import next_turn, turn
from gallery.ui.frame import note

_METHOD, _VALUES, _BY, _RUN = "_map_method", "_map_values", "_map_by", "_map_run"
_ANEW = "_map_anew"

PERSON, GROUP, QUALITY, TIME = "person", "group", "quality", "time"
_BYS = {PERSON: "Person", GROUP: "Group", QUALITY: "Quality", TIME: "Time"}
_TITLES = {"neighbours": "Faces looked at around each", "min_dist": "Room between alike faces"}


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to be seen.

    Args:
        chosen: how faces are laid out.
        by: what they are coloured by.
        run: whose groups colour them.
        anew: whether to lay them out anew although there is a map.
    """

    chosen: Chosen
    by: str
    run: Run
    anew: bool


def draw(kept: list[Run], current: Run) -> Choice:
    """The line of choices; what was chosen stays while other pages are looked at.

    Args:
        kept: groupings, the newest first.
        current: the one in use.
    """
    with st.container(horizontal=True, vertical_alignment="center", key="map-choices"):
        method = st.segmented_control(
            "Map",
            list(METHODS),
            format_func=lambda name: METHODS[name].title,
            default=st.session_state.get(_METHOD, next(iter(METHODS))),
            required=True,
            label_visibility="collapsed",
            key="map-method",
        )
        st.session_state[_METHOD] = method
        by = st.selectbox(
            "Colour by",
            list(_BYS),
            index=list(_BYS).index(st.session_state.get(_BY, PERSON)),
            format_func=lambda one: f"Colour: {_BYS.get(one, one)}",
            label_visibility="collapsed",
            width=180,
            key="map-by",
        )
        st.session_state[_BY] = by
        run = _draw_run(kept, current) if by == GROUP else current
        values = _draw_parameters(str(method))
    anew = bool(st.session_state.pop(_ANEW, False))
    return Choice(choose(str(method), values), str(by), run, anew)


def _draw_run(kept: list[Run], current: Run) -> Run:
    """Which grouping's groups are shown."""
    ids = [run.id for run in kept]
    wanted = st.session_state.get(_RUN, current.id)
    said = {run.id: grouping_words.short(run) for run in kept}
    chosen = st.selectbox(
        "Grouping",
        ids,
        index=ids.index(wanted if wanted in ids else current.id),
        format_func=lambda run: said.get(run, ""),
        label_visibility="collapsed",
        width=330,
        key="map-run",
    )
    st.session_state[_RUN] = chosen
    return next(run for run in kept if run.id == chosen)


def _draw_parameters(name: str) -> dict[str, float]:
    """The parameters of a method."""
    method = METHODS[name]
    values: dict[str, float] = st.session_state.setdefault(_VALUES, {}).setdefault(name, {})
    with (
        # Under another key, and so closed, once something was chosen.
        st.popover("Layout", icon=":material/tune:", key=f"map-layout-{name}-{turn()}"),
        st.form(f"map-{name}", border=False),
    ):
        note(method.meaning)
        now = {own.name: values.get(own.name, own.default or 0) for own in method.parameters}
        wanted = {own.name: _draw_slider(own, now[own.name]) for own in method.parameters}
        if st.form_submit_button("Lay out anew", type="primary", icon=":material/refresh:"):
            values.update(wanted)
            # A map with other parameters may be there from before; only the same is made anew.
            st.session_state[_ANEW] = wanted == now
            next_turn()
            st.rerun()
    return values


def _draw_slider(own: Parameter, now: float) -> float:
    title = _TITLES[own.name]
    if own.whole:
        low, high = int(own.low), int(own.high)
        return float(st.slider(title, low, high, int(now), help=own.meaning))
    return float(st.slider(title, own.low, own.high, float(now), 0.01, help=own.meaning))
