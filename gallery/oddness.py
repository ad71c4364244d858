"""A person's faces, the least alike first: where somebody else would be found."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gallery.records import Space
from gallery.store import faces as face_store
from gallery.store import members, photos
from gallery.store.library import Library


@dataclass(frozen=True, slots=True)
class FaceOfPerson:
    """One face of a person.

    Args:
        face_id: the face.
        photo_id: its photo.
        path: of the photo.
        crop: where its small picture lies.
        confirmed: whether a user said so.
        score: average similarity to the person's other faces; None where it has none.
    """

    face_id: int
    photo_id: int
    path: str
    crop: str | None
    confirmed: bool
    score: float | None


def faces_by_oddness(library: Library, person_id: int, space: Space) -> list[FaceOfPerson]:
    """All faces of a person, the least alike to the others first."""
    with library.read() as connection:
        own = members.of_persons(library, connection, [person_id])
        photo_of = members.photos_of(library, connection, list(own))
    paths = photos.paths(library, sorted(set(photo_of.values())))
    crops = face_store.crop_keys(library, list(own))
    scores = average_to_others(face_store.vectors_of(library, space, list(own)))
    listed = [
        FaceOfPerson(
            face,
            photo_of[face],
            paths.get(photo_of[face], ""),
            crops.get(face),
            sure,
            scores.get(face),
        )
        for face, (_, sure) in own.items()
    ]
    return sorted(listed, key=lambda f: (2.0 if f.score is None else f.score, f.face_id))


def average_to_others(vectors: dict[int, np.ndarray]) -> dict[int, float]:
    """Average similarity of each face to the others."""
    count = len(vectors)
    if count < 2:
        return {}
    array = np.stack(list(vectors.values()))
    totals = array @ array.sum(axis=0)
    own = np.einsum("ij,ij->i", array, array)
    averages = (totals - own) / (count - 1)
    return dict(zip(vectors, averages.tolist(), strict=True))
