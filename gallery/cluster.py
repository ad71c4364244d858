"""Vectors -> a label per face, None where nobody's: the default method.

Strong faces are grouped by average linkage (`gallery.linkage`), weak ones join afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from gallery.constraints import Constraints, Labels, unite
from gallery.linkage import average_linkage
from gallery.neighbours import near
from gallery.records import Vectors
from gallery.vectors import cosine

# Weak faces look into more cells: nobody looks for them in return, and they are few.
_BREADTH_OF_WEAK = 4.0

# Chosen on halves of the people of LFW (benchmarks/clustering.py): BCubed F rises by 0.002
# over average linkage by the book, which is 0. At 0.75 it rises a little more, but a father
# and a son of LFW become one person just below the best link value.
TIGHTNESS = 0.5


class Method(Protocol):
    """A way to group faces, with its parameters."""

    @property
    def name(self) -> str:
        """Of the method, as kept with a run."""
        ...

    @property
    def parameters(self) -> dict[str, float]:
        """As kept with a run."""
        ...

    def label(
        self, vectors: Vectors, strong: NDArray[np.bool_], constraints: Constraints
    ) -> Labels:
        """Group faces; arguments and result as in `cluster_faces`."""
        ...


@dataclass(frozen=True, slots=True)
class GraphOptions:
    """Parameters of the graph method.

    Args:
        link: cosine that the average pair of two groups must reach for them to merge.
        join: cosine that a weak face must reach, averaged over its best matches in a group.
        neighbours: edges a face brings into the graph.
        supporters: best matches in a group that a weak face is compared with.
        tightness: how far the link value gives way for a loose group; see
            `gallery.linkage.average_linkage`.
    """

    link: float
    join: float
    neighbours: int = 64
    supporters: int = 3
    tightness: float = TIGHTNESS

    @property
    def name(self) -> str:
        """Of the method, as kept with a run."""
        return "graph"

    @property
    def parameters(self) -> dict[str, float]:
        """As kept with a run."""
        return {
            "link": self.link,
            "join": self.join,
            "neighbours": self.neighbours,
            "tightness": self.tightness,
        }

    def label(
        self, vectors: Vectors, strong: NDArray[np.bool_], constraints: Constraints
    ) -> Labels:
        """Group faces; see `cluster_faces`."""
        return cluster_faces(vectors, strong, constraints, self)


def cluster_faces(
    vectors: Vectors,
    strong: NDArray[np.bool_],
    constraints: Constraints,
    options: GraphOptions,
) -> Labels:
    """Group faces.

    Args:
        vectors: (n, d) unit vectors of one space.
        strong: (n,) whether a face may start a group. Weak faces join one or stay alone. A
            face that a user confirmed is strong whatever its quality.
        constraints: what is known of the n faces beforehand.
        options: thresholds and the size of the graph.

    Returns:
        n labels, 0 for the largest group; None for weak faces that fit nowhere. Equal input
        gives equal labels.
    """
    labels: NDArray[np.int64] = np.full(len(vectors), -1, dtype=np.int64)
    strong = strong | constraints.confirmed
    seeds = np.flatnonzero(strong)
    if len(seeds):
        labels[seeds] = average_linkage(
            vectors[seeds],
            constraints.subset(seeds),
            options.link,
            options.neighbours,
            options.tightness,
        )
        unite(labels, vectors, strong, constraints)
        attach_weak(vectors, strong, constraints, labels, options)
    return by_size(labels)


def attach_weak(
    vectors: Vectors,
    strong: NDArray[np.bool_],
    constraints: Constraints,
    labels: NDArray[np.int64],
    options: GraphOptions,
) -> None:
    """Give each weak face, best first, the group it is most like, if it is like enough.

    Args:
        vectors: (n, d) unit vectors.
        strong: (n,) faces that have a group; confirmed ones are among them.
        constraints: of the n faces.
        labels: (n,) of the strong faces; those of weak faces are filled in.
        options: the cosine to reach and the number of supporters.
    """
    weak, seeds = np.flatnonzero(~strong), np.flatnonzero(strong)
    # A face can only reach the value on average where it does so with one face of the group.
    found = near(
        vectors[weak], vectors[seeds], options.join, options.neighbours, breadth=_BREADTH_OF_WEAK
    )
    pairs = np.unique(np.stack([labels[seeds[found.rows]], weak[found.queries]]), axis=1)
    free = ~_forbidden(pairs[0], pairs[1], labels, constraints)
    groups, faces = pairs[0, free], pairs[1, free]
    scores = _support(vectors, groups, faces, seeds[np.argsort(labels[seeds])], labels, options)
    enough = np.flatnonzero(scores >= options.join)
    order = enough[np.lexsort((groups[enough], faces[enough], -scores[enough]))]
    taken: set[tuple[int, int]] = set()
    for face, group in zip(faces[order].tolist(), groups[order].tolist(), strict=True):
        place = (group, int(constraints.photos[face]))
        if labels[face] < 0 and place not in taken:
            labels[face] = group
            taken.add(place)


def _forbidden(
    groups: NDArray[np.int64],
    faces: NDArray[np.int64],
    labels: NDArray[np.int64],
    constraints: Constraints,
) -> NDArray[np.bool_]:
    """Whether a group has a face of the photo already, or is a person the face is not."""
    _, photo = np.unique(constraints.photos, return_inverse=True)
    seeds = np.flatnonzero(labels >= 0)
    span = int(photo.max(initial=0)) + 1
    forbidden = np.isin(groups * span + photo[faces], labels[seeds] * span + photo[seeds])
    if constraints.banned:
        rows = np.flatnonzero(constraints.confirmed)
        person = dict(zip(labels[rows].tolist(), constraints.person[rows].tolist(), strict=True))
        for index, (group, face) in enumerate(zip(groups.tolist(), faces.tolist(), strict=True)):
            forbidden[index] |= person.get(group) in constraints.banned_from(face)
    return np.asarray(forbidden, dtype=np.bool_)


def _support(
    vectors: Vectors,
    groups: NDArray[np.int64],
    faces: NDArray[np.int64],
    members: NDArray[np.int64],
    labels: NDArray[np.int64],
    options: GraphOptions,
) -> NDArray[np.float32]:
    """The average similarity of faces to their best matches in a group.

    Args:
        vectors: (n, d) unit vectors.
        groups: (p,) rising.
        faces: (p,).
        members: the faces that have a group, by rising group.
        labels: (n,) the group of each.
        options: says how many matches.
    """
    scores = np.zeros(len(groups), dtype=np.float32)
    if not len(groups):
        return scores
    wanted, first = np.unique(groups, return_index=True)
    ends = np.append(first[1:], len(groups))
    starts = np.searchsorted(labels[members], wanted)
    stops = np.searchsorted(labels[members], wanted, side="right")
    for low, high, start, stop in zip(first, ends, starts, stops, strict=True):
        likeness = cosine(vectors[faces[low:high]], vectors[members[start:stop]])
        best = -np.partition(-likeness, min(options.supporters, stop - start) - 1, axis=1)
        scores[low:high] = best[:, : options.supporters].mean(axis=1)
    return scores


def by_size(labels: NDArray[np.int64]) -> Labels:
    """Labels renumbered from 0 by falling size, ties by first face; None for -1."""
    grouped = labels >= 0
    _, first, group, sizes = np.unique(
        labels[grouped], return_index=True, return_inverse=True, return_counts=True
    )
    rank = np.empty(len(sizes), dtype=np.int64)
    rank[np.lexsort((first, -sizes))] = np.arange(len(sizes))
    numbered = np.full(len(labels), -1, dtype=np.int64)
    numbered[grouped] = rank[group]
    return [label if label >= 0 else None for label in numbered.tolist()]
