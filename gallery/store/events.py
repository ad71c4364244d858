"""Events as they are: listed, counted, and what is in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, select

from gallery.records import Locality, Person
from gallery.store.batches import rows_of
from gallery.store.binned import in_bin
from gallery.store.event_tables import event_photos, events
from gallery.store.faces import present
from gallery.store.library import Library
from gallery.store.tables import faces, memberships, people, photo_tags, photos, tags
from gallery.store.timeline import Among


@dataclass(frozen=True, slots=True)
class Event:
    """Photos that were taken together.

    Args:
        id: stays the same when photos come in.
        name: as a user called it; None where nobody did.
        starts: wall clock of the first photo.
        ends: of the last one.
        photos: how many.
        held: whether a user said what belongs to it.
    """

    id: int
    name: str | None
    starts: datetime
    ends: datetime
    photos: int
    held: bool


@dataclass(frozen=True, slots=True)
class EventPhoto:
    """What is needed to choose the pictures an event is shown by."""

    id: int
    sha256: str
    shown_at: datetime
    sharpness: float
    faces: int


def _mine(library: Library) -> ColumnElement[bool]:
    """What is the owner's, and not of a photo in the bin."""
    return and_(
        event_photos.c.owner_id == library.owner_id,
        event_photos.c.photo_id.not_in(in_bin(library.owner_id)),
    )


def listed(library: Library) -> list[Event]:
    """Every event that has photos, the latest first."""
    query = _events(library).order_by(events.c.starts_at.desc(), events.c.id.desc())
    with library.read() as connection:
        return [Event(*row) for row in connection.execute(query)]


def get(library: Library, event_id: int) -> Event | None:
    """One event that has photos, or None."""
    with library.read() as connection:
        row = connection.execute(_events(library, event_id)).one_or_none()
    return None if row is None else Event(*row)


def _events(library: Library, event_id: int | None = None) -> Select[Any]:
    inside = select(event_photos.c.event_id, func.count().label("photos")).where(_mine(library))
    if event_id is not None:
        inside = inside.where(event_photos.c.event_id == event_id)
    counted = inside.group_by(event_photos.c.event_id).subquery()
    return (
        select(
            events.c.id,
            events.c.name,
            events.c.starts_at,
            events.c.ends_at,
            counted.c.photos,
            events.c.held,
        )
        .join(counted, counted.c.event_id == events.c.id)
        .where(events.c.owner_id == library.owner_id)
    )


def count(library: Library) -> tuple[int, int]:
    """How many events there are, and how many photos are in one."""
    query = select(
        func.count(event_photos.c.event_id.distinct()), func.count(event_photos.c.photo_id)
    ).where(_mine(library))
    with library.read() as connection:
        row = connection.execute(query).one()
    return int(row[0]), int(row[1])


def of_photo(library: Library, photo_id: int) -> int | None:
    """The event a photo is in, if any."""
    query = select(event_photos.c.event_id).where(
        event_photos.c.owner_id == library.owner_id, event_photos.c.photo_id == photo_id
    )
    with library.read() as connection:
        return connection.execute(query).scalar()


def which(library: Library, event_id: int) -> Among:
    """The condition that a photo is in an event."""
    return photos.c.id.in_(
        select(event_photos.c.photo_id).where(
            event_photos.c.owner_id == library.owner_id, event_photos.c.event_id == event_id
        )
    )


def pictures(library: Library, ids: Sequence[int]) -> dict[int, list[EventPhoto]]:
    """The photos of some events, by time."""
    found_faces = (
        select(func.count())
        .where(faces.c.photo_id == photos.c.id, present)
        .correlate(photos)
        .scalar_subquery()
    )
    columns = (photos.c.id, photos.c.sha256, photos.c.shown_at, photos.c.sharpness, found_faces)
    query = (
        select(event_photos.c.event_id, *columns)
        .join(photos, photos.c.id == event_photos.c.photo_id)
        .order_by(photos.c.shown_at, photos.c.id)
    )
    return _by_event(library, ids, query, lambda row: EventPhoto(*row[1:]))


def tag_counts(library: Library, ids: Sequence[int]) -> dict[int, dict[str, int]]:
    """Photos with each tag, of some events."""
    query = (
        select(event_photos.c.event_id, tags.c.name, func.count())
        .join(photo_tags, photo_tags.c.photo_id == event_photos.c.photo_id)
        .join(tags, tags.c.id == photo_tags.c.tag_id)
        .where(photo_tags.c.removed.is_(False))
        .group_by(event_photos.c.event_id, tags.c.name)
    )
    found = _by_event(library, ids, query, lambda row: (row[1], row[2]))
    return {event: dict(pairs) for event, pairs in found.items()}


def place_counts(library: Library, ids: Sequence[int]) -> dict[int, dict[Locality, int]]:
    """Photos at each place with a name, of some events."""
    names = (photos.c.city, photos.c.region, photos.c.country)
    query = (
        select(event_photos.c.event_id, *names, func.count())
        .join(photos, photos.c.id == event_photos.c.photo_id)
        .where(photos.c.country.is_not(None))
        .group_by(event_photos.c.event_id, *names)
    )
    found = _by_event(library, ids, query, lambda row: (Locality(*row[1:4]), row[4]))
    return {event: dict(pairs) for event, pairs in found.items()}


def people_in(library: Library, ids: Sequence[int]) -> dict[int, list[Person]]:
    """Who is in some events, most photos first; `faces` and `photos` are those of the event.

    Hidden and ignored persons are left out.
    """
    known = (people.c.id, people.c.number, people.c.name, people.c.cover_face_id)
    number = func.count(faces.c.photo_id.distinct())
    query = (
        select(event_photos.c.event_id, *known, func.count().label("faces"), number.label("photos"))
        .join(faces, faces.c.photo_id == event_photos.c.photo_id)
        .join(memberships, memberships.c.face_id == faces.c.id)
        .join(people, people.c.id == memberships.c.person_id)
        .where(present, people.c.hidden == false(), people.c.ignored == false())
        .group_by(event_photos.c.event_id, *known)
        .order_by(number.desc(), people.c.id)
    )
    return _by_event(
        library,
        ids,
        query,
        lambda row: Person(
            row.id, row.number, row.name, row.faces, row.photos, cover_face_id=row.cover_face_id
        ),
    )


def dated_by_camera(library: Library, ids: Sequence[int]) -> set[int]:
    """Those of some events of which a photo is dated by its camera."""
    query = (
        select(event_photos.c.event_id)
        .join(photos, photos.c.id == event_photos.c.photo_id)
        .where(photos.c.dated_by == "camera")
        .distinct()
    )
    return set(_by_event(library, ids, query, lambda row: row[0]))


def _by_event(
    library: Library, ids: Sequence[int], query: Select[Any], take: Callable[[Any], Any]
) -> dict[int, list[Any]]:
    mine = query.where(_mine(library))
    found: dict[int, list[Any]] = defaultdict(list)
    with library.read() as connection:
        for row in rows_of(
            connection, ids, lambda some: mine.where(event_photos.c.event_id.in_(some))
        ):
            found[row[0]].append(take(row))
    return found
