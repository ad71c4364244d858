"""How well two faces are told to be one person or two, given pairs of which the truth is known.

A pair is accepted where its score, a cosine, reaches the threshold. A pair in which a face was
not found has no score (nan) and is an error at every threshold, whatever it shows.

Words are those of ISO/IEC 19795-1: FAR is the share of impostor pairs that are accepted, FRR
that of genuine pairs that are not, TAR is 1 - FRR, EER the rate at which FAR and FRR are equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

_Numbers = NDArray[np.float64]
_Flags = NDArray[np.bool_]
_Rows = NDArray[np.int64]

FAR_RATES = (0.1, 0.01, 0.001)
# Of each kind so many of the worst errors are kept with the figures.
SHOWN_ERRORS = 12


@dataclass(frozen=True, eq=False)
class Trials:
    """Pairs with their scores.

    Args:
        scores: (n,) cosines; nan where a face was not found.
        genuine: (n,) whether a pair shows one person.
    """

    scores: _Numbers
    genuine: _Flags

    def __post_init__(self) -> None:
        if self.scores.shape != self.genuine.shape:
            raise ValueError(
                f"scores and genuine must be of one length, got {self.scores.shape} and "
                f"{self.genuine.shape}"
            )

    @property
    def missed(self) -> int:
        """Pairs in which a face was not found."""
        return int(np.isnan(self.scores).sum())

    @cached_property
    def certain(self) -> _Numbers:
        """(n,) scores, with those that are missing where they are wrong at every threshold."""
        wrong = np.where(self.genuine, -np.inf, np.inf)
        return np.where(np.isnan(self.scores), wrong, self.scores)

    @property
    def is_enough(self) -> bool:
        """Whether there are pairs of both kinds; without, no rate is defined."""
        return bool(self.genuine.any() and not self.genuine.all())

    def rows(self, chosen: NDArray[np.bool_] | _Rows) -> Trials:
        """Some of the pairs."""
        return Trials(self.scores[chosen], self.genuine[chosen])

    @cached_property
    def curve(self) -> Curve:
        """FAR and TAR at every threshold."""
        return curve_of(self)


@dataclass(frozen=True, eq=False)
class Curve:
    """Rates at every threshold that tells two pairs apart, the strictest first.

    Args:
        thresholds: (m,) falling, from inf, which accepts nothing that was found.
        far: (m,) rising from 0 to 1.
        tar: (m,) rising from 0 to 1.
    """

    thresholds: _Numbers
    far: _Numbers
    tar: _Numbers

    @property
    def frr(self) -> _Numbers:
        """Share of genuine pairs that are not accepted."""
        return 1 - self.tar

    def tar_at(self, far: float) -> float:
        """The TAR at the loosest threshold whose FAR is at most so much."""
        return float(self.tar[self._last_within(far)])

    def threshold_at(self, far: float) -> float:
        """The loosest threshold whose FAR is at most so much."""
        return float(self.thresholds[self._last_within(far)])

    def _last_within(self, far: float) -> int:
        # 3 of 3,000 are 0.001, whatever floating point makes of it.
        return int(np.searchsorted(self.far, far + 1e-12, side="right")) - 1

    @property
    def auc(self) -> float:
        """Area under TAR against FAR: how likely a genuine pair scores above an impostor one."""
        from sklearn.metrics import auc  # takes a second to import

        return float(auc(self.far, self.tar))

    @property
    def eer(self) -> float:
        """Where FAR and FRR are equal; between two thresholds on the line that joins them."""
        difference = self.far - self.frr
        # It rises from -1, where nothing is accepted, to 1, where everything is.
        at = int(np.searchsorted(difference, 0.0))
        share = -difference[at - 1] / (difference[at] - difference[at - 1])
        return float(self.far[at - 1] + share * (self.far[at] - self.far[at - 1]))


def curve_of(trials: Trials) -> Curve:
    """FAR and TAR at every threshold.

    Raises:
        ValueError: There are not pairs of both kinds.
    """
    from sklearn.metrics import roc_curve

    if not trials.is_enough:
        raise ValueError("rates need genuine and impostor pairs")
    # Ranks stand for scores, since scikit-learn takes no infinite ones.
    values, ranks = np.unique(trials.certain, return_inverse=True)
    far, tar, at = roc_curve(trials.genuine, ranks, drop_intermediate=False)
    thresholds = np.full(len(at), np.inf)
    finite = np.isfinite(at)
    thresholds[finite] = values[at[finite].astype(int)]
    return Curve(thresholds, far.astype(np.float64), tar.astype(np.float64))


@dataclass(frozen=True, slots=True)
class Rates:
    """What happens at one threshold.

    Args:
        threshold: cosine from which a pair is accepted.
        far: share of impostor pairs that are accepted.
        frr: share of genuine pairs that are not.
        accuracy: share of all pairs that are judged rightly.
        false_accepts: impostor pairs that are accepted.
        false_rejects: genuine pairs that are not.
    """

    threshold: float
    far: float
    frr: float
    accuracy: float
    false_accepts: int
    false_rejects: int


def rates_at(trials: Trials, threshold: float) -> Rates:
    """What happens at one threshold."""
    accepted = trials.certain >= threshold
    # A pair that was not found is wrong even at infinite thresholds.
    lost = np.isnan(trials.scores)
    false_accepts = int(((accepted | lost) & ~trials.genuine).sum())
    false_rejects = int(((~accepted | lost) & trials.genuine).sum())
    genuine, impostors = int(trials.genuine.sum()), int((~trials.genuine).sum())
    return Rates(
        threshold,
        false_accepts / impostors if impostors else 0.0,
        false_rejects / genuine if genuine else 0.0,
        1 - (false_accepts + false_rejects) / max(1, genuine + impostors),
        false_accepts,
        false_rejects,
    )


def best_threshold(trials: Trials) -> float:
    """The threshold with the best accuracy: the middle of the widest gap that has it.

    Raises:
        ValueError: No pair has a score.
    """
    found = ~np.isnan(trials.scores)
    if not found.any():
        raise ValueError("no pair has a score")
    values, ranks = np.unique(trials.scores[found], return_inverse=True)
    genuine = trials.genuine[found]
    accepted_right = np.bincount(ranks, weights=genuine, minlength=len(values))
    rejected_right = np.bincount(ranks, weights=~genuine, minlength=len(values))
    # Right if the threshold lies just below each value, and last above all of them.
    right = np.append(accepted_right[::-1].cumsum()[::-1], 0.0)
    right += np.insert(rejected_right.cumsum(), 0, 0.0)
    edges = np.concatenate([[values[0]], values, [values[-1] + 1e-6]])
    best = np.flatnonzero(right >= right.max() - 0.5)
    widest = best[int(np.argmax(edges[best + 1] - edges[best]))]
    return float((edges[widest] + edges[widest + 1]) / 2)


@dataclass(frozen=True, slots=True)
class Folds:
    """Accuracy fold by fold, the threshold of each chosen on the others.

    Args:
        accuracies: of each fold.
        thresholds: of each fold.
    """

    accuracies: list[float]
    thresholds: list[float]

    @property
    def accuracy(self) -> float:
        """Mean over the folds."""
        return float(np.mean(self.accuracies))

    @property
    def spread(self) -> float:
        """Standard deviation over the folds."""
        return float(np.std(self.accuracies))

    @property
    def threshold(self) -> float:
        """Mean over the folds."""
        return float(np.mean(self.thresholds))


def by_folds(trials: Trials, fold: Sequence[int] | _Rows) -> Folds:
    """The protocol of LFW (Huang et al., 2007): a threshold is never scored where it was chosen.

    Args:
        trials: n pairs.
        fold: (n,) number of the fold of each.

    Raises:
        ValueError: There is only one fold.
    """
    numbers = np.asarray(fold)
    if len(np.unique(numbers)) < 2:
        raise ValueError("there must be at least two folds")
    accuracies, thresholds = [], []
    for number in np.unique(numbers):
        inside = numbers == number
        threshold = best_threshold(trials.rows(~inside))
        thresholds.append(threshold)
        accuracies.append(rates_at(trials.rows(inside), threshold).accuracy)
    return Folds(accuracies, thresholds)


def worst_errors(trials: Trials, threshold: float, most: int) -> tuple[list[int], list[int]]:
    """Rows of the false accepts and the false rejects furthest from a threshold.

    Pairs without a score are left out: there is nothing to see in them.

    Args:
        trials: the pairs.
        threshold: from which on a pair is accepted.
        most: of each kind.
    """
    scores, genuine = trials.scores, trials.genuine
    accepted = np.flatnonzero(~genuine & (scores >= threshold))
    rejected = np.flatnonzero(genuine & (scores < threshold))
    return (
        accepted[np.argsort(-scores[accepted], kind="stable")][:most].tolist(),
        rejected[np.argsort(scores[rejected], kind="stable")][:most].tolist(),
    )
