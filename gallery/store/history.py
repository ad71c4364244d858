"""The decisions of the owner, and what each changed: rows are only ever added."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, case, insert, or_, select

from gallery.records import Decision
from gallery.store.library import Library, inserted_id
from gallery.store.members import Placement
from gallery.store.tables import decisions, face_changes, people, person_changes


def append(
    library: Library,
    connection: Connection,
    kind: str,
    sentence: str,
    *,
    person_id: int | None = None,
    face_id: int | None = None,
    other_person_id: int | None = None,
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
            face_id=face_id,
            other_person_id=other_person_id,
            value=value,
            undoes=undoes,
            sentence=sentence,
        )
    )
    return inserted_id(row)


def everything(library: Library, connection: Connection) -> list[Decision]:
    """All decisions, the first first."""
    rows = connection.execute(_of(library).order_by(decisions.c.id)).all()
    return [_decision(row) for row in rows]


class Step(NamedTuple):
    """What it takes to tell which decisions hold: thousands are read with every page."""

    id: int
    kind: str
    value: str | None


def steps(library: Library, connection: Connection) -> list[Step]:
    """All decisions in short, the first first."""
    # Only where a value says what cannot be taken back any more, it is needed.
    value = case((decisions.c.kind == "empty-bin", decisions.c.value))
    query = select(decisions.c.id, decisions.c.kind, value)
    mine = query.where(decisions.c.owner_id == library.owner_id).order_by(decisions.c.id)
    return [Step(*row) for row in connection.execute(mine)]


def _of(library: Library) -> Select[Any]:
    columns = (
        decisions.c.id, decisions.c.at, decisions.c.kind, decisions.c.person_id,
        decisions.c.value, decisions.c.undoes, decisions.c.sentence, decisions.c.face_id,
        decisions.c.other_person_id, people.c.number,
    )  # fmt: skip
    return (
        select(*columns)
        .outerjoin(people, people.c.id == decisions.c.person_id)
        .where(decisions.c.owner_id == library.owner_id)
    )


def get(library: Library, connection: Connection, decision_id: int) -> Decision | None:
    """One decision, or None."""
    row = connection.execute(_of(library).where(decisions.c.id == decision_id)).one_or_none()
    return None if row is None else _decision(row)


def newest(library: Library, connection: Connection) -> Decision | None:
    """The decision that was written down last, whether or not it holds."""
    latest_first = _of(library).order_by(decisions.c.id.desc())
    row = connection.execute(latest_first.limit(1)).one_or_none()
    return None if row is None else _decision(row)


def who_freed(library: Library, connection: Connection, face_id: int) -> list[int]:
    """Decisions that made a face nobody's, the latest first, whether or not they hold."""
    rows = connection.execute(
        select(face_changes.c.decision_id)
        .where(
            face_changes.c.owner_id == library.owner_id,
            face_changes.c.face_id == face_id,
            face_changes.c.person_before.is_not(None),
            face_changes.c.person_after.is_(None),
        )
        .order_by(face_changes.c.decision_id.desc())
    )
    return list(rows.scalars())


def _decision(row: Any) -> Decision:
    # In order: reading thousands by the names of columns takes several times as long.
    decision = Decision(*row[:-1])
    return decision if decision.sentence else replace(decision, sentence=_sentence(row))


def _sentence(row: Any) -> str:
    """Of a decision that was kept before decisions had words of their own."""
    who = f"Person {row.number}" if row.number is not None else "a person who is gone"
    if row.kind == "name":
        return f"Named {who} “{row.value}”" if row.value else f"Took the name off {who}"
    return f"Took back decision {row.undoes}"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """What a decision changed of a person, as text."""

    person_id: int
    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class FaceChange:
    """What a decision changed of a face."""

    face_id: int
    before: Placement
    after: Placement


def record_faces(
    library: Library, connection: Connection, decision_id: int, changes: Iterable[FaceChange]
) -> None:
    """Keep what a decision changed of faces."""
    rows = [
        {
            "decision_id": decision_id,
            "face_id": change.face_id,
            "owner_id": library.owner_id,
            **_columns(change.before, "before"),
            **_columns(change.after, "after"),
        }
        for change in changes
    ]
    if rows:
        connection.execute(insert(face_changes), rows)


def _columns(placement: Placement, when: str) -> dict[str, Any]:
    return {
        f"person_{when}": placement.person_id,
        f"confirmed_{when}": placement.confirmed,
        f"removed_{when}": placement.removed,
        f"run_{when}": placement.run_id,
        f"placed_by_{when}": placement.decision_id,
        f"since_{when}": placement.since,
    }


def record_fields(
    library: Library, connection: Connection, decision_id: int, changes: Sequence[FieldChange]
) -> None:
    """Keep what a decision changed of persons."""
    if changes:
        connection.execute(
            insert(person_changes),
            [
                {
                    "decision_id": decision_id,
                    "person_id": change.person_id,
                    "field": change.field,
                    "owner_id": library.owner_id,
                    "before": change.before,
                    "after": change.after,
                }
                for change in changes
            ],
        )


def face_changes_of(library: Library, connection: Connection, decision_id: int) -> list[FaceChange]:
    """What a decision changed of faces."""
    rows = connection.execute(
        select(face_changes).where(
            face_changes.c.owner_id == library.owner_id, face_changes.c.decision_id == decision_id
        )
    ).mappings()
    return [
        FaceChange(row["face_id"], _placement(row, "before"), _placement(row, "after"))
        for row in rows
    ]


def concerns(library: Library, connection: Connection, decision: Decision, person_id: int) -> bool:
    """Whether a decision is about a person, or changed whose some of its faces are."""
    if decision.person_id is not None:
        return person_id in (decision.person_id, decision.other_person_id)
    whose = or_(face_changes.c.person_before == person_id, face_changes.c.person_after == person_id)
    query = select(face_changes.c.face_id).where(
        face_changes.c.owner_id == library.owner_id,
        face_changes.c.decision_id == decision.id,
        whose,
    )
    return connection.execute(query.limit(1)).first() is not None


def _placement(row: Mapping[Any, Any], when: str) -> Placement:
    return Placement(
        row[f"person_{when}"],
        row[f"confirmed_{when}"],
        row[f"removed_{when}"],
        row[f"run_{when}"],
        row[f"placed_by_{when}"],
        row[f"since_{when}"],
    )


def field_changes_of(
    library: Library, connection: Connection, decision_id: int
) -> list[FieldChange]:
    """What a decision changed of persons."""
    rows = connection.execute(
        select(person_changes).where(
            person_changes.c.owner_id == library.owner_id,
            person_changes.c.decision_id == decision_id,
        )
    )
    return [FieldChange(row.person_id, row.field, row.before, row.after) for row in rows]
