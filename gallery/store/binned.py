"""The bin: photos that are seen nowhere until they are brought back or deleted for good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, delete, func, select

from gallery.errors import NotFoundError
from gallery.media.files import thumbnail_key
from gallery.store.batches import in_batches, rows_of
from gallery.store.library import Library
from gallery.store.tables import faces, photo_files, photos
from gallery.wording import file_name

# Photos that are not in the bin: a condition of every read of photos that a user is shown.
# Their faces count as deleted boxes meanwhile, so that `present` leaves them out as well.
in_sight = photos.c.binned_at.is_(None)


def in_bin(owner_id: int) -> Select[tuple[int]]:
    """The ids of an owner's photos that are in the bin."""
    return select(photos.c.id).where(photos.c.owner_id == owner_id, photos.c.binned_at.is_not(None))


@dataclass(frozen=True, slots=True)
class Binned:
    """A photo in the bin.

    Args:
        id: of the photo.
        sha256: of its bytes.
        name: of its file.
        width: pixels across.
        height: pixels down.
        size_bytes: of the file.
        copied: whether the library has a copy of its own, which goes with it.
        binned_at: since when it is there.
    """

    id: int
    sha256: str
    name: str
    width: int
    height: int
    size_bytes: int
    copied: bool
    binned_at: datetime


def listed(library: Library, *, before: datetime | None = None) -> list[Binned]:
    """What is in the bin, the latest first; only what came before a time, if one is given."""
    path = (
        select(func.min(photo_files.c.path))
        .where(photo_files.c.photo_id == photos.c.id)
        .correlate(photos)
        .scalar_subquery()
    )
    query = select(photos, path.label("path")).where(
        photos.c.owner_id == library.owner_id, photos.c.binned_at.is_not(None)
    )
    if before is not None:
        query = query.where(photos.c.binned_at < before)
    with library.read() as connection:
        rows = connection.execute(query.order_by(photos.c.binned_at.desc(), photos.c.id))
        return [
            Binned(
                row.id,
                row.sha256,
                file_name(row.path or f"photo {row.id}"),
                row.width,
                row.height,
                row.size_bytes,
                row.original is not None,
                row.binned_at,
            )
            for row in rows
        ]


def count(library: Library, *, before: datetime | None = None) -> int:
    """How many photos are in the bin, or were put there before a time."""
    query = (
        select(func.count())
        .select_from(photos)
        .where(photos.c.owner_id == library.owner_id, photos.c.binned_at.is_not(None))
    )
    if before is not None:
        query = query.where(photos.c.binned_at < before)
    with library.read() as connection:
        return int(connection.execute(query).scalar_one())


def among(library: Library, connection: Connection, photo_ids: Sequence[int]) -> set[int]:
    """Those of some photos that are in the bin."""
    return set(since(library, connection, photo_ids))


def since(
    library: Library, connection: Connection, photo_ids: Sequence[int]
) -> dict[int, datetime]:
    """Since when some photos are in the bin; those that are not are left out."""
    query = select(photos.c.id, photos.c.binned_at).where(
        photos.c.owner_id == library.owner_id, photos.c.binned_at.is_not(None)
    )
    rows = rows_of(connection, photo_ids, lambda some: query.where(photos.c.id.in_(some)))
    return {row.id: row.binned_at for row in rows}


def no_photo(library: Library, photo: int | str) -> NotFoundError:
    """What to raise where a photo is not there, or only in the bin.

    Args:
        library: whose.
        photo: its id, or how somebody calls it.
    """
    with library.read() as connection:
        if isinstance(photo, int) and among(library, connection, [photo]):
            return NotFoundError(
                f"Photo {photo} is in the bin. Bring it back with: gallery bin restore {photo}"
            )
    return NotFoundError(f"There is no photo {photo} in this library.")


def existing(library: Library, connection: Connection, photo_ids: Sequence[int]) -> set[int]:
    """Those of some photos that there are, in the bin or not."""
    query = select(photos.c.id).where(photos.c.owner_id == library.owner_id)
    rows = rows_of(connection, photo_ids, lambda some: query.where(photos.c.id.in_(some)))
    return {row.id for row in rows}


def face_ids(
    library: Library, connection: Connection, photo_ids: Sequence[int]
) -> dict[int, list[int]]:
    """All faces of some photos, deleted boxes too, by photo."""
    found: dict[int, list[int]] = {photo: [] for photo in photo_ids}
    query = select(faces.c.id, faces.c.photo_id).where(faces.c.owner_id == library.owner_id)
    for row in rows_of(
        connection,
        photo_ids,
        lambda some: query.where(faces.c.photo_id.in_(some)).order_by(faces.c.id),
    ):
        found[row.photo_id].append(row.id)
    return found


def pictures(
    library: Library, connection: Connection, photo_ids: Sequence[int]
) -> dict[str, list[str]]:
    """Keys in `media/` of all that the library has of some photos and nobody else needs.

    Media are shared by the owners of a library, so this looks at all of them.

    Returns:
        The keys of each photo by the hash of its bytes.
    """
    mine = select(photos.c.id, photos.c.sha256, photos.c.original).where(
        photos.c.owner_id == library.owner_id
    )
    rows = list(rows_of(connection, photo_ids, lambda some: mine.where(photos.c.id.in_(some))))
    shared = select(photos.c.sha256).where(photos.c.owner_id != library.owner_id)
    hashes = [row.sha256 for row in rows]
    others = {
        row.sha256
        for row in rows_of(connection, hashes, lambda some: shared.where(photos.c.sha256.in_(some)))
    }
    own = {row.id: row for row in rows if row.sha256 not in others}
    found = {row.sha256: [thumbnail_key(row.sha256)] for row in own.values()}
    for row in own.values():
        if row.original is not None:
            found[row.sha256].append(row.original)
    crops = select(faces.c.photo_id, faces.c.crop).where(faces.c.crop.is_not(None))
    for row in rows_of(connection, list(own), lambda some: crops.where(faces.c.photo_id.in_(some))):
        found[own[row.photo_id].sha256].append(row.crop)
    return found


def erase(library: Library, connection: Connection, photo_ids: Sequence[int]) -> None:
    """Delete photos with their faces, vectors and all that hangs on them."""
    for batch in in_batches(photo_ids):
        connection.execute(
            delete(photos).where(photos.c.owner_id == library.owner_id, photos.c.id.in_(batch))
        )
