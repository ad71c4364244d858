"""Who faces, or a person, are most like: the persons to offer first where one is picked."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from gallery.likeness import Groups
from gallery.store.faces import Embedded


def most_alike(
    described: Embedded, person_of: Mapping[int, int], face_ids: Collection[int]
) -> list[tuple[int, float]]:
    """Persons by their average similarity to some faces, the most alike first.

    Args:
        described: all faces of one space.
        person_of: whose each face is; the others are nobody's.
        face_ids: the faces; those that are not described do not count.

    Returns:
        Persons with their average similarity; none where none of the faces is described. The
        faces themselves do not count for the persons they are with.
    """
    wanted = set(face_ids)
    own = np.array([face in wanted for face in described.face_ids], dtype=np.bool_)
    if not own.any():
        return []
    persons = described.persons(person_of)
    persons[own] = -1
    groups = Groups.of(described.vectors, persons)
    scores = groups.means @ described.vectors[own].mean(axis=0)
    order = np.argsort(-scores, kind="stable")
    return [(int(groups.ids[at]), float(scores[at])) for at in order.tolist()]


def best_for_each(
    described: Embedded,
    person_of: Mapping[int, int],
    rejected: Mapping[int, Collection[int]],
    face_ids: Collection[int],
) -> dict[int, tuple[int, float]]:
    """For each of some faces of nobody's the person it is most like, with the similarity.

    Args:
        described: all faces of one space.
        person_of: whose each face is; the others are nobody's.
        rejected: persons that each face is known not to be.
        face_ids: the faces; those that are not described are left out.
    """
    persons = described.persons(person_of)
    groups = Groups.of(described.vectors, persons)
    wanted = set(face_ids)
    found = {}
    for row, face in enumerate(described.face_ids):
        if face in wanted and len(groups.ids):
            scores = groups.means @ described.vectors[row]
            scores[np.isin(groups.ids, list(rejected.get(face, ())))] = -np.inf
            best = int(np.argmax(scores))
            if np.isfinite(scores[best]):
                found[face] = (int(groups.ids[best]), float(scores[best]))
    return found
