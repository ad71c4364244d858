"""Filters by name: what each demands of a photo, in SQL, and what it can say about values.

A new one is a `Filter` that is given to `register` by a module that `everything` names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module

from sqlalchemy import ColumnElement, Connection, Select, not_, or_, select, true

from gallery.errors import QueryError
from gallery.query import WORDS, Query, Term, Value
from gallery.store.binned import in_bin, in_sight
from gallery.store.library import Library
from gallery.store.tables import photos

_MODULES = ("people", "labels", "words", "facts", "having")


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose photos are asked about, and through which connection."""

    library: Library
    connection: Connection


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
# Up to so many photos are looked up one by one; beyond, it is quicker to go through an index.
_FEW = 20_000
_SAMPLE = 4000


@dataclass(frozen=True, slots=True)
class Found:
    """Photos that something is counted among.

    Args:
        ids: a selection of their ids; None for all of the owner's.
        many: how many they are.
    """

    ids: Select[tuple[int]] | None
    many: int

    @property
    def few(self) -> bool:
        """Whether to begin with the photos, and not with what is counted."""
        return self.ids is not None and self.many <= _FEW

    def sample(self, owner: int) -> Found:
        """Some thousand of them, to see what is frequent; themselves, where they are few."""
        step = self.many // _SAMPLE
        if self.few or step < 2:
            return self
        every = photos.c.id % step == 0
        if self.ids is None:
            return Found(select(photos.c.id).where(photos.c.owner_id == owner, every), _SAMPLE)
        # The ids are those of a table of one column.
        [column] = self.ids.selected_columns
        return Found(self.ids.where(column % step == 0), _SAMPLE)

    def has(self, photo_id: ColumnElement[int]) -> Condition:
        """The condition that a photo is among them; the database begins with it if they are few."""
        if self.ids is None:
            return true()
        # A sum is in no index, which keeps the database from looking up the photos first.
        return (photo_id if self.few else photo_id + 0).in_(self.ids)

    def owned(self, owner_id: ColumnElement[int], owner: int) -> Condition:
        """The condition that a row is the owner's; not what to begin with if the photos are few."""
        return (owner_id + 0 if self.few else owner_id) == owner


def everyone(scope: Scope, many: int) -> Found:
    """All of the owner's photos but those in the bin.

    Args:
        scope: whose.
        many: how many they are.
    """
    owner = scope.library.owner_id
    if scope.connection.execute(in_bin(owner).limit(1)).first() is None:
        return Found(None, many)
    return Found(select(photos.c.id).where(photos.c.owner_id == owner, in_sight), many)


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


def conditions(scope: Scope, query: Query) -> list[Condition]:
    """What a photo of the owner must fulfil.

    Raises:
        QueryError: A value means nothing, such as the name of nobody.
    """
    known = everything()
    first = any(known[term.name].selective for term in query.terms if not term.negated)
    # A sum is in no index.
    owner_id = photos.c.owner_id + 0 if first else photos.c.owner_id
    mine: list[Condition] = [owner_id == scope.library.owner_id, in_sight]
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
