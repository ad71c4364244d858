"""How many of the photos that were found have each value of something.

The photos of each value are listed once and kept in memory until the library changes. Then
counting is looking up bits, however many photos were found.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Engine, Select, func, select

from gallery.store.binned import in_sight
from gallery.store.library import Library
from gallery.store.tables import photos
from gallery.store.watching import Version, version

Ids = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Found:
    """Photos among which something is counted.

    Args:
        inside: whether each id, from 0 on, is one of them; one more at the end, which is none.
        photos: how many they are.
    """

    inside: NDArray[np.bool_]
    photos: int

    @classmethod
    def of(cls, ids: Ids) -> Found:
        """Those of some ids."""
        inside = np.zeros(int(ids.max(initial=0)) + 2, dtype=bool)
        inside[ids] = True
        return cls(inside, int(inside.sum()))

    def among(self, ids: Ids) -> NDArray[np.bool_]:
        """Which of some ids are among them."""
        # An id beyond the last is taken for the one at the end.
        inside: NDArray[np.bool_] = self.inside.take(ids, mode="clip")
        return inside


@dataclass(frozen=True, slots=True, eq=False)
class _Lists:
    """The photos that have each value.

    Args:
        values: each once; a number, or what a row of a query is made of.
        starts: where in `ids` the photos of each begin.
        ids: of photos, value after value.
        places: of the values, by the values.
    """

    values: list[Any]
    starts: NDArray[np.intp]
    ids: Ids
    places: dict[Any, int]


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """How many of some photos have each value."""

    _lists: _Lists
    _photos: Ids

    def most(self, limit: int | None = None) -> list[tuple[Any, int]]:
        """The values that any has, those of most photos first; at most so many."""
        order = np.argsort(-self._photos, kind="stable")[:limit]
        many = self._photos[order].tolist()
        return [(self._lists.values[at], n) for at, n in zip(order, many, strict=True) if n]

    def of(self, values: Iterable[Any]) -> dict[Any, int]:
        """Those of some values that any has."""
        places = {one: self._lists.places[one] for one in values if one in self._lists.places}
        return {one: int(n) for one, at in places.items() if (n := self._photos[at])}


class _Kept:
    """What was listed of a library since it changed."""

    def __init__(self) -> None:
        self.version: Version | None = None
        self.lists: dict[tuple[int, str], _Lists] = {}


_libraries: WeakKeyDictionary[Engine, _Kept] = WeakKeyDictionary()
_keeping = Lock()


def everyone(library: Library) -> Found:
    """All of an owner's photos but those in the bin."""
    query = select(photos.c.id).where(photos.c.owner_id == library.owner_id, in_sight)
    return Found.of(_lists(library, "photos", query).ids)


def found_by(library: Library, connection: Connection, query: Select[tuple[int]]) -> Found:
    """The photos that a selection of ids finds, but for those in the bin."""
    one = query.subquery()
    text = connection.execute(select(func.group_concat(one.c.id))).scalar()
    ids = _numbers(text)
    return Found.of(ids[everyone(library).among(ids)])


def tally(
    library: Library,
    found: Found,
    name: str,
    query: Select[Any],
    through: Select[tuple[int, int]] | None = None,
) -> Tally:
    """How many of the photos that were found have each value.

    Args:
        library: whose photos.
        found: the photos.
        name: under which the lists are kept.
        query: selects what a value is made of, and last the id of a photo that has it, no photo
            twice for one value. If a value is made of one column, it is of numbers.
        through: where `query` gives the ids of something else, such as faces, which then may lead
            to one photo twice: selects these ids, and their photos.
    """
    lists = _lists(library, name, query, through)
    many = np.zeros(0, dtype=np.int64)
    if lists.values:
        many = np.add.reduceat(found.among(lists.ids), lists.starts, dtype=np.int64)
    return Tally(lists, many)


def _lists(
    library: Library,
    name: str,
    query: Select[Any],
    through: Select[tuple[int, int]] | None = None,
) -> _Lists:
    now = version(library)
    key = (library.owner_id, name)
    with _keeping:
        kept = _libraries.setdefault(library.engine, _Kept())
        if now is None or kept.version != now:
            kept.version, kept.lists = now, {}
        known = kept.lists.get(key)
    if known is None:
        known = _read(library, query, through)
        with _keeping:
            if kept.version == now:
                kept.lists[key] = known
    return known


def _read(library: Library, query: Select[Any], through: Select[tuple[int, int]] | None) -> _Lists:
    with library.read() as connection:
        if len(query.selected_columns) > 2:
            return _by_row(connection, query)
        *numbers, ids = _columns(connection, query)
        if not numbers:
            return _by_number(np.zeros_like(ids), ids)
        if through is None:
            return _by_number(numbers[0], ids)
        others, photo_ids = _columns(connection, through)
        # Quicker than a join: no row of a table is looked at, only indexes.
        photo_of = np.zeros(max(others.max(initial=0), ids.max(initial=0)) + 1, dtype=np.int64)
        photo_of[others] = photo_ids
        return _by_number(*_once(numbers[0], photo_of[ids]))


def _columns(connection: Connection, query: Select[Any]) -> list[Ids]:
    """The columns of a query that selects numbers."""
    # One text instead of a row for each, which would become an object of its own.
    texts = query.with_only_columns(*map(func.group_concat, query.selected_columns))
    return [_numbers(text) for text in connection.execute(texts).one()]


def _once(numbers: Ids, ids: Ids) -> tuple[Ids, Ids]:
    """Pairs in order, each of them once."""
    order = np.lexsort((ids, numbers))
    numbers, ids = numbers[order], ids[order]
    new = np.ones(len(ids), dtype=bool)
    new[1:] = (np.diff(numbers) != 0) | (np.diff(ids) != 0)
    return numbers[new], ids[new]


def _by_number(numbers: Ids, ids: Ids) -> _Lists:
    if np.any(np.diff(numbers) < 0):
        order = np.argsort(numbers, kind="stable")
        numbers, ids = numbers[order], ids[order]
    starts = np.flatnonzero(np.diff(numbers, prepend=-1))
    return _listed(numbers[starts].tolist(), starts, ids)


def _by_row(connection: Connection, query: Select[Any]) -> _Lists:
    *columns, photo = query.selected_columns
    wanted = query.with_only_columns(*columns, func.group_concat(photo)).group_by(*columns)
    rows = [(tuple(value), _numbers(text)) for *value, text in connection.execute(wanted)]
    starts = np.cumsum([0, *(len(ids) for _, ids in rows[:-1])], dtype=np.intp)
    joined = np.concatenate([ids for _, ids in rows]) if rows else _numbers(None)
    return _listed([value for value, _ in rows], starts, joined)


def _listed(values: list[Any], starts: NDArray[np.intp], ids: Ids) -> _Lists:
    return _Lists(values, starts, ids, {value: at for at, value in enumerate(values)})


def _numbers(text: str | None) -> Ids:
    return np.fromstring(text or "", dtype=np.int64, sep=",")
