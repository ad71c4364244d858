"""Pairs of photos + a model -> how well it tells people apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gallery.config import Settings
from gallery.errors import SourceError
from gallery.evaluate.bootstrap import Interval, intervals, numbered
from gallery.evaluate.figures import few_pairs, figures
from gallery.evaluate.labelled import LabelledFaces, embed_labelled
from gallery.evaluate.pairs import PairList
from gallery.evaluate.verification import (
    SHOWN_ERRORS,
    Folds,
    Rates,
    Trials,
    best_threshold,
    by_folds,
    rates_at,
    worst_errors,
)
from gallery.pipeline import FaceModels
from gallery.records import Progress, Space
from gallery.vectors import cosine_of_pairs


@dataclass(frozen=True, eq=False)
class PairResult:
    """A model on a list of pairs.

    Args:
        space: what the vectors were made with.
        pairs: the list.
        trials: scores and truth of each pair.
        left: (n,) number of the person on the left.
        right: (n,) number of the one on the right.
        folds: accuracy fold by fold; None where all pairs are in one.
        faces: of the photos, with what it took to get them.
    """

    space: Space
    pairs: PairList
    trials: Trials
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    folds: Folds | None
    faces: LabelledFaces

    @property
    def threshold(self) -> float:
        """The mean of the folds' thresholds, else the best one."""
        return best_threshold(self.trials) if self.folds is None else self.folds.threshold

    @property
    def people(self) -> int:
        """How many people the pairs show."""
        return len(np.union1d(self.left, self.right))

    @property
    def images_per_second(self) -> float:
        """Photos a second from file to vector; 0 where all were known from before."""
        computed = self.faces.computed
        return computed / self.faces.seconds if computed and self.faces.seconds else 0.0

    def milliseconds(self) -> dict[str, float]:
        """Per photo and stage, over all threads."""
        computed = max(1, self.faces.computed)
        return {stage: 1000 * spent / computed for stage, spent in self.faces.stages.items()}

    def rates(self, threshold: float) -> Rates:
        """What happens at a threshold."""
        return rates_at(self.trials, threshold)

    def intervals(self, threshold: float) -> dict[str, Interval]:
        """How sure the figures are, people drawn again."""
        return intervals(self.trials, self.left, self.right, threshold)


def evaluate_pairs(
    pairs: PairList,
    models: FaceModels,
    settings: Settings,
    on_progress: Callable[[Progress], None] | None = None,
    *,
    cache: Path | None = None,
) -> PairResult:
    """Embed the photos of a list of pairs and score every pair.

    The face nearest the centre of each photo counts. A pair with a photo in which there is
    none is an error.

    Args:
        pairs: the list.
        models: detector and embedder.
        settings: sizes and limits.
        on_progress: told how far the embedding is.
        cache: folder that keeps vectors between runs.

    Raises:
        SourceError: Nothing can be told from these pairs.
    """
    faces = embed_labelled(pairs.photos, models, settings, on_progress, cache=cache)
    return score_pairs(pairs, models.space, faces)


def score_pairs(pairs: PairList, space: Space, faces: LabelledFaces) -> PairResult:
    """Score every pair, whatever the faces were embedded with.

    Args:
        pairs: the list.
        space: of the vectors.
        faces: of the photos of the list.

    Raises:
        SourceError: Nothing can be told from these pairs.
    """
    trials = trials_of(pairs, faces)
    if not trials.is_enough:
        raise SourceError(
            "A list of pairs needs pairs of one person and pairs of two; this one has "
            f"{int(pairs.genuine.sum()):,} of one person among {len(pairs.genuine):,}."
        )
    found = ~np.isnan(trials.scores)
    if not found.any():
        raise SourceError("In no pair was a face found in both photos, so nothing can be told.")
    person = numbered([path.parent.name for path in pairs.photos])
    folds = np.unique(pairs.fold)
    # Each fold's threshold is chosen on the others, which have to have a score.
    several = len(folds) > 1 and all(found[pairs.fold != number].any() for number in folds)
    return PairResult(
        space=space,
        pairs=pairs,
        trials=trials,
        left=person[pairs.left],
        right=person[pairs.right],
        folds=by_folds(trials, pairs.fold) if several else None,
        faces=faces,
    )


def _errors(result: PairResult, threshold: float) -> dict[str, list[dict[str, Any]]]:
    pairs = result.pairs

    def shown(row: int) -> dict[str, Any]:
        photos = [pairs.photos[side[row]] for side in (pairs.left, pairs.right)]
        return {
            "score": round(float(result.trials.scores[row]), 4),
            "photos": [str(photo) for photo in photos],
            "people": [photo.parent.name for photo in photos],
        }

    accepts, rejects = worst_errors(result.trials, threshold, SHOWN_ERRORS)
    return {
        "false_accepts": [shown(row) for row in accepts],
        "false_rejects": [shown(row) for row in rejects],
    }


def trials_of(pairs: PairList, faces: LabelledFaces) -> Trials:
    """The score of every pair, from the faces of its photos; nan where one was not found."""
    row = {path: at for at, path in enumerate(faces.photos)}
    rows = np.array([row.get(path, -1) for path in pairs.photos], dtype=np.int64)
    left, right = rows[pairs.left], rows[pairs.right]
    found = (left >= 0) & (right >= 0)
    scores = np.full(len(left), np.nan)
    scores[found] = cosine_of_pairs(faces.vectors, left[found], right[found])
    return Trials(scores, pairs.genuine)


def document(result: PairResult, threshold: float | None = None) -> dict[str, Any]:
    """The figures as JSON.

    Args:
        result: of `evaluate_pairs`.
        threshold: at which FAR, FRR and intervals are given; the folds' own by default.
    """
    at = result.threshold if threshold is None else threshold
    folds = result.folds
    alone = result.rates(at).accuracy
    return {
        "space": result.space.name,
        "pairs": len(result.pairs.left),
        "photos": len(result.pairs.photos),
        "people": result.people,
        "missed": len(result.faces.missed),
        "folds": 0 if folds is None else len(folds.accuracies),
        "accuracy": round(alone if folds is None else folds.accuracy, 5),
        "accuracy_std": None if folds is None else round(folds.spread, 5),
        "remarks": few_pairs(result.trials, result.people),
        **figures(result.trials, at, result.intervals(at)),
        "errors": _errors(result, at),
        "images_per_second": round(result.images_per_second, 2),
        "milliseconds": {k: round(v, 2) for k, v in result.milliseconds().items()},
        "computed": result.faces.computed,
        "seconds": round(result.faces.seconds, 2),
    }
