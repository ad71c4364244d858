"""Persons and who belongs to them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, or_, select, update

from gallery.records import Person
from gallery.store import field_values as kept
from gallery.store.batches import in_batches, rows_of
from gallery.store.faces import present
from gallery.store.library import Library, inserted_id
from gallery.store.tables import (
    assignments,
    decisions,
    face_changes,
    faces,
    memberships,
    owners,
    people,
    person_changes,
)


def query_of(library: Library) -> Select[Any]:
    """All persons of the owner, for `record_of`."""
    columns = (
        people.c.id, people.c.number, people.c.name, people.c.face_count, people.c.photo_count,
        people.c.cover_face_id, people.c.hidden, people.c.ignored, people.c.birth_year,
    )  # fmt: skip
    return select(*columns).where(people.c.owner_id == library.owner_id)


def record_of(row: Any) -> Person:
    """A row of `query_of`."""
    # In order: reading a hundred thousand by the names of columns takes several times as long.
    return Person(*row)


# Neither hidden nor ignored.
shown = people.c.hidden.is_(False) & people.c.ignored.is_(False)
# Those in most photos first.
by_photos = (people.c.photo_count.desc(), people.c.number)


def everyone(library: Library, *, with_hidden: bool = False) -> list[Person]:
    """All persons, by number of photos, then by number; also hidden and ignored ones if asked."""
    query = query_of(library)
    if not with_hidden:
        query = query.where(shown)
    # A name is kept even where all its photos are gone; a number alone says nothing.
    query = query.where((people.c.photo_count > 0) | people.c.name.is_not(None))
    with library.read() as connection:
        return [record_of(row) for row in connection.execute(query.order_by(*by_photos))]


def get(library: Library, person_id: int) -> Person | None:
    """One person, or None."""
    with library.read() as connection:
        row = connection.execute(query_of(library).where(people.c.id == person_id)).one_or_none()
    return None if row is None else record_of(row)


def by_ids(library: Library, ids: Iterable[int]) -> dict[int, Person]:
    """Some persons by id."""
    found = {}
    with library.read() as connection:
        for batch in in_batches(list(ids)):
            rows = connection.execute(query_of(library).where(people.c.id.in_(batch)))
            found.update({row.id: record_of(row) for row in rows})
    return found


def with_name(library: Library) -> list[Person]:
    """All persons that have a name, with faces or not, hidden or not."""
    query = query_of(library).where(people.c.name.is_not(None))
    with library.read() as connection:
        return [record_of(row) for row in connection.execute(query)]


def with_number(library: Library, number: int) -> Person | None:
    """The person that got a number, whether it is called by it or has a name."""
    query = query_of(library).where(people.c.number == number)
    with library.read() as connection:
        row = connection.execute(query).one_or_none()
    return None if row is None else record_of(row)


def count(library: Library) -> int:
    """How many persons have at least one face."""
    query = (
        select(func.count())
        .select_from(people)
        .where(people.c.owner_id == library.owner_id, people.c.photo_count > 0)
    )
    with library.read() as connection:
        return int(connection.execute(query).scalar_one())


def face_ids(library: Library, person_id: int) -> list[int]:
    """The faces of a person, the best first."""
    query = (
        select(faces.c.id)
        .join(memberships, memberships.c.face_id == faces.c.id)
        .where(memberships.c.owner_id == library.owner_id, memberships.c.person_id == person_id)
        .order_by(faces.c.quality.desc(), faces.c.id)
    )
    with library.read() as connection:
        return list(connection.execute(query).scalars())


def unassigned(library: Library) -> int:
    """How many faces belong to nobody."""
    query = (
        select(func.count())
        .select_from(faces)
        .outerjoin(memberships, memberships.c.face_id == faces.c.id)
        .where(faces.c.owner_id == library.owner_id, present, memberships.c.face_id.is_(None))
    )
    with library.read() as connection:
        return int(connection.execute(query).scalar_one())


def names(library: Library, connection: Connection) -> dict[int, str | None]:
    """The name, if any, of every person."""
    rows = connection.execute(
        select(people.c.id, people.c.name).where(people.c.owner_id == library.owner_id)
    )
    return {row.id: row.name for row in rows}


def create(library: Library, connection: Connection, count: int) -> list[int]:
    """Make new persons, numbered on from the highest number ever given; their ids."""
    mine = owners.c.id == library.owner_id
    highest = connection.execute(select(owners.c.people_numbered).where(mine)).scalar_one()
    connection.execute(update(owners).where(mine).values(people_numbered=highest + count))
    ids = []
    for number in range(highest + 1, highest + 1 + count):
        row = connection.execute(
            insert(people).values(
                owner_id=library.owner_id,
                number=number,
                hidden=False,
                created_at=datetime.now(UTC),
            )
        )
        ids.append(inserted_id(row))
    return ids


def set_covers(library: Library, connection: Connection, covers: dict[int, int]) -> None:
    """Choose the cover face of some persons."""
    for person_id, face_id in covers.items():
        connection.execute(
            update(people)
            .where(people.c.id == person_id, people.c.owner_id == library.owner_id)
            .values(cover_face_id=face_id)
        )


def covers(library: Library, connection: Connection, person_ids: Sequence[int]) -> dict[int, int]:
    """The cover face of each of some persons that has one."""
    query = select(people.c.id, people.c.cover_face_id).where(
        people.c.owner_id == library.owner_id, people.c.cover_face_id.is_not(None)
    )
    rows = rows_of(connection, person_ids, lambda some: query.where(people.c.id.in_(some)))
    return {row.id: row.cover_face_id for row in rows}


def remove_forgotten(library: Library, connection: Connection) -> None:
    """Delete persons nobody belongs to, and whom neither a kept run nor a decision mentions.

    The others stay as rows that nobody sees: going back to a run or undoing a decision
    brings them back under their own number.
    """
    mentioned = (
        select(memberships.c.person_id),
        select(assignments.c.person_id).where(assignments.c.person_id.is_not(None)),
        select(face_changes.c.person_before).where(face_changes.c.person_before.is_not(None)),
        select(face_changes.c.person_after).where(face_changes.c.person_after.is_not(None)),
        select(person_changes.c.person_id),
        select(decisions.c.person_id).where(decisions.c.person_id.is_not(None)),
        select(decisions.c.other_person_id).where(decisions.c.other_person_id.is_not(None)),
    )
    connection.execute(
        delete(people).where(
            people.c.owner_id == library.owner_id,
            people.c.name.is_(None),
            *(people.c.id.not_in(ids) for ids in mentioned),
        )
    )


# What a decision can set on a person; the history keeps values as text.
_FIELDS: dict[str, Callable[[str | None], Any]] = {
    "name": kept.text,
    "hidden": kept.flag,
    "ignored": kept.flag,
    "birth_year": kept.number,
    "cover_face_id": kept.number,
}


def field_text(library: Library, connection: Connection, person_id: int, field: str) -> str | None:
    """What a person has in a field, as the history keeps it."""
    value = connection.execute(
        select(people.c[field]).where(
            people.c.id == person_id, people.c.owner_id == library.owner_id
        )
    ).scalar()
    return None if value is None else str(int(value)) if field != "name" else str(value)


def set_field(
    library: Library, connection: Connection, person_id: int, field: str, value: str | None
) -> None:
    """Write what a decision says about a person."""
    wanted = _FIELDS[field](value)
    if field == "cover_face_id" and wanted is not None:
        # The photo may be gone by the time a decision is taken back.
        wanted = (
            select(faces.c.id)
            .where(faces.c.id == wanted, faces.c.owner_id == library.owner_id)
            .scalar_subquery()
        )
    connection.execute(
        update(people)
        .where(people.c.id == person_id, people.c.owner_id == library.owner_id)
        .values({field: wanted})
    )


def best_faces(
    library: Library, connection: Connection, person_ids: Sequence[int], each: int
) -> dict[int, list[int]]:
    """The best faces of some persons, those a user confirmed first."""
    rank = func.row_number().over(
        partition_by=memberships.c.person_id,
        order_by=(memberships.c.confirmed.desc(), faces.c.quality.desc(), faces.c.id),
    )
    found: dict[int, list[int]] = {}
    for batch in in_batches(person_ids):
        ranked = (
            select(memberships.c.person_id, memberships.c.face_id, rank.label("rank"))
            .join(faces, faces.c.id == memberships.c.face_id)
            .where(memberships.c.owner_id == library.owner_id, memberships.c.person_id.in_(batch))
            .subquery()
        )
        query = select(ranked).where(ranked.c.rank <= each)
        query = query.order_by(ranked.c.person_id, ranked.c.rank)
        for row in connection.execute(query):
            found.setdefault(row.person_id, []).append(row.face_id)
    return found


def known(library: Library, connection: Connection) -> set[int]:
    """Persons of whom a user has said something: they keep their faces in every grouping."""
    confirmed = select(memberships.c.person_id).where(memberships.c.confirmed)
    rows = connection.execute(
        select(people.c.id).where(
            people.c.owner_id == library.owner_id,
            or_(
                people.c.name.is_not(None),
                people.c.hidden,
                people.c.ignored,
                people.c.birth_year.is_not(None),
                people.c.id.in_(confirmed),
            ),
        )
    )
    return set(rows.scalars())


def birth_years(library: Library, connection: Connection) -> dict[int, int]:
    """The birth year of every person who has one."""
    rows = connection.execute(
        select(people.c.id, people.c.birth_year).where(
            people.c.owner_id == library.owner_id, people.c.birth_year.is_not(None)
        )
    )
    return {row.id: row.birth_year for row in rows}


def number_of(library: Library, connection: Connection, person_id: int) -> int:
    """The number by which a person without a name is called."""
    query = select(people.c.number).where(
        people.c.id == person_id, people.c.owner_id == library.owner_id
    )
    return int(connection.execute(query).scalar_one())
