"""Pictures that were found alike, and those that were told apart."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.dialects.sqlite import insert

from gallery.store.batches import in_batches, rows_of
from gallery.store.binned import in_sight
from gallery.store.duplicate_tables import lookalikes, scenes_compared, told_apart
from gallery.store.library import Library
from gallery.store.tables import photo_files, photos

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Lookalike:
    """Two pictures that are alike.

    Args:
        first: photo, the lower number.
        second: photo.
        kind: see `gallery.duplicates.Kind`.
        likeness: 0 to 1.
        throughout: whether in every part, not only in most.
        turns: quarter turns to the left that bring the first to the second.
    """

    first: int
    second: int
    kind: str
    likeness: float
    throughout: bool = True
    turns: int = 0


@dataclass(frozen=True, slots=True)
class Uncompared:
    """What is needed of every photo to find those it is to be compared with.

    Args:
        id: of the photo.
        sha256: by which its thumbnail lies.
        perceptual_hash: 256 bits.
        taken_at: when, as the camera says; None where it does not.
        camera: make and model.
        ratio: width to height.
        compared: by which version of the comparison it was compared; None for a new one.
    """

    id: int
    sha256: str
    perceptual_hash: bytes
    taken_at: datetime | None
    camera: str
    ratio: float
    compared: int | None


def to_compare(library: Library) -> list[Uncompared]:
    """All photos, those in the bin as well, so that what comes back has been compared."""
    query = (
        select(
            photos.c.id,
            photos.c.sha256,
            photos.c.perceptual_hash,
            photos.c.taken_at,
            photos.c.camera_make,
            photos.c.camera_model,
            photos.c.width,
            photos.c.height,
            photos.c.compared,
        )
        .where(photos.c.owner_id == library.owner_id)
        .order_by(photos.c.id)
    )
    with library.read() as connection:
        return [
            Uncompared(
                row.id,
                row.sha256,
                row.perceptual_hash,
                row.taken_at,
                f"{row.camera_make or ''} {row.camera_model or ''}".strip(),
                row.width / row.height,
                row.compared,
            )
            for row in connection.execute(query)
        ]


def not_compared(library: Library, version: int) -> int:
    """How many photos were not yet compared by a version of the comparison."""
    query = (
        select(func.count())
        .select_from(photos)
        .where(
            photos.c.owner_id == library.owner_id,
            (photos.c.compared.is_(None)) | (photos.c.compared != version),
        )
    )
    with library.read() as connection:
        return int(connection.execute(query).scalar_one())


def forget_older(library: Library, version: int) -> None:
    """Forget what another version of the comparison found; all photos are compared anew."""
    mine = (photos.c.owner_id == library.owner_id) & photos.c.compared.is_not(None)
    with library.write() as connection:
        older = mine & (photos.c.compared != version)
        if connection.execute(update(photos).where(older).values(compared=None)).rowcount:
            for table in (lookalikes, scenes_compared):
                connection.execute(delete(table).where(table.c.owner_id == library.owner_id))
            connection.execute(update(photos).where(mine).values(compared=None))


def keep_found(
    library: Library, found: Sequence[Lookalike], compared: Sequence[int], version: int
) -> None:
    """Keep the pairs that were found for some photos, and that these were compared."""
    with library.write() as connection:
        keep_pairs(library, connection, found)
        for batch in in_batches(compared):
            connection.execute(
                update(photos)
                .where(photos.c.owner_id == library.owner_id, photos.c.id.in_(batch))
                .values(compared=version)
            )


def keep_pairs(library: Library, connection: Connection, found: Sequence[Lookalike]) -> None:
    """Keep pairs of photos; those that are known stay in the class they are in."""
    # Photos may be gone by now, and another program may have found the same pairs.
    ids = sorted({photo for pair in found for photo in (pair.first, pair.second)})
    mine = select(photos.c.id).where(photos.c.owner_id == library.owner_id)
    there = {
        row.id for row in rows_of(connection, ids, lambda some: mine.where(photos.c.id.in_(some)))
    }
    rows = [
        {
            "first_id": pair.first,
            "second_id": pair.second,
            "owner_id": library.owner_id,
            "kind": pair.kind,
            "likeness": pair.likeness,
            "throughout": pair.throughout,
            "turns": pair.turns,
        }
        for pair in found
        if {pair.first, pair.second} <= there
    ]
    if rows:
        connection.execute(insert(lookalikes).on_conflict_do_nothing(), rows)


def pairs(library: Library, kind: str) -> list[Lookalike]:
    """Pairs of a kind of which neither is in the bin, the most alike first."""
    one, other = photos.alias("one"), photos.alias("other")
    query = (
        select(lookalikes)
        .join(one, one.c.id == lookalikes.c.first_id)
        .join(other, other.c.id == lookalikes.c.second_id)
        .where(
            lookalikes.c.owner_id == library.owner_id,
            lookalikes.c.kind == kind,
            one.c.binned_at.is_(None),
            other.c.binned_at.is_(None),
        )
        .order_by(lookalikes.c.likeness.desc(), lookalikes.c.first_id, lookalikes.c.second_id)
    )
    with library.read() as connection:
        return [
            Lookalike(
                row.first_id, row.second_id, row.kind, row.likeness, row.throughout, row.turns
            )
            for row in connection.execute(query)
        ]


def moments(library: Library, photo_ids: Sequence[int]) -> dict[int, datetime]:
    """When some photos were taken, where their cameras say so."""
    query = select(photos.c.id, photos.c.taken_at).where(
        photos.c.owner_id == library.owner_id, photos.c.taken_at.is_not(None)
    )
    with library.read() as connection:
        rows = rows_of(connection, photo_ids, lambda some: query.where(photos.c.id.in_(some)))
        return {row.id: row.taken_at for row in rows}


def apart(library: Library) -> set[Pair]:
    """Pairs of photos that a user said are different, the lower number first."""
    query = select(told_apart.c.first_id, told_apart.c.second_id).where(
        told_apart.c.owner_id == library.owner_id, told_apart.c.holds
    )
    with library.read() as connection:
        return {(row.first_id, row.second_id) for row in connection.execute(query)}


def tell_apart(
    library: Library, connection: Connection, decision_id: int, photo_ids: Collection[int]
) -> None:
    """Write down that photos are different from each other, where that is not known."""
    ids = sorted(photo_ids)
    mine = told_apart.c.owner_id == library.owner_id
    among = mine & told_apart.c.first_id.in_(ids) & told_apart.c.second_id.in_(ids)
    connection.execute(delete(told_apart).where(among, told_apart.c.holds.is_(False)))
    rows = connection.execute(select(told_apart.c.first_id, told_apart.c.second_id).where(among))
    known = {(row.first_id, row.second_id) for row in rows}
    new = [
        {
            "first_id": first,
            "second_id": second,
            "owner_id": library.owner_id,
            "decision_id": decision_id,
            "holds": True,
        }
        for first, second in combinations(ids, 2)
        if (first, second) not in known
    ]
    if new:
        connection.execute(insert(told_apart), new)


def let_hold(library: Library, connection: Connection, decision_id: int, *, holds: bool) -> None:
    """Let what a decision told apart hold, or not while it is taken back."""
    connection.execute(
        update(told_apart)
        .where(told_apart.c.owner_id == library.owner_id, told_apart.c.decision_id == decision_id)
        .values(holds=holds)
    )


def in_several_places(library: Library) -> list[tuple[int, list[str]]]:
    """Photos whose bytes lie in more than one file, each with the paths, the most first."""
    several = (
        select(photo_files.c.photo_id, func.count().label("places"))
        .where(photo_files.c.owner_id == library.owner_id)
        .group_by(photo_files.c.photo_id)
        .having(func.count() > 1)
    )
    seen = select(photos.c.id).where(photos.c.owner_id == library.owner_id, in_sight)
    paths = select(photo_files.c.photo_id, photo_files.c.path).order_by(photo_files.c.path)
    mine = paths.where(photo_files.c.owner_id == library.owner_id)
    with library.read() as connection:
        count = {row.photo_id: row.places for row in connection.execute(several)}
        ids = [
            row.id
            for row in rows_of(
                connection, sorted(count), lambda some: seen.where(photos.c.id.in_(some))
            )
        ]
        found: dict[int, list[str]] = {
            photo: [] for photo in sorted(ids, key=lambda photo: (-count[photo], photo))
        }
        for row in rows_of(
            connection, ids, lambda some: mine.where(photo_files.c.photo_id.in_(some))
        ):
            found[row.photo_id].append(row.path)
    return list(found.items())
