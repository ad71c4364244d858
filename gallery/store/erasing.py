"""Taking a person out of the database for good."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select

from gallery.store.batches import in_batches
from gallery.store.library import Library
from gallery.store.tables import assignments, decisions, face_changes, faces, people, person_changes
from gallery.wording import counted

_before, _after = face_changes.c.person_before, face_changes.c.person_after
_REDACTED = "Something about a person who was deleted"


def erase(
    library: Library, connection: Connection, person_id: int, face_ids: Sequence[int]
) -> None:
    """Delete a person's faces with all that hangs on them, the person, and what was said of it."""
    said = _decisions_about(library, connection, person_id, face_ids)
    for batch in in_batches(face_ids):
        connection.execute(
            delete(faces).where(faces.c.owner_id == library.owner_id, faces.c.id.in_(batch))
        )
    _redact(library, connection, said)
    connection.execute(
        delete(person_changes).where(
            person_changes.c.owner_id == library.owner_id, person_changes.c.person_id == person_id
        )
    )
    connection.execute(
        delete(assignments).where(
            assignments.c.owner_id == library.owner_id, assignments.c.person_id == person_id
        )
    )
    connection.execute(
        delete(people).where(people.c.owner_id == library.owner_id, people.c.id == person_id)
    )
    connection.execute(
        insert(decisions).values(
            owner_id=library.owner_id,
            at=datetime.now(UTC),
            kind="forget",
            sentence=f"Deleted a person with {counted(len(face_ids), 'face')} for good",
        )
    )


def _decisions_about(
    library: Library, connection: Connection, person_id: int, face_ids: Sequence[int]
) -> list[int]:
    about = or_(decisions.c.person_id == person_id, decisions.c.other_person_id == person_id)
    found = set(
        connection.execute(
            select(decisions.c.id).where(decisions.c.owner_id == library.owner_id, about)
        ).scalars()
    )
    for table, who in (
        (face_changes, or_(_before == person_id, _after == person_id)),
        (person_changes, person_changes.c.person_id == person_id),
    ):
        query = select(table.c.decision_id).where(table.c.owner_id == library.owner_id, who)
        found.update(connection.execute(query).scalars())
    for batch in in_batches(face_ids):
        found.update(
            connection.execute(
                select(face_changes.c.decision_id).where(
                    face_changes.c.owner_id == library.owner_id, face_changes.c.face_id.in_(batch)
                )
            ).scalars()
        )
    return sorted(found)


def _redact(library: Library, connection: Connection, ids: Sequence[int]) -> None:
    """Decisions stay in their order, without names.

    Rows of the history are never changed, which a trigger sees to; these are put in anew.
    What they changed of other faces goes with them, so undoing one does nothing.
    """
    for batch in in_batches(ids):
        mine = (decisions.c.owner_id == library.owner_id) & decisions.c.id.in_(batch)
        rows: list[dict[str, Any]] = [
            dict(row) for row in connection.execute(select(decisions).where(mine)).mappings()
        ]
        connection.execute(delete(decisions).where(mine))
        emptied = {
            "sentence": _REDACTED,
            "value": None,
            "person_id": None,
            "face_id": None,
            "other_person_id": None,
        }
        connection.execute(insert(decisions), [row | emptied for row in rows])
