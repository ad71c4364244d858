"""Which photos were compared by their scene vectors, and the pairs that look alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, delete, func, insert, literal, select

from gallery.store.batches import in_batches
from gallery.store.binned import in_sight
from gallery.store.duplicate_tables import lookalikes, scenes_compared
from gallery.store.duplicates import Lookalike, keep_pairs
from gallery.store.library import Library
from gallery.store.scene_tables import scene_vectors
from gallery.store.tables import faces, photos


@dataclass(frozen=True, slots=True)
class Versions:
    """Of the two comparisons: only what was compared by its pixels is compared by its scene."""

    pixels: int
    scenes: int


def _to_compare(library: Library, versions: Versions) -> ColumnElement[bool]:
    """Those with a vector that were compared by their pixels, and not yet by their vectors."""
    done = select(scenes_compared.c.photo_id).where(
        scenes_compared.c.owner_id == library.owner_id,
        scenes_compared.c.version == versions.scenes,
    )
    return and_(
        scene_vectors.c.owner_id == library.owner_id,
        photos.c.id == scene_vectors.c.photo_id,
        photos.c.compared == versions.pixels,
        scene_vectors.c.photo_id.not_in(done),
    )


def left(library: Library, versions: Versions) -> int:
    """How many photos are to be compared."""
    query = select(func.count()).select_from(scene_vectors, photos)
    with library.read() as connection:
        return int(connection.execute(query.where(_to_compare(library, versions))).scalar_one())


def to_compare(library: Library, versions: Versions) -> dict[str, set[int]]:
    """The photos to be compared, by the model of their vectors."""
    query = select(scene_vectors.c.photo_id, scene_vectors.c.model)
    found: dict[str, set[int]] = {}
    with library.read() as connection:
        for row in connection.execute(query.where(_to_compare(library, versions))):
            found.setdefault(row.model, set()).add(row.photo_id)
    return found


def forget_older(library: Library, kind: str, version: int) -> None:
    """Forget the pairs that another version of the comparison found."""
    older = (scenes_compared.c.owner_id == library.owner_id) & (
        scenes_compared.c.version != version
    )
    with library.write() as connection:
        if connection.execute(delete(scenes_compared).where(older)).rowcount:
            connection.execute(
                delete(lookalikes).where(
                    lookalikes.c.owner_id == library.owner_id, lookalikes.c.kind == kind
                )
            )
            connection.execute(
                delete(scenes_compared).where(scenes_compared.c.owner_id == library.owner_id)
            )


def by_pixels(library: Library, version: int) -> set[int]:
    """Photos that were compared by their pixels."""
    query = select(photos.c.id).where(
        photos.c.owner_id == library.owner_id, photos.c.compared == version
    )
    with library.read() as connection:
        return set(connection.execute(query).scalars())


def with_face(library: Library, share: float) -> set[int]:
    """Photos in which a face takes up a share of the height."""
    query = (
        select(faces.c.photo_id)
        .join(photos, photos.c.id == faces.c.photo_id)
        .where(
            faces.c.owner_id == library.owner_id,
            faces.c.y1 - faces.c.y0 >= share * photos.c.height,
        )
        .distinct()
    )
    with library.read() as connection:
        return set(connection.execute(query).scalars())


def without_vector(library: Library) -> int:
    """Photos that the tagger has not seen, so that they cannot be compared."""
    seen = select(scene_vectors.c.photo_id).where(scene_vectors.c.owner_id == library.owner_id)
    query = (
        select(func.count())
        .select_from(photos)
        .where(
            photos.c.owner_id == library.owner_id,
            in_sight,
            photos.c.id.not_in(seen),
        )
    )
    with library.read() as connection:
        return int(connection.execute(query).scalar_one())


def keep_found(
    library: Library, found: Sequence[Lookalike], compared: Sequence[int], version: int
) -> None:
    """Keep the pairs that were found for some photos, and that these were compared."""
    with library.write() as connection:
        keep_pairs(library, connection, found)
        for batch in in_batches(compared):
            connection.execute(
                delete(scenes_compared).where(
                    scenes_compared.c.owner_id == library.owner_id,
                    scenes_compared.c.photo_id.in_(batch),
                )
            )
            # Some may be gone by now.
            there = select(
                scene_vectors.c.photo_id, scene_vectors.c.owner_id, literal(version)
            ).where(
                scene_vectors.c.owner_id == library.owner_id, scene_vectors.c.photo_id.in_(batch)
            )
            columns = ["photo_id", "owner_id", "version"]
            connection.execute(insert(scenes_compared).from_select(columns, there))
