"""Photos, the files they lie in, and their tags."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    delete,
    func,
    insert,
    select,
    update,
)

from gallery.records import Locality, Metadata, Photo
from gallery.store.batches import rows_of
from gallery.store.binned import in_sight, no_photo
from gallery.store.faces import present
from gallery.store.library import Library, inserted_id
from gallery.store.tables import (
    faces,
    failures,
    photo_files,
    photo_tags,
    photos,
    tags,
)
from gallery.store.tagging import ids_of


@dataclass(frozen=True, slots=True)
class Place:
    """A file that holds a photo: its exact key, its path for people, and how to know it again."""

    key: bytes
    path: str
    on_disk: bool
    size_bytes: int
    mtime_ns: int | None


@dataclass(frozen=True, slots=True)
class NewPhoto:
    """What ingest found out about a photo."""

    sha256: str
    size_bytes: int
    width: int
    height: int
    format: str
    metadata: Metadata
    shown_at: datetime
    dated_by: str
    sharpness: float
    perceptual_hash: bytes
    original: str | None


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file seen before, the photo in it, whether the library has its own copy, and where it is.

    What is in the bin stays there, however often its file is met again.
    """

    photo_id: int
    size_bytes: int
    mtime_ns: int | None
    copied: bool
    in_bin: bool = False


def known_files(library: Library) -> dict[bytes, KnownFile]:
    """Every file whose photo is in the library and was looked at for faces, by key.

    Not those that were refused since: they are read again, whatever their time stamp says.
    """
    refused = select(failures.c.key).where(failures.c.owner_id == library.owner_id)
    query = (
        select(
            photo_files.c.key,
            photo_files.c.photo_id,
            photo_files.c.size_bytes,
            photo_files.c.mtime_ns,
            photos.c.original,
            photos.c.binned_at,
        )
        .join(photos)
        .where(
            photo_files.c.owner_id == library.owner_id,
            photos.c.detector.is_not(None),
            photo_files.c.key.not_in(refused),
        )
    )
    with library.read() as connection:
        return {
            row.key: KnownFile(
                row.photo_id,
                row.size_bytes,
                row.mtime_ns,
                row.original is not None,
                row.binned_at is not None,
            )
            for row in connection.execute(query)
        }


def id_by_hash(library: Library, connection: Connection, sha256: str) -> int | None:
    """The photo with these bytes, if the owner has it."""
    return connection.execute(
        select(photos.c.id).where(photos.c.owner_id == library.owner_id, photos.c.sha256 == sha256)
    ).scalar()


def hashes(library: Library, *, only_referred: bool = False) -> set[str]:
    """SHA-256 of every photo of the owner, or of those the library has no copy of.

    Those in the bin count: they are not taken in anew.
    """
    query = select(photos.c.sha256).where(photos.c.owner_id == library.owner_id)
    if only_referred:
        query = query.where(photos.c.original.is_(None))
    with library.read() as connection:
        return set(connection.execute(query).scalars())


def add(library: Library, connection: Connection, photo: NewPhoto) -> int:
    """Insert a photo with its tags; the id of the row."""
    meta = photo.metadata
    row = connection.execute(
        insert(photos).values(
            owner_id=library.owner_id,
            sha256=photo.sha256,
            size_bytes=photo.size_bytes,
            width=photo.width,
            height=photo.height,
            format=photo.format,
            orientation=meta.orientation,
            taken_at=meta.taken_at,
            taken_offset=meta.taken_offset,
            shown_at=photo.shown_at,
            dated_by=photo.dated_by,
            camera_make=meta.camera_make,
            camera_model=meta.camera_model,
            lens=meta.lens,
            latitude=meta.latitude,
            longitude=meta.longitude,
            altitude=meta.altitude,
            title=meta.title,
            description=meta.description,
            sharpness=photo.sharpness,
            perceptual_hash=photo.perceptual_hash,
            original=photo.original,
            added_at=datetime.now(UTC),
        )
    )
    photo_id = inserted_id(row)
    names = [keyword[:200] for keyword in meta.keywords]
    for tag_id in dict.fromkeys(ids_of(library, connection, names).values()):
        connection.execute(
            insert(photo_tags).values(
                photo_id=photo_id, tag_id=tag_id, owner_id=library.owner_id, source="sidecar"
            )
        )
    return photo_id


def add_place(library: Library, connection: Connection, photo_id: int, place: Place) -> bool:
    """Say that a file holds a photo; False where that was known.

    A file whose bytes changed holds another photo from now on; one that was refused is good.
    """
    # The file is good, and so are the ZIP or the folder it came out of.
    good = {place.key, place.key.partition(b"!/")[0], os.path.dirname(place.key)}  # noqa: PTH120 - bytes
    connection.execute(
        delete(failures).where(failures.c.owner_id == library.owner_id, failures.c.key.in_(good))
    )
    mine = (photo_files.c.owner_id == library.owner_id) & (photo_files.c.key == place.key)
    values = {
        "path": place.path,
        "on_disk": place.on_disk,
        "size_bytes": place.size_bytes,
        "mtime_ns": place.mtime_ns,
    }
    here = mine & (photo_files.c.photo_id == photo_id)
    if connection.execute(update(photo_files).where(here).values(**values)).rowcount:
        return False
    if place.on_disk:
        connection.execute(delete(photo_files).where(mine))
    connection.execute(
        insert(photo_files).values(
            owner_id=library.owner_id, photo_id=photo_id, key=place.key, **values
        )
    )
    return True


def adopt_original(library: Library, connection: Connection, photo_id: int, key: str) -> None:
    """Say that the library has a copy of a photo that it only referred to so far."""
    connection.execute(
        update(photos)
        .where(
            photos.c.id == photo_id,
            photos.c.owner_id == library.owner_id,
            photos.c.original.is_(None),
        )
        .values(original=key)
    )


def count(library: Library) -> int:
    """How many photos the owner has."""
    query = (
        select(func.count())
        .select_from(photos)
        .where(photos.c.owner_id == library.owner_id, in_sight)
    )
    with library.read() as connection:
        return int(connection.execute(query).scalar_one())


def need(library: Library, photo_id: int) -> Photo:
    """One photo with its places.

    Raises:
        NotFoundError: It is not there, or in the bin.
    """
    found = get(library, photo_id)
    if found is None:
        raise no_photo(library, photo_id)
    return found


def get(library: Library, photo_id: int) -> Photo | None:
    """One photo with its places, or None; one in the bin is none."""
    query = select(photos).where(
        photos.c.owner_id == library.owner_id, photos.c.id == photo_id, in_sight
    )
    with library.read() as connection:
        row = connection.execute(query).one_or_none()
        if row is None:
            return None
        paths = (
            connection.execute(
                select(photo_files.c.path)
                .where(photo_files.c.photo_id == photo_id)
                .order_by(photo_files.c.id)
            )
            .scalars()
            .all()
        )
        keywords = (
            connection.execute(
                select(tags.c.name)
                .join(photo_tags)
                .where(
                    photo_tags.c.photo_id == photo_id,
                    photo_tags.c.source.in_(("sidecar", "user")),  # not what a tagger guesses
                    photo_tags.c.removed.is_(False),
                )
                .order_by(tags.c.name)
            )
            .scalars()
            .all()
        )
        found = connection.execute(
            select(func.count()).where(faces.c.photo_id == photo_id, present)
        ).scalar_one()
    return _photo(row, tuple(paths), tuple(keywords), int(found))


def hashes_of(library: Library, ids: Sequence[int]) -> dict[int, str]:
    """The SHA-256 of some photos, by which their thumbnails lie."""
    query = select(photos.c.id, photos.c.sha256).where(photos.c.owner_id == library.owner_id)
    with library.read() as connection:
        rows = rows_of(connection, ids, lambda some: query.where(photos.c.id.in_(some)))
        return {row.id: row.sha256 for row in rows}


def paths(library: Library, ids: Sequence[int]) -> dict[int, str]:
    """One path of each of some photos, as people recognise it."""
    query = (
        select(photo_files.c.photo_id, func.min(photo_files.c.path).label("path"))
        .where(photo_files.c.owner_id == library.owner_id)
        .group_by(photo_files.c.photo_id)
    )
    with library.read() as connection:
        rows = rows_of(connection, ids, lambda some: query.where(photo_files.c.photo_id.in_(some)))
        return {row.photo_id: row.path for row in rows}


def _photo(row: Row[Any], places: tuple[str, ...], keywords: tuple[str, ...], found: int) -> Photo:
    return Photo(
        id=row.id,
        sha256=row.sha256,
        width=row.width,
        height=row.height,
        format=row.format,
        size_bytes=row.size_bytes,
        metadata=Metadata(
            taken_at=row.taken_at,
            taken_offset=row.taken_offset,
            camera_make=row.camera_make,
            camera_model=row.camera_model,
            lens=row.lens,
            latitude=row.latitude,
            longitude=row.longitude,
            altitude=row.altitude,
            orientation=row.orientation,
            title=row.title,
            description=row.description,
            keywords=keywords,
        ),
        sharpness=row.sharpness,
        shown_at=row.shown_at,
        dated_by=row.dated_by,
        added_at=row.added_at,
        places=places,
        faces=found,
        locality=Locality(row.city, row.region, row.country),
    )
