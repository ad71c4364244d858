"""Lists of pairs, such as LFW's, measured with one model or several, on the page Evaluate."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from gallery import workflow
from gallery.config import Settings
from gallery.errors import GalleryError
from gallery.evaluate import charts
from gallery.evaluate.measuring import measure_pairs
from gallery.evaluate.pairs import read_pairs
from gallery.evaluate.pairwise import PairResult, evaluate_pairs
from gallery.models import registry, weights
from gallery.models.cards import Task
from gallery.store import evaluations
from gallery.store.evaluations import Evaluation
from gallery.ui import frame, threshold_lab, words
from gallery.ui.face_models import ready_models
from gallery.ui.picture_files import small_picture
from gallery.ui.progress import ProgressBar
from gallery.ui.threshold_lab import Subject

_COMPARED = 7
_TWO_DIGITS = ("Accuracy %", "±", "EER %", "TAR at FAR 1 %", "TAR at FAR 0.1 %", "Photos/s")


def draw(app: frame.App) -> None:
    """What was measured so far, side by side; one of it with its threshold; a form for more."""
    kept = evaluations.listed(app.library, "pairs")
    if app.settings.demo and not kept:
        text = "Folders of this server cannot be measured in the public demo. Your people can."
        with frame.empty("Nothing was measured", text, "query_stats", below=True):
            pass
        return
    if not app.settings.demo:
        with st.expander("Measure", icon=":material/play_arrow:", expanded=not kept):
            _draw_form(app)
    if kept:
        _draw_table(app, kept)


def _draw_form(app: frame.App) -> None:
    with st.form("pairs", border=False):
        images = st.text_input(
            "Folder of the photos, a folder for each person",
            placeholder="/data/lfw",
            help="LFW as it is unpacked, or photos of your own test set.",
        )
        file = st.text_input(
            "List of pairs",
            placeholder="pairs.txt beside the photos",
            help="LFW's pairs.txt, or a CSV with the columns left, right, same.",
        )
        with st.container(horizontal=True):
            detectors = _models(app.settings, "detector", app.settings.detector)
            embedders = _models(app.settings, "embedder", app.settings.embedder)
        sent = st.form_submit_button("Measure", type="primary", icon=":material/play_arrow:")
    if not sent:
        return
    with frame.guarded():
        if not images.strip():
            raise GalleryError("Say in which folder the photos are.")
        for detector in detectors:
            for embedder in embedders:
                chosen = app.settings.with_changes(detector=detector, embedder=embedder)
                measure(app, chosen, images.strip(), file.strip())
        st.rerun()


def _models(settings: Settings, task: Task, default: str) -> list[str]:
    """Models whose files are here; several are measured one after the other."""
    usable = [card for card in registry.cards(task) if weights.is_usable(card, settings)]
    titles = {card.name: card.title for card in usable}
    label = "Finds faces" if task == "detector" else "Tells faces apart"
    return st.multiselect(
        label, list(titles), default=[default], format_func=lambda name: titles.get(name, name)
    )


def measure(app: frame.App, settings: Settings, images: str, file: str) -> None:
    """Measure one detector and embedder on a list of pairs and keep it.

    Raises:
        GalleryError: The list cannot be read, or the models cannot be had.
    """
    models = ready_models(settings)
    listed = Path(file).expanduser() if file else None
    with ProgressBar(f"Measuring {settings.detector} with {settings.embedder}") as bar:
        measure_pairs(app.library, settings, models, Path(images), listed, on_progress=bar.step)


def _percent(rate: float | None) -> float | None:
    return None if rate is None else 100 * rate


def _title(evaluation: Evaluation) -> str:
    detector, embedder, precision = evaluation.measured_with
    name = f"{detector} with {embedder}"
    return name if precision == "f32" else f"{name}, {precision}"


def _draw_table(app: frame.App, kept: Sequence[Evaluation]) -> None:
    st.header("Side by side", anchor=False)
    rows = [
        {
            "Configuration": _title(one),
            "Pairs": one.data,
            "Accuracy %": 100 * one.document["accuracy"],
            "±": 100 * (one.document["accuracy_std"] or 0.0),
            "EER %": 100 * one.document["eer"],
            "TAR at FAR 1 %": _percent(one.document["tar_at_far"]["0.01"]),
            "TAR at FAR 0.1 %": _percent(one.document["tar_at_far"]["0.001"]),
            "Threshold": one.document["threshold"],
            "No face": one.document["missed"],
            "Photos/s": one.document["images_per_second"] or None,
            "Measured": one.at,
        }
        for one in kept
    ]
    chosen = st.dataframe(
        rows,
        hide_index=True,
        on_select="rerun",
        selection_mode="multi-row",
        key="kept-pairs",
        column_config={name: st.column_config.NumberColumn(format="%.2f") for name in _TWO_DIGITS}
        | {"Measured": st.column_config.DatetimeColumn(format="D MMM YYYY, HH:mm")},
    )
    picked = [kept[row] for row in chosen["selection"]["rows"] if row < len(kept)]
    if not picked:
        frame.note("Choose rows to compare them; with one, its threshold can be moved.")
        picked = list(kept[:1])
    if len(picked) > 1:
        _draw_curves(picked[:_COMPARED])
        return
    _draw_one(app, picked[0])


def _draw_curves(picked: Sequence[Evaluation]) -> None:
    curves = {f"{_title(one)}, {one.data}": one.document for one in picked}
    with st.container(horizontal=True):
        for name, plot in (("roc", charts.roc(curves)), ("det", charts.det(curves))):
            with st.container(width=520, key=f"compared-{name}"):
                st.plotly_chart(plot, config={"displayModeBar": False}, key=f"chart-{name}")


def _draw_one(app: frame.App, evaluation: Evaluation) -> None:
    st.header(_title(evaluation), anchor=False)
    found = evaluation.document
    frame.note(
        f"{found['pairs']:,} pairs of {found['photos']:,} photos of "
        f"{words.people_counted(found['people'])}; accuracy {100 * found['accuracy']:.2f} %"
        + (f" ± {100 * found['accuracy_std']:.2f}" if found["accuracy_std"] is not None else "")
        + f", TAR at FAR 0.1 % {_with_interval(found, '0.001')}."
    )
    if app.settings.demo:
        _draw_curves([evaluation])
        return
    detector, embedder, _ = evaluation.measured_with
    chosen = app.settings.with_changes(detector=detector, embedder=embedder)
    with frame.guarded():
        key = (str(app.library.root), evaluation.id, str(app.settings.cache))
        result = _again(key, chosen, found)
        subject = Subject(
            key=f"pairs-{evaluation.id}",
            name=_title(evaluation),
            trials=result.trials,
            threshold=result.threshold,
            rows=lambda rows: _rows(result, rows),
            more={},
        )
        threshold_lab.draw(subject)


def _with_interval(found: dict[str, Any] | Any, rate: str) -> str:
    tar = found["tar_at_far"][rate]
    said = "too few pairs" if tar is None else f"{100 * tar:.2f} %"
    sure = found["intervals"].get(f"tar_at_far_{rate}")
    return said if sure is None else f"{said} ({100 * sure[0]:.2f} to {100 * sure[1]:.2f})"


@st.cache_resource(show_spinner="Looking the pairs up …", max_entries=4)
def _again(key: tuple[object, ...], _settings: Settings, _found: Any) -> PairResult:  # noqa: ARG001
    """The pairs of a measurement, with the vectors that are kept."""
    pairs = read_pairs(Path(_found["list"]), Path(_found["images"]))
    models = workflow.load_models(_settings)
    return evaluate_pairs(pairs, models, _settings, cache=_settings.cache)


def _rows(result: PairResult, rows: Sequence[int]) -> list[dict[str, Any]]:
    shown = []
    for row in rows:
        photos = [
            result.pairs.photos[side[row]] for side in (result.pairs.left, result.pairs.right)
        ]
        names = list(dict.fromkeys(photo.parent.name.replace("_", " ") for photo in photos))
        faces = [
            {"photo": None, "src": small_picture(str(photo)), "alt": photo.stem, "score": ""}
            for photo in photos
        ]
        alike = f"alike {result.trials.scores[row]:.3f}"
        shown.append(
            {"groups": [{"label": " and ".join(names), "detail": alike, "more": 0, "faces": faces}]}
        )
    return shown
