"""Two runs side by side: who left, who joined, who was merged and who parted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gallery.errors import NotFoundError
from gallery.records import Run
from gallery.store import people, runs
from gallery.store.library import Library
from gallery.wording import counted, is_or_are, people_counted

Persons = Mapping[int, int | None]
Ids = NDArray[np.int64]

# In a column of persons: nobody's. Persons that are not there yet have small numbers below 0.
_NOBODY = int(np.iinfo(np.int64).min)


@dataclass(frozen=True, slots=True)
class Change:
    """Persons before and after, and the faces it is about."""

    before: tuple[int, ...]
    after: tuple[int, ...]
    faces: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed from one run to another, of the faces that both looked at.

    Args:
        common: faces that both looked at.
        merged: persons that became one.
        parted: persons that became several.
        moved: faces that went from one person to another, each person otherwise the same.
        freed: faces that were somebody's and are nobody's.
        found: faces that were nobody's and are somebody's.
        only_first: faces that the second did not look at.
        only_second: faces that the first did not look at.
    """

    common: int
    merged: list[Change]
    parted: list[Change]
    moved: list[Change]
    freed: list[int]
    found: list[int]
    only_first: int
    only_second: int

    @property
    def sentences(self) -> list[str]:
        """The same in words."""
        merged = sum(len(change.before) for change in self.merged)
        parted = len(self.parted)
        moved = sum(len(change.faces) for change in self.moved)
        said = []
        if merged:
            said.append(f"{merged:,} people became {len(self.merged):,} by merging.")
        if parted:
            into = sum(len(change.after) for change in self.parted)
            said.append(f"{people_counted(parted)} parted into {into:,}.")
        if moved:
            said.append(f"{counted(moved, 'face')} left one person for another.")
        if self.freed:
            said.append(f"{_faces_are(len(self.freed), 'of somebody')} nobody's now.")
        if self.found:
            said.append(f"{_faces_are(len(self.found), 'of nobody')} somebody's now.")
        if self.only_second:
            said.append(f"{counted(self.only_second, 'face')} came in between.")
        if self.only_first:
            said.append(f"{_faces_are(self.only_first, 'of the first')} not in the second.")
        return said or ["Nothing changed."]


def _faces_are(number: int, whose: str) -> str:
    return f"{counted(number, 'face')} {whose} {is_or_are(number)}"


def difference(first: Persons, second: Persons) -> Difference:
    """What changed from one run's persons to another's.

    A person of the first that shares most of its faces with a person of the second is the
    same one. Where several of the first are the same one of the second, they were merged;
    where one of the first is the best match of several of the second, it parted.

    Args:
        first: whose each face was; None for nobody's.
        second: whose each face is.
    """
    (ids, before), (others, after) = _columns(first), _columns(second)
    common, at, at_other = np.intersect1d(ids, others, assume_unique=True, return_indices=True)
    before, after = before[at], after[at_other]
    was, is_now = before != _NOBODY, after != _NOBODY
    flow = _Flow.of(common[was & is_now], before[was & is_now], after[was & is_now])
    return Difference(
        common=len(common),
        merged=flow.gathered(1),
        parted=flow.gathered(0),
        moved=flow.moved(),
        freed=common[was & ~is_now].tolist(),
        found=common[~was & is_now].tolist(),
        only_first=len(first) - len(common),
        only_second=len(second) - len(common),
    )


def _columns(whose: Persons) -> tuple[Ids, Ids]:
    persons = (_NOBODY if person is None else person for person in whose.values())
    return (
        np.fromiter(whose.keys(), dtype=np.int64, count=len(whose)),
        np.fromiter(persons, dtype=np.int64, count=len(whose)),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Flow:
    """From whom to whom faces went: an edge for each pair of persons that share some.

    Args:
        faces: (n,) of all edges, one edge after the other, each rising.
        ends: (e,) of the faces of each edge.
        edges: (2, e) the person before and the person after.
        best: (2, e) for the person on each side of an edge, who has most of its faces on the
            other side.
    """

    faces: Ids
    ends: Ids
    edges: Ids
    best: Ids

    @classmethod
    def of(cls, faces: Ids, before: Ids, after: Ids) -> _Flow:
        """Of faces, rising, that were one person's and are one person's."""
        order = np.lexsort((after, before))
        pairs = np.stack([before[order], after[order]])
        begins = np.ones(len(order), dtype=np.bool_)
        begins[1:] = (pairs[:, 1:] != pairs[:, :-1]).any(axis=0)
        starts = np.flatnonzero(begins)
        ends = np.append(starts[1:], len(order))
        edges = pairs[:, starts]
        # The largest first; of equal ones that of the lower numbers.
        ranked = np.argsort(starts - ends, kind="stable")
        best = [_first_partner(edges[side], edges[1 - side], ranked) for side in (0, 1)]
        return cls(faces[order], ends, edges, np.stack(best))

    def moved(self) -> list[Change]:
        """Faces that went to another person, each person otherwise the same."""
        away = (self.best[0] != self.edges[1]) & (self.best[1] != self.edges[0])
        return [
            Change((int(self.edges[0, at]),), (int(self.edges[1, at]),), tuple(self._faces(at)))
            for at in np.flatnonzero(away).tolist()
        ]

    def gathered(self, into: int) -> list[Change]:
        """Persons that share a partner: merged (into=1), or parted (into=0)."""
        # The edge from each person to its partner.
        chosen = np.flatnonzero(self.best[1 - into] == self.edges[into])
        partners, counts = np.unique(self.edges[into, chosen], return_counts=True)
        chosen = chosen[np.isin(self.edges[into, chosen], partners[counts > 1])]
        several: dict[int, list[int]] = defaultdict(list)
        for at in chosen.tolist():
            several[int(self.edges[into, at])].append(at)
        changes = []
        for partner, edges in sorted(several.items()):
            faces = tuple(sorted(face for at in edges for face in self._faces(at)))
            one, many = (partner,), tuple(sorted(self.edges[1 - into, edges].tolist()))
            changes.append(Change(many, one, faces) if into else Change(one, many, faces))
        return changes

    def _faces(self, edge: int) -> list[int]:
        begin = self.ends[edge - 1] if edge else 0
        faces: list[int] = self.faces[begin : self.ends[edge]].tolist()
        return faces


def _first_partner(persons: Ids, others: Ids, ranked: Ids) -> Ids:
    """For the person of each edge the other one of its first edge in an order."""
    _, first, row = np.unique(persons[ranked], return_index=True, return_inverse=True)
    partner = others[ranked][first]
    found = np.empty_like(persons)
    found[ranked] = partner[row]
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Two runs side by side.

    Args:
        first: the run that is compared.
        second: with this one.
        before: whose each face was in the first.
        after: whose each face is in the second.
        changes: from the first to the second.
    """

    first: Run
    second: Run
    before: Persons
    after: Persons
    changes: Difference


def compare(library: Library, first: int, second: int) -> Comparison:
    """Compare two runs that are kept.

    Raises:
        NotFoundError: One of them is not.
    """
    with library.read() as connection:
        one, other = (_there(runs.get(library, connection, n), n) for n in (first, second))
        before, after = (runs.persons_of(library, connection, run.id) for run in (one, other))
    return Comparison(one, other, before, after, difference(before, after))


def _there(run: Run | None, run_id: int) -> Run:
    if run is None:
        raise NotFoundError(
            f"There is no run {run_id}. See those that are kept with: gallery runs list"
        )
    return run


def labels_of(library: Library, changes: list[Change]) -> dict[int, str]:
    """What the persons in some changes are called today; a person who is gone by its number."""
    ids = {person for change in changes for person in (*change.before, *change.after)}
    return {person.id: person.label for person in people.by_ids(library, ids).values()}
