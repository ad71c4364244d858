"""Average linkage on a sparse graph, under constraints.

Every face is joined to its nearest neighbours, and the two groups with the highest *average*
similarity over all their pairs are merged until none reaches the link threshold. Two groups
can only reach it if at least one pair does, so looking at the neighbours loses nothing, and
the average over all pairs of two groups is the dot product of their mean vectors, so no pair
is ever formed.

Two groups that are each other's best may merge at once, in any order and many at a time, and
the result is that of merging the best pair first: no merge makes a group more like a third
than the better of its parts was (Sumengen et al., 2021, "Scaling hierarchical agglomerative
clustering to billion-sized datasets"). Forbidden pairs keep that so, since what is forbidden
to a part is forbidden to the whole. So most merges are done by whole arrays, and only where
few pairs are left that are each other's best, one by one (`gallery.merging`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gallery.apart import Apart
from gallery.constraints import Constraints
from gallery.merging import merge_one_by_one
from gallery.neighbours import Near, near
from gallery.records import Vectors

_Rows = NDArray[np.int64]
_Ends = NDArray[np.int32]

# Merging by arrays ends when a turn merges less than this share of the groups in the graph.
_SHARE_OF_TURN = 0.02
_FEW = 64
# Edges in the heap take some 200 bytes each.
_MOST_ONE_BY_ONE = 2_000_000
_GATHERED = 65_536  # edges whose vectors are gathered at a time
_MOST_SEARCHES = 8
_SHORTEST = 1e-3  # a mean vector of faces that cancel out is not divided by


def average_linkage(
    vectors: Vectors,
    constraints: Constraints,
    link: float,
    neighbours: int,
    tightness: float = 0.0,
) -> NDArray[np.int64]:
    """A group for every face.

    Groups that hold confirmed faces of one person may merge, and need not: who is one person
    by decision is seen to afterwards (`gallery.constraints.unite`), so that the average a face
    is held against is that of faces like each other, a child's or an adult's.

    Where a face has more than `neighbours` others that reach the link value, or where the
    neighbours are only searched approximately, pairs of groups are missed whose faces are
    not among each other's neighbours. So the means of the groups are searched for pairs that
    reach the link value until there are none; for faces that are all among each other's
    neighbours there never are. What can still be missed is a group for which more than
    `neighbours` groups are more alike that it may not merge with, and, beyond
    `gallery.neighbours.EXACT_UP_TO` faces, what two searches by different cells both miss.

    Args:
        vectors: (n, d) unit vectors.
        constraints: of the n faces.
        link: cosine that the average pair of two groups must reach for them to merge.
        neighbours: edges a face brings into the graph.
        tightness: how far the link value gives way for a loose group: it is multiplied by the
            length of the looser group's mean vector to this power. That length is 1 for a single
            face and some 0.8 for many of one person on LFW. 0 is average linkage by the book;
            above, a merge can make a group more like a third than its parts were, and merging
            many pairs at a time is no longer exactly merging the best first.

    Returns:
        (n,) labels, every face in a group.
    """
    graph = _Graph(vectors, constraints, link, tightness)
    everyone = np.arange(len(vectors))
    complete = graph.add(near(vectors, vectors, link, neighbours + 1), everyone, everyone)
    before = np.zeros(len(vectors), dtype=np.float32)
    for turn in range(1, _MOST_SEARCHES):
        if not graph.merge_all() or complete:
            break
        live, means, sizes = graph.groups()
        # Groups that have not grown since the last search were among those looked for in it.
        grown = np.flatnonzero(sizes[live] != before[live])
        before = sizes
        found = near(means[grown], means, link, neighbours + 1, seed=turn)
        del means
        graph.add(found, live[grown], live)
        del found
    graph.merge_all()
    return graph.group


class _Graph:
    """Groups, each numbered by a face of it, and the edges between them that reach the link.

    Attributes:
        group: (n,) the group of each face.
    """

    def __init__(
        self, vectors: Vectors, constraints: Constraints, link: float, tightness: float
    ) -> None:
        self.group = np.arange(len(vectors), dtype=np.int64)
        self._link = link
        self._tightness = tightness
        self._apart = Apart(constraints)
        self._sums = vectors.astype(np.float32)
        self._sizes = np.ones(len(vectors), dtype=np.float32)
        self._first = self._second = np.empty(0, dtype=np.int32)
        self._average = np.empty(0, dtype=np.float32)

    def groups(self) -> tuple[_Rows, Vectors, NDArray[np.float32]]:
        """The groups there are, the means of their vectors, and (n,) the sizes of groups."""
        live = np.unique(self.group)
        return live, self._sums[live] / self._sizes[live, None], self._sizes.copy()

    def add(self, found: Near, queries: _Rows, rows: _Rows) -> bool:
        """Edges between faces that are alike, or groups by the number of one of their faces.

        Args:
            found: pairs of queries and rows.
            queries: the face of each query.
            rows: the face of each row.

        Returns:
            Whether the pairs that were found are all there are.
        """
        first, second = self._distinct(
            self.group[queries].astype(np.int32)[found.queries],
            self.group[rows].astype(np.int32)[found.rows],
        )
        average = self._averages(first, second)
        self._keep(first, second, average)
        free = np.ones(len(self._first), dtype=np.bool_)
        for start in range(0, len(free), _GATHERED):
            part = slice(start, start + _GATHERED)
            free[part] = ~self._blocks(self._first[part], self._second[part])
        self._keep(self._first[free], self._second[free], self._average[free])
        return found.complete

    def merge_all(self) -> bool:
        """Merge until no edge is left; whether there were any."""
        if not len(self._first):
            return False
        while len(self._first):
            nodes = len(np.unique(np.concatenate([self._first, self._second])))
            few = self._turn() < max(_FEW, _SHARE_OF_TURN * nodes)
            if few and len(self._first) <= _MOST_ONE_BY_ONE:
                break
        if len(self._first):
            self._finish()
        return True

    def _blocks(self, first: _Ends, second: _Ends) -> NDArray[np.bool_]:
        return self._apart.blocks(first.astype(np.int64), second.astype(np.int64))

    def _turn(self) -> int:
        """Merge all pairs that are each other's best; how many there were."""
        pairs = self._mutual()
        blocked = self._blocks(self._first[pairs], self._second[pairs])
        merged = pairs[~blocked]
        keeps, goes = self._first[merged], self._second[merged]
        into = np.arange(len(self._sums))
        into[goes] = keeps
        self._sums[keeps] += self._sums[goes]
        self._sizes[keeps] += self._sizes[goes]
        self._apart.merge(into)
        self.group = into[self.group]
        stays = np.ones(len(self._first), dtype=np.bool_)
        stays[pairs] = False
        touched = np.zeros(len(into), dtype=np.bool_)
        touched[keeps] = touched[goes] = True
        changed = (touched[self._first] | touched[self._second]) & stays
        first, second = self._distinct(
            into[self._first[changed]].astype(np.int32),
            into[self._second[changed]].astype(np.int32),
        )
        average = self._averages(first, second)
        stays &= ~changed
        self._keep(
            np.concatenate([self._first[stays], first]),
            np.concatenate([self._second[stays], second]),
            np.concatenate([self._average[stays], average]),
        )
        return len(merged) + int(blocked.sum())

    def _mutual(self) -> _Rows:
        """Edges that are the best of both their groups; of equals the first."""
        best = np.full(len(self._sums), -np.inf, dtype=np.float32)
        np.maximum.at(best, self._first, self._average)
        np.maximum.at(best, self._second, self._average)
        top = np.flatnonzero(
            (self._average == best[self._first]) & (self._average == best[self._second])
        )
        earliest = np.full(len(self._sums), len(self._first), dtype=np.int64)
        np.minimum.at(earliest, self._first[top], top)
        np.minimum.at(earliest, self._second[top], top)
        alone = (earliest[self._first[top]] == top) & (earliest[self._second[top]] == top)
        return np.asarray(top[alone], dtype=np.int64)

    def _distinct(self, first: _Ends, second: _Ends) -> tuple[_Ends, _Ends]:
        """Each pair of two different groups once, the lower number first."""
        count = len(self._sums)
        keys = np.minimum(first, second).astype(np.int64)
        keys *= count
        keys += np.maximum(first, second)
        keys = keys[first != second]
        keys.sort()
        new = np.ones(len(keys), dtype=np.bool_)
        np.not_equal(keys[1:], keys[:-1], out=new[1:])
        keys = keys[new]
        return (keys // count).astype(np.int32), (keys % count).astype(np.int32)

    def _averages(self, first: _Ends, second: _Ends) -> NDArray[np.float32]:
        found = np.empty(len(first), dtype=np.float32)
        for start in range(0, len(first), _GATHERED):
            one, other = first[start : start + _GATHERED], second[start : start + _GATHERED]
            dots = np.einsum("ij,ij->i", self._sums[one], self._sums[other])
            dots /= self._sizes[one] * self._sizes[other]
            if self._tightness:
                looser = np.minimum(self._lengths(one), self._lengths(other))
                dots /= looser**self._tightness
            found[start : start + _GATHERED] = dots
        return found

    def _lengths(self, groups: _Ends) -> NDArray[np.float32]:
        """The lengths of the mean vectors of some groups."""
        sums = self._sums[groups]
        lengths = np.sqrt(np.einsum("ij,ij->i", sums, sums)) / self._sizes[groups]
        return np.asarray(np.maximum(lengths, _SHORTEST), dtype=np.float32)

    def _keep(self, first: _Ends, second: _Ends, average: NDArray[np.float32]) -> None:
        """The edges that reach the link; no merge ever lifts one that does not."""
        reach = average >= self._link
        self._first, self._second = first[reach], second[reach]
        self._average = average[reach]

    def _finish(self) -> None:
        into = np.arange(len(self._sums))
        edges = (self._first, self._second, self._average)
        groups = (self._sums, self._sizes, self._apart)
        for goes, keeps in merge_one_by_one(edges, *groups, self._link, self._tightness):
            into[goes] = keeps
        self.group = into[self.group]
        self._apart.merge(into)
        self._keep(self._first[:0], self._second[:0], self._average[:0])
