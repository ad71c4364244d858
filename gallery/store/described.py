"""The faces of some persons with all that tells who a new face is: vector, quality, decisions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from gallery.records import Space, Vectors
from gallery.store.batches import rows_of
from gallery.store.faces import comparable, present
from gallery.store.library import Library
from gallery.store.tables import faces, memberships, spaces, vectors


@dataclass(frozen=True, slots=True, eq=False)
class Members:
    """Faces of persons.

    Args:
        face_ids: (n,).
        vectors: (n, dim).
        persons: (n,) whose each is.
        confirmed: (n,) whether a user said so.
        quality: (n,) 0 to 1; 1 where it was never measured.
        photos: (n,).
    """

    face_ids: NDArray[np.int64]
    vectors: Vectors
    persons: NDArray[np.int64]
    confirmed: NDArray[np.bool_]
    quality: NDArray[np.float32]
    photos: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class FaceRow:
    """Where a face is, and whose."""

    face_id: int
    photo_id: int
    person_id: int | None


def rows_by_id(library: Library, face_ids: Sequence[int]) -> dict[int, FaceRow]:
    """Some faces; those that are gone or were deleted are left out."""
    query = (
        select(faces.c.id, faces.c.photo_id, memberships.c.person_id)
        .outerjoin(memberships, memberships.c.face_id == faces.c.id)
        .where(faces.c.owner_id == library.owner_id, present)
    )
    with library.read() as connection:
        rows = rows_of(connection, face_ids, lambda some: query.where(faces.c.id.in_(some)))
        return {row.id: FaceRow(row.id, row.photo_id, row.person_id) for row in rows}


def members_of(library: Library, space: Space, person_ids: Sequence[int]) -> Members:
    """All faces of some persons that have a vector comparable to those of a space."""
    query = (
        select(
            faces.c.id,
            vectors.c.vector,
            memberships.c.person_id,
            memberships.c.confirmed,
            faces.c.quality,
            faces.c.photo_id,
        )
        .join(memberships, memberships.c.face_id == faces.c.id)
        .join(vectors, vectors.c.face_id == faces.c.id)
        .join(spaces, spaces.c.id == vectors.c.space_id)
        .where(memberships.c.owner_id == library.owner_id, present, comparable(space))
    )
    with library.read() as connection:
        rows = list(
            rows_of(
                connection, person_ids, lambda some: query.where(memberships.c.person_id.in_(some))
            )
        )
    return Members(
        np.array([row.id for row in rows], dtype=np.int64),
        np.frombuffer(b"".join(row.vector for row in rows), dtype=np.float32).reshape(
            len(rows), space.dim
        ),
        np.array([row.person_id for row in rows], dtype=np.int64),
        np.array([row.confirmed for row in rows], dtype=np.bool_),
        np.array([1.0 if row.quality is None else row.quality for row in rows], dtype=np.float32),
        np.array([row.photo_id for row in rows], dtype=np.int64),
    )
