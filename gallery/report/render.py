"""A report's document -> HTML and Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from gallery.evaluate import charts
from gallery.report.pictures import Pictures
from gallery.wording import counted, people_counted

if TYPE_CHECKING:
    from jinja2 import Environment
    from plotly.graph_objects import Figure

_WIDTH = 700
_FONT = {"family": "system-ui, sans-serif", "size": 12, "color": "#1d2321"}
# Slices of one kind are shown as bars; of persons the worst.
_KINDS = {
    "person": "person",
    "size": "size of the smaller face",
    "sharpness": "sharpness of the blurrier face",
    "years": "years between the photos",
    "event": "time between the photos",
}
_PEOPLE = 12


def to_markdown(report: Mapping[str, Any]) -> str:
    """The report as Markdown, without plots and pictures."""
    return _environment().get_template("report.md.j2").render(report=report)


def to_html(report: Mapping[str, Any], pictures: Pictures | None = None) -> str:
    """The report as one HTML file that needs nothing else, for reading and for printing.

    Args:
        report: of `gallery.report.collect`.
        pictures: of the examples; without them none are shown.
    """
    from plotly.offline import get_plotlyjs

    plots = {one["id"]: _plots(one) for one in report["evaluations"]}
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            report=report,
            pictures=pictures or {},
            plots=plots,
            plotly=get_plotlyjs() if any(plots.values()) else "",
        )
    )


def _plots(one: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Titles and elements of the plots of one measurement."""
    figures: list[tuple[str, Figure]] = []
    if "histogram" in one:
        name, at = str(one["data"]), one["threshold"]
        figures += [
            ("How alike pairs are", charts.scores(one, at)),
            ("ROC", charts.roc({name: one}, at)),
            ("DET", charts.det({name: one}, at)),
        ]
    for kind, title in _KINDS.items():
        parts = [part for part in one.get("slices", []) if part["by"] == kind]
        for rate in ("frr", "far"):
            told = [part for part in parts if part[rate] is not None]
            if len(told) > 1:
                worst = sorted(told, key=lambda part: -float(part[rate]))[:_PEOPLE]
                shown = worst if kind == "person" else told
                figures.append((f"{rate.upper()} by {title}", charts.by_slice(shown, kind, rate)))
    if "curve" in one and "knob" in one["curve"]:
        at = one["parameters"].get(one["curve"]["knob"])
        figures.append(("At other values", charts.against(one["curve"], at)))
    return [(title, _element(figure)) for title, figure in figures]


def _element(figure: Figure) -> str:
    figure.update_layout(width=_WIDTH, font=_FONT, template="plotly_white")
    return str(figure.to_html(full_html=False, include_plotlyjs=False, config={"staticPlot": True}))


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    environment = Environment(
        loader=PackageLoader("gallery", "report"),
        autoescape=select_autoescape(enabled_extensions=("html.j2",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "percent": _percent,
        "number": _number,
        "day": _day,
        "counted": counted,
        "people": people_counted,
        "cell": _cell,
    }
    environment.globals |= {"figures_of": _figures_of}
    return environment


def _percent(value: float | None, digits: int = 2) -> str:
    return "not told" if value is None else f"{100 * value:.{digits}f} %"


def _number(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _day(text: str) -> str:
    return f"{datetime.fromisoformat(text):%Y-%m-%d %H:%M} UTC"


def _cell(text: object) -> str:
    """Text in a cell of a Markdown table."""
    return str(text).replace("|", "\\|").replace("\n", " ")


def _figures_of(one: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Name, value and interval of every figure of a measurement."""
    sure: Mapping[str, Sequence[float]] = one.get("intervals", {})

    def row(title: str, key: str, value: float | None, scale: float = 100) -> tuple[str, str, str]:
        low_high = sure.get(key)
        unit = " %" if scale == 100 else ""
        digits = 2 if scale == 100 else 5
        said = "–" if value is None else f"{scale * value:.{digits}f}{unit}"
        between = (
            ""
            if low_high is None
            else f"{scale * low_high[0]:.{digits}f} to {scale * low_high[1]:.{digits}f}{unit}"
        )
        return title, said, between

    if one["kind"] == "clusters":
        return _figures_of_clusters(one)
    if "eer" not in one:
        return []
    rows = []
    if one.get("accuracy_std") is not None:
        spread = f"± {100 * one['accuracy_std']:.2f} over {one['folds']} folds"
        rows.append(("Accuracy", f"{100 * one['accuracy']:.2f} %", spread))
    rows += [row("AUC", "auc", one["auc"], 1), row("EER", "eer", one["eer"])]
    rows += [
        row(f"TAR at FAR {100 * float(rate):g} %", f"tar_at_far_{rate}", tar)
        for rate, tar in one["tar_at_far"].items()
    ]
    at = f" at {one['threshold']:.3f}"
    return [*rows, row(f"FAR{at}", "far", one["far"]), row(f"FRR{at}", "frr", one["frr"])]


def _figures_of_clusters(one: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    rows = []
    for key, title in (("pairwise", "Pairwise F"), ("bcubed", "BCubed F")):
        if f"{key}_f" in one:
            parts = f"precision {one[f'{key}_precision']:.4f}, recall {one[f'{key}_recall']:.4f}"
            rows.append((title, f"{one[f'{key}_f']:.4f}", parts))
    for key in ("purity", "nmi", "ari", "silhouette"):
        if one.get(key) is not None:
            title = key.upper() if len(key) == 3 else key.capitalize()
            rows.append((title, f"{one[key]:.4f}", ""))
    if "clusters" in one:
        rows.append(("Groups", f"{one['clusters']:,}", f"of {people_counted(one['people'])}"))
    if "impure" in one:
        rows.append(("Groups of several people", f"{one['impure']:,}", ""))
        rows.append(("People in several groups", f"{one['fragmented']:,}", ""))
    rest = one.get("without_largest", {})
    if "pairwise_f" in rest:
        both = f"BCubed F {rest['bcubed_f']:.4f}"
        rows.append((f"Pairwise F without {rest['left_out']}", f"{rest['pairwise_f']:.4f}", both))
    return rows
