"""What was measured: kept so that it can be compared, and so that reports type no number."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from gallery.errors import NotFoundError
from gallery.store.faces import present_ids
from gallery.store.library import Library, inserted_id
from gallery.store.tables import evaluations

# Of each kind; older ones make room.
KEPT = 50
# The data of what was measured on the library's own people: their names and faces are in it.
OWN = "own people"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One measurement.

    Args:
        id: of the row.
        at: when.
        kind: what was measured: pairs, own, clusters or speed.
        data: on what, for people, such as the name of a folder.
        space: by what the vectors were made, as `Space.name` has it.
        document: the figures, as the command line prints them.
    """

    id: int
    at: datetime
    kind: str
    data: str
    space: str
    document: Mapping[str, Any]

    @property
    def measured_with(self) -> tuple[str, str, str]:
        """Detector, embedder and precision."""
        return models_of_space(self.space)


def models_of_space(name: str) -> tuple[str, str, str]:
    """Detector, embedder and precision, from the line that `Space.name` makes of them."""
    detector, _, embedder, precision = name.split(" / ")
    return detector, embedder.split()[0], precision


def add(
    library: Library,
    kind: str,
    data: str,
    space: str,
    document: Mapping[str, Any],
    of_faces: Collection[int] = (),
) -> int:
    """Keep a measurement; its id.

    Args:
        library: where.
        kind: as `Evaluation` has it.
        data: likewise.
        space: likewise.
        document: the figures.
        of_faces: faces of the library that they are of.

    Raises:
        NotFoundError: One of the faces was deleted, so that whose it was is not kept here.
    """
    with library.write() as connection:
        if not set(of_faces) <= present_ids(library, connection):
            raise NotFoundError(
                "Faces were deleted while this was measured, so it was not kept. Measure again."
            )
        row = connection.execute(
            insert(evaluations).values(
                owner_id=library.owner_id,
                at=datetime.now(UTC),
                kind=kind,
                data=data,
                space=space,
                document=dict(document),
            )
        )
        mine = (evaluations.c.owner_id == library.owner_id) & (evaluations.c.kind == kind)
        newest = select(evaluations.c.id).where(mine).order_by(evaluations.c.id.desc())
        connection.execute(
            delete(evaluations).where(mine, evaluations.c.id.not_in(newest.limit(KEPT)))
        )
        return inserted_id(row)


def listed(library: Library, kind: str | None = None) -> list[Evaluation]:
    """Measurements, the newest first; of one kind, or all."""
    query = select(evaluations).where(evaluations.c.owner_id == library.owner_id)
    if kind is not None:
        query = query.where(evaluations.c.kind == kind)
    with library.read() as connection:
        rows = connection.execute(query.order_by(evaluations.c.id.desc())).all()
    return [Evaluation(row.id, row.at, row.kind, row.data, row.space, row.document) for row in rows]


def remove_own(library: Library, connection: Connection) -> None:
    """Forget what was measured on the library's own people."""
    connection.execute(
        delete(evaluations).where(
            evaluations.c.owner_id == library.owner_id, evaluations.c.data == OWN
        )
    )


def remove(library: Library, evaluation_id: int) -> None:
    """Forget a measurement."""
    with library.write() as connection:
        connection.execute(
            delete(evaluations).where(
                evaluations.c.owner_id == library.owner_id, evaluations.c.id == evaluation_id
            )
        )
