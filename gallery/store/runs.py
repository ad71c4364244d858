"""Clustering runs: what was run, with what, and which face went where."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import Connection, insert, select, update

from gallery.records import Run, Space
from gallery.store.faces import space_id
from gallery.store.library import Library, inserted_id
from gallery.store.tables import assignments, run_parameters, runs, spaces


def add(
    library: Library,
    connection: Connection,
    *,
    algorithm: str,
    space: Space,
    parameters: Mapping[str, float],
    seconds: float,
    labels: Mapping[int, int | None],
) -> int:
    """Keep a run and make it the current one; its id."""
    clusters = {label for label in labels.values() if label is not None}
    connection.execute(
        update(runs).where(runs.c.owner_id == library.owner_id).values(current=False)
    )
    row = connection.execute(
        insert(runs).values(
            owner_id=library.owner_id,
            algorithm=algorithm,
            space_id=space_id(connection, space),
            at=datetime.now(UTC),
            seconds=seconds,
            faces=len(labels),
            clusters=len(clusters),
            unassigned=sum(label is None for label in labels.values()),
            current=True,
        )
    )
    run_id = inserted_id(row)
    if parameters:
        connection.execute(
            insert(run_parameters),
            [
                {"run_id": run_id, "name": name, "owner_id": library.owner_id, "value": value}
                for name, value in parameters.items()
            ],
        )
    if labels:
        connection.execute(
            insert(assignments),
            [
                {
                    "run_id": run_id,
                    "face_id": face_id,
                    "owner_id": library.owner_id,
                    "cluster": label,
                }
                for face_id, label in labels.items()
            ],
        )
    return run_id


def current(library: Library) -> Run | None:
    """The run that the persons come from, or None before the first."""
    query = (
        select(runs, spaces)
        .join(spaces, spaces.c.id == runs.c.space_id)
        .where(runs.c.owner_id == library.owner_id, runs.c.current)
    )
    with library.read() as connection:
        row = connection.execute(query).first()
        if row is None:
            return None
        values = connection.execute(
            select(run_parameters.c.name, run_parameters.c.value).where(
                run_parameters.c.run_id == row.id
            )
        ).all()
    parameters = {value.name: value.value for value in values}
    space = Space(row.detector, row.alignment, row.model, row.version, row.precision, row.dim)
    return Run(
        id=row.id,
        algorithm=row.algorithm,
        space=space,
        threshold=parameters.get("link", 0.0),
        at=row.at,
        seconds=row.seconds,
        faces=row.faces,
        clusters=row.clusters,
        unassigned=row.unassigned,
    )
