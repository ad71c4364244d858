"""How good a grouping is, given who everybody really is.

Noise counts as clusters of one. NMI and purity alone flatter: on LFW every face alone has a
purity of 1 and an NMI of 0.90, so they are never given without pairwise and BCubed figures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from gallery.records import Vectors

# More faces make the mean no surer; each is held against all groups.
_SILHOUETTE_FACES = 4000


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and their harmonic mean, each 0 to 1."""

    precision: float
    recall: float

    @property
    def f(self) -> float:
        """Harmonic mean; 0 where both are 0."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@dataclass(frozen=True, slots=True)
class ClusteringScores:
    """Every figure of one grouping.

    Args:
        pairwise: over all pairs of faces in one cluster, or of one person.
        bcubed: averaged over faces (Bagga and Baldwin, 1998; Amigo et al., 2009).
        purity: share of faces that belong to the majority of their cluster.
        nmi: normalised mutual information, arithmetic mean.
        ari: Rand index adjusted for chance (Hubert and Arabie, 1985).
        clusters: how many, noise as clusters of one.
        people: how many there really are.
        faces: how many were scored.
        impure: clusters with faces of more than one person.
    """

    pairwise: Score
    bcubed: Score
    purity: float
    nmi: float
    ari: float
    clusters: int
    people: int
    faces: int
    impure: int


def score_clustering(labels: Sequence[int | None], people: Sequence[Hashable]) -> ClusteringScores:
    """Compare a grouping with the truth.

    Args:
        labels: cluster of each of n faces, None for nobody's.
        people: who each of the n faces really is.

    Raises:
        ValueError: The lengths differ, or there is no face.
    """
    if len(labels) != len(people):
        raise ValueError(
            f"labels and people must be of one length, got {len(labels)} and {len(people)}"
        )
    if not labels:
        raise ValueError("there must be at least one face to score")
    from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

    clusters = without_noise(labels)
    number = {person: index for index, person in enumerate(dict.fromkeys(people))}
    truth = [number[person] for person in people]
    return ClusteringScores(
        pairwise=pairwise(clusters, people),
        bcubed=bcubed(clusters, people),
        purity=purity(clusters, people),
        nmi=float(normalized_mutual_info_score(truth, clusters)),
        ari=float(adjusted_rand_score(truth, clusters)),
        clusters=len(set(clusters)),
        people=len(set(people)),
        faces=len(clusters),
        impure=impure(clusters, people),
    )


def without_noise(labels: Sequence[int | None]) -> list[int]:
    """Labels in which every face of nobody is a cluster of its own."""
    return [label if label is not None else -1 - row for row, label in enumerate(labels)]


def pairwise(clusters: Sequence[Hashable], people: Sequence[Hashable]) -> Score:
    """Pairs put together that belong together, of those put together and of those there are."""
    right = _pairs(Counter(zip(clusters, people, strict=True)))
    together, true = _pairs(Counter(clusters)), _pairs(Counter(people))
    # Without any pair there is nothing to get wrong.
    return Score(right / together if together else 1.0, right / true if true else 1.0)


def bcubed(clusters: Sequence[Hashable], people: Sequence[Hashable]) -> Score:
    """For each face the share of its cluster that is its person, and of its person in it."""
    cells = list(zip(clusters, people, strict=True))
    both, cluster_sizes, person_sizes = Counter(cells), Counter(clusters), Counter(people)
    precision = sum(both[cell] / cluster_sizes[cell[0]] for cell in cells) / len(cells)
    recall = sum(both[cell] / person_sizes[cell[1]] for cell in cells) / len(cells)
    return Score(precision, recall)


def purity(clusters: Sequence[Hashable], people: Sequence[Hashable]) -> float:
    """Share of faces that belong to the majority person of their cluster."""
    largest: dict[Hashable, int] = {}
    for (cluster, _), count in Counter(zip(clusters, people, strict=True)).items():
        largest[cluster] = max(largest.get(cluster, 0), count)
    return sum(largest.values()) / len(clusters)


def impure(clusters: Sequence[Hashable], people: Sequence[Hashable]) -> int:
    """How many clusters have faces of more than one person."""
    mixed = Counter(cluster for cluster, _ in set(zip(clusters, people, strict=True)))
    return sum(count > 1 for count in mixed.values())


def without_largest(
    labels: Sequence[int | None], people: Sequence[Hashable]
) -> tuple[list[int | None], list[Hashable], Hashable]:
    """The same without the person with most faces, who may supply half of all pairs."""
    name, _ = Counter(people).most_common(1)[0]
    kept = [row for row, person in enumerate(people) if person != name]
    return [labels[row] for row in kept], [people[row] for row in kept], name


def _pairs(counts: Counter[tuple[Hashable, Hashable]] | Counter[Hashable]) -> int:
    return sum(count * (count - 1) // 2 for count in counts.values())


def silhouette(vectors: Vectors, labels: Sequence[int | None], seed: int = 0) -> float | None:
    """How much nearer faces are to their own group than to the next one (Rousseeuw, 1987).

    Needs no truth. Faces alone in their group, and nobody's, are left out; they would count as
    0 and say nothing.

    Args:
        vectors: (n, dim) unit vectors; the distance is 1 - cosine.
        labels: cluster of each of the n faces, None for nobody's.
        seed: of the draw, where there are more faces than are looked at.

    Returns:
        The mean over faces from -1 to 1, or None with fewer than two groups of several faces.
    """
    found = Counter(label for label in labels if label is not None)
    number = {label: at for at, label in enumerate(one for one, n in found.items() if n > 1)}
    if len(number) < 2:
        return None
    rows = np.array([row for row, label in enumerate(labels) if label in number], dtype=np.int64)
    group = np.array([number[labels[row]] for row in rows.tolist()])
    sizes = np.bincount(group).astype(np.float64)
    sums = np.zeros((len(number), vectors.shape[1]))
    np.add.at(sums, group, vectors[rows].astype(np.float64))
    drawn = np.arange(len(rows))
    if len(rows) > _SILHOUETTE_FACES:
        drawn = np.random.default_rng(seed).choice(len(rows), _SILHOUETTE_FACES, replace=False)
    total = 0.0
    for some in np.array_split(drawn, -(-len(drawn) // 512)):
        # Of unit vectors the mean distance to a group follows from the sum of the group.
        alike = vectors[rows[some]].astype(np.float64) @ sums.T
        at, own = np.arange(len(some)), group[some]
        inside = 1 - (alike[at, own] - 1) / (sizes[own] - 1)
        far = 1 - alike / sizes
        far[at, own] = np.inf
        outside = far.min(axis=1)
        most = np.maximum(np.maximum(inside, outside), 1e-12)
        total += float(((outside - inside) / most).sum())
    return total / len(drawn)
