"""A threshold that one moves, and what moves with it: rates, curves, pictures of the errors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from gallery.evaluate import charts
from gallery.evaluate.figures import figures
from gallery.evaluate.verification import Trials, rates_at
from gallery.ui import words
from gallery.ui.components import face_rows
from gallery.ui.frame import go, note

_SHOWN = 6
_WORST, _NEAR = "The worst", "At the line"
_CURVES, _ERRORS = "Curves", "Errors as pictures"
_PLOT = {"displayModeBar": False}
# Three of them stand side by side on a desktop.
_PLOT_WIDTH = 360


@dataclass(frozen=True, eq=False)
class Subject:
    """Pairs that were measured.

    Args:
        key: tells it from others.
        name: of the configuration, in a plot's legend.
        trials: the pairs.
        threshold: the one measured to be best.
        rows: what to show of some pairs, as rows of `face_rows`.
        more: further views by title, drawn at a threshold.
    """

    key: str
    name: str
    trials: Trials
    threshold: float
    rows: Callable[[Sequence[int]], list[dict[str, Any]]]
    more: dict[str, Callable[[float], None]]


@st.fragment
def draw(subject: Subject, keep: Callable[[float], None] | None = None) -> None:
    """Slider, rates, and what is chosen to be seen.

    Args:
        subject: the pairs.
        keep: draws what can be done with the threshold, below.
    """
    key = f"threshold-{subject.key}"
    # Of a slider that was not drawn for a while, Streamlit forgets the value.
    st.session_state.setdefault(key, st.session_state.get(f"_{key}", round(subject.threshold, 3)))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        threshold = st.slider(
            "One person from this similarity on",
            0.0,
            1.0,
            step=0.001,
            format="%.3f",
            key=key,
            help="To the right: fewer strangers are taken for one person, and more photos of one "
            "person for two.",
        )
        st.button(
            "Measured value",
            icon=":material/undo:",
            on_click=_reset,
            args=(key, round(subject.threshold, 3)),
            disabled=threshold == round(subject.threshold, 3),
        )
    st.session_state[f"_{key}"] = threshold
    _draw_rates(subject, threshold)
    views = [_CURVES, _ERRORS, *subject.more]
    view = st.segmented_control(
        "What to see",
        views,
        default=views[0],
        required=True,
        label_visibility="collapsed",
        key=f"view-{subject.key}",
    )
    if view == _CURVES:
        _draw_curves(subject, threshold)
    elif view == _ERRORS:
        _draw_errors(subject, threshold)
    else:
        subject.more[str(view)](threshold)
    if keep is not None:
        keep(threshold)


def _reset(key: str, value: float) -> None:
    st.session_state[key] = value


def _draw_rates(subject: Subject, threshold: float) -> None:
    rates = rates_at(subject.trials, threshold)
    genuine = int(subject.trials.genuine.sum())
    impostors = len(subject.trials.genuine) - genuine
    with st.container(horizontal=True, key="rates"):
        for title, rate, wrong, total, help_ in (
            ("FAR", rates.far, rates.false_accepts, impostors, "two people taken for one"),
            ("FRR", rates.frr, rates.false_rejects, genuine, "one person taken for two"),
        ):
            shown = "0 %" if not rate else f"{100 * rate:.2f} %"
            st.metric(title, shown, help=f"{wrong:,} of {total:,} pairs: {help_}", border=True)
        st.metric("Right", f"{100 * rates.accuracy:.2f} %", help="of all pairs", border=True)
        st.metric(
            "EER",
            f"{100 * subject.trials.curve.eer:.2f} %",
            help="where FAR and FRR are equal; does not depend on the threshold",
            border=True,
        )


def _draw_curves(subject: Subject, threshold: float) -> None:
    document = figures(subject.trials, threshold)
    with st.container(horizontal=True):
        for number, plot in enumerate(
            (
                charts.scores(document, threshold),
                charts.roc({subject.name: document}, threshold),
                charts.det({subject.name: document}, threshold),
            )
        ):
            with st.container(width=_PLOT_WIDTH, key=f"plot-{number}"):
                st.plotly_chart(plot, config=_PLOT, key=f"plot-{number}-{subject.key}")


def _draw_errors(subject: Subject, threshold: float) -> None:
    which = st.segmented_control(
        "Which errors",
        [_WORST, _NEAR],
        default=_WORST,
        required=True,
        label_visibility="collapsed",
        key=f"which-{subject.key}",
    )
    scores, genuine = subject.trials.scores, subject.trials.genuine
    found = ~np.isnan(scores)
    near = np.abs(scores - threshold)
    for title, rows, distance in (
        ("Two people taken for one", found & ~genuine & (scores >= threshold), -scores),
        ("One person taken for two", found & genuine & (scores < threshold), scores),
    ):
        wrong = np.flatnonzero(rows)
        order = np.argsort((near if which == _NEAR else distance)[wrong], kind="stable")
        st.header(f"{title}: {words.counted(len(wrong), 'pair')}", anchor=False)
        if not len(wrong):
            note("None at this threshold.")
            continue
        chosen = wrong[order[:_SHOWN]].tolist()
        opened = face_rows(f"errors-{title}-{subject.key}", subject.rows(chosen))
        if opened is not None:
            go("photo", photo=opened)
