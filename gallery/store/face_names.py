"""Names that the files of photos give to faces: those waiting to be taken over, and since when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from gallery.store.batches import in_batches
from gallery.store.face_name_tables import face_names
from gallery.store.library import Library
from gallery.store.tables import faces


@dataclass(frozen=True, slots=True)
class Waiting:
    """A name that a file gives to a face and that nobody has looked at yet."""

    face_id: int
    photo_id: int
    name: str


def add(library: Library, connection: Connection, names: Mapping[int, str]) -> None:
    """Keep the names of some new faces until they are taken over."""
    if names:
        connection.execute(
            insert(face_names),
            [
                {"face_id": face, "owner_id": library.owner_id, "name": name, "taken": False}
                for face, name in names.items()
            ],
        )


def waiting(library: Library, connection: Connection) -> list[Waiting]:
    """Names that were not taken over so far, in the order of the faces."""
    rows = connection.execute(
        select(face_names.c.face_id, faces.c.photo_id, face_names.c.name)
        .join(faces, faces.c.id == face_names.c.face_id)
        .where(face_names.c.owner_id == library.owner_id, face_names.c.taken.is_(False))
        .order_by(face_names.c.face_id)
    )
    return [Waiting(row.face_id, row.photo_id, row.name) for row in rows]


def take(
    library: Library, connection: Connection, face_ids: Iterable[int], persons: Mapping[int, int]
) -> None:
    """Say that names were looked at, once and for all, and who each face was then.

    Args:
        library: whose.
        connection: in a transaction.
        face_ids: all that were looked at.
        persons: by face, those whose name was taken over.
    """
    mine = face_names.c.owner_id == library.owner_id
    for batch in in_batches(list(face_ids)):
        connection.execute(
            update(face_names).where(mine, face_names.c.face_id.in_(batch)).values(taken=True)
        )
    by_person: dict[int, list[int]] = {}
    for face, person in persons.items():
        by_person.setdefault(person, []).append(face)
    for person, own in by_person.items():
        for batch in in_batches(own):
            connection.execute(
                update(face_names)
                .where(mine, face_names.c.face_id.in_(batch))
                .values(person_id=person)
            )


def persons_called(library: Library, connection: Connection) -> dict[str, int]:
    """Whom each name meant when it last came out of a file, by the name in small letters."""
    rows = connection.execute(
        select(face_names.c.name, face_names.c.person_id)
        .where(face_names.c.owner_id == library.owner_id, face_names.c.person_id.is_not(None))
        .distinct()
        .order_by(face_names.c.person_id)
    )
    return {row.name.casefold(): row.person_id for row in rows}
