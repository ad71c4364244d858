"""Two runs side by side: who left, who joined, who was merged and who parted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from gallery.errors import NotFoundError
from gallery.records import Run
from gallery.store import people, runs
from gallery.store.library import Library
from gallery.wording import counted, is_or_are, people_counted

Persons = Mapping[int, int | None]


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
    common = sorted(first.keys() & second.keys())
    flow: dict[tuple[int, int], list[int]] = defaultdict(list)
    freed, found = [], []
    for face in common:
        before, after = first[face], second[face]
        if before is not None and after is not None:
            flow[before, after].append(face)
        elif before is not None:
            freed.append(face)
        elif after is not None:
            found.append(face)
    sizes = Counter({edge: len(faces) for edge, faces in flow.items()})
    became = _best(sizes, side=0)
    came_from = _best(sizes, side=1)
    merged = _gathered(became, flow, 1)
    parted = _gathered(came_from, flow, 0)
    moved = [
        Change((before,), (after,), tuple(faces))
        for (before, after), faces in sorted(flow.items())
        if became[before] != after and came_from[after] != before
    ]
    return Difference(
        common=len(common),
        merged=merged,
        parted=parted,
        moved=moved,
        freed=freed,
        found=found,
        only_first=len(first) - len(common),
        only_second=len(second) - len(common),
    )


def _best(sizes: Counter[tuple[int, int]], side: int) -> dict[int, int]:
    """For each person on one side the person on the other with most of its faces."""
    best: dict[int, int] = {}
    for edge, _ in sorted(sizes.items(), key=lambda item: (-item[1], item[0])):
        best.setdefault(edge[side], edge[1 - side])
    return best


def _gathered(
    partner: Mapping[int, int], flow: Mapping[tuple[int, int], list[int]], into: int
) -> list[Change]:
    """Persons that share a partner: merged (into=1), or parted (into=0)."""
    several: dict[int, list[int]] = defaultdict(list)
    for person, other in sorted(partner.items()):
        several[other].append(person)
    changes = []
    for other, persons in sorted(several.items()):
        if len(persons) < 2:
            continue
        edges = [(p, other) if into else (other, p) for p in persons]
        faces = tuple(sorted(face for edge in edges for face in flow[edge]))
        one, many = (other,), tuple(persons)
        changes.append(Change(many, one, faces) if into else Change(one, many, faces))
    return changes


def compare(library: Library, first: int, second: int) -> tuple[Run, Run, Difference]:
    """Compare two runs that are kept.

    Raises:
        NotFoundError: One of them is not.
    """
    with library.read() as connection:
        found = []
        for run_id in (first, second):
            run = runs.get(library, connection, run_id)
            if run is None:
                raise NotFoundError(
                    f"There is no run {run_id}. See those that are kept with: gallery runs list"
                )
            found.append(run)
        persons = [runs.persons_of(library, connection, run.id) for run in found]
    return found[0], found[1], difference(persons[0], persons[1])


def labels_of(library: Library, changes: list[Change]) -> dict[int, str]:
    """What the persons in some changes are called today; a person who is gone by its number."""
    ids = {person for change in changes for person in (*change.before, *change.after)}
    return {person.id: person.label for person in people.by_ids(library, ids).values()}
