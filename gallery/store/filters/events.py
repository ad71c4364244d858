"""What a photo was taken for: `event:`, by the name that a user gave it, or by its number.

What an event is called after what is in it is made when it is shown, and is not kept: people,
places, tags and dates, of which it is made, are searched for by themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Select, select

from gallery.matching import among, has_words, meant
from gallery.query import Term, Value
from gallery.store.batches import rows_of
from gallery.store.event_tables import event_photos, events
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


def _names(scope: Scope) -> dict[int, str]:
    """The names of those that have one, by id."""
    rows = scope.connection.execute(
        select(events.c.id, events.c.name).where(
            events.c.owner_id == scope.library.owner_id,
            events.c.name.is_not(None),
            # Without photos it has no day.
            events.c.starts_at.is_not(None),
        )
    )
    return {row.id: row.name for row in rows}


def _numbered(scope: Scope, text: str) -> list[int]:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        return []
    query = select(events.c.id).where(
        events.c.owner_id == scope.library.owner_id, events.c.id == int(text)
    )
    return list(scope.connection.execute(query).scalars())


def _photos_of(scope: Scope, ids: Collection[int]) -> Select[tuple[int]]:
    return select(event_photos.c.photo_id).where(
        event_photos.c.owner_id == scope.library.owner_id, event_photos.c.event_id.in_(ids)
    )


def _asked(scope: Scope, names: Mapping[int, str], value: Value) -> list[int]:
    found = meant(names, value.text) or _numbered(scope, value.text)
    if not found:
        near = among(value.text, set(names.values()))
        ways = near or " Others are found by their number, such as event:3."
        raise refuse(value, f"There is no event that you called “{value.text}”.{ways}")
    return found


def _event(scope: Scope, term: Term) -> Condition:
    names = _names(scope)
    return each(term, lambda value: photos.c.id.in_(_photos_of(scope, _asked(scope, names, value))))


def _with_words(names: Mapping[int, str], value: Value) -> list[int]:
    return [
        event for event, name in names.items() if has_words(name, value.text, whole=value.quoted)
    ]


def _words(scope: Scope, value: Value) -> Select[tuple[int]] | None:
    found = _with_words(_names(scope), value)
    return _photos_of(scope, found) if found else None


def _reasons(scope: Scope, value: Value, ids: Sequence[int]) -> dict[int, list[str]]:
    names = _names(scope)
    found = {*meant(names, value.text), *_with_words(names, value), *_numbered(scope, value.text)}
    # A sum is in no index: the few are not looked for among all.
    mine = event_photos.c.owner_id + 0 == scope.library.owner_id
    query = select(event_photos.c.photo_id, event_photos.c.event_id).where(mine)
    rows = rows_of(
        scope.connection, ids, lambda some: query.where(event_photos.c.photo_id.in_(some))
    )
    return {
        row.photo_id: [names.get(row.event_id, f"event {row.event_id}")]
        for row in rows
        if row.event_id in found
    }


def _offers(scope: Scope, typed: str, most: int) -> list[Counted]:
    fitting = {
        event: name for event, name in _names(scope).items() if not typed or has_words(name, typed)
    }
    return _counted(scope, everyone(scope.library), fitting, most)


def _counts(scope: Scope, found: Found, most: int) -> list[Counted]:
    return _counted(scope, found, _names(scope), most)


def _counted(scope: Scope, found: Found, names: Mapping[int, str], most: int) -> list[Counted]:
    """Photos by name: several events may be called the same."""
    mine = event_photos.c.owner_id == scope.library.owner_id
    query = select(event_photos.c.event_id, event_photos.c.photo_id).where(mine)
    total: dict[str, int] = {}
    for event, many in tally(scope.library, found, "events", query).of(names).items():
        total[names[event]] = total.get(names[event], 0) + many
    order = sorted(total, key=lambda name: (-total[name], name))
    return [Counted(name, name, total[name]) for name in order[:most]]


register(
    Filter(
        name="event",
        says="an event that you gave a name, or any by its number",
        example='event:"Wedding of Ada"',
        condition=_event,
        offers=_offers,
        counts=_counts,
        title="Events",
        single=True,
        words=_words,
        selective=True,
        reasons=_reasons,
    )
)
