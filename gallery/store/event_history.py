"""What a user changed about events, and the way back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from gallery.store.event_tables import (
    event_changes,
    event_moves,
    event_photos,
    event_states,
    events,
)
from gallery.store.event_writing import place
from gallery.store.library import Library, inserted_id


@dataclass(frozen=True, slots=True)
class EventChange:
    """What a user did to events, in words."""

    id: int
    at: datetime
    sentence: str


def latest(library: Library) -> EventChange | None:
    """The latest change that was not taken back, or None."""
    query = (
        select(event_changes.c.id, event_changes.c.at, event_changes.c.sentence)
        .where(event_changes.c.owner_id == library.owner_id)
        .order_by(event_changes.c.id.desc())
        .limit(1)
    )
    with library.read() as connection:
        row = connection.execute(query).one_or_none()
    return None if row is None else EventChange(*row)


def record(
    library: Library,
    connection: Connection,
    sentence: str,
    event_ids: Collection[int],
    moves: Mapping[int, tuple[int, int]],
) -> None:
    """Keep how events are before a change, and where it moves photos from and to."""
    owner = library.owner_id
    row = connection.execute(
        insert(event_changes).values(owner_id=owner, at=datetime.now(UTC), sentence=sentence)
    )
    change = inserted_id(row)
    mine = (events.c.owner_id == owner) & events.c.id.in_(event_ids)
    before = connection.execute(select(events.c.id, events.c.name, events.c.held).where(mine)).all()
    states: list[dict[str, Any]] = [
        {
            "change_id": change,
            "event_id": event.id,
            "owner_id": owner,
            "name": event.name,
            "held": event.held,
        }
        for event in before
    ]
    connection.execute(insert(event_states), states)
    rows: list[dict[str, Any]] = [
        {
            "change_id": change,
            "photo_id": photo,
            "owner_id": owner,
            "event_before": before,
            "event_after": after,
        }
        for photo, (before, after) in moves.items()
    ]
    if rows:
        connection.execute(insert(event_moves), rows)


def write(
    library: Library, connection: Connection, event_id: int, *, name: str | None, held: bool
) -> None:
    """Set what a user said of an event."""
    connection.execute(
        update(events)
        .where(events.c.owner_id == library.owner_id, events.c.id == event_id)
        .values(name=name, held=held)
    )


def take_back(library: Library, connection: Connection, change_id: int) -> set[int]:
    """Put back what a change changed, and forget it; the events it was about.

    Photos that came to an event since, or left it, stay where they are.
    """
    owner = library.owner_id
    states = connection.execute(
        select(event_states).where(
            event_states.c.owner_id == owner, event_states.c.change_id == change_id
        )
    ).all()
    for state in states:
        write(library, connection, state.event_id, name=state.name, held=state.held)
    moves = connection.execute(
        select(event_moves.c.photo_id, event_moves.c.event_before, event_moves.c.event_after)
        .join(
            event_photos,
            (event_photos.c.photo_id == event_moves.c.photo_id)
            & (event_photos.c.event_id == event_moves.c.event_after),
        )
        .where(event_moves.c.owner_id == owner, event_moves.c.change_id == change_id)
    ).all()
    place(library, connection, {move.photo_id: move.event_before for move in moves})
    connection.execute(
        delete(event_changes).where(
            event_changes.c.owner_id == owner, event_changes.c.id == change_id
        )
    )
    touched = {state.event_id for state in states}
    return touched | {event for move in moves for event in (move.event_before, move.event_after)}
