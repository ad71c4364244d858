"""Photos in the order of time: the pages of a grid, the one before and after, the months."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from gallery.records import Photo
from gallery.store.faces import present
from gallery.store.library import Library
from gallery.store.tables import faces, memberships, photo_files, photos
from gallery.wording import file_name

# A query for the ids of some photos.
PhotoIds = Select[Any]


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page of photos ends: pages are found by key, so the last is as fast as the first."""

    shown_at: datetime
    photo_id: int


@dataclass(frozen=True, slots=True)
class Tile:
    """What a grid needs of a photo."""

    id: int
    sha256: str
    width: int
    height: int
    shown_at: datetime
    faces: int
    name: str


def browse(
    library: Library,
    *,
    limit: int,
    after: Cursor | None = None,
    person_id: int | None = None,
    before_day: date | None = None,
    only: PhotoIds | None = None,
) -> list[Tile]:
    """Photos, newest first, from a cursor on; of one person, or up to a day, if asked.

    Args:
        library: whose.
        limit: photos at most.
        after: where the page before ended.
        person_id: who is in them.
        before_day: the latest day.
        only: ids of photos to choose from.
    """
    face_count = (
        select(func.count())
        .where(faces.c.photo_id == photos.c.id, present)
        .correlate(photos)
        .scalar_subquery()
    )
    path = (
        select(func.min(photo_files.c.path))
        .where(photo_files.c.photo_id == photos.c.id)
        .correlate(photos)
        .scalar_subquery()
    )
    query: Select[Any] = (
        select(
            photos.c.id,
            photos.c.sha256,
            photos.c.width,
            photos.c.height,
            photos.c.shown_at,
            face_count.label("faces"),
            path.label("path"),
        )
        .where(photos.c.owner_id == library.owner_id)
        .order_by(photos.c.shown_at.desc(), photos.c.id.desc())
        .limit(limit)
    )
    if after is not None:
        query = query.where(
            (photos.c.shown_at < after.shown_at)
            | ((photos.c.shown_at == after.shown_at) & (photos.c.id < after.photo_id))
        )
    if before_day is not None:
        end = datetime.combine(before_day, datetime.min.time()) + timedelta(days=1)
        query = query.where(photos.c.shown_at < end)
    if person_id is not None:
        query = query.where(_shows(library, person_id))
    if only is not None:
        query = query.where(photos.c.id.in_(only))
    with library.read() as connection:
        return [
            Tile(
                row.id,
                row.sha256,
                row.width,
                row.height,
                row.shown_at,
                row.faces,
                file_name(row.path or ""),
            )
            for row in connection.execute(query)
        ]


def _shows(library: Library, person_id: int) -> ColumnElement[bool]:
    """The condition that a person is in a photo."""
    return photos.c.id.in_(
        select(faces.c.photo_id)
        .join(memberships, memberships.c.face_id == faces.c.id)
        .where(memberships.c.person_id == person_id, memberships.c.owner_id == library.owner_id)
    )


def neighbours(
    library: Library,
    photo: Photo,
    person_id: int | None = None,
    only: PhotoIds | None = None,
) -> tuple[int | None, int | None]:
    """The next newer and the next older photo in the order of `browse`, where there are any."""
    same = photos.c.shown_at == photo.shown_at
    newer = (photos.c.shown_at > photo.shown_at) | (same & (photos.c.id > photo.id))
    older = (photos.c.shown_at < photo.shown_at) | (same & (photos.c.id < photo.id))
    mine = select(photos.c.id).where(photos.c.owner_id == library.owner_id).limit(1)
    if person_id is not None:
        mine = mine.where(_shows(library, person_id))
    if only is not None:
        mine = mine.where(photos.c.id.in_(only))
    with library.read() as connection:
        before = mine.where(newer).order_by(photos.c.shown_at, photos.c.id)
        after = mine.where(older).order_by(photos.c.shown_at.desc(), photos.c.id.desc())
        return connection.execute(before).scalar(), connection.execute(after).scalar()


def months(library: Library) -> list[tuple[date, int]]:
    """First day and number of photos of every month that has any, newest first."""
    year = func.extract("year", photos.c.shown_at)
    month = func.extract("month", photos.c.shown_at)
    query = (
        select(year, month, func.count())
        .where(photos.c.owner_id == library.owner_id)
        .group_by(year, month)
        .order_by(year.desc(), month.desc())
    )
    with library.read() as connection:
        return [(date(int(y), int(m), 1), int(n)) for y, m, n in connection.execute(query)]
