"""In which album a photo is: `album:`, filled by hand or by a search."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from sqlalchemy import Select, and_, false, or_, select

from gallery.errors import QueryError
from gallery.matching import among, has_words, meant
from gallery.query import Term, Value, parse
from gallery.store.album_tables import album_photos, albums
from gallery.store.batches import rows_of
from gallery.store.filters import registry
from gallery.store.filters.registry import (
    Condition,
    Counted,
    Filter,
    Scope,
    each,
    refuse,
    register,
)
from gallery.store.filters.tally import Found, everyone, tally
from gallery.store.tables import photos


class _Album(NamedTuple):
    name: str
    query: str | None


def _albums(scope: Scope) -> dict[int, _Album]:
    rows = scope.connection.execute(
        select(albums.c.id, albums.c.name, albums.c.query).where(
            albums.c.owner_id == scope.library.owner_id, albums.c.deleted.is_(False)
        )
    )
    return {row.id: _Album(row.name, row.query) for row in rows}


def _names(known: Mapping[int, _Album]) -> dict[int, str]:
    return {album: one.name for album, one in known.items()}


def _by_hand(known: Mapping[int, _Album]) -> dict[int, str]:
    return {album: one.name for album, one in known.items() if one.query is None}


def _photos_in(ids: Collection[int]) -> Select[tuple[int]]:
    """The photos of some albums of the owner, filled by hand."""
    return select(album_photos.c.photo_id).where(album_photos.c.album_id.in_(ids))


def _album(scope: Scope, term: Term) -> Condition:
    known = _albums(scope)
    return each(term, lambda value: _asked(scope, known, value))


def _asked(scope: Scope, known: Mapping[int, _Album], value: Value) -> Condition:
    found = meant(_names(known), value.text)
    if not found:
        near = among(value.text, set(_names(known).values()))
        raise refuse(value, f"There is no album “{value.text}”.{near}")
    return _inside(scope, known, found, value)


def _inside(
    scope: Scope, known: Mapping[int, _Album], which: Sequence[int], value: Value
) -> Condition:
    filled = [album for album in which if known[album].query is None]
    said: list[Condition] = [photos.c.id.in_(_photos_in(filled))] if filled else []
    said += [_searched(scope, album, known[album], value) for album in which if album not in filled]
    return or_(false(), *said)


def _searched(scope: Scope, album: int, one: _Album, value: Value) -> Condition:
    """What fills an album by itself.

    Raises:
        QueryError: Its search names what is gone, or leads back to itself.
    """
    if album in scope.opened:
        raise refuse(value, f"The album “{one.name}” is filled by a search for itself.")
    inner = replace(scope, opened=scope.opened | {album})
    try:
        return and_(*registry.conditions(inner, parse(one.query or "", registry.names())))
    except QueryError as error:
        raise refuse(value, f"The search of the album “{one.name}” fails. {error}") from error


def _with_words(known: Mapping[int, _Album], value: Value) -> list[int]:
    """Albums filled by hand; what a search fills is found by what is searched."""
    return [
        album
        for album, name in _by_hand(known).items()
        if has_words(name, value.text, whole=value.quoted)
    ]


def _words(scope: Scope, value: Value) -> Select[tuple[int]] | None:
    found = _with_words(_albums(scope), value)
    return _photos_in(found) if found else None


def _reasons(scope: Scope, value: Value, ids: Sequence[int]) -> dict[int, list[str]]:
    known = _albums(scope)
    said: dict[int, list[str]] = {}
    for album in {*meant(_names(known), value.text), *_with_words(known, value)}:
        inside = _inside(scope, known, [album], value)
        query = select(photos.c.id).where(photos.c.owner_id == scope.library.owner_id, inside)
        for photo in _these(scope, query, ids):
            said.setdefault(photo, []).append(known[album].name)
    return {photo: sorted(names) for photo, names in said.items()}


def _these(scope: Scope, query: Select[tuple[int]], ids: Sequence[int]) -> list[int]:
    rows = rows_of(scope.connection, ids, lambda some: query.where(photos.c.id.in_(some)))
    return [row.id for row in rows]


def _offers(scope: Scope, typed: str, most: int) -> list[Counted]:
    known = _albums(scope)
    fitting = {a: name for a, name in _names(known).items() if not typed or has_words(name, typed)}
    by_hand = {album: name for album, name in fitting.items() if known[album].query is None}
    counted = _counted(scope, everyone(scope.library), by_hand, most)
    others = sorted(name for album, name in fitting.items() if album not in by_hand)
    return [*counted, *(Counted(name, name) for name in others)][:most]


def _counts(scope: Scope, found: Found, most: int) -> list[Counted]:
    return _counted(scope, found, _by_hand(_albums(scope)), most)


def _counted(scope: Scope, found: Found, names: Mapping[int, str], most: int) -> list[Counted]:
    mine = select(albums.c.id).where(albums.c.owner_id == scope.library.owner_id)
    query = select(album_photos.c.album_id, album_photos.c.photo_id).where(
        album_photos.c.album_id.in_(mine)
    )
    many = tally(scope.library, found, "albums", query).of(names)
    order = sorted((-photos, names[album]) for album, photos in many.items())
    return [Counted(name, name, -less) for less, name in order[:most]]


register(
    Filter(
        name="album",
        says="an album, filled by hand or by a search",
        example='album:"The best"',
        condition=_album,
        offers=_offers,
        counts=_counts,
        title="Albums",
        words=_words,
        reasons=_reasons,
    )
)
