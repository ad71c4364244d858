"""Persons by kind, a page at a time: a library has more of them than a page can list."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, case, func, not_, select

from gallery.records import Person
from gallery.store.library import Library
from gallery.store.people import by_photos, query_of, record_of, shown
from gallery.store.tables import people


class Kind(StrEnum):
    """Persons with at least one face."""

    NAMED = "named"
    SEVERAL = "several"  # without a name, in several photos
    ONCE = "once"  # without a name, in one photo
    LEFT_OUT = "left-out"  # hidden, or ignored


_nameless = and_(shown, people.c.name.is_(None))
_KINDS: dict[Kind, ColumnElement[bool]] = {
    Kind.NAMED: and_(shown, people.c.name.is_not(None), people.c.photo_count > 0),
    Kind.SEVERAL: and_(_nameless, people.c.photo_count > 1),
    Kind.ONCE: and_(_nameless, people.c.photo_count == 1),
    Kind.LEFT_OUT: and_(not_(shown), people.c.photo_count > 0),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a person stands in the order of `page`: what comes after it begins the next page."""

    photos: int
    number: int

    @classmethod
    def of(cls, person: Person) -> Place:
        """Of a person."""
        return cls(person.photos, person.number)


def counts(library: Library) -> dict[Kind, int]:
    """How many persons of each kind there are."""
    columns = [func.count(case((which, 1))).label(kind.name) for kind, which in _KINDS.items()]
    query = select(*columns).where(people.c.owner_id == library.owner_id, people.c.photo_count > 0)
    with library.read() as connection:
        row = connection.execute(query).one()
    return {kind: int(many) for kind, many in zip(_KINDS, row, strict=True)}


def _after(place: Place) -> ColumnElement[bool]:
    photos, number = people.c.photo_count, people.c.number
    return (photos <= place.photos) & ((photos < place.photos) | (number > place.number))


def count_to(library: Library, kind: Kind, place: Place) -> int:
    """How many persons of a kind stand up to a place."""
    query = select(func.count()).select_from(people)
    query = query.where(people.c.owner_id == library.owner_id, _KINDS[kind], not_(_after(place)))
    with library.read() as connection:
        return int(connection.execute(query).scalar_one())


def page(library: Library, kind: Kind, limit: int, after: Place | None = None) -> list[Person]:
    """Persons of a kind, those in most photos first, then by number.

    Args:
        library: whose.
        kind: which.
        limit: how many at most.
        after: begin after this place; None for the first page.
    """
    wanted = _KINDS[kind]
    if after is not None:
        wanted &= _after(after)
    # The order comes from the index alone; only those of the page are looked up.
    chosen = select(people.c.id).where(people.c.owner_id == library.owner_id, wanted)
    chosen = chosen.order_by(*by_photos).limit(limit)
    query = query_of(library).where(people.c.id.in_(chosen)).order_by(*by_photos)
    with library.read() as connection:
        return [record_of(row) for row in connection.execute(query)]
