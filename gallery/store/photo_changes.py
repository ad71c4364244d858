"""What decisions change of photos: the bin, fields, tags. Written down so as to be put back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from gallery.store import event_writing, tagging
from gallery.store.batches import in_batches, rows_of
from gallery.store.duplicate_tables import photo_changes
from gallery.store.library import Library
from gallery.store.tables import photos, tags
from gallery.store.tags import GivenTag

BINNED = "binned_at"
# Before the number of a tag; the value is how the photo has it, see `tag_text`.
_TAG = "tag:"


@dataclass(frozen=True, slots=True)
class PhotoChange:
    """What a decision changes of a photo, as text; None is an empty field, or no such tag."""

    photo_id: int
    field: str
    before: str | None
    after: str | None


def _utc(value: str) -> datetime:
    return datetime.fromisoformat(value).astimezone(UTC)


# What a decision can change, and how to read what the history keeps of it.
_FIELDS: dict[str, Callable[[str], Any]] = {
    BINNED: _utc,
    "taken_at": _utc,
    "taken_offset": int,
    "shown_at": datetime.fromisoformat,
    "dated_by": str,
    "camera_make": str,
    "camera_model": str,
    "lens": str,
    "latitude": float,
    "longitude": float,
    "altitude": float,
    "city": str,
    "region": str,
    "country": str,
    "placed_by": str,
    "title": str,
    "description": str,
}


_POSITION = ("latitude", "longitude")
_NAMED = ("city", "region", "country", "placed_by")


def as_text(value: object) -> str | None:
    """A field as the history keeps it."""
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.isoformat()
    return repr(value) if isinstance(value, float) else str(value)


def tag_field(tag_id: int) -> str:
    """The name under which a tag of a photo is kept in the history."""
    return f"{_TAG}{tag_id}"


def tag_text(given: GivenTag) -> str:
    """How a photo has a tag, as the history keeps it."""
    return json.dumps(given)


def make(
    library: Library, connection: Connection, decision_id: int, changes: Sequence[PhotoChange]
) -> None:
    """Write down what a decision changes of photos, and change it."""
    rows = [
        {
            "decision_id": decision_id,
            "photo_id": change.photo_id,
            "field": change.field,
            "owner_id": library.owner_id,
            "before": change.before,
            "after": change.after,
        }
        for change in changes
    ]
    if rows:
        connection.execute(insert(photo_changes), rows)
    _put(library, connection, [(c.photo_id, c.field, c.after) for c in changes])


def replay(library: Library, connection: Connection, decision_id: int, *, back: bool) -> None:
    """Put what a decision changed of photos where it was before it, or after it."""
    rows = connection.execute(
        select(photo_changes).where(
            photo_changes.c.owner_id == library.owner_id,
            photo_changes.c.decision_id == decision_id,
        )
    )
    wanted = [(row.photo_id, row.field, row.before if back else row.after) for row in rows]
    _put(library, connection, wanted)


def _put(
    library: Library, connection: Connection, wanted: Iterable[tuple[int, str, str | None]]
) -> None:
    together: dict[tuple[str, str | None], list[int]] = {}
    tagged: dict[int, dict[int, GivenTag | None]] = {}
    for photo_id, field, value in wanted:
        if field.startswith(_TAG):
            given = None if value is None else GivenTag(*json.loads(value))
            tagged.setdefault(int(field.removeprefix(_TAG)), {})[photo_id] = given
        else:
            together.setdefault((field, value), []).append(photo_id)
    moved: set[int] = set()
    # A position first: the name of another place is not its own.
    for (field, value), photo_ids in sorted(
        together.items(), key=lambda item: item[0][0] not in _POSITION
    ):
        values = {field: None if value is None else _FIELDS[field](value)}
        if field in _POSITION:
            values |= dict.fromkeys(_NAMED)
        for batch in in_batches(photo_ids):
            mine = (photos.c.owner_id == library.owner_id, photos.c.id.in_(batch))
            connection.execute(update(photos).where(*mine).values(values))
        if field in (BINNED, "shown_at"):
            moved.update(photo_ids)
    event_writing.follow(library, connection, sorted(moved))
    for tag_id, rows in tagged.items():
        known = select(tags.c.id).where(tags.c.owner_id == library.owner_id, tags.c.id == tag_id)
        if connection.execute(known).scalar() is not None:
            tagging.put(library, connection, tag_id, rows)


def dates_changed(library: Library, connection: Connection, decision_ids: Sequence[int]) -> bool:
    """Whether some decisions gave a photo another date."""
    query = select(photo_changes.c.photo_id).where(
        photo_changes.c.owner_id == library.owner_id, photo_changes.c.field == "shown_at"
    )
    rows = rows_of(
        connection,
        decision_ids,
        lambda some: query.where(photo_changes.c.decision_id.in_(some)).limit(1),
    )
    return any(True for _ in rows)


def binned_by(
    library: Library, connection: Connection, photo_ids: Sequence[int], holding: Iterable[int]
) -> dict[int, int]:
    """The decision that put each of some photos into the bin, the latest of those that hold."""
    hold = set(holding)
    query = select(photo_changes.c.photo_id, photo_changes.c.decision_id).where(
        photo_changes.c.owner_id == library.owner_id,
        photo_changes.c.field == BINNED,
        photo_changes.c.after.is_not(None),
    )
    found: dict[int, int] = {}
    for row in rows_of(
        connection, photo_ids, lambda some: query.where(photo_changes.c.photo_id.in_(some))
    ):
        if row.decision_id in hold:
            found[row.photo_id] = max(row.decision_id, found.get(row.photo_id, 0))
    return found


def decisions_about(
    library: Library, connection: Connection, photo_ids: Sequence[int]
) -> list[int]:
    """Decisions of which nothing is left to take back once some photos are gone.

    Those that put one of them into the bin or brought one back, and those that changed nothing
    but them: a tag given to others as well can still be taken from those.
    """
    columns = select(
        photo_changes.c.decision_id, photo_changes.c.photo_id, photo_changes.c.field
    ).where(photo_changes.c.owner_id == library.owner_id)
    found: set[int] = set()
    touched: set[int] = set()
    for row in rows_of(
        connection, photo_ids, lambda some: columns.where(photo_changes.c.photo_id.in_(some))
    ):
        (found if row.field == BINNED else touched).add(row.decision_id)
    going = set(photo_ids)
    stay = {
        row.decision_id
        for row in rows_of(
            connection,
            sorted(touched),
            lambda some: columns.where(photo_changes.c.decision_id.in_(some)),
        )
        if row.photo_id not in going
    }
    return sorted(found | (touched - stay))


def of_decisions(
    library: Library, connection: Connection, decision_ids: Sequence[int]
) -> list[Mapping[str, Any]]:
    """The rows of some decisions as they are."""
    query = select(photo_changes).where(photo_changes.c.owner_id == library.owner_id)
    rows = rows_of(
        connection,
        decision_ids,
        lambda some: query.where(photo_changes.c.decision_id.in_(some)),
    )
    return [dict(row._mapping) for row in rows]
