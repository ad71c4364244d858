"""Persons and who belongs to them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, select, update

from gallery.records import Person
from gallery.store.faces import in_batches
from gallery.store.library import Library, inserted_id
from gallery.store.tables import faces, memberships, owners, people


def _query(library: Library) -> Select[Any]:
    return (
        select(
            people,
            func.count(memberships.c.face_id).label("faces"),
            func.count(func.distinct(faces.c.photo_id)).label("photos"),
        )
        .outerjoin(memberships, memberships.c.person_id == people.c.id)
        .outerjoin(faces, faces.c.id == memberships.c.face_id)
        .where(people.c.owner_id == library.owner_id)
        .group_by(people.c.id)
    )


def _person(row: Any) -> Person:
    return Person(
        id=row.id,
        number=row.number,
        name=row.name,
        faces=row.faces,
        photos=row.photos,
        cover_face_id=row.cover_face_id,
        hidden=row.hidden,
    )


def everyone(library: Library, *, with_hidden: bool = False) -> list[Person]:
    """All persons, by number of photos, then by number."""
    query = _query(library)
    if not with_hidden:
        query = query.where(people.c.hidden.is_(False))
    photo_count = func.count(func.distinct(faces.c.photo_id))
    # A name is kept even where all its photos are gone; a number alone says nothing.
    query = query.having((photo_count > 0) | people.c.name.is_not(None))
    query = query.order_by(photo_count.desc(), people.c.number)
    with library.read() as connection:
        return [_person(row) for row in connection.execute(query)]


def get(library: Library, person_id: int) -> Person | None:
    """One person, or None."""
    with library.read() as connection:
        row = connection.execute(_query(library).where(people.c.id == person_id)).one_or_none()
    return None if row is None else _person(row)


def by_ids(library: Library, ids: Iterable[int]) -> dict[int, Person]:
    """Some persons by id."""
    with library.read() as connection:
        rows = connection.execute(_query(library).where(people.c.id.in_(list(ids))))
        return {row.id: _person(row) for row in rows}


def count(library: Library) -> int:
    """How many persons have at least one face."""
    query = select(func.count(func.distinct(memberships.c.person_id))).where(
        memberships.c.owner_id == library.owner_id
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
        .where(faces.c.owner_id == library.owner_id, memberships.c.face_id.is_(None))
    )
    with library.read() as connection:
        return int(connection.execute(query).scalar_one())


def members(library: Library, connection: Connection) -> dict[int, int]:
    """The person of every face that has one."""
    rows = connection.execute(
        select(memberships.c.face_id, memberships.c.person_id).where(
            memberships.c.owner_id == library.owner_id
        )
    )
    return {row.face_id: row.person_id for row in rows}


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


def replace_members(
    library: Library, connection: Connection, person_of: dict[int, int], run_id: int | None
) -> None:
    """Say anew who belongs to whom; faces left out belong to nobody."""
    connection.execute(delete(memberships).where(memberships.c.owner_id == library.owner_id))
    if person_of:
        connection.execute(
            insert(memberships),
            [
                {
                    "face_id": face_id,
                    "person_id": person_id,
                    "owner_id": library.owner_id,
                    "run_id": run_id,
                }
                for face_id, person_id in person_of.items()
            ],
        )


def set_covers(library: Library, connection: Connection, covers: dict[int, int]) -> None:
    """Choose the cover face of some persons."""
    for person_id, face_id in covers.items():
        connection.execute(
            update(people)
            .where(people.c.id == person_id, people.c.owner_id == library.owner_id)
            .values(cover_face_id=face_id)
        )


def covers(library: Library, connection: Connection) -> dict[int, int]:
    """The cover face of every person that has one."""
    rows = connection.execute(
        select(people.c.id, people.c.cover_face_id).where(
            people.c.owner_id == library.owner_id, people.c.cover_face_id.is_not(None)
        )
    )
    return {row.id: row.cover_face_id for row in rows}


def remove(library: Library, connection: Connection, ids: Iterable[int]) -> None:
    """Delete persons nobody belongs to any more."""
    for batch in in_batches(sorted(ids)):
        connection.execute(
            delete(people).where(people.c.owner_id == library.owner_id, people.c.id.in_(batch))
        )


def set_name(library: Library, connection: Connection, person_id: int, name: str | None) -> None:
    """Write the name that the decisions give a person."""
    connection.execute(
        update(people)
        .where(people.c.id == person_id, people.c.owner_id == library.owner_id)
        .values(name=name)
    )
