"""Where photos were taken: positions, and the names of places looked up for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select, update

from gallery.records import Locality
from gallery.store.binned import in_sight
from gallery.store.library import Library
from gallery.store.tables import photos
from gallery.store.timeline import Among

# Latitude and longitude are both zero where a program writes a position that it does not have.
located = (
    photos.c.latitude.is_not(None)
    & photos.c.longitude.is_not(None)
    & ((photos.c.latitude != 0) | (photos.c.longitude != 0))
)


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the map, in degrees; one across the date line has its west east of its east."""

    south: float
    west: float
    north: float
    east: float

    def __post_init__(self) -> None:
        if not (-90 <= self.south <= self.north <= 90):
            raise ValueError(f"south must be at most north, within -90 to 90, got {self!r}")
        if not (-180 <= self.west <= 180 and -180 <= self.east <= 180):
            raise ValueError(f"west and east must be within -180 to 180, got {self!r}")

    def __str__(self) -> str:
        # To about a metre.
        return ",".join(f"{side:.5f}" for side in astuple(self))


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a photo was taken."""

    photo_id: int
    latitude: float
    longitude: float
    city: str | None


@dataclass(frozen=True, slots=True)
class PlaceCount:
    """A place and how many photos were taken there."""

    place: Locality
    photos: int


def _mine(library: Library) -> ColumnElement[bool]:
    return and_(photos.c.owner_id == library.owner_id, in_sight)


def _waits(library: Library, version: str) -> ColumnElement[bool]:
    other = or_(photos.c.placed_by.is_(None), photos.c.placed_by != version)
    return _mine(library) & located & other


def count_waiting(library: Library, version: str) -> int:
    """Photos with a position whose place was not looked up, or with another version."""
    query = select(func.count()).select_from(photos).where(_waits(library, version))
    with library.read() as connection:
        return int(connection.execute(query).scalar_one())


def waiting(library: Library, version: str, limit: int) -> list[Spot]:
    """Some of them."""
    columns = (photos.c.id, photos.c.latitude, photos.c.longitude)
    query = select(*columns).where(_waits(library, version)).order_by(photos.c.id).limit(limit)
    with library.read() as connection:
        return [
            Spot(row.id, row.latitude, row.longitude, None) for row in connection.execute(query)
        ]


def keep(library: Library, version: str, found: Sequence[tuple[int, Locality]]) -> None:
    """Say where photos were taken."""
    if not found:
        return
    statement = (
        update(photos)
        .where(_mine(library), photos.c.id == bindparam("photo"))
        .values(placed_by=version, **{name: bindparam(f"_{name}") for name in _NAMES})
    )
    rows: list[dict[str, Any]] = [
        {"photo": photo, **{f"_{name}": getattr(place, name) for name in _NAMES}}
        for photo, place in found
    ]
    with library.write() as connection:
        connection.execute(statement, rows)


_NAMES = ("city", "region", "country")


def counts(library: Library) -> list[PlaceCount]:
    """Every place with a name, those with most photos first."""
    names = (photos.c.city, photos.c.region, photos.c.country)
    query = (
        select(*names, func.count().label("photos"))
        .where(_mine(library), photos.c.country.is_not(None))
        .group_by(*names)
        .order_by(func.count().desc(), *names)
    )
    with library.read() as connection:
        return [
            PlaceCount(Locality(row.city, row.region, row.country), row.photos)
            for row in connection.execute(query)
        ]


def spots(library: Library) -> list[Spot]:
    """Every photo with a position."""
    columns = (photos.c.id, photos.c.latitude, photos.c.longitude, photos.c.city)
    query = select(*columns).where(_mine(library), located).order_by(photos.c.id)
    with library.read() as connection:
        return [Spot(*row) for row in connection.execute(query)]


def state(library: Library) -> tuple[object, ...]:
    """Something else whenever `spots` gives something else; quicker than that."""
    summed = (photos.c.id, photos.c.latitude, photos.c.longitude)
    query = select(
        func.count(), func.count(photos.c.city), *(func.sum(column) for column in summed)
    ).where(_mine(library), located)
    with library.read() as connection:
        return (str(library.root), library.owner_id, *connection.execute(query).one())


def count_located(library: Library) -> int:
    """How many photos have a position."""
    query = select(func.count()).select_from(photos).where(_mine(library), located)
    with library.read() as connection:
        return int(connection.execute(query).scalar_one())


def any_located(library: Library) -> bool:
    """Whether any photo has a position; quicker than counting them."""
    query = select(photos.c.id).where(_mine(library), located).limit(1)
    with library.read() as connection:
        return connection.execute(query).first() is not None


def within(library: Library, box: Box) -> Among:
    """The condition that a photo is in a part of the map."""
    # From the index of positions alone, however many photos are in sight.
    return photos.c.id.in_(select(photos.c.id).where(*_inside(library, box)))


def _inside(library: Library, box: Box) -> tuple[ColumnElement[bool], ...]:
    east_of, west_of = photos.c.longitude >= box.west, photos.c.longitude <= box.east
    inside = east_of & west_of if box.west <= box.east else east_of | west_of
    mine = photos.c.owner_id == library.owner_id
    return mine, located, photos.c.latitude.between(box.south, box.north), inside


def count_within(library: Library, box: Box) -> tuple[int, list[PlaceCount]]:
    """How many photos are in a part of the map, and at which places, most photos first."""
    names = (photos.c.city, photos.c.region, photos.c.country)
    query = (
        select(*names, func.count().label("photos"))
        .where(in_sight, *_inside(library, box))
        .group_by(*names)
        .order_by(func.count().desc(), *names)
    )
    with library.read() as connection:
        found = [
            PlaceCount(Locality(row.city, row.region, row.country), row.photos)
            for row in connection.execute(query)
        ]
    return sum(one.photos for one in found), found
