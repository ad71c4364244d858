"""The figures of verification as a document: what is printed, kept, drawn and reported."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from gallery.evaluate.bootstrap import LEAST_PEOPLE, Interval
from gallery.evaluate.verification import FAR_RATES, Curve, Trials, rates_at
from gallery.wording import counted, people_counted

_BINS = 60
_FEW_GENUINE = 100
# Ten wrong pairs of LFW's 3,000; with fewer pairs it is said.
LEAST_FAR = 10 / 3000
_POINTS = 300


def figures(
    trials: Trials, threshold: float, sure: Mapping[str, Interval] | None = None
) -> dict[str, Any]:
    """AUC, EER, TAR at FAR, and what happens at a threshold, with what is needed to draw it.

    Args:
        trials: pairs of both kinds.
        threshold: at which accuracy, FAR and FRR are given.
        sure: intervals by name.
    """
    rates, curve = rates_at(trials, threshold), trials.curve
    impostors = int((~trials.genuine).sum())
    return {
        "threshold": round(threshold, 4),
        "accuracy_at_threshold": round(rates.accuracy, 5),
        "far": round(rates.far, 5),
        "frr": round(rates.frr, 5),
        "false_accepts": rates.false_accepts,
        "false_rejects": rates.false_rejects,
        "auc": round(curve.auc, 6),
        "eer": round(curve.eer, 5),
        # At a FAR of less than one pair nothing was tried.
        "tar_at_far": {
            f"{rate:g}": round(curve.tar_at(rate), 5) if rate * impostors >= 1 else None
            for rate in FAR_RATES
        },
        "intervals": {
            name: [round(interval.low, 5), round(interval.high, 5)]
            for name, interval in (sure or {}).items()
        },
        "curve": thinned(curve),
        "histogram": histogram(trials),
    }


def few_pairs(trials: Trials, people: int) -> list[str]:
    """What figures of so few pairs cannot tell, in words."""
    genuine = int(trials.genuine.sum())
    said = []
    if people < LEAST_PEOPLE:
        said.append(f"Only {people_counted(people)}; from {LEAST_PEOPLE} on there are intervals.")
    if genuine < _FEW_GENUINE:
        said.append(f"Only {counted(genuine, 'pair')} of one person: FRR is rough.")
    least = 10 / max(1, len(trials.genuine) - genuine)
    if least > LEAST_FAR:
        said.append(f"A FAR below {100 * least:.2g} % cannot be told from so few pairs.")
    return said


def thinned(curve: Curve, most: int = _POINTS) -> dict[str, list[float]]:
    """So many points of a curve as a plot can show: even in FAR, in its logarithm, and in FRR."""
    count = len(curve.far)
    if count > most:
        least = max(float(curve.far[curve.far > 0].min(initial=1.0)), 1e-9)
        wanted = np.concatenate([[0.0], np.geomspace(least, 1.0, most // 3)])
        wanted = np.concatenate([wanted, np.linspace(0, 1, most // 6)])
        by_far = np.searchsorted(curve.far, wanted + 1e-12, side="right") - 1
        lost = max(float(curve.frr[curve.frr > 0].min(initial=1.0)), 1e-9)
        by_frr = np.searchsorted(-curve.frr, -np.geomspace(lost, 1.0, most // 3), side="left")
        rows = np.unique(np.clip(np.concatenate([by_far, by_frr, [0, count - 1]]), 0, count - 1))
    else:
        rows = np.arange(count)
    thresholds = np.clip(curve.thresholds[rows], -1.0, 1.0)
    return {
        "threshold": [round(float(value), 4) for value in thresholds],
        "far": [round(float(value), 6) for value in curve.far[rows]],
        "frr": [round(float(value), 6) for value in curve.frr[rows]],
    }


def histogram(trials: Trials, bins: int = _BINS) -> dict[str, list[float]]:
    """How many pairs of each kind have which score; those without a score are left out."""
    found = trials.rows(~np.isnan(trials.scores))
    low = min(-0.3, float(found.scores.min(initial=0.0)))
    edges = np.linspace(low, 1.0, bins + 1)
    return {
        "edges": [round(float(edge), 4) for edge in edges],
        "genuine": np.histogram(found.scores[found.genuine], edges)[0].tolist(),
        "impostor": np.histogram(found.scores[~found.genuine], edges)[0].tolist(),
    }
