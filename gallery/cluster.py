"""Vectors -> a label per face, None where nobody's.

The default method is average linkage on a sparse graph: every face is joined to its
nearest neighbours, and the two groups with the highest *average* similarity over all their
pairs are merged until none reaches the link threshold. Two groups can only reach it if at
least one pair does, so looking at the neighbours loses nothing, and the average over all
pairs of two groups is the dot product of their mean vectors, so no pair is ever formed.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from gallery.records import Vectors
from gallery.vectors import nearest

Labels = list[int | None]

# The person that a user has named each face after, None where nobody was.
Named = Sequence[int | None]


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
        self,
        vectors: Vectors,
        photos: Sequence[int],
        strong: NDArray[np.bool_],
        named: Named | None = None,
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
    """

    link: float
    join: float
    neighbours: int = 64
    supporters: int = 3

    @property
    def name(self) -> str:
        """Of the method, as kept with a run."""
        return "graph"

    @property
    def parameters(self) -> dict[str, float]:
        """As kept with a run."""
        return {"link": self.link, "join": self.join, "neighbours": self.neighbours}

    def label(
        self,
        vectors: Vectors,
        photos: Sequence[int],
        strong: NDArray[np.bool_],
        named: Named | None = None,
    ) -> Labels:
        """Group faces; see `cluster_faces`."""
        return cluster_faces(vectors, photos, strong, self, named)


def cluster_faces(
    vectors: Vectors,
    photos: Sequence[int],
    strong: NDArray[np.bool_],
    options: GraphOptions,
    named: Named | None = None,
) -> Labels:
    """Group faces.

    Args:
        vectors: (n, d) unit vectors of one space.
        photos: n photo ids; two faces of one photo are never one person.
        strong: (n,) whether a face may start a group. Weak faces join one or stay alone.
        options: thresholds and the size of the graph.
        named: n persons by whom a user has named the faces; two of them are never one person.

    Returns:
        n labels, 0 for the largest group; None for weak faces that fit nowhere. Equal input
        gives equal labels.
    """
    labels: NDArray[np.int64] = np.full(len(vectors), -1, dtype=np.int64)
    named = named if named is not None else [None] * len(vectors)
    seeds = np.flatnonzero(strong)
    if len(seeds):
        rows = seeds.tolist()
        labels[seeds] = average_linkage(
            vectors[seeds], [photos[row] for row in rows], [named[row] for row in rows], options
        )
        attach_weak(vectors, photos, strong, named, labels, options)
    return by_size(labels)


def average_linkage(
    vectors: Vectors, photos: Sequence[int], named: Named, options: GraphOptions
) -> NDArray[np.int64]:
    """Labels from average linkage on the nearest-neighbour graph."""
    groups = _Groups(vectors, photos, named)
    heap = groups.connect(options.neighbours, options.link)
    while heap:
        negative, a, b = heapq.heappop(heap)
        if not groups.current(a, b) or -negative < options.link:
            continue
        if groups.are_different_people(a, b):
            groups.separate(a, b)
            continue
        for similarity, c, d in groups.merge(a, b):
            if similarity >= options.link:
                heapq.heappush(heap, (-similarity, c, d))
    return groups.labels(len(vectors))


class _Groups:
    """Groups of faces with their vector sums, photos and neighbouring groups.

    A merge makes a new group number, so an entry in the heap that names a merged group is
    known to be out of date.
    """

    def __init__(self, vectors: Vectors, photos: Sequence[int], named: Named) -> None:
        count = len(vectors)
        self._sums = np.zeros((2 * count, vectors.shape[1]), dtype=np.float32)
        self._sums[:count] = vectors
        self._sizes = np.zeros(2 * count, dtype=np.float32)
        self._sizes[:count] = 1
        self._vectors = vectors
        self._photos: dict[int, set[int]] = {i: {photos[i]} for i in range(count)}
        self._named: dict[int, int | None] = dict(enumerate(named))
        self._members: dict[int, list[int]] = {i: [i] for i in range(count)}
        self._near: dict[int, set[int]] = defaultdict(set)
        self._next = count

    def connect(self, neighbours: int, link: float) -> list[tuple[float, int, int]]:
        """Make the graph; the heap of its edges, best first."""
        similarities, rows = nearest(self._vectors, self._vectors, neighbours + 1)
        faces, columns = np.nonzero(similarities >= link)
        others = rows[faces, columns]
        heap = []
        for i, j, similarity in zip(
            faces.tolist(), others.tolist(), similarities[faces, columns].tolist(), strict=True
        ):
            if i != j and j not in self._near[i]:
                self._near[i].add(j)
                self._near[j].add(i)
                heap.append((-similarity, min(i, j), max(i, j)))
        heapq.heapify(heap)
        return heap

    def current(self, a: int, b: int) -> bool:
        return a in self._members and b in self._members

    def are_different_people(self, a: int, b: int) -> bool:
        if differ(self._named[a], self._named[b]):
            return True
        return not self._photos[a].isdisjoint(self._photos[b])

    def separate(self, a: int, b: int) -> None:
        """Groups only grow, so two that may not merge now never may."""
        self._near[a].discard(b)
        self._near[b].discard(a)

    def merge(self, a: int, b: int) -> list[tuple[float, int, int]]:
        """Merge two groups; the average similarities of the new one to its neighbours."""
        new = self._next
        self._next += 1
        self._sums[new] = self._sums[a] + self._sums[b]
        self._sizes[new] = self._sizes[a] + self._sizes[b]
        self._members[new] = self._members.pop(a) + self._members.pop(b)
        self._photos[new] = self._photos.pop(a) | self._photos.pop(b)
        first, second = self._named.pop(a), self._named.pop(b)
        self._named[new] = second if first is None else first
        near = (self._near.pop(a, set()) | self._near.pop(b, set())) - {a, b}
        for other in near:
            self._near[other] -= {a, b}
            self._near[other].add(new)
        self._near[new] = near
        if not near:
            return []
        others = np.fromiter(near, dtype=np.int64, count=len(near))
        averages = (self._sums[others] @ self._sums[new]) / (self._sizes[others] * self._sizes[new])
        return [
            (similarity, other, new)
            for similarity, other in zip(averages.tolist(), others.tolist(), strict=True)
        ]

    def labels(self, count: int) -> NDArray[np.int64]:
        labels = np.full(count, -1, dtype=np.int64)
        for label, members in enumerate(self._members.values()):
            labels[members] = label
        return labels


def differ(a: int | None, b: int | None) -> bool:
    """Whether a user has named two faces or groups after two persons."""
    return a is not None and b is not None and a != b


def attach_weak(
    vectors: Vectors,
    photos: Sequence[int],
    strong: NDArray[np.bool_],
    named: Named,
    labels: NDArray[np.int64],
    options: GraphOptions,
) -> None:
    """Give each weak face, best first, the group it is most like, if it is like enough."""
    weak = np.flatnonzero(~strong)
    if not len(weak):
        return
    seeds = np.flatnonzero(strong)
    taken: dict[int, set[int]] = defaultdict(set)
    person: dict[int, int | None] = {}
    for face in seeds.tolist():
        taken[int(labels[face])].add(photos[face])
        if person.get(int(labels[face])) is None:
            person[int(labels[face])] = named[face]
    similarities, rows = nearest(vectors[weak], vectors[seeds], options.neighbours)
    offers = []
    for index, face in enumerate(weak.tolist()):
        best: dict[int, list[float]] = defaultdict(list)
        for similarity, row in zip(similarities[index], rows[index], strict=True):
            supporters = best[int(labels[seeds[row]])]
            if len(supporters) < options.supporters:
                supporters.append(float(similarity))
        for group, supporters in best.items():
            score = sum(supporters) / len(supporters)
            if score >= options.join:
                offers.append((-score, face, group))
    for _, face, group in sorted(offers):
        free = labels[face] < 0 and photos[face] not in taken[group]
        if free and not differ(person[group], named[face]):
            labels[face] = group
            taken[group].add(photos[face])
            person[group] = named[face] if person[group] is None else person[group]


def by_size(labels: NDArray[np.int64]) -> Labels:
    """Labels renumbered from 0 by falling size, ties by first face; None for -1."""
    values, first, sizes = np.unique(labels[labels >= 0], return_index=True, return_counts=True)
    order = np.lexsort((first, -sizes))
    number = {int(values[position]): rank for rank, position in enumerate(order)}
    return [number[int(label)] if label >= 0 else None for label in labels]
