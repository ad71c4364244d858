"""Scene vectors: kept as float16, which moves a cosine by less than 0.001."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, delete, func, insert, select

from gallery.store.duplicate_tables import lookalikes, scenes_compared
from gallery.store.library import Library
from gallery.store.scene_tables import scene_vectors

_FLOAT16 = np.dtype("<f2")
_PORTION = 2000
# The class of pairs that follow from the vectors, see `gallery.duplicates.Kind`.
ALIKE = "similar"


def replace(
    library: Library,
    connection: Connection,
    model: str,
    found: Mapping[int, NDArray[np.float32]],
) -> None:
    """Keep a vector for each of some photos in place of any there was.

    What looked alike by the vector before is forgotten.
    """
    ids: Sequence[int] = list(found)
    connection.execute(
        delete(scenes_compared).where(
            scenes_compared.c.owner_id == library.owner_id, scenes_compared.c.photo_id.in_(ids)
        )
    )
    connection.execute(
        delete(lookalikes).where(
            lookalikes.c.owner_id == library.owner_id,
            lookalikes.c.kind == ALIKE,
            lookalikes.c.first_id.in_(ids) | lookalikes.c.second_id.in_(ids),
        )
    )
    connection.execute(
        delete(scene_vectors).where(
            scene_vectors.c.owner_id == library.owner_id, scene_vectors.c.photo_id.in_(ids)
        )
    )
    rows = [
        {"photo_id": photo, "owner_id": library.owner_id, "model": model,
         "vector": np.asarray(vector, dtype=_FLOAT16).tobytes()}
        for photo, vector in found.items()
    ]  # fmt: skip
    if rows:
        connection.execute(insert(scene_vectors), rows)


def model_of(library: Library, photo_id: int) -> str | None:
    """The model that made the vector of a photo; None where it has none."""
    query = select(scene_vectors.c.model).where(
        scene_vectors.c.owner_id == library.owner_id, scene_vectors.c.photo_id == photo_id
    )
    with library.read() as connection:
        return connection.execute(query).scalar()


def state(library: Library, model: str) -> tuple[int, int]:
    """How many vectors of a model there are, and the highest photo with one."""
    query = select(func.count(), func.max(scene_vectors.c.photo_id)).where(
        scene_vectors.c.owner_id == library.owner_id, scene_vectors.c.model == model
    )
    with library.read() as connection:
        many, highest = connection.execute(query).one()
    return int(many), int(highest or 0)


def portions(
    library: Library, model: str, after: int = 0
) -> Iterator[tuple[list[int], NDArray[np.float16]]]:
    """Vectors of a model, some at a time: photos, rising over all, and (n, d) vectors.

    Args:
        library: whose.
        model: which.
        after: only of photos with a higher number.
    """
    query = (
        select(scene_vectors.c.photo_id, scene_vectors.c.vector)
        .where(
            scene_vectors.c.owner_id == library.owner_id,
            scene_vectors.c.model == model,
            scene_vectors.c.photo_id > after,
        )
        .order_by(scene_vectors.c.photo_id)
    )
    with library.read() as connection:
        for rows in connection.execution_options(yield_per=_PORTION).execute(query).partitions():
            data = b"".join(row.vector for row in rows)
            vectors = np.frombuffer(data, dtype=_FLOAT16).reshape(len(rows), -1)
            yield [row.photo_id for row in rows], vectors
