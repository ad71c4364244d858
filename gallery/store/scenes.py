"""Scene vectors: kept as float16, which moves a cosine by less than 0.001."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, delete, func, insert, select

from gallery.store.library import Library
from gallery.store.scene_tables import scene_vectors

_FLOAT16 = np.dtype("<f2")
_PORTION = 2000


@dataclass(frozen=True, slots=True)
class SceneVectors:
    """The scene vectors of a library that one model made.

    Args:
        photo_ids: (n,), rising.
        vectors: (n, d) float16, of unit length.
    """

    photo_ids: NDArray[np.int64]
    vectors: NDArray[np.float16]


def replace(
    library: Library,
    connection: Connection,
    model: str,
    found: Mapping[int, NDArray[np.float32]],
) -> None:
    """Keep a vector for each of some photos in place of any there was."""
    ids: Sequence[int] = list(found)
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
    """How many vectors of a model there are and the highest photo: another one, another state."""
    query = select(func.count(), func.max(scene_vectors.c.photo_id)).where(
        scene_vectors.c.owner_id == library.owner_id, scene_vectors.c.model == model
    )
    with library.read() as connection:
        many, highest = connection.execute(query).one()
    return int(many), int(highest or 0)


def everything(library: Library, model: str) -> SceneVectors:
    """All vectors of a model; 2,560 bytes a photo."""
    query = (
        select(scene_vectors.c.photo_id, scene_vectors.c.vector)
        .where(scene_vectors.c.owner_id == library.owner_id, scene_vectors.c.model == model)
        .order_by(scene_vectors.c.photo_id)
    )
    ids: list[int] = []
    parts: list[NDArray[np.float16]] = []
    with library.read() as connection:
        for rows in connection.execution_options(yield_per=_PORTION).execute(query).partitions():
            ids.extend(row.photo_id for row in rows)
            data = b"".join(row.vector for row in rows)
            parts.append(np.frombuffer(data, dtype=_FLOAT16).reshape(len(rows), -1))
    vectors = np.concatenate(parts) if parts else np.empty((0, 0), _FLOAT16)
    return SceneVectors(np.array(ids, dtype=np.int64), vectors)
