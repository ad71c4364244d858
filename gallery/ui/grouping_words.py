"""Groupings in plain words."""

from __future__ import annotations

from gallery.algorithms import ALGORITHMS
from gallery.errors import ModelError
from gallery.models import registry
from gallery.records import Run
from gallery.ui import words
from gallery.wording import cosine

_PARAMETERS = {
    "link": "alike from {} on",
    "neighbours": "{:,.0f} nearest faces looked at",
    "min_cluster_size": "groups of {:,.0f} or more",
    "min_samples": "{:,.0f} alike faces needed",
    "k": "{:,.0f} groups",
    "join": "unclear faces join from {} on",
    "tightness": "loose groups are let off by {:.0%}",
    "weak_quality": "unclear is a quality below {:.0%}",
}
TITLES = {
    "link": "How alike faces have to be",
    "neighbours": "Nearest faces looked at",
    "min_cluster_size": "Faces a group needs",
    "min_samples": "Alike faces a face needs",
    "k": "Number of groups",
    "tightness": "How much loose groups are let off",
}


def parameters(run: Run) -> str:
    """`alike from 0.48 on, 64 nearest faces looked at`."""
    said = []
    for name, form in _PARAMETERS.items():
        if name in run.parameters:
            value = run.parameters[name]
            unset = name == "k" and not value
            shown = cosine(value) if name in ("link", "join") else value
            said.append("a proposed number of groups" if unset else form.format(shown))
    if run.parameters.get("hold_back"):
        said.append("faces far from their group wait")
    known = {*_PARAMETERS, "hold_back"}
    said += [f"{n} {v:g}" for n, v in sorted(run.parameters.items()) if n not in known]
    return ", ".join(said)


def title(run: Run) -> str:
    """The name of its algorithm."""
    known = ALGORITHMS.get(run.algorithm)
    return known.title if known is not None else run.algorithm


def model(run: Run) -> str:
    """The name of the model that told the faces apart."""
    try:
        return registry.find_card(run.space.model, "embedder").title
    except ModelError:
        # From a version that had other models.
        return run.space.model


def when(run: Run) -> str:
    """`22 November 2026, 03:12`, on this computer's clock."""
    local = run.at.astimezone()
    return f"{words.day(local.date())}, {local:%H:%M}"


def outcome(run: Run) -> str:
    """`2,354 faces, 354 groups, 88 left alone, in 0.8 s`."""
    return (
        f"{words.counted(run.faces, 'face')}, {words.counted(run.clusters, 'group')}, "
        f"{run.unassigned:,} left alone, in {run.seconds:.1f} s"
    )


def short(run: Run) -> str:
    """For a list to choose from."""
    now = ", in use" if run.current else ""
    return f"{when(run)} · {run.algorithm}, {words.counted(run.clusters, 'group')}{now}"
