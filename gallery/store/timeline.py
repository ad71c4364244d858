"""Photos in the order of time: the pages of a grid, the one before and after, the months."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select

from gallery.records import Photo
from gallery.store.batches import rows_of
from gallery.store.binned import in_sight
from gallery.store.library import Library
from gallery.store.named import on_photos
from gallery.store.tables import faces, memberships, photo_files, photos
from gallery.wording import file_name

# A condition on photos: those of an album, those that were found.
Among = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page of photos ends: pages are found by key, so the last is as fast as the first."""

    shown_at: datetime
    photo_id: int


@dataclass(frozen=True, slots=True)
class Tile:
    """What a grid needs of a photo; `named` are those on it who have a name."""

    id: int
    sha256: str
    width: int
    height: int
    shown_at: datetime
    faces: int
    name: str
    named: tuple[str, ...] = ()


def browse(
    library: Library,
    *,
    limit: int,
    after: Cursor | None = None,
    before_day: date | None = None,
    person_id: int | None = None,
    among: Among | None = None,
) -> list[Tile]:
    """Photos, newest first, from a cursor on.

    Args:
        library: whose.
        limit: photos at most.
        after: where the page before ended.
        before_day: the latest day.
        person_id: who is in them.
        among: which photos.
    """
    query = _mine(library, person_id, among)
    query = query.order_by(photos.c.shown_at.desc(), photos.c.id.desc()).limit(limit)
    if after is not None:
        query = query.where(_older(after.shown_at, after.photo_id))
    if before_day is not None:
        end = datetime.combine(before_day, datetime.min.time()) + timedelta(days=1)
        query = query.where(photos.c.shown_at < end)
    with library.read() as connection:
        # First the ids alone: what a tile shows is looked up for a page, not for all that match.
        ids = list(connection.execute(query).scalars())
    return by_ids(library, ids)


def by_ids(library: Library, ids: Sequence[int]) -> list[Tile]:
    """Some photos, in the order asked for; those that are gone are left out."""
    query = _tiles(library)
    with library.read() as connection:
        rows = rows_of(connection, ids, lambda some: query.where(photos.c.id.in_(some)))
        found = {row.id: row for row in rows}
        named = on_photos(library, connection, [one for one in found if found[one].faces])
    return [_tile(found[photo], named.get(photo, ())) for photo in ids if photo in found]


def _mine(library: Library, person_id: int | None, among: Among | None) -> Select[Any]:
    """The ids of the owner's photos, or of some of them."""
    query = select(photos.c.id).where(photos.c.owner_id == library.owner_id, in_sight)
    if among is not None:
        query = query.where(among)
    if person_id is not None:
        query = query.where(_shows(library, person_id))
    return query


def _tiles(library: Library) -> Select[Any]:
    """What a grid needs of the owner's photos."""
    path = (
        select(func.min(photo_files.c.path))
        .where(photo_files.c.photo_id == photos.c.id)
        .correlate(photos)
        .scalar_subquery()
    )
    return select(
        photos.c.id,
        photos.c.sha256,
        photos.c.width,
        photos.c.height,
        photos.c.shown_at,
        photos.c.face_count.label("faces"),
        path.label("path"),
    ).where(photos.c.owner_id == library.owner_id, in_sight)


def _tile(row: Row[Any], named: tuple[str, ...]) -> Tile:
    return Tile(
        row.id,
        row.sha256,
        row.width,
        row.height,
        row.shown_at,
        row.faces,
        file_name(row.path or ""),
        named,
    )


def _shows(library: Library, person_id: int) -> ColumnElement[bool]:
    """The condition that a person is in a photo."""
    return photos.c.id.in_(
        select(faces.c.photo_id)
        .join(memberships, memberships.c.face_id == faces.c.id)
        .where(memberships.c.person_id == person_id, memberships.c.owner_id == library.owner_id)
    )


def neighbours(
    library: Library, photo: Photo, person_id: int | None = None, among: Among | None = None
) -> tuple[int | None, int | None]:
    """The next newer and the next older photo in the order of `browse`, where there are any."""
    mine = _mine(library, person_id, among).limit(1)
    with library.read() as connection:
        before = mine.where(_newer(photo.shown_at, photo.id)).order_by(
            photos.c.shown_at, photos.c.id
        )
        after = mine.where(_older(photo.shown_at, photo.id))
        after = after.order_by(photos.c.shown_at.desc(), photos.c.id.desc())
        return connection.execute(before).scalar(), connection.execute(after).scalar()


# Each is a range of the index first, at whose end the few of the same moment are looked at.


def _newer(moment: datetime, photo_id: int) -> Among:
    at = photos.c.shown_at
    return (at >= moment) & ((at > moment) | (photos.c.id > photo_id))


def _older(moment: datetime, photo_id: int) -> Among:
    at = photos.c.shown_at
    return (at <= moment) & ((at < moment) | (photos.c.id < photo_id))


def ids_in_order(library: Library, among: Among) -> list[int]:
    """All of some photos, newest first."""
    query = _mine(library, None, among)
    with library.read() as connection:
        wanted = query.order_by(photos.c.shown_at.desc(), photos.c.id.desc())
        return list(connection.execute(wanted).scalars())


def months(library: Library) -> list[tuple[date, int]]:
    """First day and number of photos of every month that has any, newest first."""
    year = func.extract("year", photos.c.shown_at)
    month = func.extract("month", photos.c.shown_at)
    query = (
        select(year, month, func.count())
        .where(photos.c.owner_id == library.owner_id, in_sight)
        .group_by(year, month)
        .order_by(year.desc(), month.desc())
    )
    with library.read() as connection:
        return [(date(int(y), int(m), 1), int(n)) for y, m, n in connection.execute(query)]
