"""Photos that a query finds: a page of them, how many, and how many of each kind."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, func, select

from gallery.query import Query
from gallery.store.batches import rows_of
from gallery.store.filters.registry import (
    Counted,
    Filter,
    Scope,
    conditions,
    everything,
)
from gallery.store.filters.tally import Found, everyone, found_by
from gallery.store.library import Library
from gallery.store.tables import photos
from gallery.store.timeline import Among, Cursor, Tile, browse

# Statements that run side by side.
_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Facet:
    """The values of a filter among the photos that were found, the most frequent first."""

    filter: Filter
    values: list[Counted]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many photos were found, and of which kinds."""

    photos: int
    facets: list[Facet]


def which(library: Library, query: Query) -> Among:
    """The condition on photos that a query is; names in it are looked up now.

    Raises:
        QueryError: A value means nothing.
    """
    with library.read() as connection:
        return and_(*conditions(Scope(library, connection), query))


def page(library: Library, query: Query, *, limit: int, after: Cursor | None = None) -> list[Tile]:
    """Photos that are found, newest first, from a cursor on.

    Raises:
        QueryError: A value means nothing.
    """
    return browse(library, limit=limit, after=after, among=which(library, query))


def count(library: Library, query: Query) -> int:
    """How many photos are found.

    Raises:
        QueryError: A value means nothing.
    """
    with library.read() as connection:
        return _count(Scope(library, connection), query)


def _ids(scope: Scope, query: Query) -> Select[Any]:
    return select(photos.c.id).where(*conditions(scope, query))


def _count(scope: Scope, query: Query) -> int:
    wanted = select(func.count()).select_from(photos).where(*conditions(scope, query))
    return int(scope.connection.execute(wanted).scalar_one())


def among(library: Library, query: Query, ids: Sequence[int]) -> set[int]:
    """Those of some photos that are found.

    Raises:
        QueryError: A value means nothing.
    """
    with library.read() as connection:
        wanted = _ids(Scope(library, connection), query)
        rows = rows_of(connection, ids, lambda some: wanted.where(photos.c.id.in_(some)))
        return {row.id for row in rows}


def without_one(library: Library, query: Query) -> list[int]:
    """How many photos would be found without each of the conditions.

    Raises:
        QueryError: A value means nothing.
    """
    with library.read() as connection:
        scope = Scope(library, connection)
        return [_count(scope, query.without_term(place)) for place in range(len(query.terms))]


def counts(library: Library, query: Query, most: int) -> Counts:
    """How many photos are found, and the values of every filter that can be counted among them.

    Of what a photo has only one of, as a year, the values are counted as if none were chosen
    yet: another one takes the place of the one that is.

    Args:
        library: whose photos.
        query: finds them.
        most: values of each filter.

    Raises:
        QueryError: A value means nothing.
    """
    counted = [one for one in everything().values() if one.counts is not None]
    bases = {one.name: query.without(one.name) if one.single else query for one in counted}
    # SQLite lets go of Python while it reads, so that two can run on two cores.
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        wanted = list(dict.fromkeys((query, *bases.values())))
        found = dict(zip(wanted, pool.map(lambda base: _found(library, base), wanted), strict=True))
        facets = list(
            pool.map(lambda one: _facet(library, one, found[bases[one.name]], most), counted)
        )
    return Counts(found[query].photos, facets)


def _found(library: Library, query: Query) -> Found:
    if not query.terms:
        return everyone(library)
    with library.read() as connection:
        # An index may hold all that is asked for but the bin, which is left out afterwards.
        asked = conditions(Scope(library, connection), query, with_binned=True)
        return found_by(library, connection, select(photos.c.id).where(*asked))


def _facet(library: Library, one: Filter, found: Found, most: int) -> Facet:
    with library.read() as connection:
        scope = Scope(library, connection)
        return Facet(one, [] if one.counts is None else one.counts(scope, found, most))
