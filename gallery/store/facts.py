"""What is known of every face beside its vector: photo, person, quality, date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from gallery.records import Space
from gallery.store.faces import comparable, present
from gallery.store.library import Library
from gallery.store.tables import assignments, faces, memberships, photos, spaces, vectors

# A photo without a date of its own is shown under the day it was added.
_NO_DATE = "added"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a face.

    Args:
        photo_id: its photo.
        person_id: whose it is; None where nobody's.
        quality: overall, 0 to 1; None where it was never measured.
        shown_at: wall clock of the photo; None where neither camera nor file has one.
    """

    photo_id: int
    person_id: int | None
    quality: float | None
    shown_at: datetime | None


def of_described(library: Library, space: Space) -> dict[int, Facts]:
    """Of every face with a vector comparable to those of a space, by face, rising."""
    query = (
        select(
            faces.c.id,
            faces.c.photo_id,
            faces.c.quality,
            memberships.c.person_id,
            photos.c.shown_at,
            photos.c.dated_by,
        )
        .join(vectors, vectors.c.face_id == faces.c.id)
        .join(spaces, spaces.c.id == vectors.c.space_id)
        .join(photos, photos.c.id == faces.c.photo_id)
        .outerjoin(memberships, memberships.c.face_id == faces.c.id)
        .where(faces.c.owner_id == library.owner_id, present, comparable(space))
        .order_by(faces.c.id)
    )
    with library.read() as connection:
        return {
            row.id: Facts(
                row.photo_id,
                row.person_id,
                row.quality,
                None if row.dated_by == _NO_DATE else row.shown_at,
            )
            for row in connection.execute(query)
        }


def groups_of(library: Library, connection: Connection, run_id: int) -> dict[int, int]:
    """The group that a run put each face in; faces of no group are left out."""
    rows = connection.execute(
        select(assignments.c.face_id, assignments.c.cluster).where(
            assignments.c.owner_id == library.owner_id,
            assignments.c.run_id == run_id,
            assignments.c.cluster.is_not(None),
        )
    )
    return {row.face_id: row.cluster for row in rows}
