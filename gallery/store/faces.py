"""Faces, the spaces of vectors, and the vectors."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Row, Select, and_, func, insert, select, update

from gallery.records import Face, FaceQuality, Space, Vectors
from gallery.store.batches import in_batches, rows_of
from gallery.store.library import Library, inserted_id
from gallery.store.tables import faces, memberships, photos, spaces, vectors

_POINTS = ("right_eye", "left_eye", "nose", "right_mouth", "left_mouth")
_LANDMARK_COLUMNS = tuple(f"{point}_{axis}" for point in _POINTS for axis in ("x", "y"))

# Boxes that a user has not deleted.
present = faces.c.removed.is_(False)


def add(
    library: Library,
    connection: Connection,
    photo_id: int,
    detector: str,
    found: Sequence[Face],
    crops: Sequence[str],
) -> list[int]:
    """Insert the faces of a photo and say that it was looked at; their ids, in order."""
    connection.execute(
        update(photos)
        .where(photos.c.id == photo_id, photos.c.owner_id == library.owner_id)
        .values(detector=detector)
    )
    return [
        _insert(library, connection, photo_id, detector, face, crop)
        for face, crop in zip(found, crops, strict=True)
    ]


def add_removed(
    library: Library,
    connection: Connection,
    photo_id: int,
    detector: str,
    face: Face,
    crop: str,
) -> int:
    """Insert a face as a deleted one; a decision brings it to light."""
    return _insert(library, connection, photo_id, detector, face, crop, removed=True)


def present_ids(library: Library, connection: Connection) -> set[int]:
    """Every face that is there and was not deleted."""
    query = select(faces.c.id).where(faces.c.owner_id == library.owner_id, present)
    return set(connection.execute(query).scalars())


def _insert(
    library: Library,
    connection: Connection,
    photo_id: int,
    detector: str,
    face: Face,
    crop: str,
    *,
    removed: bool = False,
) -> int:
    row = connection.execute(
        insert(faces).values(
            owner_id=library.owner_id,
            photo_id=photo_id,
            detector=detector,
            crop=crop,
            removed=removed,
            **_columns(face),
        )
    )
    return inserted_id(row)


def _columns(face: Face) -> dict[str, float | None]:
    x0, y0, x1, y1 = face.box
    columns: dict[str, float | None] = {
        "x0": x0, "y0": y0, "x1": x1, "y1": y1, "score": face.score,
    }  # fmt: skip
    if face.landmarks is not None:
        values = (float(value) for value in face.landmarks.reshape(-1))
        columns.update(zip(_LANDMARK_COLUMNS, values, strict=True))
    if face.quality is not None:
        quality = face.quality
        columns.update(
            size=quality.size,
            sharpness=quality.sharpness,
            yaw=quality.yaw,
            pitch=quality.pitch,
            roll=quality.roll,
            quality=quality.overall,
        )
    return columns


def _face(row: Row[Any], person_id: int | None = None) -> Face:
    points = [getattr(row, name) for name in _LANDMARK_COLUMNS]
    landmarks = None
    if all(value is not None for value in points):
        landmarks = np.array(points, dtype=np.float32).reshape(5, 2)
    quality = None
    if row.quality is not None:
        quality = FaceQuality(row.size, row.sharpness, row.yaw, row.pitch, row.roll, row.quality)
    return Face(
        box=(row.x0, row.y0, row.x1, row.y1),
        score=row.score,
        landmarks=landmarks,
        quality=quality,
        id=row.id,
        photo_id=row.photo_id,
        person_id=person_id,
    )


def of_photo(library: Library, photo_id: int) -> list[Face]:
    """The faces of a photo, from left to right, each with its person."""
    query = (
        select(faces, memberships.c.person_id)
        .outerjoin(memberships, memberships.c.face_id == faces.c.id)
        .where(faces.c.owner_id == library.owner_id, faces.c.photo_id == photo_id, present)
        .order_by(faces.c.x0, faces.c.id)
    )
    with library.read() as connection:
        return [_face(row, row.person_id) for row in connection.execute(query)]


def get(library: Library, face_id: int) -> Face | None:
    """One face with its person, or None; a deleted box is none."""
    query = (
        select(faces, memberships.c.person_id)
        .outerjoin(memberships, memberships.c.face_id == faces.c.id)
        .where(faces.c.owner_id == library.owner_id, faces.c.id == face_id, present)
    )
    with library.read() as connection:
        row = connection.execute(query).one_or_none()
    return None if row is None else _face(row, row.person_id)


def boxes(library: Library, face_ids: Sequence[int]) -> dict[int, Face]:
    """Some faces by id, also deleted boxes."""
    query = select(faces).where(faces.c.owner_id == library.owner_id)
    with library.read() as connection:
        rows = rows_of(connection, face_ids, lambda some: query.where(faces.c.id.in_(some)))
        return {row.id: _face(row) for row in rows}


def measures(library: Library, face_ids: Sequence[int]) -> dict[int, tuple[float, float]]:
    """Shorter side in pixels and sharpness of some faces, where they were measured."""
    mine = (faces.c.owner_id == library.owner_id) & faces.c.quality.is_not(None)
    query = select(faces.c.id, faces.c.size, faces.c.sharpness).where(mine)
    with library.read() as connection:
        rows = rows_of(connection, face_ids, lambda some: query.where(faces.c.id.in_(some)))
        return {row.id: (row.size, row.sharpness) for row in rows}


def crop_keys(library: Library, face_ids: Sequence[int]) -> dict[int, str]:
    """Where the small pictures of some faces lie."""
    mine = (faces.c.owner_id == library.owner_id) & faces.c.crop.is_not(None)
    query = select(faces.c.id, faces.c.crop).where(mine)
    with library.read() as connection:
        rows = rows_of(connection, face_ids, lambda some: query.where(faces.c.id.in_(some)))
        return {row.id: row.crop for row in rows}


@dataclass(frozen=True, slots=True)
class FacePicture:
    """The small picture of a face and the photo it comes from."""

    face_id: int
    photo_id: int
    crop: str | None


def best_of(library: Library, person_ids: Sequence[int], each: int) -> dict[int, list[FacePicture]]:
    """The best faces of some persons, at most `each`, best first, by person."""
    rank = func.row_number().over(
        partition_by=memberships.c.person_id,
        # Those a user confirmed stand for the person, so they are shown first.
        order_by=(memberships.c.confirmed.desc(), faces.c.quality.desc(), faces.c.id),
    )
    every = (
        select(
            memberships.c.person_id,
            faces.c.id,
            faces.c.photo_id,
            faces.c.crop,
            rank.label("rank"),
        )
        .join(faces, faces.c.id == memberships.c.face_id)
        .where(memberships.c.owner_id == library.owner_id)
    )

    def best(some: Sequence[int]) -> Select[Any]:
        ranked = every.where(memberships.c.person_id.in_(some)).subquery()
        query = select(ranked).where(ranked.c.rank <= each)
        return query.order_by(ranked.c.person_id, ranked.c.rank)

    found: dict[int, list[FacePicture]] = {}
    with library.read() as connection:
        for row in rows_of(connection, person_ids, best):
            picture = FacePicture(row.id, row.photo_id, row.crop)
            found.setdefault(row.person_id, []).append(picture)
    return found


def count(library: Library) -> int:
    """How many faces the owner has."""
    query = (
        select(func.count()).select_from(faces).where(faces.c.owner_id == library.owner_id, present)
    )
    with library.read() as connection:
        return int(connection.execute(query).scalar_one())


def comparable(space: Space) -> Any:
    """The same crop of the same network; which detector placed the crop is provenance."""
    return and_(
        spaces.c.alignment == space.alignment,
        spaces.c.model == space.model,
        spaces.c.version == space.version,
        spaces.c.precision == space.precision,
        spaces.c.dim == space.dim,
    )


def space_id(connection: Connection, space: Space) -> int:
    """The row of a space, made on first use; needs a writing connection."""
    found = connection.execute(
        select(spaces.c.id).where(comparable(space), spaces.c.detector == space.detector)
    ).scalar()
    if found is None:
        row = connection.execute(
            insert(spaces).values(
                detector=space.detector,
                alignment=space.alignment,
                model=space.model,
                version=space.version,
                precision=space.precision,
                dim=space.dim,
            )
        )
        found = inserted_id(row)
    return int(found)


def add_vectors(
    library: Library, connection: Connection, space: Space, face_ids: Sequence[int], rows: Vectors
) -> None:
    """Store the vectors of some faces.

    Raises:
        ValueError: The vectors are not of the space's length.
    """
    if rows.shape != (len(face_ids), space.dim):
        raise ValueError(f"vectors must be ({len(face_ids)}, {space.dim}), got {rows.shape}")
    if not face_ids:
        return
    number = space_id(connection, space)
    connection.execute(
        insert(vectors),
        [
            {
                "face_id": face_id,
                "space_id": number,
                "owner_id": library.owner_id,
                "vector": np.ascontiguousarray(row, dtype=np.float32).tobytes(),
            }
            for face_id, row in zip(face_ids, rows, strict=True)
        ],
    )


@dataclass(frozen=True, slots=True)
class Embedded:
    """All faces of an owner with a vector in one space, by face id.

    Args:
        face_ids: n ids, rising.
        photo_ids: n ids.
        quality: (n,) overall quality, 1 where it was never measured.
        vectors: (n, dim).
    """

    face_ids: list[int]
    photo_ids: list[int]
    quality: np.ndarray[Any, np.dtype[np.float32]]
    vectors: Vectors

    def persons(self, person_of: Mapping[int, int]) -> np.ndarray[Any, np.dtype[np.int64]]:
        """Whose each face is: (n,) persons, -1 for nobody's."""
        return np.array([person_of.get(face, -1) for face in self.face_ids], dtype=np.int64)


def embedded(library: Library, space: Space, face_ids: Collection[int] | None = None) -> Embedded:
    """Every face with a vector comparable to those of a space, or some of them.

    Args:
        library: whose.
        space: of the vectors.
        face_ids: only these faces; all, if None.
    """
    query = (
        select(faces.c.id, faces.c.photo_id, func.coalesce(faces.c.quality, 1.0), vectors.c.vector)
        .join(vectors, vectors.c.face_id == faces.c.id)
        .join(spaces, spaces.c.id == vectors.c.space_id)
        .where(faces.c.owner_id == library.owner_id, present, comparable(space))
        .order_by(faces.c.id)
    )
    rows: list[Row[Any]]
    with library.read() as connection:
        if face_ids is None:
            rows = list(connection.execute(query))
        else:
            wanted = sorted(face_ids)
            rows = list(rows_of(connection, wanted, lambda some: query.where(faces.c.id.in_(some))))
    # By columns: reading a hundred thousand rows by names takes several times as long.
    ids, photo_ids, quality, data = zip(*rows, strict=True) if rows else ((), (), (), ())
    return Embedded(
        face_ids=list(ids),
        photo_ids=list(photo_ids),
        quality=np.array(quality, dtype=np.float32),
        vectors=np.frombuffer(b"".join(data), dtype=np.float32).reshape(len(rows), space.dim),
    )


def vectors_of(
    library: Library, space: Space, face_ids: Sequence[int]
) -> dict[int, NDArray[np.float32]]:
    """The vectors of some faces in one space; faces without one are left out."""
    found = {}
    with library.read() as connection:
        for batch in in_batches(face_ids):
            rows = connection.execute(
                select(vectors.c.face_id, vectors.c.vector)
                .join(spaces, spaces.c.id == vectors.c.space_id)
                .where(
                    vectors.c.owner_id == library.owner_id,
                    vectors.c.face_id.in_(batch),
                    comparable(space),
                )
            )
            found.update({r.face_id: np.frombuffer(r.vector, dtype=np.float32) for r in rows})
    return found


def without_vector(library: Library, space: Space) -> dict[int, list[Face]]:
    """Faces that lack a vector comparable to those of a space, by photo."""
    has = select(vectors.c.face_id).join(spaces).where(comparable(space))
    query = (
        select(faces)
        .where(faces.c.owner_id == library.owner_id, present, faces.c.id.not_in(has))
        .order_by(faces.c.photo_id, faces.c.id)
    )
    missing: dict[int, list[Face]] = {}
    with library.read() as connection:
        for row in connection.execute(query):
            missing.setdefault(row.photo_id, []).append(_face(row))
    return missing


def detectors_of(library: Library, face_ids: Sequence[int]) -> dict[int, str]:
    """The detector that found each of some faces."""
    query = select(faces.c.id, faces.c.detector).where(faces.c.owner_id == library.owner_id)
    with library.read() as connection:
        rows = rows_of(connection, face_ids, lambda some: query.where(faces.c.id.in_(some)))
        return {row.id: row.detector for row in rows}
