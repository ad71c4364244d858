"""What is known about faces before they are grouped: one photo, and what a user decided.

Every way to group obeys it: `gallery.linkage` while it merges, the others through `honour`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gallery.records import Vectors

Labels = list[int | None]

_NOBODY: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Constraints:
    """What is known about n faces beforehand; every algorithm obeys it.

    Args:
        photos: (n,) the photo of each face; two faces of one photo are never one person,
            unless a user confirmed both as the same person.
        person: (n,) the person a user has confirmed a face to be, -1 for none. All faces of
            one person end in one group, faces of two persons never do.
        banned: row -> persons that the face is not, because a user said so or because the
            photo is older than the person. Such a face never ends in a group that holds a
            confirmed face of such a person. That it is confirmed weighs more: a ban from
            one's own person says nothing.
    """

    photos: NDArray[np.int64]
    person: NDArray[np.int64]
    banned: Mapping[int, frozenset[int]]

    def __post_init__(self) -> None:
        if self.photos.ndim != 1 or self.person.shape != self.photos.shape:
            raise ValueError(
                f"photos and person must be (n,), got {self.photos.shape} and {self.person.shape}"
            )

    def __len__(self) -> int:
        return len(self.photos)

    @classmethod
    def of_photos(cls, photos: Sequence[int] | NDArray[np.int64]) -> Constraints:
        """Faces about which no user has decided anything."""
        known = np.asarray(photos, dtype=np.int64).reshape(-1)
        return cls(known, np.full(len(known), -1, dtype=np.int64), {})

    @property
    def confirmed(self) -> NDArray[np.bool_]:
        """(n,) whether a user has said who a face is."""
        return np.asarray(self.person >= 0, dtype=np.bool_)

    def banned_from(self, row: int) -> frozenset[int]:
        """The persons that a face is not."""
        persons = self.banned.get(row, _NOBODY)
        return persons - {int(self.person[row])} if persons else persons

    def subset(self, rows: NDArray[np.int64]) -> Constraints:
        """The same for some of the faces, each once; row i of it is row `rows[i]` of this."""
        place = np.full(len(self), -1, dtype=np.int64)
        place[rows] = np.arange(len(rows))
        banned = {
            int(place[row]): persons for row, persons in self.banned.items() if place[row] >= 0
        }
        return Constraints(self.photos[rows], self.person[rows], banned)


def honour(
    labels: Sequence[int | None],
    vectors: Vectors,
    strong: NDArray[np.bool_],
    constraints: Constraints,
) -> Labels:
    """The nearest labelling that obeys; one that obeys already is returned as it is.

    A cluster with several confirmed persons is parted to whom each face is most like; all
    clusters with confirmed faces of one person become one. Unconfirmed faces leave a person
    they are banned from, and of two faces of one photo the confirmed one or the one nearest
    the middle stays. A strong face that leaves is alone, a weak one nobody's, and so are weak
    faces whose cluster has lost its last strong face.

    Args:
        labels: n labels of any algorithm or of an earlier run, None for nobody's.
        vectors: (n, d) unit vectors.
        strong: (n,) whether a face may be a person by itself; confirmed ones always may.
        constraints: of the same n faces.

    Returns:
        n labels; clusters that nothing was said about keep theirs.
    """
    found = np.array([-1 if label is None else label for label in labels], dtype=np.int64)
    before = found.copy()
    confirmed = constraints.confirmed
    strong = strong | confirmed
    _part(found, vectors, constraints)
    unite(found, vectors, strong, constraints)
    _leave(found, _banned_rows(found, constraints), strong)
    _leave(found, _second_faces(found, vectors, constraints), strong)
    held = np.isin(before, np.unique(before[strong]))
    standing = np.isin(found, np.unique(found[strong]))
    found[held & ~standing] = -1
    return [label if label >= 0 else None for label in found.tolist()]


def unite(
    found: NDArray[np.int64],
    vectors: Vectors,
    strong: NDArray[np.bool_],
    constraints: Constraints,
) -> None:
    """Make all groups with confirmed faces of one person one group, in place.

    Where that brings two faces of a photo together, the confirmed one or the one nearest the
    middle stays.

    Args:
        found: (n,) labels, -1 for nobody's; no group has confirmed faces of two persons.
        vectors: (n, d) unit vectors.
        strong: (n,) whether a face that leaves is a person by itself.
        constraints: of the n faces.
    """
    rows = np.flatnonzero(constraints.confirmed)
    if not len(rows):
        return
    persons = constraints.person[rows]
    lonely = found[rows] < 0
    found[rows[lonely]] = int(found.max(initial=-1)) + 1 + np.arange(int(lonely.sum()))
    _, first = np.unique(persons, return_index=True)
    home = dict(zip(persons[first].tolist(), found[rows[first]].tolist(), strict=True))
    into = np.arange(int(found.max()) + 1)
    into[found[rows]] = [home[person] for person in persons.tolist()]
    grouped = found >= 0
    found[grouped] = into[found[grouped]]
    _leave(found, _second_faces(found, vectors, constraints), strong | constraints.confirmed)


def _part(found: NDArray[np.int64], vectors: Vectors, constraints: Constraints) -> None:
    """Part clusters with several confirmed persons, to whom each face is most like."""
    rows = np.flatnonzero(constraints.confirmed)
    rows = rows[found[rows] >= 0]
    claims: dict[int, set[int]] = defaultdict(set)
    for label, person in zip(found[rows].tolist(), constraints.person[rows].tolist(), strict=True):
        claims[label].add(person)
    contested = {label: sorted(persons) for label, persons in claims.items() if len(persons) > 1}
    members = _by_label(found, np.array(sorted(contested), dtype=np.int64))
    following = int(found.max(initial=-1)) + 1
    for label, persons in contested.items():
        given = [label, *range(following, following + len(persons) - 1)]
        following += len(persons) - 1
        inside = members[label]
        found[inside] = _nearest_person(inside, persons, given, vectors, constraints)
        sure = inside[constraints.confirmed[inside]]
        found[sure] = [given[persons.index(p)] for p in constraints.person[sure].tolist()]


def _middles(
    found: NDArray[np.int64], vectors: Vectors, wanted: NDArray[np.int64]
) -> dict[int, NDArray[np.float32]]:
    """The mean vectors of some clusters."""
    return {label: vectors[rows].mean(axis=0) for label, rows in _by_label(found, wanted).items()}


def _by_label(found: NDArray[np.int64], wanted: NDArray[np.int64]) -> dict[int, NDArray[np.int64]]:
    """The rows of some clusters."""
    rows = np.flatnonzero(np.isin(found, wanted))
    order = rows[np.argsort(found[rows], kind="stable")]
    values, starts = np.unique(found[order], return_index=True)
    parts = np.split(order, starts[1:]) if len(order) else []
    return dict(zip(values.tolist(), parts, strict=True))


def _nearest_person(
    rows: NDArray[np.int64],
    persons: list[int],
    labels: list[int],
    vectors: Vectors,
    constraints: Constraints,
) -> NDArray[np.int64]:
    """For each face of a cluster, the label of the person it is most like and not banned from.

    Who is banned from all of them goes to the nearest, and leaves with the other banned ones.
    """
    own = constraints.person[rows]
    middles = np.stack([vectors[rows[own == person]].mean(axis=0) for person in persons])
    similarities = vectors[rows] @ middles.T
    for index, row in enumerate(rows.tolist()):
        for person in constraints.banned_from(row):
            if person in persons:
                similarities[index, persons.index(person)] -= 4  # more than cosines can differ
    return np.asarray(np.array(labels)[np.argmax(similarities, axis=1)], dtype=np.int64)


def _banned_rows(found: NDArray[np.int64], constraints: Constraints) -> NDArray[np.int64]:
    """Unconfirmed faces in the cluster of a person they are banned from."""
    rows = np.flatnonzero(constraints.confirmed)
    owner = dict(zip(found[rows].tolist(), constraints.person[rows].tolist(), strict=True))
    wrong = [
        row
        for row, persons in constraints.banned.items()
        if constraints.person[row] < 0 and owner.get(int(found[row])) in persons
    ]
    return np.array(sorted(wrong), dtype=np.int64)


def _second_faces(
    found: NDArray[np.int64], vectors: Vectors, constraints: Constraints
) -> NDArray[np.int64]:
    """Of the faces that share cluster and photo, all but the confirmed or the nearest one."""
    rows = np.flatnonzero(found >= 0)
    order = rows[np.lexsort((constraints.photos[rows], found[rows]))]
    label, photo = found[order], constraints.photos[order]
    new = np.ones(len(order), dtype=np.bool_)
    new[1:] = (label[1:] != label[:-1]) | (photo[1:] != photo[:-1])
    group = np.cumsum(new) - 1
    crowded = np.bincount(group)[group] > 1 if len(group) else new
    rows, group = order[crowded], group[crowded]
    if not len(rows):
        return rows
    middles = _middles(found, vectors, np.unique(found[rows]))
    likeness = np.array([vectors[row] @ middles[int(found[row])] for row in rows])
    confirmed = constraints.confirmed[rows]
    order = np.lexsort((-likeness, ~confirmed, group))
    first = np.ones(len(order), dtype=np.bool_)
    first[1:] = group[order][1:] != group[order][:-1]
    return np.asarray(np.sort(rows[order][~first & ~confirmed[order]]), dtype=np.int64)


def _leave(found: NDArray[np.int64], rows: NDArray[np.int64], strong: NDArray[np.bool_]) -> None:
    """Take faces out of their clusters: alone where strong, nobody's where weak."""
    alone = rows[strong[rows]]
    following = int(found.max(initial=-1)) + 1
    found[rows] = -1
    found[alone] = following + np.arange(len(alone))
