"""Taking a person out of the database for good."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select

from gallery.store import erased_names, photo_changes
from gallery.store.batches import in_batches
from gallery.store.duplicate_tables import photo_changes as photo_changes_table
from gallery.store.face_name_tables import face_names
from gallery.store.library import Library
from gallery.store.tables import assignments, decisions, face_changes, faces, people, person_changes
from gallery.wording import counted

_REDACTED = "Something about a person who was deleted"


def removed_boxes(library: Library, connection: Connection, person_ids: Sequence[int]) -> set[int]:
    """Boxes that were some persons' when they were deleted, by a user or with their photo.

    Whose a box was before that says nothing: it may have been put right, and be in the bin as
    somebody else's.
    """
    removals = face_changes.alias()
    latest = (
        select(func.max(removals.c.decision_id))
        .where(removals.c.face_id == faces.c.id, removals.c.removed_after)
        .correlate(faces)
        .scalar_subquery()
    )
    rows = connection.execute(
        select(faces.c.id)
        .join(face_changes, face_changes.c.face_id == faces.c.id)
        .where(faces.c.owner_id == library.owner_id, faces.c.removed)
        .where(face_changes.c.person_before.in_(person_ids), face_changes.c.decision_id == latest)
    )
    return set(rows.scalars())


def _of_persons(person_ids: Sequence[int]) -> ColumnElement[bool]:
    """Changes of faces that were some persons' before, or after."""
    return or_(
        face_changes.c.person_before.in_(person_ids), face_changes.c.person_after.in_(person_ids)
    )


def erase(
    library: Library, connection: Connection, person_ids: Sequence[int], face_ids: Sequence[int]
) -> None:
    """Delete faces with all that hangs on them, the persons, and what was said of them.

    Args:
        library: whose.
        connection: in a transaction.
        person_ids: the person and those who were merged into it.
        face_ids: its faces.
    """
    names = erased_names.Names(library, connection, person_ids)
    albums = erased_names.albums_asking(library, connection, names)
    naming = erased_names.album_decisions(library, connection, names, albums)
    said = _decisions_about(library, connection, person_ids, naming)
    erased_names.erase_albums(library, connection, albums)
    erased_names.redact_events(library, connection, names)
    for batch in in_batches(face_ids):
        connection.execute(
            delete(faces).where(faces.c.owner_id == library.owner_id, faces.c.id.in_(batch))
        )
    _redact(library, connection, said)
    for table, column in (
        (person_changes, person_changes.c.person_id),
        (assignments, assignments.c.person_id),
        (face_names, face_names.c.person_id),
        (people, people.c.id),
    ):
        connection.execute(
            delete(table).where(table.c.owner_id == library.owner_id, column.in_(person_ids))
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
    library: Library, connection: Connection, person_ids: Sequence[int], naming: Iterable[int]
) -> list[int]:
    """Decisions whose words or changes tell of some persons; those of others stay whole.

    Args:
        library: whose.
        connection: in a transaction.
        person_ids: the persons.
        naming: decisions about something else that are known to name them.
    """
    mine = decisions.c.owner_id == library.owner_id
    about = decisions.c.person_id.in_(person_ids) | decisions.c.other_person_id.in_(person_ids)
    found = set(connection.execute(select(decisions.c.id).where(mine, about)).scalars())
    found.update(naming)
    for table, who in (
        (face_changes, _of_persons(person_ids)),
        (person_changes, person_changes.c.person_id.in_(person_ids)),
    ):
        query = select(table.c.decision_id).where(table.c.owner_id == library.owner_id, who)
        found.update(connection.execute(query).scalars())
    several = select(decisions.c.id, decisions.c.value).where(
        mine, decisions.c.kind.in_(("merge", "split"))
    )
    for row in connection.execute(several):
        if {int(number) for number in (row.value or "").split(",") if number} & set(person_ids):
            found.add(row.id)
    rows = connection.execute(
        select(decisions.c.id, decisions.c.undoes).where(mine, decisions.c.undoes.is_not(None))
    )
    return sorted(_with_undos(found, [(row.id, row.undoes) for row in rows]))


def _with_undos(found: set[int], undoes: Iterable[tuple[int, int | None]]) -> set[int]:
    """Decisions with those that took them back or did them again, which say the same words."""
    # What undoes another came later, so that one pass in rising order finds chains as well.
    for decision, undone in sorted(undoes):
        if undone in found:
            found.add(decision)
    return found


def _redact(library: Library, connection: Connection, ids: Sequence[int]) -> None:
    """Decisions stay in their order, without names, as something nobody can take back.

    Rows of the history are never changed, which a trigger sees to; these are put in anew.
    What they changed of other faces stays as it is. What is in the bin can still be brought
    back: what these say of photos is kept, and where the faces in them were.
    """
    for batch in in_batches(ids):
        mine = (decisions.c.owner_id == library.owner_id) & decisions.c.id.in_(batch)
        rows: list[dict[str, Any]] = [
            dict(row) for row in connection.execute(select(decisions).where(mine)).mappings()
        ]
        of_photos = photo_changes.of_decisions(library, connection, batch)
        about_photos = sorted({row["decision_id"] for row in of_photos})
        of_faces = [
            dict(row)
            for row in connection.execute(
                select(face_changes).where(
                    face_changes.c.owner_id == library.owner_id,
                    face_changes.c.decision_id.in_(about_photos),
                )
            ).mappings()
        ]
        connection.execute(delete(decisions).where(mine))
        emptied = {
            "kind": "forgotten",
            "sentence": _REDACTED,
            "value": None,
            "person_id": None,
            "face_id": None,
            "other_person_id": None,
            "undoes": None,
        }
        connection.execute(insert(decisions), [row | emptied for row in rows])
        for table, kept in ((photo_changes_table, of_photos), (face_changes, of_faces)):
            if kept:
                connection.execute(insert(table), kept)
