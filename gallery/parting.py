"""How a mixed group may be parted: the same grouping, stricter, over one person's faces."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gallery.cluster import GraphOptions
from gallery.constraints import Constraints
from gallery.people import find_person
from gallery.records import Space, Vectors
from gallery.store import faces as face_store
from gallery.store import people
from gallery.store.library import Library

_STEP = 0.02
_STRICTEST = 0.96
# Smaller parts are odd pictures of the same person more often than somebody else.
_PART = 2


def propose_parts(library: Library, person_id: int, space: Space, link: float) -> list[list[int]]:
    """Parts of a person's faces that may be different people, the largest first.

    Args:
        library: whose.
        person_id: who may be several.
        space: vectors to compare.
        link: at which the faces were grouped; the parts are sought above it.

    Returns:
        Face ids by part, all of the person's faces in one of them; a single part where even
        the strictest grouping keeps them together, none where the person has no faces.

    Raises:
        NotFoundError: There is no such person.
    """
    find_person(library, person_id)
    own = set(people.face_ids(library, person_id))
    described = face_store.embedded(library, space, own)
    ids = described.face_ids
    labels = stricter(described.vectors, np.array(described.photo_ids, dtype=np.int64), link)
    parts: dict[int, list[int]] = {}
    for face, label in zip(ids, labels.tolist(), strict=True):
        parts.setdefault(label, []).append(face)
    undescribed = sorted(own - set(ids))
    found = sorted(parts.values(), key=lambda part: (-len(part), part[0]))
    if undescribed:
        found = [[*found[0], *undescribed], *found[1:]] if found else [undescribed]
    return found


def stricter(vectors: Vectors, photos: NDArray[np.int64], link: float) -> NDArray[np.int64]:
    """Labels of the first stricter grouping with a second part of some size.

    Args:
        vectors: (n, dim) of one person.
        photos: (n,).
        link: where to begin.
    """
    count = len(vectors)
    together = np.zeros(count, dtype=np.int64)
    least = _PART if count > _PART + 1 else 1
    constraints = Constraints.of_photos(photos)
    for at in np.arange(link + _STEP, _STRICTEST, _STEP).tolist():
        options = GraphOptions(at, at)
        found = options.label(vectors, np.ones(count, dtype=np.bool_), constraints)
        labels = np.array([-1 if label is None else label for label in found], dtype=np.int64)
        sizes = np.sort(np.bincount(labels + 1))[::-1]
        if len(sizes) > 1 and sizes[1] >= least:
            return _gather_singles(labels)
    return together


def _gather_singles(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Faces that stand alone stay with the largest part: one odd picture is no person."""
    sizes = np.bincount(labels)
    gathered = labels.copy()
    gathered[sizes[labels] == 1] = int(np.argmax(sizes)) if sizes.max() > 1 else labels[0]
    if len(np.unique(gathered)) < 2:
        return labels
    return gathered
