"""How sure the figures of verification are: people, not pairs, are drawn again.

Pairs that share a person are not independent, so that drawing pairs makes intervals too narrow
(Bolle, Ratha and Pankanti, 2004). Here people are drawn with replacement: a genuine pair counts
as often as its person was drawn, an impostor pair as often as both of its people were.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gallery.evaluate.verification import FAR_RATES, Curve, Trials

REPLICAS = 1000
# Below this many people an interval says more about the draw than about the model.
LEAST_PEOPLE = 10


@dataclass(frozen=True, slots=True)
class Interval:
    """Where a figure lies in 95 of 100 draws."""

    low: float
    high: float


def intervals(
    trials: Trials,
    left: NDArray[np.int64],
    right: NDArray[np.int64],
    threshold: float,
    *,
    replicas: int = REPLICAS,
    seed: int = 0,
) -> dict[str, Interval]:
    """Intervals of `accuracy`, `far` and `frr` at a threshold, of `auc`, `eer` and TAR at FAR.

    Args:
        trials: n pairs.
        left: (n,) number of the person on the left.
        right: (n,) number of the one on the right; the same where the pair is genuine.
        threshold: at which accuracy, FAR and FRR are taken.
        replicas: how often people are drawn.
        seed: of the draws.

    Returns:
        By name; TAR at FAR as `tar_at_far_0.01`. Nothing where the people are too few, and none
        of a figure that is the same in all draws.
    """
    people = int(max(left.max(initial=-1), right.max(initial=-1))) + 1
    if people < LEAST_PEOPLE or not trials.is_enough:
        return {}
    order = np.argsort(-trials.certain, kind="stable")
    scores, genuine = trials.certain[order], trials.genuine[order]
    left, right = left[order], right[order]
    # Pairs of one score are accepted together.
    ends = np.append(np.flatnonzero(np.diff(scores)), len(scores) - 1)
    strict = int(np.searchsorted(-scores[ends], -threshold, side="right"))
    rng = np.random.default_rng(seed)
    drawn: dict[str, list[float]] = {}
    for _ in range(replicas):
        times = np.bincount(rng.integers(0, people, people), minlength=people)
        weight = np.where(genuine, times[left], times[left] * times[right]).astype(np.float64)
        accepted = np.cumsum(np.where(genuine, weight, 0.0))[ends]
        wrongly = np.cumsum(np.where(genuine, 0.0, weight))[ends]
        if not accepted[-1] or not wrongly[-1]:
            continue
        for name, value in _figures(scores[ends], accepted, wrongly, strict).items():
            drawn.setdefault(name, []).append(value)
    found = {
        name: Interval(*(float(q) for q in np.quantile(values, (0.025, 0.975))))
        for name, values in drawn.items()
    }
    # Where no draw differs, nothing went wrong in these pairs; that is not to be sure of it.
    return {name: interval for name, interval in found.items() if interval.low < interval.high}


def _figures(
    thresholds: NDArray[np.float64],
    accepted: NDArray[np.float64],
    wrongly: NDArray[np.float64],
    strict: int,
) -> dict[str, float]:
    """The figures of one draw, from weights summed from the highest score down."""
    curve = Curve(
        np.insert(thresholds, 0, np.inf),
        np.insert(wrongly / wrongly[-1], 0, 0.0),
        np.insert(accepted / accepted[-1], 0, 0.0),
    )
    far, tar = float(curve.far[strict]), float(curve.tar[strict])
    right = tar * accepted[-1] + (1 - far) * wrongly[-1]
    return {
        "accuracy": float(right / (accepted[-1] + wrongly[-1])),
        "far": far,
        "frr": 1 - tar,
        "auc": curve.auc,
        "eer": curve.eer,
        **{f"tar_at_far_{rate:g}": curve.tar_at(rate) for rate in FAR_RATES},
    }


def numbered(people: Sequence[str] | NDArray[np.int64]) -> NDArray[np.int64]:
    """People, by names or ids, as numbers from 0 on."""
    return np.unique(np.asarray(people), return_inverse=True)[1].astype(np.int64)
