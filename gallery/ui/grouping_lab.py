"""How well faces are grouped, on the page Evaluate: sliders, figures, curve, mistakes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import streamlit as st

from gallery import workflow
from gallery.algorithms import ALGORITHMS
from gallery.constraints import Labels
from gallery.evaluate import charts, grouped
from gallery.evaluate.grouped import FaceSet, Grouping
from gallery.evaluate.measuring import measure_grouping
from gallery.ui import frame, grouping_effect, grouping_mistakes, lab_faces, other_ways, words
from gallery.ui.progress import ProgressBar

_OWN, _FOLDER = "In this library", "In a folder of known people"
_CURVE, _IMPURE, _FRAGMENTED, _CHANGE = (
    "At other values", "Mixed groups", "Parted people", "What would change",
)  # fmt: skip
_CURVES = "_lab-curve"
# Three of them stand side by side on a desktop.
_SLIDER = 300


@dataclass(frozen=True, eq=False)
class _Lab:
    """What is being grouped, and how.

    Args:
        key: tells the faces from others.
        faces: to be grouped.
        how: the algorithm with its parameters.
        labels: what came of it.
        own: whether they are the library's own.
    """

    key: tuple[object, ...]
    faces: FaceSet
    how: Grouping
    labels: Labels
    own: bool

    @property
    def name(self) -> str:
        """Of the widgets that show it."""
        return "-".join(str(part) for part in self.key)


def draw(app: frame.App) -> None:
    """Choose faces, then move how they are grouped."""
    which = _OWN
    if not app.settings.demo:
        which = str(
            st.segmented_control(
                "Whose faces",
                [_OWN, _FOLDER],
                default=_OWN,
                required=True,
                label_visibility="collapsed",
                key="lab-data",
            )
        )
    _draw_lab(app, which == _OWN)


@st.fragment
def _draw_lab(app: frame.App, own: bool) -> None:
    with frame.guarded():
        # Looked up in here: what is done in here changes them.
        found = lab_faces.own_faces(app) if own else lab_faces.folder_faces(app)
        if found is not None:
            _draw_grouping(app, *found, own)


def _draw_grouping(app: frame.App, key: tuple[object, ...], faces: FaceSet, own: bool) -> None:
    settings = app.settings.with_changes(embedder=faces.space.model)
    titles = {name: algorithm.title for name, algorithm in ALGORITHMS.items()}
    with st.container(border=True):
        name = st.selectbox(
            "How to group",
            list(titles),
            format_func=lambda option: titles.get(option, option),
            key="lab-algorithm",
            help="The sliders begin at what was measured to be best for the model, or at your own "
            "value.",
        )
        link = workflow.group_options(settings).link
        with st.container(horizontal=True):
            given = other_ways.draw_parameters(
                ALGORITHMS[name], link, f"lab-{faces.space.model}", width=_SLIDER
            )
        measured = workflow.thresholds_of(faces.space.model).link
        st.button(
            "Measured values",
            icon=":material/undo:",
            on_click=_reset,
            args=(name, measured, f"lab-{faces.space.model}"),
            help=f"Back to {measured:g}, measured for this model, and the other defaults.",
        )
    method = workflow.grouping_method(settings, name, given)
    how = Grouping(method, settings.weak_quality, workflow.gate_options(settings))
    labels = _labels((key, how.told()), faces, how)
    lab = _Lab(key, faces, how, labels, own)
    _draw_figures(lab)
    views: dict[str, Callable[[], None]] = {}
    if own:
        views[_CHANGE] = lambda: grouping_effect.draw(app, settings, how, lab.key)
    if faces.known:
        views[_CURVE] = lambda: _draw_curve(lab)
        impure, fragmented = grouped.mistakes(faces, labels)
        views[_IMPURE] = lambda: grouping_mistakes.draw(app, lab.name, faces, impure, "group")
        views[_FRAGMENTED] = lambda: grouping_mistakes.draw(
            app, lab.name, faces, fragmented, "person"
        )
    if not views:
        return
    view = st.segmented_control(
        "What to see",
        list(views),
        default=next(iter(views)),
        required=True,
        label_visibility="collapsed",
        key=f"lab-view-{own}-{bool(faces.known)}",
    )
    views[str(view)]()
    if faces.known and st.button("Keep for reports", icon=":material/bookmark_add:"):
        _keep(app, lab)


def _reset(name: str, link: float, key: str) -> None:
    for parameter in ALGORITHMS[name].parameters:
        value = link if parameter.default is None else parameter.default
        widget = f"{key}-{name}-{parameter.name}"
        st.session_state[widget] = int(value) if parameter.whole else float(value)


@st.cache_resource(show_spinner="Grouping …", max_entries=24)
def _labels(key: tuple[object, ...], _faces: FaceSet, _how: Grouping) -> Labels:  # noqa: ARG001
    return grouped.group_set(_faces, _how)


def _draw_figures(lab: _Lab) -> None:
    found = grouped.document(lab.faces, lab.labels, lab.how)
    if "faces" not in found:
        frame.note(
            f"{words.counted(found['grouped'], 'face')} in "
            f"{words.counted(found['groups'], 'group')}. How good that is can be told "
            "once you have said who some of them are: name people, or answer questions on the "
            "page Review."
        )
        return
    frame.note(
        f"Grouped as if nobody had said anything, scored by {words.counted(found['faces'], 'face')}"
        f" of {words.people_counted(found['people'])} of whom it is known."
        if lab.own
        else f"{words.counted(found['faces'], 'face')} of {words.people_counted(found['people'])}."
    )
    with st.container(horizontal=True, key="rates"):
        for title, value, help_ in _tiles(found):
            st.metric(title, value, help=help_, border=True)


def _tiles(found: dict[str, Any]) -> list[tuple[str, str, str]]:
    near = found["silhouette"]

    def parts(name: str) -> str:
        right, got = found[f"{name}_precision"], found[f"{name}_recall"]
        return f"precision {right:.4f}, recall {got:.4f}"

    return [
        ("Pairwise F", f"{found['pairwise_f']:.4f}", f"over pairs of faces: {parts('pairwise')}"),
        ("BCubed F", f"{found['bcubed_f']:.4f}", f"averaged over faces: {parts('bcubed')}"),
        ("Purity", f"{found['purity']:.4f}", "share of faces that are of the majority"),
        ("NMI", f"{found['nmi']:.3f}", "normalised mutual information; flatters small groups"),
        ("ARI", f"{found['ari']:.3f}", "Rand index adjusted for chance"),
        (
            "Silhouette",
            "–" if near is None else f"{near:.3f}",
            "how much nearer faces are to their own group than to the next; needs no truth",
        ),
        (
            "Groups",
            f"{found['clusters']:,}",
            f"of {found['people']:,} people; {found['impure']:,} with more than one person",
        ),
    ]  # fmt: skip


def _draw_curve(lab: _Lab) -> None:
    knob = ALGORITHMS[lab.how.method.name].parameters[0].name
    key = (lab.key, lab.how.told(but=knob))
    held = st.session_state.get(_CURVES)
    if held is None or held[0] != key:
        with ProgressBar("Grouping at other values") as bar:
            held = (key, grouped.curve(lab.faces, lab.how, bar.step))
        st.session_state[_CURVES] = held
    st.plotly_chart(
        charts.against(held[1], lab.how.method.parameters[knob]),
        config={"displayModeBar": False},
        key=f"curve-{lab.name}",
    )


def _keep(app: frame.App, lab: _Lab) -> None:
    with frame.guarded():
        with ProgressBar("Grouping at other values") as bar:
            measure_grouping(app.library, lab.faces, lab.how, bar.step, with_curve=True)
        frame.say("Kept: it goes into the next report.")
        st.rerun()
