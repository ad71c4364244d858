"""Vectors of photos in the space of pictures and words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, delete, insert, select

from gallery.store.binned import in_sight
from gallery.store.library import Library
from gallery.store.look_tables import look_vectors
from gallery.store.tables import photos

_FLOAT16 = np.dtype("<f2")
_PORTION = 2000


def stale(library: Library, model: str) -> list[tuple[int, str]]:
    """Photos without a vector of a model, with what their thumbnails lie by."""
    done = select(look_vectors.c.photo_id).where(
        look_vectors.c.owner_id == library.owner_id, look_vectors.c.model == model
    )
    query = (
        select(photos.c.id, photos.c.sha256)
        .where(photos.c.owner_id == library.owner_id, in_sight, photos.c.id.not_in(done))
        .order_by(photos.c.id)
    )
    with library.read() as connection:
        return [(row.id, row.sha256) for row in connection.execute(query)]


def replace(library: Library, model: str, found: Mapping[int, NDArray[np.float32]]) -> None:
    """Keep a vector for each of some photos in place of any there was."""
    ids = list(found)
    with library.write() as connection:
        mine = photos.c.owner_id == library.owner_id
        query = select(photos.c.id).where(mine, photos.c.id.in_(ids))
        rows = [
            {"photo_id": photo, "owner_id": library.owner_id, "model": model,
             "vector": np.asarray(found[photo], dtype=_FLOAT16).tobytes()}
            for photo in connection.execute(query).scalars()
        ]  # fmt: skip
        connection.execute(
            delete(look_vectors).where(
                look_vectors.c.owner_id == library.owner_id, look_vectors.c.photo_id.in_(ids)
            )
        )
        if rows:
            connection.execute(insert(look_vectors), rows)


def are_any(library: Library) -> bool:
    """Whether a photo has such a vector."""
    query = select(look_vectors.c.photo_id).where(look_vectors.c.owner_id == library.owner_id)
    with library.read() as connection:
        return connection.execute(query.limit(1)).first() is not None


def portions(
    library: Library, model: str, among: ColumnElement[bool] | None = None
) -> Iterator[tuple[list[int], NDArray[np.float16]]]:
    """Vectors of a model, some at a time: photos and (n, d) vectors.

    Args:
        library: whose.
        model: which.
        among: condition on the photos; those in the bin are left out in any case.
    """
    query = (
        select(look_vectors.c.photo_id, look_vectors.c.vector)
        .join(photos, photos.c.id == look_vectors.c.photo_id)
        .where(look_vectors.c.owner_id == library.owner_id, look_vectors.c.model == model, in_sight)
    )
    if among is not None:
        query = query.where(among)
    with library.read() as connection:
        for rows in connection.execution_options(yield_per=_PORTION).execute(query).partitions():
            data = b"".join(row.vector for row in rows)
            yield (
                [row.photo_id for row in rows],
                np.frombuffer(data, dtype=_FLOAT16).reshape(len(rows), -1),
            )
