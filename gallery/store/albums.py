"""Albums, the photos in them, and what decisions changed of both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, select, update

from gallery.records import Album
from gallery.store import field_values as kept
from gallery.store.album_tables import album_changes, album_photo_changes, album_photos, albums
from gallery.store.batches import in_batches, rows_of
from gallery.store.binned import in_sight
from gallery.store.library import Library, inserted_id
from gallery.store.tables import photos
from gallery.store.timeline import Among


def _query(library: Library) -> Select[Any]:
    inside = (
        select(func.count())
        .select_from(album_photos)
        .join(photos, photos.c.id == album_photos.c.photo_id)
        .where(album_photos.c.album_id == albums.c.id, in_sight)
        .correlate(albums)
        .scalar_subquery()
    )
    newest = (
        select(album_photos.c.photo_id)
        .join(photos, photos.c.id == album_photos.c.photo_id)
        .where(album_photos.c.album_id == albums.c.id, in_sight)
        .order_by(photos.c.shown_at.desc(), photos.c.id.desc())
        .limit(1)
        .correlate(albums)
        .scalar_subquery()
    )
    chosen = (
        select(photos.c.id)
        .where(photos.c.id == albums.c.cover_photo_id, in_sight)
        .correlate(albums)
        .scalar_subquery()
    )
    return select(
        albums.c.id,
        albums.c.name,
        albums.c.query,
        albums.c.created_at,
        func.coalesce(chosen, newest).label("cover"),
        inside.label("photos"),
    ).where(albums.c.owner_id == library.owner_id, albums.c.deleted.is_(False))


def _album(row: Any) -> Album:
    return Album(
        id=row.id,
        name=row.name,
        photos=row.photos if row.query is None else None,
        cover_photo_id=row.cover,
        created_at=row.created_at,
        query=row.query,
    )


def listed(library: Library) -> list[Album]:
    """All albums, by name."""
    with library.read() as connection:
        found = [_album(row) for row in connection.execute(_query(library))]
    return sorted(found, key=lambda album: (album.name.casefold(), album.id))


def get(library: Library, album_id: int) -> Album | None:
    """One album, or None; a deleted one is none."""
    with library.read() as connection:
        row = connection.execute(_query(library).where(albums.c.id == album_id)).one_or_none()
    return None if row is None else _album(row)


def of_photo(library: Library, photo_id: int) -> list[Album]:
    """The albums a photo was put into, by name."""
    inside = select(album_photos.c.album_id).where(album_photos.c.photo_id == photo_id)
    with library.read() as connection:
        rows = connection.execute(_query(library).where(albums.c.id.in_(inside)))
        found = [_album(row) for row in rows]
    return sorted(found, key=lambda album: (album.name.casefold(), album.id))


def which(library: Library, album_id: int) -> Among:
    """The condition that a photo was put into an album."""
    return photos.c.id.in_(_members(library, album_id))


def _members(library: Library, album_id: int) -> Select[tuple[int]]:
    return select(album_photos.c.photo_id).where(
        album_photos.c.owner_id == library.owner_id, album_photos.c.album_id == album_id
    )


def take_over(
    library: Library, connection: Connection, decision_id: int, keeps: Mapping[int, int]
) -> None:
    """Put photos into the albums of those they stand for, as covers too, as part of a decision.

    Args:
        library: whose.
        connection: in a transaction.
        decision_id: the decision.
        keeps: for each photo the one that stays for it, which may be itself.
    """
    mine = (albums.c.owner_id == library.owner_id, albums.c.deleted.is_(False))
    query = (
        select(album_photos.c.photo_id, album_photos.c.album_id)
        .join(albums, albums.c.id == album_photos.c.album_id)
        .where(*mine)
    )
    wanted: dict[int, set[int]] = {}
    for row in rows_of(
        connection, list(keeps), lambda some: query.where(album_photos.c.photo_id.in_(some))
    ):
        wanted.setdefault(row.album_id, set()).add(keeps[row.photo_id])
    for album, joins in wanted.items():
        new = sorted(joins - inside(library, connection, album))
        put(library, connection, decision_id, album, new, into=True)
    shown = select(albums.c.id, albums.c.cover_photo_id).where(*mine)
    for row in list(
        rows_of(
            connection, list(keeps), lambda some: shown.where(albums.c.cover_photo_id.in_(some))
        )
    ):
        cover = keeps[row.cover_photo_id]
        change(library, connection, decision_id, row.id, cover_photo_id=cover)


def known_photos(library: Library, connection: Connection, photo_ids: Iterable[int]) -> list[int]:
    """Those of some photos that there are, each once."""
    wanted = list(dict.fromkeys(photo_ids))
    query = select(photos.c.id).where(photos.c.owner_id == library.owner_id)
    rows = rows_of(connection, wanted, lambda some: query.where(photos.c.id.in_(some)))
    there = {row.id for row in rows}
    return [photo for photo in wanted if photo in there]


def inside(library: Library, connection: Connection, album_id: int) -> set[int]:
    """The photos that were put into an album."""
    return {row.photo_id for row in connection.execute(_members(library, album_id))}


def create(library: Library, connection: Connection, name: str) -> int:
    """Insert an album as a deleted one; a decision brings it to light."""
    row = connection.execute(
        insert(albums).values(
            owner_id=library.owner_id, name=name, created_at=datetime.now(UTC), deleted=True
        )
    )
    return inserted_id(row)


def put(
    library: Library,
    connection: Connection,
    decision_id: int,
    album_id: int,
    photo_ids: Sequence[int],
    *,
    into: bool,
) -> None:
    """Put photos into an album, or take them out, and keep that the decision did."""
    _move(library, connection, album_id, photo_ids, into=into)
    rows = [
        {
            "decision_id": decision_id,
            "album_id": album_id,
            "photo_id": photo,
            "owner_id": library.owner_id,
            "added": into,
        }
        for photo in photo_ids
    ]
    if rows:
        connection.execute(insert(album_photo_changes), rows)


def _move(
    library: Library,
    connection: Connection,
    album_id: int,
    photo_ids: Sequence[int],
    *,
    into: bool,
) -> None:
    if into:
        there = inside(library, connection, album_id)
        rows = [
            {"album_id": album_id, "photo_id": photo, "owner_id": library.owner_id}
            for photo in photo_ids
            if photo not in there
        ]
        if rows:
            connection.execute(insert(album_photos), rows)
        return
    for batch in in_batches(photo_ids):
        connection.execute(
            delete(album_photos).where(
                album_photos.c.owner_id == library.owner_id,
                album_photos.c.album_id == album_id,
                album_photos.c.photo_id.in_(batch),
            )
        )


# What a decision can set on an album; the history keeps values as text.
_FIELDS: dict[str, Callable[[str | None], Any]] = {
    "name": kept.text,
    "query": kept.text,
    "cover_photo_id": kept.number,
    "deleted": kept.flag,
}


def change(
    library: Library,
    connection: Connection,
    decision_id: int,
    album_id: int,
    **fields: str | int | bool | None,
) -> None:
    """Set fields of an album, and keep what the decision changed."""
    mine = (albums.c.owner_id == library.owner_id) & (albums.c.id == album_id)
    row = connection.execute(select(albums).where(mine)).one()
    for field, value in fields.items():
        before, after = _said(row._mapping[field]), _said(value)
        if before == after:
            continue
        connection.execute(
            insert(album_changes).values(
                decision_id=decision_id,
                album_id=album_id,
                field=field,
                owner_id=library.owner_id,
                before=before,
                after=after,
            )
        )
        _set(library, connection, album_id, field, after)


def _said(value: str | int | bool | None) -> str | None:
    return str(int(value)) if isinstance(value, bool | int) else value


def _set(
    library: Library, connection: Connection, album_id: int, field: str, value: str | None
) -> None:
    wanted = _FIELDS[field](value)
    if field == "cover_photo_id" and wanted is not None:
        # The photo may be gone by the time a decision is taken back.
        there = known_photos(library, connection, [wanted])
        wanted = there[0] if there else None
    connection.execute(
        update(albums)
        .where(albums.c.owner_id == library.owner_id, albums.c.id == album_id)
        .values({field: wanted})
    )


def replay(library: Library, connection: Connection, decision_id: int, *, back: bool) -> None:
    """Put what a decision changed of albums where it was before it, or after it."""
    fields = select(album_changes).where(
        album_changes.c.owner_id == library.owner_id,
        album_changes.c.decision_id == decision_id,
    )
    for row in connection.execute(fields).all():
        value = row.before if back else row.after
        _set(library, connection, row.album_id, row.field, value)
    moved = select(album_photo_changes).where(
        album_photo_changes.c.owner_id == library.owner_id,
        album_photo_changes.c.decision_id == decision_id,
    )
    moves: dict[tuple[int, bool], list[int]] = {}
    for row in connection.execute(moved):
        moves.setdefault((row.album_id, row.added is not back), []).append(row.photo_id)
    for (album_id, into), photo_ids in moves.items():
        there = known_photos(library, connection, photo_ids) if into else photo_ids
        _move(library, connection, album_id, there, into=into)
