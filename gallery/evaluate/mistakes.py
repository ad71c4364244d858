"""Where a grouping went wrong: groups of several people, and people in several groups."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from gallery.evaluate.clustering import without_noise


@dataclass(frozen=True, slots=True)
class Mistake:
    """A group with its people, or a person with its groups.

    Args:
        of: the group's number in order of size, or the person.
        parts: rows of each person in the group, or of each group of the person; the largest
            part first.
    """

    of: Hashable
    parts: list[tuple[Hashable, list[int]]]

    @property
    def wrong(self) -> int:
        """Faces outside of the largest part."""
        return sum(len(rows) for _, rows in self.parts[1:])


def impure_groups(labels: Sequence[int | None], people: Sequence[Hashable]) -> list[Mistake]:
    """Groups with faces of more than one person, those with most faces of others first.

    Args:
        labels: cluster of each of n faces, None for nobody's.
        people: who each of the n faces really is.
    """
    return _mixed(_by_size(without_noise(labels)), people)


def fragmented_people(labels: Sequence[int | None], people: Sequence[Hashable]) -> list[Mistake]:
    """People whose faces are in more than one group, those with most faces elsewhere first.

    Args:
        labels: cluster of each of n faces, None for nobody's.
        people: who each of the n faces really is.
    """
    return _mixed(people, _by_size(without_noise(labels)))


def _by_size(clusters: Sequence[int]) -> list[Hashable]:
    """Clusters numbered from 1, the largest first."""
    number = {c: at for at, (c, _) in enumerate(Counter(clusters).most_common(), start=1)}
    return [number[cluster] for cluster in clusters]


def _mixed(containers: Sequence[Hashable], contents: Sequence[Hashable]) -> list[Mistake]:
    rows: dict[Hashable, dict[Hashable, list[int]]] = defaultdict(lambda: defaultdict(list))
    for row, (container, content) in enumerate(zip(containers, contents, strict=True)):
        rows[container][content].append(row)
    found = [
        Mistake(container, sorted(parts.items(), key=lambda part: (-len(part[1]), part[1][0])))
        for container, parts in rows.items()
        if len(parts) > 1
    ]
    # Sorting is stable: of equal ones the first stays first.
    return sorted(found, key=lambda mistake: -mistake.wrong)
