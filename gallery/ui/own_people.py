"""The owner's own people as a test set, on the page Evaluate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from gallery import workflow
from gallery.evaluate import charts
from gallery.evaluate.measuring import keep_own
from gallery.evaluate.own import (
    OwnPairs,
    known_faces,
    own_pairs,
    slices,
    too_little,
)
from gallery.models import registry
from gallery.records import Run
from gallery.store import runs
from gallery.ui import frame, threshold_lab, words
from gallery.ui.describing import state_of
from gallery.ui.face_pictures import pictures_of
from gallery.ui.picker_data import group
from gallery.ui.threshold_lab import Subject

_KINDS = {
    "person": "Person",
    "size": "Size of the smaller face",
    "sharpness": "Sharpness of the blurrier face",
    "years": "Years between the photos",
    "event": "Time between the photos",
}
_PEOPLE = 15


def draw(app: frame.App) -> None:
    """Rates from confirmed faces, or what is missing."""
    run = runs.current(app.library)
    if run is None:
        with frame.empty(
            "No faces yet", "Add photos first; then name people.", "query_stats", below=True
        ):
            if st.button("Add photos", type="primary"):
                frame.go("add")
        return
    state = state_of(app, run)
    pairs = _pairs(state, app, run)
    remarks = too_little(pairs)
    if not pairs.trials.is_enough:
        with frame.empty(
            "Too few people are confirmed", " ".join(remarks), "query_stats", below=True
        ):
            if st.button("Review", type="primary", icon=":material/quiz:"):
                frame.go("review")
            if st.button("See the people", icon=":material/group:"):
                frame.go("people")
        return
    genuine = int(pairs.trials.genuine.sum())
    frame.note(
        f"{words.people_counted(pairs.people)} with {words.counted(len(pairs.known.ids), 'face')} "
        f"that you confirmed: {genuine:,} pairs of one person, "
        f"{len(pairs.trials.genuine) - genuine:,} of two. {' '.join(remarks)}"
    )
    measured = _measured(run)
    subject = Subject(
        key="-".join(["own", *(str(part) for part in state[1:])]),
        name=run.space.model,
        trials=pairs.trials,
        threshold=measured,
        rows=lambda rows: _rows(app, pairs, rows),
        more={"Whom is it bad at?": lambda threshold: _draw_slices(pairs, threshold)},
    )
    threshold_lab.draw(subject, lambda threshold: _draw_keep(app, run, pairs, threshold))


def _draw_keep(app: frame.App, run: Run, pairs: OwnPairs, threshold: float) -> None:
    if st.button("Keep for reports", icon=":material/bookmark_add:"):
        with frame.guarded(), st.spinner("Measuring …"):
            keep_own(app.library, run.space, pairs, threshold)
            frame.say(f"Kept at {threshold:.3f}: it can be compared and goes into the next report.")
            st.rerun()


def _measured(run: Run) -> float:
    if not registry.is_known(run.space.model, "embedder"):
        return 0.5
    return workflow.thresholds_of(run.space.model).verify


@st.cache_resource(show_spinner="Comparing the faces you confirmed …", max_entries=2)
def _pairs(key: tuple[object, ...], _app: frame.App, _run: Run) -> OwnPairs:  # noqa: ARG001
    return own_pairs(known_faces(_app.library, _run.space))


def _rows(app: frame.App, pairs: OwnPairs, rows: Sequence[int]) -> list[dict[str, Any]]:
    known = pairs.known
    shown = []
    for row in rows:
        sides = [int(pairs.left[row]), int(pairs.right[row])]
        names = list(dict.fromkeys(known.labels.get(int(known.persons[s]), "") for s in sides))
        faces = pictures_of(app, [int(known.ids[side]) for side in sides])
        label = " and ".join(names)
        alike = f"alike {pairs.trials.scores[row]:.3f}"
        shown.append({"groups": [group(label, alike, faces, app.pictures.url)]})
    return shown


def _draw_slices(pairs: OwnPairs, threshold: float) -> None:
    found = [part.document() for part in slices(pairs, threshold)]
    for kind, title in _KINDS.items():
        parts = [part for part in found if part["by"] == kind]
        st.header(title, anchor=False)
        for rate in ("frr", "far"):
            told = [part for part in parts if part[rate] is not None]
            if not told:
                frame.note(f"{rate.upper()}: too few pairs to tell.")
                continue
            worst = sorted(told, key=lambda part: -float(part[rate] or 0))[:_PEOPLE]
            shown = worst if kind == "person" else told
            st.plotly_chart(
                charts.by_slice(shown, kind, rate),
                config={"displayModeBar": False},
                key=f"slice-{kind}-{rate}",
            )
            if kind == "person" and len(told) > _PEOPLE:
                frame.note(f"The worst {_PEOPLE} of {len(told):,}.")
