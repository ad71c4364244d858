"""Plots show the figures that were measured, with units and sample sizes."""

from __future__ import annotations

import numpy as np
import pytest

from gallery.evaluate import charts
from gallery.evaluate.figures import figures
from gallery.evaluate.verification import Trials


@pytest.fixture(scope="module")
def document() -> dict[str, object]:
    rng = np.random.default_rng(0)
    scores = np.concatenate([rng.normal(0.6, 0.15, 400), rng.normal(0.1, 0.12, 600)])
    return figures(Trials(np.clip(scores, -1, 1), np.arange(1000) < 400), 0.35)


@pytest.mark.parametrize(("draw", "complement"), [(charts.roc, True), (charts.det, False)])
def test_curves_and_the_point_of_a_threshold(
    draw: object, complement: bool, document: dict[str, object]
) -> None:
    plot = draw({"one": document, "two": document}, 0.35)
    lines = [trace for trace in plot.data if trace.mode == "lines"]
    assert [line.name for line in lines] == ["one", "two"]
    assert len({(line.line.color, line.line.dash) for line in lines}) == 2
    points = [trace for trace in plot.data if trace.mode == "markers"]
    assert len(points) == 2
    wanted = 1 - document["frr"] if complement else document["frr"]
    assert points[0].y[0] == pytest.approx(wanted, abs=0.01)
    assert points[0].x[0] == pytest.approx(document["far"], abs=0.01)
    assert len(draw({"one": document}).data) == 1
    assert plot.layout.xaxis.type == "log"
    assert "FAR" in plot.layout.xaxis.title.text


@pytest.mark.parametrize("draw", [charts.roc, charts.det])
def test_a_rate_of_nothing_is_a_point_at_the_edge(draw: object) -> None:
    apart = figures(Trials(np.array([0.9, 0.8, 0.1]), np.array([True, True, False])), 0.5)
    plot = draw({"one": apart}, 0.5)
    point = plot.data[-1]
    assert point.x[0] == 10 ** plot.layout.xaxis.range[0]
    lowest = plot.layout.yaxis.range[0]
    assert point.y[0] == (10**lowest if plot.layout.yaxis.type == "log" else 1)


def test_a_histogram_tells_how_many_pairs_there_are(document: dict[str, object]) -> None:
    plot = charts.scores(document, 0.35)
    assert [bar.name for bar in plot.data] == ["two people, 600 pairs", "one person, 400 pairs"]
    for bar in plot.data:
        assert sum(bar.y) == pytest.approx(1, abs=1e-6)
    [line] = plot.layout.shapes
    assert line.x0 == 0.35


def test_slices_without_enough_pairs_are_left_out() -> None:
    parts = [
        {"by": "size", "name": "small", "genuine": 50, "impostors": 9, "frr": 0.1, "far": None},
        {"by": "size", "name": "large", "genuine": 80, "impostors": 90, "frr": 0.02, "far": 0.01},
        {"by": "person", "name": "Ada", "genuine": 80, "impostors": 90, "frr": 0.5, "far": 0.01},
    ]
    [bars] = charts.by_slice(parts, "size", "frr").data
    assert (list(bars.y), list(bars.x)) == (["small", "large"], [0.1, 0.02])
    assert (bars.text[0], bars.textposition) == ("10.00% of 50", "outside")
    [bars] = charts.by_slice(parts, "size", "far").data
    assert list(bars.y) == ["large"]
