"""What is known of photos that other programs can be told: words, files, whose the faces are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, select

from gallery.records import Box
from gallery.store.batches import rows_of
from gallery.store.binned import in_sight
from gallery.store.library import Library
from gallery.store.photos import Place
from gallery.store.tables import (
    faces,
    memberships,
    people,
    photo_files,
    photo_tags,
    photos,
    rejections,
    tags,
)
from gallery.store.tags import SAID


@dataclass(frozen=True, slots=True)
class KnownFace:
    """A box and whose it is.

    Args:
        box: in pixels of the rotated original.
        name: of its person, if that has one and is not ignored.
        confirmed: whether a user said so.
        removed: whether a user deleted the box.
        not_names: of people whom a user said it is not.
    """

    box: Box
    name: str | None
    confirmed: bool
    removed: bool
    not_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """What is known of a photo.

    Args:
        keywords: each as its path from the topmost parent down.
        places: files it lies in.
        faces: from left to right, deleted ones too.
    """

    id: int
    sha256: str
    width: int
    height: int
    orientation: int
    title: str | None
    description: str | None
    keywords: list[tuple[str, ...]] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    faces: list[KnownFace] = field(default_factory=list)


def all_ids(library: Library) -> list[int]:
    """Every photo that is not in the bin, in the order they came."""
    mine = (photos.c.owner_id == library.owner_id, in_sight)
    query = select(photos.c.id).where(*mine).order_by(photos.c.id)
    with library.read() as connection:
        return list(connection.execute(query).scalars())


def ids_at(library: Library, key: bytes) -> list[int]:
    """The photos that lie in a file."""
    query = select(photo_files.c.photo_id).where(
        photo_files.c.owner_id == library.owner_id, photo_files.c.key == key
    )
    with library.read() as connection:
        return list(connection.execute(query).scalars())


def facts_of(library: Library, photo_ids: Sequence[int]) -> list[PhotoFacts]:
    """What is known of some photos, in the order of their ids; those that are gone are left out."""
    with library.read() as connection:
        query = select(
            photos.c.id,
            photos.c.sha256,
            photos.c.width,
            photos.c.height,
            photos.c.orientation,
            photos.c.title,
            photos.c.description,
        ).where(photos.c.owner_id == library.owner_id, in_sight)
        rows = rows_of(connection, photo_ids, lambda some: query.where(photos.c.id.in_(some)))
        found = {row.id: PhotoFacts(**row._mapping) for row in sorted(rows, key=lambda row: row.id)}
        _add_places(library, connection, found)
        _add_keywords(library, connection, found)
        _add_faces(library, connection, found)
    return list(found.values())


def _add_places(library: Library, connection: Connection, found: dict[int, PhotoFacts]) -> None:
    query = (
        select(photo_files)
        .where(photo_files.c.owner_id == library.owner_id)
        .order_by(photo_files.c.id)
    )
    ids = list(found)
    for row in rows_of(connection, ids, lambda some: query.where(photo_files.c.photo_id.in_(some))):
        place = Place(row.key, row.path, row.on_disk, row.size_bytes, row.mtime_ns)
        found[row.photo_id].places.append(place)


def _add_keywords(library: Library, connection: Connection, found: dict[int, PhotoFacts]) -> None:
    query = (
        select(photo_tags.c.photo_id, tags.c.name)
        .join(tags, tags.c.id == photo_tags.c.tag_id)
        .where(
            photo_tags.c.owner_id == library.owner_id,
            photo_tags.c.removed.is_(False),
            # What a tagger guesses would come back as if somebody had said it.
            photo_tags.c.source.in_(SAID),
        )
        .order_by(tags.c.name)
    )
    ids = list(found)
    for row in rows_of(connection, ids, lambda some: query.where(photo_tags.c.photo_id.in_(some))):
        found[row.photo_id].keywords.append((row.name,))


def _add_faces(library: Library, connection: Connection, found: dict[int, PhotoFacts]) -> None:
    query = (
        select(
            faces.c.id,
            faces.c.photo_id,
            faces.c.x0,
            faces.c.y0,
            faces.c.x1,
            faces.c.y1,
            faces.c.removed,
            memberships.c.confirmed,
            people.c.name,
            people.c.ignored,
        )
        .outerjoin(memberships, memberships.c.face_id == faces.c.id)
        .outerjoin(people, people.c.id == memberships.c.person_id)
        .where(faces.c.owner_id == library.owner_id)
        .order_by(faces.c.x0, faces.c.id)
    )
    ids = list(found)
    rows = list(rows_of(connection, ids, lambda some: query.where(faces.c.photo_id.in_(some))))
    denied = _not_names(library, connection, [row.id for row in rows])
    for row in rows:
        name = None if row.ignored else row.name
        box = (row.x0, row.y0, row.x1, row.y1)
        face = KnownFace(box, name, bool(row.confirmed), row.removed, tuple(denied[row.id]))
        found[row.photo_id].faces.append(face)


def _not_names(
    library: Library, connection: Connection, face_ids: Sequence[int]
) -> dict[int, list[str]]:
    query = (
        select(rejections.c.face_id, people.c.name)
        .join(people, people.c.id == rejections.c.person_id)
        .where(
            rejections.c.owner_id == library.owner_id,
            rejections.c.holds,
            people.c.name.is_not(None),
        )
    )
    denied: dict[int, list[str]] = defaultdict(list)
    for row in rows_of(
        connection, face_ids, lambda some: query.where(rejections.c.face_id.in_(some))
    ):
        denied[row.face_id].append(row.name)
    return denied
