"""Tags given and taken away: by a user, by a tagger, and back again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, insert, or_, select, update

from gallery.store.batches import in_batches, rows_of
from gallery.store.binned import in_sight, no_photo
from gallery.store.library import Library, inserted_id
from gallery.store.tables import photo_tags, photos, tags
from gallery.store.tags import PEOPLE, SAID, USER, GivenTag, by_faces, face_facts

_BY_USER = GivenTag(USER)


@dataclass(frozen=True, slots=True)
class TagChange:
    """What giving a tag or taking it away changes.

    Args:
        name: of the tag, as the library writes it.
        tag_id: of its row.
        before: how each photo that changes has it; None where there is no row.
        after: how each of them has it from then on.
    """

    name: str
    tag_id: int
    before: Mapping[int, GivenTag | None]
    after: Mapping[int, GivenTag]


def ids_of(library: Library, connection: Connection, wanted: Iterable[str]) -> dict[str, int]:
    """The rows of tags by name, made where there are none; small and capital letters are one."""
    rows = connection.execute(
        select(tags.c.name, tags.c.id).where(tags.c.owner_id == library.owner_id)
    )
    known = {name.casefold(): int(number) for name, number in rows}
    for name in wanted:
        if name.casefold() not in known:
            row = connection.execute(insert(tags).values(owner_id=library.owner_id, name=name))
            known[name.casefold()] = inserted_id(row)
    return {name: known[name.casefold()] for name in wanted}


def change(
    library: Library,
    connection: Connection,
    photo_ids: Sequence[int],
    name: str,
    *,
    present: bool,
) -> TagChange:
    """What is to be changed for photos to have a tag, or to have it no more whoever tags them.

    Args:
        library: whose.
        connection: in a transaction.
        photo_ids: which.
        name: cleaned up.
        present: whether they have it from then on.

    Raises:
        NotFoundError: One of them is not there.
    """
    ids = list(dict.fromkeys(photo_ids))
    _refuse_unknown(library, connection, ids)
    tag_id = ids_of(library, connection, [name])[name]
    spelling = select(tags.c.name).where(tags.c.id == tag_id)
    name = connection.execute(spelling).scalar_one()
    rows = _rows(library, connection, tag_id, ids)
    if present:
        before = {i: rows.get(i) for i in ids if not _said(rows.get(i))}
        return TagChange(name, tag_id, before, dict.fromkeys(before, _BY_USER))
    # A tag that follows from faces has no row yet that could say that it was taken away.
    unsaid = [i for i in ids if i not in rows] if name in PEOPLE else []
    follows = {i for i, tag in by_faces(library, connection, unsaid).items() if tag == name}
    before = {i: rows.get(i) for i in ids if (not rows[i].removed if i in rows else i in follows)}
    gone = {i: (row or _BY_USER)._replace(removed=True) for i, row in before.items()}
    return TagChange(name, tag_id, before, gone)


def _rows(
    library: Library, connection: Connection, tag_id: int, ids: Sequence[int]
) -> dict[int, GivenTag]:
    mine = (photo_tags.c.owner_id == library.owner_id, photo_tags.c.tag_id == tag_id)
    query = select(photo_tags).where(*mine)
    found = rows_of(connection, ids, lambda some: query.where(photo_tags.c.photo_id.in_(some)))
    return {row.photo_id: GivenTag(row.source, row.confidence, row.removed) for row in found}


def _said(row: GivenTag | None) -> bool:
    """Whether a photo has a tag because a person said so."""
    return row is not None and row.source in SAID and not row.removed


def _refuse_unknown(library: Library, connection: Connection, ids: Sequence[int]) -> None:
    query = select(photos.c.id).where(photos.c.owner_id == library.owner_id, in_sight)
    rows = rows_of(connection, ids, lambda some: query.where(photos.c.id.in_(some)))
    missing = set(ids) - {row.id for row in rows}
    if missing:
        raise no_photo(library, min(missing))


def put(
    library: Library,
    connection: Connection,
    tag_id: int,
    rows: Mapping[int, GivenTag | None],
) -> None:
    """Make the rows of a tag what they are to be; None is no row."""
    for batch in in_batches(list(rows)):
        connection.execute(
            delete(photo_tags).where(
                photo_tags.c.tag_id == tag_id,
                photo_tags.c.owner_id == library.owner_id,
                photo_tags.c.photo_id.in_(batch),
            )
        )
    new = [
        {"photo_id": photo, "tag_id": tag_id, "owner_id": library.owner_id, "source": row.source,
         "confidence": row.confidence, "removed": row.removed}
        for photo, row in rows.items() if row is not None
    ]  # fmt: skip
    if new:
        connection.execute(insert(photo_tags), new)


def photos_with(library: Library, connection: Connection, ids: Sequence[int]) -> list[Row[Any]]:
    """Whatever the tag stage needs to know of some photos: size, clock, name and faces."""
    facts = face_facts(library, ids).subquery()
    query = (
        select(photos, facts.c.faces, facts.c.share)
        .outerjoin(facts, facts.c.id == photos.c.id)
        .where(photos.c.owner_id == library.owner_id, photos.c.id.in_(ids))
        .order_by(photos.c.id)
    )
    return list(connection.execute(query))


def stale(library: Library, version: str) -> list[int]:
    """Photos that were not tagged by this version, the oldest in the library first."""
    query = (
        select(photos.c.id)
        .where(
            photos.c.owner_id == library.owner_id,
            in_sight,
            or_(photos.c.tagger.is_(None), photos.c.tagger != version),
        )
        .order_by(photos.c.id)
    )
    with library.read() as connection:
        return list(connection.execute(query).scalars())


def replace_guesses(
    library: Library,
    connection: Connection,
    version: str,
    found: Mapping[int, Sequence[tuple[str, float | None]]],
) -> None:
    """Put down what a tagger says of some photos in place of what any said before.

    What people gave stays as it is, and what they took away stays away.
    """
    ids = list(found)
    mine = and_(photo_tags.c.owner_id == library.owner_id, photo_tags.c.photo_id.in_(ids))
    guessed = and_(photo_tags.c.source.not_in(SAID), photo_tags.c.removed.is_(False))
    connection.execute(delete(photo_tags).where(mine, guessed))
    left = select(photo_tags.c.photo_id, photo_tags.c.tag_id).where(mine)
    taken = {(row.photo_id, row.tag_id) for row in connection.execute(left)}
    numbers = ids_of(
        library, connection, dict.fromkeys(name for said in found.values() for name, _ in said)
    )
    new = [
        {"photo_id": photo, "tag_id": numbers[name], "owner_id": library.owner_id,
         "source": version, "confidence": confidence}
        for photo, said in found.items()
        for name, confidence in said
        if (photo, numbers[name]) not in taken
    ]  # fmt: skip
    if new:
        connection.execute(insert(photo_tags), new)
    mine = and_(photos.c.owner_id == library.owner_id, photos.c.id.in_(ids))
    connection.execute(update(photos).where(mine).values(tagger=version))
