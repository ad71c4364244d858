"""The report, on the page Evaluate: what goes into it, and the files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

import streamlit as st

from gallery.algorithms import ALGORITHMS
from gallery.evaluate.measuring import measure_library
from gallery.report.collect import newest
from gallery.report.making import make_report
from gallery.report.pdf import find_browser
from gallery.store import evaluations, runs
from gallery.store.evaluations import Evaluation
from gallery.ui import frame, words
from gallery.ui.face_models import ready_models
from gallery.ui.progress import ProgressBar

_LEFT_OUT = "_left-out"
_KINDS = {
    "pairs": "Pairs of photos",
    "own": "Your people: one person or two",
    "clusters": "Grouping",
    "speed": "Response times",
}
_FILES = (
    ("html", "HTML", "text/html", "One file with plots and pictures, to read and to print."),
    ("pdf", "PDF", "application/pdf", "The same on pages."),
    ("md", "Markdown", "text/markdown", "The figures as text, without plots."),
    ("json", "JSON", "application/json", "Every figure, for a program."),
)


def draw(app: frame.App) -> None:
    """Measure, see what there is, and take it along."""
    kept = newest(evaluations.listed(app.library))
    grouped = runs.current(app.library) is not None
    if not kept and not grouped:
        text = "Add photos and say who is who; then there is something to report."
        with frame.empty("Nothing to report yet", text, "summarize", below=True):
            if st.button("Add photos", type="primary"):
                frame.go("add")
        return
    frame.note(
        "Data, settings, models with their licences, figures with intervals, plots, examples, "
        "response times, and how to get the same: what a colleague needs to check it."
    )
    if grouped:
        _draw_measuring(app, first=not kept)
    if not kept:
        return
    left_out: set[int] = st.session_state.setdefault(_LEFT_OUT, set())
    for one in kept:
        _draw_kept(one, left_out)
    _draw_files(app, kept, tuple(one.id for one in kept if one.id in left_out))


def _draw_measuring(app: frame.App, *, first: bool) -> None:
    if st.button(
        "Measure now" if first else "Measure again",
        type="primary" if first else "secondary",
        icon=":material/speed:",
        help="Your people, how well they are grouped, and how long things take. Lists of pairs "
        "are measured beside them.",
    ):
        with frame.guarded():
            models = ready_models(app.settings)
            with ProgressBar("Measuring") as bar:
                measure_library(app.library, app.settings, models, bar.step)
            st.rerun()


def _draw_kept(one: Evaluation, left_out: set[int]) -> None:
    out = one.id in left_out
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        title = f"**{_KINDS[one.kind]}**{', left out' if out else ''}"
        st.markdown(f"{title}  \n{words.plain(_said(one))}", width="stretch")
        st.button(
            "Put back" if out else "Leave out",
            icon=":material/undo:" if out else ":material/close:",
            key=f"leave-{one.id}",
            on_click=left_out.discard if out else left_out.add,
            args=(one.id,),
            help="Of the report; the measurement stays.",
        )


def _said(one: Evaluation) -> str:
    local, (_, model, _) = one.at.astimezone(), one.measured_with
    algorithm = ALGORITHMS.get(one.document.get("algorithm", ""))
    how = "" if algorithm is None else f"{algorithm.title}, "
    return f"{one.data}, {how}{model}, {words.day(local.date())}, {local:%H:%M}"


def _draw_files(app: frame.App, kept: list[Evaluation], without: tuple[int, ...]) -> None:
    faces = st.toggle(
        "Show and name people",
        value=True,
        help="Without, people are numbered, and no face and no file name is in the report, so "
        "that it can be passed on.",
    )
    name = f"gallery-report-{datetime.now().astimezone():%Y-%m-%d}"
    with st.container(horizontal=True):
        for kind, title, mime, help_ in _FILES:
            missing = kind == "pdf" and find_browser() is None
            st.download_button(
                title,
                data=_maker(app, kind, faces=faces, without=without),
                file_name=f"{name}.{kind}",
                mime=mime,
                icon=":material/download:",
                type="primary" if kind == "html" else "secondary",
                disabled=missing,
                help="Needs Chromium, Chrome or Edge where the gallery runs. Print the HTML "
                "instead."
                if missing
                else help_,
                on_click="ignore",
                # Another report is another file.
                key=f"report-{kind}-{faces}-{kept[0].id}-{len(kept)}-{without}",
            )


def _maker(
    app: frame.App, kind: str, *, faces: bool, without: tuple[int, ...]
) -> Callable[[], bytes]:
    """Made when it is asked for, not whenever the page is drawn."""
    return partial(make_report, app.library, app.settings, kind, faces=faces, without=without)
