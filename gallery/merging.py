"""The best pair first, one merge at a time: the end of average linkage, on what is left.

A merge changes the averages of the new group with all its neighbours, but lifts none above
the better of what its parts had. So nothing is computed anew at a merge: what stands in the
heap is an upper bound, and is brought up to date when it comes up. With `tightness` a merge can
lift an average a little, which then counts when the pair comes up.
"""

from __future__ import annotations

import heapq
import math

import numpy as np
from numpy.typing import NDArray

from gallery.apart import Apart
from gallery.records import Vectors

_Edges = tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float32]]
_NOTHING: frozenset[int] = frozenset()
_SHORTEST = 1e-3


def merge_one_by_one(
    edges: _Edges,
    sums: Vectors,
    sizes: NDArray[np.float32],
    apart: Apart,
    link: float,
    tightness: float,
) -> list[tuple[int, int]]:
    """Merge groups until no pair that may merge reaches the link.

    Args:
        edges: first and second group of each and their average similarity.
        sums: (n, d) sum of the vectors of each group; brought up to date.
        sizes: (n,) faces of each group; brought up to date.
        apart: which groups may not merge; left as it is.
        link: average similarity that two groups must reach.
        tightness: as in `gallery.linkage.average_linkage`.

    Returns:
        Groups that became part of others, and of which.
    """
    groups = _Groups(edges, sums, sizes, apart, tightness)
    heap = [
        (-average, a, b, 0, 0)
        for a, b, average in zip(*(column.tolist() for column in edges), strict=True)
    ]
    heapq.heapify(heap)
    looked_at: dict[tuple[int, int], tuple[int, int]] = {}
    while heap:
        _, first, second, age, other_age = heapq.heappop(heap)
        a, b = groups.find(first), groups.find(second)
        if a == b:
            continue
        if (first, second) == (a, b) and (age, other_age) == (groups.age[a], groups.age[b]):
            if not groups.blocked(a, b):
                groups.merge(a, b)
            continue
        a, b = min(a, b), max(a, b)
        ages = groups.age[a], groups.age[b]
        if looked_at.get((a, b)) == ages:
            continue
        looked_at[a, b] = ages
        average = groups.average(a, b)
        if average >= link and not groups.blocked(a, b):
            heapq.heappush(heap, (-average, a, b, *ages))
    return groups.parts()


class _Groups:
    """Groups with their sums, photos and persons.

    Attributes:
        age: merges each group has taken part in.
    """

    def __init__(
        self,
        edges: _Edges,
        sums: Vectors,
        sizes: NDArray[np.float32],
        apart: Apart,
        tightness: float,
    ) -> None:
        nodes = np.unique(np.concatenate(edges[:2])).astype(np.int64)
        self._sums, self._sizes, self._tightness = sums, sizes, tightness
        self._photos = apart.photos.of(nodes)
        self._banned = apart.banned.of(nodes)
        self._person = dict(zip(nodes.tolist(), apart.person[nodes].tolist(), strict=True))
        self._into = {node: node for node in nodes.tolist()}
        self.age = dict.fromkeys(self._into, 0)

    def find(self, group: int) -> int:
        """The group that a group is part of by now."""
        while (parent := self._into[group]) != group:
            self._into[group] = self._into[parent]
            group = parent
        return group

    def average(self, a: int, b: int) -> float:
        """The average similarity of two groups, for what their tightness makes of it."""
        average = float(self._sums[a] @ self._sums[b]) / float(self._sizes[a] * self._sizes[b])
        if not self._tightness:
            return average
        looser = min(self._length(a), self._length(b))
        return float(average / max(looser, _SHORTEST) ** self._tightness)

    def _length(self, group: int) -> float:
        return math.sqrt(float(self._sums[group] @ self._sums[group])) / float(self._sizes[group])

    def blocked(self, a: int, b: int) -> bool:
        """Whether two groups may never be one person."""
        first, second = self._person[a], self._person[b]
        if first >= 0 and second >= 0 and first != second:
            return True
        if first in self._banned.get(b, _NOTHING) or second in self._banned.get(a, _NOTHING):
            return True
        return not self._photos.get(a, _NOTHING).isdisjoint(self._photos.get(b, _NOTHING))

    def merge(self, a: int, b: int) -> None:
        """Make b part of a."""
        self._sums[a] += self._sums[b]
        self._sizes[a] += self._sizes[b]
        self._into[b] = a
        self.age[a] += 1
        self._person[a] = max(self._person[a], self._person[b])
        for held in (self._photos, self._banned):
            if b in held:
                held[a] = held.get(a, _NOTHING) | held.pop(b)

    def parts(self) -> list[tuple[int, int]]:
        """Groups that became part of others, and of which."""
        return [(group, whole) for group in self._into if (whole := self.find(group)) != group]
