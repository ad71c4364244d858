"""The decisions of the owner: rows are only ever added."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from gallery.records import Decision
from gallery.store.library import Library, inserted_id
from gallery.store.tables import decisions, people


def append(
    library: Library,
    connection: Connection,
    kind: str,
    *,
    person_id: int | None = None,
    value: str | None = None,
    undoes: int | None = None,
) -> int:
    """Add a decision; its id."""
    row = connection.execute(
        insert(decisions).values(
            owner_id=library.owner_id,
            at=datetime.now(UTC),
            kind=kind,
            person_id=person_id,
            value=value,
            undoes=undoes,
        )
    )
    return inserted_id(row)


def everything(library: Library, connection: Connection) -> list[Decision]:
    """All decisions, the first first."""
    rows = connection.execute(
        select(decisions, people.c.number)
        .outerjoin(people, people.c.id == decisions.c.person_id)
        .where(decisions.c.owner_id == library.owner_id)
        .order_by(decisions.c.id)
    ).all()
    return [_decision(row) for row in rows]


def _decision(row: Any) -> Decision:
    return Decision(
        id=row.id,
        at=row.at,
        kind=row.kind,
        person_id=row.person_id,
        value=row.value,
        undoes=row.undoes,
        sentence=_sentence(row),
    )


def _sentence(row: Any) -> str:
    who = f"Person {row.number}" if row.number is not None else "a person who is gone"
    if row.kind == "name":
        return f"Named {who} “{row.value}”" if row.value else f"Took the name off {who}"
    return f"Took back decision {row.undoes}"
