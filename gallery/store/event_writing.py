"""Everything that finding events reads, and what it writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from gallery.store.batches import in_batches, rows_of
from gallery.store.binned import in_sight
from gallery.store.event_tables import event_moves, event_photos, event_states, events
from gallery.store.library import Library, inserted_id
from gallery.store.tables import photos


@dataclass(frozen=True, slots=True)
class Shot:
    """What parts events, of a photo; degrees are None where unknown."""

    id: int
    shown_at: datetime
    dated_by: str
    latitude: float | None
    longitude: float | None


def shots(library: Library, connection: Connection) -> list[Shot]:
    """Every photo, in the order of the wall clock."""
    query = (
        select(
            photos.c.id,
            photos.c.shown_at,
            photos.c.dated_by,
            photos.c.latitude,
            photos.c.longitude,
        )
        .where(photos.c.owner_id == library.owner_id, in_sight)
        .order_by(photos.c.shown_at, photos.c.id)
    )
    return [Shot(*row) for row in connection.execute(query)]


def memberships(library: Library, connection: Connection) -> dict[int, int]:
    """The event of every photo that is in one."""
    query = select(event_photos.c.photo_id, event_photos.c.event_id).where(
        event_photos.c.owner_id == library.owner_id
    )
    return {row.photo_id: row.event_id for row in connection.execute(query)}


def held(library: Library, connection: Connection) -> set[int]:
    """The events that a user said something about."""
    query = select(events.c.id).where(events.c.owner_id == library.owner_id, events.c.held)
    return set(connection.execute(query).scalars())


def create(library: Library, connection: Connection, *, is_held: bool = False) -> int:
    """A new event without photos; its id, which no event had before."""
    row = connection.execute(insert(events).values(owner_id=library.owner_id, held=is_held))
    return inserted_id(row)


def place(library: Library, connection: Connection, event_of: Mapping[int, int | None]) -> None:
    """Put photos into events, or into none."""
    mine = event_photos.c.owner_id == library.owner_id
    for batch in in_batches(list(event_of)):
        connection.execute(delete(event_photos).where(mine, event_photos.c.photo_id.in_(batch)))
    rows: list[dict[str, Any]] = [
        {"photo_id": photo, "event_id": event, "owner_id": library.owner_id}
        for photo, event in event_of.items()
        if event is not None
    ]
    if rows:
        connection.execute(insert(event_photos), rows)


def set_spans(
    library: Library, connection: Connection, spans: Mapping[int, tuple[datetime, datetime] | None]
) -> None:
    """Say when events begin and end; None for one without photos."""
    if not spans:
        return
    statement = (
        update(events)
        .where(events.c.owner_id == library.owner_id, events.c.id == bindparam("event"))
        .values(starts_at=bindparam("first"), ends_at=bindparam("last"))
    )
    rows = [
        {"event": event, "first": span and span[0], "last": span and span[1]}
        for event, span in spans.items()
    ]
    connection.execute(statement, rows)


def spans(
    library: Library, connection: Connection
) -> dict[int, tuple[datetime | None, datetime | None]]:
    """When every event begins and ends, as it is kept."""
    query = select(events.c.id, events.c.starts_at, events.c.ends_at)
    rows = connection.execute(query.where(events.c.owner_id == library.owner_id))
    return {row.id: (row.starts_at, row.ends_at) for row in rows}


def forget_empty(library: Library, connection: Connection, ids: Iterable[int]) -> None:
    """Delete some events, unless a user named them or a change can bring them back."""
    known = (
        select(event_states.c.event_id)
        .union(select(event_moves.c.event_before), select(event_moves.c.event_after))
        .scalar_subquery()
    )
    for batch in in_batches(list(ids)):
        connection.execute(
            delete(events).where(
                events.c.owner_id == library.owner_id,
                events.c.id.in_(batch),
                events.c.name.is_(None),
                events.c.id.not_in(known),
            )
        )


def shot_times(
    library: Library, connection: Connection, ids: Sequence[int]
) -> dict[int, list[tuple[int, datetime]]]:
    """Photos of some events with their wall clock, by time."""
    found: dict[int, list[tuple[int, datetime]]] = {event: [] for event in ids}
    query = (
        select(event_photos.c.event_id, photos.c.id, photos.c.shown_at)
        .join(photos, photos.c.id == event_photos.c.photo_id)
        .where(
            event_photos.c.owner_id == library.owner_id, event_photos.c.event_id.in_(ids), in_sight
        )
        .order_by(photos.c.shown_at, photos.c.id)
    )
    for row in connection.execute(query):
        found[row.event_id].append((row.id, row.shown_at))
    return found


def set_spans_anew(library: Library, connection: Connection, ids: Sequence[int]) -> list[int]:
    """Let some events begin and end as their photos in sight say; those that have none."""
    spans = {
        event: (shots[0][1], shots[-1][1]) if shots else None
        for event, shots in shot_times(library, connection, ids).items()
    }
    set_spans(library, connection, spans)
    return [event for event, span in spans.items() if span is None]


def follow(library: Library, connection: Connection, photo_ids: Sequence[int]) -> None:
    """Let the events of some photos begin and end anew: these came, went or changed their date."""
    query = select(event_photos.c.event_id).where(event_photos.c.owner_id == library.owner_id)
    rows = rows_of(
        connection, photo_ids, lambda some: query.where(event_photos.c.photo_id.in_(some))
    )
    for batch in in_batches(sorted({row.event_id for row in rows})):
        set_spans_anew(library, connection, batch)
