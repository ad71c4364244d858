"""The other ways to group: an algorithm with its parameters, made from their descriptions."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from gallery import workflow
from gallery.algorithms import ALGORITHMS, Algorithm, Parameter
from gallery.ui.frame import App, note
from gallery.ui.grouping_words import TITLES

# A slider over more whole numbers than this cannot be set to one of them.
_MOST_ON_SLIDER = 1000


def choose(app: App) -> tuple[str, dict[str, float]] | None:
    """An algorithm with its parameters, once the button is pressed.

    Raises:
        GalleryError: The embedder has no measured thresholds to begin with.
    """
    titles = {name: algorithm.title for name, algorithm in ALGORITHMS.items()}
    name = st.selectbox(
        "How to group", list(titles), format_func=lambda option: titles.get(option, option)
    )
    algorithm = ALGORITHMS[name]
    note(algorithm.meaning)
    link = workflow.group_options(app.settings).link
    given = draw_parameters(algorithm, link, "way")
    if st.button("Group this way", type="primary", icon=":material/group_work:"):
        return name, given
    return None


def draw_parameters(
    algorithm: Algorithm, link: float, key: str, width: int | Literal["stretch"] = "stretch"
) -> dict[str, float]:
    """A slider for each parameter of an algorithm; their values.

    Args:
        algorithm: whose.
        link: where its link value begins, if it has none of its own.
        key: tells these sliders from others.
        width: of each, in pixels.
    """
    return {
        parameter.name: _draw_parameter(
            parameter, link, f"{key}-{algorithm.name}-{parameter.name}", width
        )
        for parameter in algorithm.parameters
    }


def _draw_parameter(
    parameter: Parameter, link: float, key: str, width: int | Literal["stretch"]
) -> float:
    title = TITLES.get(parameter.name, parameter.name)
    default = link if parameter.default is None else parameter.default
    low, high = parameter.low, parameter.high
    if not parameter.whole:
        return float(
            st.slider(
                title,
                low,
                high,
                default,
                0.005,
                "%.3f",
                key=key,
                help=parameter.meaning,
                width=width,
            )
        )
    draw = st.slider if high - low <= _MOST_ON_SLIDER else st.number_input
    return float(
        draw(title, int(low), int(high), int(default), key=key, help=parameter.meaning, width=width)
    )
