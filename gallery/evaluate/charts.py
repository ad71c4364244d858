"""Plots of what was measured, for pages and reports alike: one theme, units and sample sizes.

Colours are those of Okabe and Ito (2008), which people with any colour vision tell apart; lines
differ in dash as well. Backgrounds are transparent and text takes the colour of the place, so
that a plot is readable on light and dark ground.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

BLUE, ORANGE, GREEN, PINK, SKY, RUST, YELLOW = (
    "#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442",
)  # fmt: skip
COLOURS = (BLUE, ORANGE, GREEN, PINK, SKY, RUST, YELLOW)
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot", "solid")
_GRID = "rgba(128, 128, 128, 0.25)"
_MARK = "rgba(128, 128, 128, 0.9)"
# A rate of nothing has no place on a logarithmic axis. A line leaves the plot there, a point
# stays at its edge.
_LEAST, _EDGE = 1e-5, 1e-4

# What an algorithm's first parameter is called on an axis.
_KNOBS = {"link": "link value: cosine similarity", "k": "k: number of groups"}

Document = Mapping[str, Any]


def _figure(height: int, x: str, y: str, **layout: Any) -> Figure:
    import plotly.graph_objects as go

    figure = go.Figure()
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 28, "b": 8},
        paper_bgcolor="rgba(0, 0, 0, 0)",
        plot_bgcolor="rgba(0, 0, 0, 0)",
        colorway=list(COLOURS),
        hoverlabel={"align": "left"},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        **layout,
    )
    figure.update_xaxes(title=x, gridcolor=_GRID, zeroline=False, automargin=True)
    figure.update_yaxes(title=y, gridcolor=_GRID, zeroline=False, automargin=True)
    return figure


def _percent_axis(figure: Figure, axis: str, *, logarithmic: bool = False, **more: Any) -> None:
    update = figure.update_xaxes if axis == "x" else figure.update_yaxes
    if logarithmic:
        rates = [1e-4, 1e-3, 1e-2, 1e-1, 1]
        update(type="log", tickvals=rates, ticktext=["0.01 %", "0.1 %", "1 %", "10 %", "100 %"])
    else:
        update(tickformat="~%")
    update(**more)


def roc(curves: Mapping[str, Document], threshold: float | None = None) -> Figure:
    """TAR against FAR, one line a configuration; the point of a threshold is marked.

    Args:
        curves: documents of `figures` by name.
        threshold: whose point on each line is marked.
    """
    figure = _figure(360, "FAR: impostor pairs accepted", "TAR: genuine pairs accepted")
    for number, (name, document) in enumerate(curves.items()):
        curve = document["curve"]
        tar = [1 - rate for rate in curve["frr"]]
        _line(figure, number, name, curve, [max(_LEAST, r) for r in curve["far"]], tar)
        if threshold is not None:
            at = _nearest(curve["threshold"], threshold)
            _point(figure, number, max(_EDGE, curve["far"][at]), tar[at], threshold)
    # As much of the axis as there is to see from a FAR of 0.1 % on.
    told = (document["tar_at_far"]["0.001"] for document in curves.values())
    lost = max((1 - (1.0 if tar is None else tar) for tar in told), default=1.0)
    _percent_axis(figure, "x", logarithmic=True, range=[-4, 0])
    _percent_axis(figure, "y", range=[max(0.0, 0.97 - 2 * lost), 1.003])
    return figure


def det(curves: Mapping[str, Document], threshold: float | None = None) -> Figure:
    """FRR against FAR on logarithmic axes; the line of equal errors is drawn."""
    figure = _figure(360, "FAR: impostor pairs accepted", "FRR: genuine pairs rejected")
    for number, (name, document) in enumerate(curves.items()):
        curve = document["curve"]
        frr = [max(_LEAST, rate) for rate in curve["frr"]]
        _line(figure, number, name, curve, [max(_LEAST, r) for r in curve["far"]], frr)
        if threshold is not None:
            at = _nearest(curve["threshold"], threshold)
            edge = max(_EDGE, curve["far"][at]), max(_EDGE, curve["frr"][at])
            _point(figure, number, *edge, threshold)
    figure.add_shape(
        type="line", x0=1e-4, y0=1e-4, x1=1, y1=1, line={"color": _MARK, "dash": "dot", "width": 1}
    )
    _percent_axis(figure, "x", logarithmic=True, range=[-4, 0])
    _percent_axis(figure, "y", logarithmic=True, range=[-4, 0])
    return figure


def _line(
    figure: Figure, number: int, name: str, curve: Document, x: list[float], y: list[float]
) -> None:
    import plotly.graph_objects as go

    figure.add_trace(
        go.Scatter(
            x=x,
            y=y,
            name=name,
            mode="lines",
            line={
                "color": COLOURS[number % len(COLOURS)],
                "dash": _DASHES[number % len(_DASHES)],
                "width": 2,
                "shape": "hv",
            },
            customdata=curve["threshold"],
            hovertemplate="%{x:.3%}, %{y:.2%}<br>from cosine %{customdata:.3f} on<extra></extra>",
        )
    )


def _point(figure: Figure, number: int, x: float, y: float, threshold: float) -> None:
    import plotly.graph_objects as go

    figure.add_trace(
        go.Scatter(
            x=[x],
            y=[y],
            mode="markers",
            cliponaxis=False,
            marker={
                "color": COLOURS[number % len(COLOURS)],
                "size": 13,
                "line": {"color": "white", "width": 2},
            },
            hovertemplate=f"at {threshold:.3f}: %{{x:.3%}}, %{{y:.2%}}<extra></extra>",
            showlegend=False,
        )
    )


def _nearest(thresholds: Sequence[float], wanted: float) -> int:
    """The last point of a falling list that a threshold does not go below."""
    return max((at for at, value in enumerate(thresholds) if value >= wanted), default=0)


def scores(document: Document, threshold: float | None = None) -> Figure:
    """How alike genuine and impostor pairs are, as shares of each kind."""
    import plotly.graph_objects as go

    found = document["histogram"]
    edges = found["edges"]
    middles = [(low + high) / 2 for low, high in pairwise(edges)]
    figure = _figure(300, "cosine similarity", "share of pairs", barmode="overlay", bargap=0)
    for kind, name, colour, pattern in (
        ("impostor", "two people", ORANGE, "/"),
        ("genuine", "one person", BLUE, ""),
    ):
        counts = found[kind]
        total = max(1, sum(counts))
        figure.add_trace(
            go.Bar(
                x=middles,
                y=[count / total for count in counts],
                name=f"{name}, {total:,} pairs",
                marker={"color": colour, "opacity": 0.65, "pattern": {"shape": pattern}},
                customdata=counts,
                hovertemplate="%{x:.2f}: %{customdata} pairs, %{y:.1%}<extra>" + name + "</extra>",
            )
        )
    if threshold is not None:
        figure.add_vline(x=threshold, line={"color": _MARK, "width": 2})
    _percent_axis(figure, "y")
    return figure


def against(curve: Document, at: float | None = None) -> Figure:
    """Pairwise F, BCubed F and purity as the first parameter of an algorithm moves.

    Args:
        curve: of `gallery.evaluate.grouped.curve`.
        at: the value in use, which is marked.
    """
    import plotly.graph_objects as go

    figure = _figure(360, _KNOBS.get(curve["knob"], str(curve["knob"])), "share, 0 to 1")
    for number, (name, title) in enumerate(
        (("pairwise_f", "pairwise F"), ("bcubed_f", "BCubed F"), ("purity", "purity"))
    ):
        figure.add_trace(
            go.Scatter(
                x=curve["values"],
                y=curve[name],
                name=title,
                mode="lines+markers",
                line={"color": COLOURS[number], "dash": _DASHES[number], "width": 2},
                marker={"size": 6},
                customdata=curve["clusters"],
                hovertemplate=f"{title} %{{y:.4f}} at %{{x:g}}, %{{customdata:,}} groups"
                "<extra></extra>",
            )
        )
    if curve["knob"] == "k":
        figure.update_xaxes(type="log")
    low = min(min(curve[name]) for name in ("pairwise_f", "bcubed_f", "purity"))
    margin = max(0.02, 0.05 * (1 - low))
    figure.update_yaxes(range=[low - margin, 1 + margin])
    if at:
        figure.add_vline(x=at, line={"color": _MARK, "width": 2})
    return figure


def by_slice(slices: Sequence[Document], kind: str, rate: str) -> Figure:
    """FAR or FRR of the parts of one kind; parts with too few pairs are left out.

    Args:
        slices: of an `own` document.
        kind: size, sharpness, years, event or person.
        rate: `far` or `frr`.
    """
    import plotly.graph_objects as go

    parts = [part for part in slices if part["by"] == kind and part[rate] is not None]
    pairs = "genuine" if rate == "frr" else "impostors"
    title = "FRR: genuine pairs rejected" if rate == "frr" else "FAR: impostor pairs accepted"
    figure = _figure(80 + 34 * max(1, len(parts)), title, "")
    figure.add_trace(
        go.Bar(
            x=[part[rate] for part in parts],
            y=[part["name"] for part in parts],
            orientation="h",
            marker={"color": BLUE if rate == "frr" else ORANGE},
            text=[f"{part[rate]:.2%} of {part[pairs]:,}" for part in parts],
            textposition="outside",  # a bar of nothing shows its text nowhere else
            hovertemplate="%{y}: %{x:.2%}<extra></extra>",
        )
    )
    # Room for the words beside the longest bar; of nothing but zeros too.
    longest = max([part[rate] for part in parts], default=0.0)
    _percent_axis(figure, "x", range=[0, 2 * longest or 0.01], showgrid=False)
    figure.update_yaxes(autorange="reversed", showgrid=False)
    return figure
