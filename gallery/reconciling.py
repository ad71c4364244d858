"""Clusters + what a user said -> persons. What a user said always wins."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

Clusters = Mapping[int, int | None]


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds before a grouping.

    Args:
        before: person of each face that had one.
        confirmed: person of each face of whom a user said so.
        known: persons a user has spoken about; they keep their faces.
        rejected: persons that a face is not.
        photos: photo of each face.
        steady: faces that were with such a person when the user last spoke about it; None
            where all of them were.
    """

    before: Mapping[int, int] = field(default_factory=dict)
    confirmed: Mapping[int, int] = field(default_factory=dict)
    known: Collection[int] = frozenset()
    rejected: Mapping[int, Collection[int]] = field(default_factory=dict)
    photos: Mapping[int, int] = field(default_factory=dict)
    steady: Collection[int] | None = None

    def seat(self, face: int, person: int) -> tuple[int, int]:
        """The place of a person in a face's photo, which only one face can have."""
        # Where the photo is not known, nobody else sits in it.
        return person, self.photos.get(face, -face)


@dataclass(frozen=True, slots=True)
class Membership:
    """Who every face belongs to after a clustering.

    Args:
        known: person of each face that joins a person there was.
        fresh: faces of each person to be made, the largest first.
        emptied: persons that nobody belongs to any more.
    """

    known: dict[int, int]
    fresh: list[list[int]]
    emptied: set[int]


def settle(labels: Clusters, standing: Standing) -> Membership:
    """Match clusters to the persons there were, so that decisions, names and ids survive.

    Confirmed faces stay where they are. A cluster with a confirmed face is that person's; any
    number of clusters may be one person's, as a child's and an adult's face are. A cluster of
    which more than half was a known person's when a user last spoke about it stays with it, so
    that a new threshold does not take a named person apart, while what a careless grouping
    has brought since is let go; the fewer faces that are known not to be the person do not
    count. The rest goes to the person it shares most faces with, one cluster each; what is
    left over becomes new persons. A face that is nobody's in the new clustering stays with a
    known person likewise, and one that was not looked at stays where it is.

    Args:
        labels: cluster of each face that was looked at, None where nobody's.
        standing: persons, decisions and photos.
    """
    clusters = _by_label(labels)
    seats = _Seats(standing)
    owners = {label: _confirmed_owner(faces, standing) for label, faces in clusters.items()}
    free = {label for label, person in owners.items() if person is None}
    owners.update({label: _majority_owner(clusters[label], standing) for label in free})
    fresh: list[list[int]] = []
    for label in sorted(clusters, key=lambda label: (label in free, label)):
        owner = owners[label]
        if owner is None:
            continue
        confirmed = {standing.confirmed.get(face) for face in clusters[label]}
        for face in clusters[label]:
            was = standing.before.get(face)
            # Contested: a user parted it while it was being grouped.
            own = was if was is not None and was in confirmed else owner
            if not seats.take(face, own):
                fresh.append([face])
    for face, person in sorted(standing.before.items()):
        if face in labels and labels[face] is None and _is_steady(face, standing):
            seats.take(face, person)
    rest = {face: label for face, label in labels.items() if label is not None}
    rest = {face: label for face, label in rest.items() if owners[label] is None}
    strangers = {f: p for f, p in standing.before.items() if p not in standing.known}
    unknown = reconcile({f: c for f, c in rest.items() if f not in seats.person}, strangers)
    known = seats.person | unknown.known
    known = _untouched(labels, standing, known) | known
    fresh = sorted([*unknown.fresh, *fresh], key=len, reverse=True)
    return Membership(known, fresh, set(standing.before.values()) - set(known.values()))


def restore(then: Mapping[int, int], standing: Standing) -> dict[int, int]:
    """Put faces back where an earlier run had them, as far as later decisions allow.

    Confirmed faces stay where a user put them, and so do faces that are not in the run. A face
    that may not go back is nobody's.

    Args:
        then: the person of each face of the run that had one.
        standing: persons, decisions and photos of today.
    """
    seats = _Seats(standing)
    for face, person in sorted(then.items()):
        seats.take(face, person)
    return _untouched(then, standing, seats.person) | seats.person


def _untouched(
    labels: Mapping[int, int | None], standing: Standing, placed: Mapping[int, int]
) -> dict[int, int]:
    """Faces that were not looked at stay with whom they were, unless another one sits there."""
    taken = {standing.seat(face, person) for face, person in placed.items()}
    return {
        face: person
        for face, person in standing.before.items()
        if face not in labels
        and person not in standing.rejected.get(face, ())
        and standing.seat(face, person) not in taken
    }


class _Seats:
    """Who sits where: one face of a photo a person, and the confirmed ones first."""

    def __init__(self, standing: Standing) -> None:
        self._standing = standing
        self.person = dict(standing.confirmed)
        self._taken = {standing.seat(face, person) for face, person in self.person.items()}

    def take(self, face: int, person: int) -> bool:
        """Whether the face is the person's now; not where it may not be, or it is taken."""
        if face in self.person:
            return True
        seat = self._standing.seat(face, person)
        if person in self._standing.rejected.get(face, ()) or seat in self._taken:
            return False
        self.person[face] = person
        self._taken.add(seat)
        return True


def _by_label(labels: Clusters) -> dict[int, list[int]]:
    """The faces of each cluster."""
    clusters: dict[int, list[int]] = defaultdict(list)
    for face, label in labels.items():
        if label is not None:
            clusters[label].append(face)
    return clusters


def _confirmed_owner(faces: list[int], standing: Standing) -> int | None:
    owners = Counter(standing.confirmed[face] for face in faces if face in standing.confirmed)
    return owners.most_common(1)[0][0] if owners else None


def _is_steady(face: int, standing: Standing) -> bool:
    seen = standing.steady is None or face in standing.steady
    return seen and standing.before.get(face) in standing.known


def _majority_owner(faces: list[int], standing: Standing) -> int | None:
    owners = Counter(standing.before[face] for face in faces if _is_steady(face, standing))
    for person, count in owners.most_common():
        # Faces that are not the person cannot come along, nor do they take its own away,
        # unless they are the larger part.
        barred = sum(person in standing.rejected.get(face, ()) for face in faces)
        if count >= barred and 2 * count > len(faces) - barred:
            return person
    return None


def reconcile(labels: Clusters, before: Mapping[int, int]) -> Membership:
    """Give every cluster to the person it shares most faces with; no person gets two.

    Args:
        labels: cluster of each face, None where nobody's.
        before: person of each face that had one.
    """
    clusters = _by_label(labels)
    overlaps = Counter(
        (label, before[face])
        for label, members in clusters.items()
        for face in members
        if face in before
    )
    person_of_cluster: dict[int, int] = {}
    taken: set[int] = set()
    for (label, person), _ in sorted(overlaps.items(), key=lambda item: (-item[1], item[0])):
        if label not in person_of_cluster and person not in taken:
            person_of_cluster[label] = person
            taken.add(person)
    known = {
        face: person for label, person in person_of_cluster.items() for face in clusters[label]
    }
    fresh = [
        members for label, members in sorted(clusters.items()) if label not in person_of_cluster
    ]
    fresh.sort(key=len, reverse=True)
    return Membership(known, fresh, set(before.values()) - taken)
