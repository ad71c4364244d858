"""Who chooses a threshold and who is scored with it: never the same people.

A trial groups one set of faces over a range of thresholds and takes the one that suits the
people it may look at; the scores are those of other people. Density matters: in half a gallery
fewer strangers look alike, and a lower threshold suits it. So where all of a gallery is scored,
all of it is grouped for choosing as well, and only whose faces are counted differs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]

# A family: so many people with so many photos each, and people seen once.
_FAMILY = 30
_FEWEST, _MOST = 20, 200
_BYSTANDERS = 500


@dataclass(frozen=True)
class Tally:
    """Sums over the scored faces of one grouping; those of several trials can be added.

    Args:
        faces: how many were scored.
        right: for each face the others of its person in its cluster, summed.
        together: the others in its cluster.
        true: the others of its person.
        precision: the share of its cluster that is its person (BCubed).
        recall: the share of its person in its cluster.
        majority: the share of the largest person of its cluster, for purity.
        groupings: trials added up.
        clusters: of the whole grouping, noise as clusters of one.
        people: in the whole grouping.
        impure: clusters with two or more people.
        held: faces of the whole grouping that are nobody's.
    """

    faces: float
    right: float
    together: float
    true: float
    precision: float
    recall: float
    majority: float
    groupings: float
    clusters: float
    people: float
    impure: float
    held: float

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Tally)))

    def figures(self) -> dict[str, float]:
        """What is reported; see `gallery.evaluate.clustering` for the definitions."""
        pairs = (_share(self.right, self.together), _share(self.right, self.true))
        bcubed = (self.precision / self.faces, self.recall / self.faces)
        return {
            "pairwise_p": pairs[0],
            "pairwise_r": pairs[1],
            "pairwise_f": _f(*pairs),
            "bcubed_p": bcubed[0],
            "bcubed_r": bcubed[1],
            "bcubed_f": _f(*bcubed),
            "purity": self.majority / self.faces,
            "clusters": self.clusters / self.groupings,
            "people": self.people / self.groupings,
            "impure": self.impure / self.groupings,
            "held": self.held / self.groupings,
        }


def tally(labels: Sequence[int | None], people: Rows, scored: Mask | None = None) -> Tally:
    """The sums of one grouping over the faces scored, all by default."""
    scored = np.ones(len(people), dtype=np.bool_) if scored is None else scored
    noise = np.array([label is None for label in labels], dtype=np.bool_)
    given = np.array([-1 - row if lab is None else lab for row, lab in enumerate(labels)])
    _, cluster, cluster_sizes = np.unique(given, return_inverse=True, return_counts=True)
    _, person, person_sizes = np.unique(people, return_inverse=True, return_counts=True)
    cells, cell, counts = np.unique(
        cluster * len(person_sizes) + person, return_inverse=True, return_counts=True
    )
    largest = np.zeros(len(cluster_sizes), dtype=np.int64)
    np.maximum.at(largest, cells // len(person_sizes), counts)
    both, own = counts[cell][scored], cluster_sizes[cluster][scored]
    true = person_sizes[person][scored]
    persons = np.bincount(cells // len(person_sizes), minlength=len(cluster_sizes))
    return Tally(
        faces=float(scored.sum()),
        right=float((both - 1).sum()),
        together=float((own - 1).sum()),
        true=float((true - 1).sum()),
        precision=float((both / own).sum()),
        recall=float((both / true).sum()),
        majority=float((largest[cluster][scored] / own).sum()),
        groupings=1.0,
        clusters=float(len(cluster_sizes)),
        people=float(len(person_sizes)),
        impure=float((persons > 1).sum()),
        held=float(noise.sum()),
    )


def objective(figures: dict[str, float]) -> float:
    """What a threshold is chosen by: the mean of pairwise and BCubed F.

    Pairwise F alone is that of the few people with most faces, BCubed F that of the many.
    """
    return (figures["pairwise_f"] + figures["bcubed_f"]) / 2


@dataclass(frozen=True, eq=False)
class Trial:
    """One choice of a threshold and one score.

    Args:
        data: name of the set.
        seed: of the draw.
        tried: rows that are grouped to choose a threshold.
        judges: which of them are counted for that.
        grouped: rows that are grouped with it.
        scored: which of them are scored; never somebody who was counted.
    """

    data: str
    seed: int
    tried: Rows
    judges: Mask
    grouped: Rows
    scored: Mask


def trials(people: Rows, seeds: Sequence[int]) -> Iterator[Trial]:
    """Every trial of every data set; people are numbered from 0."""
    everyone = np.arange(len(people))
    largest = int(np.bincount(people).argmax())
    for seed in seeds:
        first = _half(people, seed)
        rest = everyone[people != largest]
        for side in (first, ~first):
            yield Trial("all", seed, everyone, side, everyone, ~side)
            yield Trial("without-largest", seed, rest, side[rest], rest, ~side[rest])
            chosen, others = everyone[side], everyone[~side]
            yield Trial("half", seed, chosen, _all(chosen), others, _all(others))
        family = _family(people, seed)
        if family is not None:
            inside, outside = everyone[family], everyone[~family]
            yield Trial("family", seed, outside, _all(outside), inside, _all(inside))


def _half(people: Rows, seed: int) -> Mask:
    count = int(people.max()) + 1
    half = np.zeros(count, dtype=np.bool_)
    half[np.random.default_rng(seed).permutation(count)[: count // 2]] = True
    return np.asarray(half[people], dtype=np.bool_)


def _family(people: Rows, seed: int) -> Mask | None:
    """Few people in many photos among many in one; None where there are none, or none else."""
    rng = np.random.default_rng(seed)
    counts = np.bincount(people)
    often = np.flatnonzero((counts >= _FEWEST) & (counts <= _MOST))
    once = np.flatnonzero(counts == 1)
    if not len(often):
        return None
    drawn = [rng.permutation(often)[:_FAMILY], rng.permutation(once)[:_BYSTANDERS]]
    family = np.asarray(np.isin(people, np.concatenate(drawn)), dtype=np.bool_)
    return None if family.all() else family


def _all(rows: Rows) -> Mask:
    return np.ones(len(rows), dtype=np.bool_)


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 1.0


def _f(precision: float, recall: float) -> float:
    total = precision + recall
    return 2 * precision * recall / total if total else 0.0
