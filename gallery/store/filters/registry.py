"""Filters by name: what each demands of a photo, in SQL, and what it can say about values.

A new one is a `Filter` that is given to `register` by a module that `everything` names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, not_, or_

from gallery.errors import QueryError
from gallery.query import WORDS, Query, Term, Value
from gallery.store.binned import in_sight
from gallery.store.filters.tally import Found
from gallery.store.library import Library
from gallery.store.tables import photos

_MODULES = ("people", "labels", "places", "events", "albums", "words", "facts", "having")


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose photos are asked about, and through which connection.

    Args:
        library: whose.
        connection: through which.
        opened: albums whose searches are being read, so that none contains itself.
        kept: what was read already and is asked for with each word, by its name.
    """

    library: Library
    connection: Connection
    opened: frozenset[int] = frozenset()
    kept: dict[str, Any] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Counted:
    """A value of a filter, and how many photos have it.

    Args:
        text: as a query says it.
        label: as a person reads it.
        photos: how many; None where that was not asked.
    """

    text: str
    label: str
    photos: int | None = None


Condition = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Filter:
    """One thing that photos can be searched by.

    Args:
        name: before the colon; `WORDS` for what stands alone.
        says: what it finds, for people.
        example: a term as one writes it.
        condition: of a term, not yet negated; raises `QueryError` where a value means nothing.
        offers: values that begin with what was typed, at most so many.
        counts: the most frequent values among photos, at most so many.
        title: over its counted values.
        single: whether a photo has one value, so that choosing another one replaces it.
        words: ids of photos, of whomever, in which a word that stands alone is found by this
            filter; None where there are none.
        selective: whether it mostly finds few photos, so that the database begins with them
            and not with the latest of all.
        reasons: for some of the photos that were found, why this term, or this value of a
            word, holds.
    """

    name: str
    says: str
    example: str
    condition: Callable[[Scope, Term], Condition]
    offers: Callable[[Scope, str, int], list[Counted]] | None = None
    counts: Callable[[Scope, Found, int], list[Counted]] | None = None
    title: str = ""
    single: bool = False
    words: Callable[[Scope, Value], Select[tuple[int]] | None] | None = None
    selective: bool = False
    reasons: Callable[[Scope, Value, Sequence[int]], dict[int, list[str]]] | None = None


_registered: dict[str, Filter] = {}


def register(new: Filter) -> None:
    """Make a filter known.

    Raises:
        ValueError: Another one has its name.
    """
    if new.name in _registered:
        raise ValueError(f"there is a filter {new.name!r} already")
    _registered[new.name] = new


def everything() -> Mapping[str, Filter]:
    """Every filter by name, in the order in which they are shown."""
    for module in _MODULES:
        import_module(f"gallery.store.filters.{module}")
    return _registered


def names() -> list[str]:
    """What can stand before a colon."""
    return [name for name in everything() if name != WORDS]


def conditions(scope: Scope, query: Query, *, with_binned: bool = False) -> list[Condition]:
    """What a photo of the owner must fulfil.

    Args:
        scope: whose.
        query: finds it.
        with_binned: whether it may be in the bin.

    Raises:
        QueryError: A value means nothing, such as the name of nobody.
    """
    known = everything()
    first = any(known[term.name].selective for term in query.terms if not term.negated)
    # A sum is in no index.
    owner_id = photos.c.owner_id + 0 if first else photos.c.owner_id
    mine: list[Condition] = [owner_id == scope.library.owner_id]
    if not with_binned:
        mine.append(in_sight)
    for term in query.terms:
        holds = known[term.name].condition(scope, term)
        mine.append(not_(holds) if term.negated else holds)
    return mine


def each(term: Term, build: Callable[[Value], Condition]) -> Condition:
    """The condition that one of the values holds."""
    return or_(*(build(value) for value in term.values))


def refuse(value: Value, sentence: str) -> QueryError:
    """An error about a value."""
    return QueryError(sentence, value.start, value.end)
