"""Which groups of faces may not be one person, kept up to date while groups merge."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gallery.constraints import Constraints

_Rows = NDArray[np.int64]


class _Held:
    """What groups hold, photos or persons they are not, as sorted (group, thing) keys."""

    def __init__(self, groups: _Rows, things: _Rows) -> None:
        self._things = int(things.max(initial=-1)) + 1
        self._keys = np.unique(groups * self._things + things) if len(groups) else groups

    def merge(self, into: _Rows) -> None:
        if len(self._keys):
            groups, things = np.divmod(self._keys, self._things)
            self._keys = np.unique(into[groups] * self._things + things)

    def has(self, groups: _Rows, things: _Rows) -> NDArray[np.bool_]:
        """Whether each group holds a thing; -1 is no thing."""
        if not len(self._keys):
            return np.zeros(len(groups), dtype=np.bool_)
        keys = groups * self._things + things
        place = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        known = (things >= 0) & (things < self._things)
        return np.asarray((self._keys[place] == keys) & known, dtype=np.bool_)

    def share(self, first: _Rows, second: _Rows) -> NDArray[np.bool_]:
        """Whether two groups hold a thing in common."""
        shared = np.zeros(len(first), dtype=np.bool_)
        if not len(self._keys):
            return shared
        starts, counts = self._extent(first)
        others, other_counts = self._extent(second)
        swap = other_counts < counts  # look through the shorter list
        starts, counts = np.where(swap, others, starts), np.where(swap, other_counts, counts)
        pair = np.repeat(np.arange(len(first)), counts)
        within = np.arange(len(pair)) - np.repeat(np.cumsum(counts) - counts, counts)
        things = self._keys[starts[pair] + within] % self._things
        shared[pair[self.has(np.where(swap, first, second)[pair], things)]] = True
        return shared

    def _extent(self, groups: _Rows) -> tuple[_Rows, _Rows]:
        starts = np.searchsorted(self._keys, groups * self._things)
        return starts, np.searchsorted(self._keys, (groups + 1) * self._things) - starts

    def of(self, groups: _Rows) -> dict[int, frozenset[int]]:
        """What some groups hold; groups that hold nothing are left out."""
        starts, counts = self._extent(groups) if len(self._keys) else (groups, groups * 0)
        return {
            group: frozenset((self._keys[start : start + count] % self._things).tolist())
            for group, start, count in zip(
                groups.tolist(), starts.tolist(), counts.tolist(), strict=True
            )
            if count
        }


class Apart:
    """Constraints on groups that are numbered by one of their faces; first each face is one."""

    def __init__(self, constraints: Constraints) -> None:
        group = np.arange(len(constraints), dtype=np.int64)
        # Only who shares a photo with others can meet them in a group.
        _, photo, sizes = np.unique(constraints.photos, return_inverse=True, return_counts=True)
        company = np.flatnonzero(sizes[photo] > 1)
        self.photos = _Held(group[company], photo[company].astype(np.int64))
        self.person = np.full(len(group), -1, dtype=np.int64)
        confirmed = constraints.confirmed
        _, number = np.unique(constraints.person[confirmed], return_inverse=True)
        self.person[group[confirmed]] = number
        known = {
            int(person): index
            for index, person in enumerate(np.unique(constraints.person[confirmed]))
        }
        bans = [
            (int(group[row]), known[person])
            for row in constraints.banned
            for person in constraints.banned_from(row)
            if person in known
        ]
        pairs = np.array(bans, dtype=np.int64).reshape(-1, 2)
        self.banned = _Held(pairs[:, 0], pairs[:, 1])

    def blocks(self, first: _Rows, second: _Rows) -> NDArray[np.bool_]:
        """Whether two groups may never merge; as groups only grow, that never changes."""
        one, other = self.person[first], self.person[second]
        return np.asarray(
            ((one >= 0) & (other >= 0) & (one != other))
            | self.banned.has(first, other)
            | self.banned.has(second, one)
            | self.photos.share(first, second),
            dtype=np.bool_,
        )

    def merge(self, into: _Rows) -> None:
        """Groups became part of others.

        Args:
            into: (n,) the new group of every group, itself for most.
        """
        moved = np.flatnonzero(into != np.arange(len(into)))
        np.maximum.at(self.person, into[moved], self.person[moved])
        self.photos.merge(into)
        self.banned.merge(into)
