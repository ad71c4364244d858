"""What is known of every face beside its vector: photo, person, quality, date."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, String, case, cast, func, select

from gallery.records import Space
from gallery.store.columns import columns
from gallery.store.faces import comparable, present
from gallery.store.library import Library
from gallery.store.tables import assignments, faces, memberships, photos, spaces, vectors

# A photo without a date of its own is shown under the day it was added.
_NO_DATE = "added"
# In the person column: nobody's. Ids begin at 1.
NOBODY = 0
# Quality is 0 to 1.
_NEVER_MEASURED = -1.0

Ids = NDArray[np.int64]


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


@dataclass(frozen=True, slots=True, eq=False)
class FactsByFace(Mapping[int, Facts]):
    """The facts of many faces, held as columns.

    Args:
        face_ids: (n,) rising.
        photo_ids: (n,).
        person_ids: (n,) `NOBODY` where nobody's.
        quality: (n,) nan where it was never measured.
        shown_at: (n,) datetime64 in microseconds; NaT where neither camera nor file has one.
    """

    face_ids: Ids
    photo_ids: Ids
    person_ids: Ids
    quality: NDArray[np.float64]
    shown_at: NDArray[np.datetime64]

    def rows_of(self, face_ids: Ids) -> Ids:
        """(m,) the row of each of some faces; -1 where there is none."""
        if not len(self.face_ids):
            return np.full(len(face_ids), -1, dtype=np.int64)
        rows = np.minimum(np.searchsorted(self.face_ids, face_ids), len(self.face_ids) - 1)
        return np.where(self.face_ids[rows] == face_ids, rows, -1)

    def of(self, face_ids: Ids) -> FactsByFace:
        """The facts of some faces in their order; of those that are gone nothing is known."""
        rows = self.rows_of(face_ids)
        there = rows >= 0
        nothing: FactsByFace = FactsByFace(
            np.asarray(face_ids, dtype=np.int64),
            np.zeros(len(rows), dtype=np.int64),
            np.full(len(rows), NOBODY, dtype=np.int64),
            np.full(len(rows), np.nan),
            np.full(len(rows), np.datetime64("NaT", "us")),
        )
        rows = rows[there]
        nothing.photo_ids[there] = self.photo_ids[rows]
        nothing.person_ids[there] = self.person_ids[rows]
        nothing.quality[there] = self.quality[rows]
        nothing.shown_at[there] = self.shown_at[rows]
        return nothing

    def __getitem__(self, face_id: int) -> Facts:
        """The facts of one face.

        Raises:
            KeyError: It is none of these.
        """
        row = int(self.rows_of(np.array([face_id]))[0])
        if row < 0:
            raise KeyError(face_id)
        quality = float(self.quality[row])
        return Facts(
            photo_id=int(self.photo_ids[row]),
            person_id=int(self.person_ids[row]) or None,
            quality=None if np.isnan(quality) else quality,
            shown_at=self.shown_at[row].item(),
        )

    def __iter__(self) -> Iterator[int]:
        """The faces, rising."""
        return iter(self.face_ids.tolist())

    def __len__(self) -> int:
        """How many faces."""
        return len(self.face_ids)


def of_described(library: Library, space: Space) -> FactsByFace:
    """Of every face with a vector comparable to those of a space."""
    # As a text, which is read in one go; NaT is what NumPy calls a time that is not there.
    when = case((photos.c.dated_by == _NO_DATE, "NaT"), else_=cast(photos.c.shown_at, String))
    query = (
        select(
            faces.c.id,
            faces.c.photo_id,
            func.coalesce(memberships.c.person_id, NOBODY),
            func.coalesce(faces.c.quality, _NEVER_MEASURED),
            func.coalesce(when, "NaT"),
        )
        .join(vectors, vectors.c.face_id == faces.c.id)
        .join(spaces, spaces.c.id == vectors.c.space_id)
        .join(photos, photos.c.id == faces.c.photo_id)
        .outerjoin(memberships, memberships.c.face_id == faces.c.id)
        .where(faces.c.owner_id == library.owner_id, present, comparable(space))
        .order_by(faces.c.id)
    )
    kinds = ("int64", "int64", "int64", "float64", "datetime64[us]")
    with library.read() as connection:
        ids, photo_ids, person_ids, quality, shown_at = columns(connection, query, *kinds)
    quality[quality == _NEVER_MEASURED] = np.nan
    return FactsByFace(ids, photo_ids, person_ids, quality, shown_at)


def groups_of(library: Library, connection: Connection, run_id: int) -> dict[int, int]:
    """The group that a run put each face in; faces of no group are left out."""
    query = (
        select(assignments.c.face_id, assignments.c.cluster)
        .where(
            assignments.c.owner_id == library.owner_id,
            assignments.c.run_id == run_id,
            assignments.c.cluster.is_not(None),
        )
        # In the order of the key, or the database reads all runs to find one.
        .order_by(assignments.c.face_id)
    )
    ids, groups = columns(connection, query, "int64", "int64")
    return dict(zip(ids.tolist(), groups.tolist(), strict=True))
