"""Clustering runs: what was run, with what, which face went where, and who it was made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from gallery.records import Run, Space
from gallery.store.columns import rows_as_they_are
from gallery.store.faces import present, space_id
from gallery.store.library import Library, inserted_id
from gallery.store.tables import assignments, faces, memberships, run_parameters, runs, spaces

# Every run of a large library has a row per face; older ones make room.
KEPT = 20


def add(
    library: Library,
    connection: Connection,
    *,
    algorithm: str,
    space: Space,
    parameters: Mapping[str, float],
    seconds: float,
    labels: Mapping[int, int | None],
    person_of: Mapping[int, int],
) -> int:
    """Keep a run and make it the current one; its id.

    Args:
        library: whose.
        connection: in a transaction.
        algorithm: by name.
        space: of the vectors.
        parameters: all of them, the seed among them where there is one.
        seconds: it took.
        labels: cluster of each face, as the algorithm said; None for nobody's.
        person_of: whose each face became, decisions heeded.
    """
    clusters = {label for label in labels.values() if label is not None}
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
            current=False,
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
    _assign(library, connection, run_id, labels, person_of)
    make_current(library, connection, run_id)
    _let_go(library, connection)
    return run_id


def _assign(
    library: Library,
    connection: Connection,
    run_id: int,
    labels: Mapping[int, int | None],
    person_of: Mapping[int, int],
) -> None:
    if labels:
        connection.execute(
            insert(assignments),
            [
                {
                    "run_id": run_id,
                    "face_id": face_id,
                    "owner_id": library.owner_id,
                    "cluster": label,
                    "person_id": person_of.get(face_id),
                }
                for face_id, label in labels.items()
            ],
        )


def extend(
    library: Library,
    connection: Connection,
    run_id: int,
    face_ids: Sequence[int],
    person_of: Mapping[int, int],
) -> None:
    """Write down where faces went that joined the persons of a run afterwards."""
    _assign(library, connection, run_id, dict.fromkeys(face_ids), person_of)
    connection.execute(
        update(runs)
        .where(runs.c.id == run_id, runs.c.owner_id == library.owner_id)
        .values(
            faces=runs.c.faces + len(face_ids),
            unassigned=runs.c.unassigned + sum(face not in person_of for face in face_ids),
        )
    )


def make_current(library: Library, connection: Connection, run_id: int) -> None:
    """Say which run the persons come from."""
    connection.execute(
        update(runs).where(runs.c.owner_id == library.owner_id).values(current=runs.c.id == run_id)
    )


def _let_go(library: Library, connection: Connection) -> None:
    newest = (
        select(runs.c.id)
        .where(runs.c.owner_id == library.owner_id)
        .order_by(runs.c.id.desc())
        .limit(KEPT)
    )
    connection.execute(
        delete(runs).where(
            runs.c.owner_id == library.owner_id,
            runs.c.current.is_(False),
            runs.c.id.not_in(newest),
        )
    )


def listed(library: Library) -> list[Run]:
    """The runs that are kept, the newest first."""
    with library.read() as connection:
        return _read(library, connection)


def current(library: Library) -> Run | None:
    """The run that the persons come from, or None before the first."""
    with library.read() as connection:
        return next(iter(_read(library, connection, runs.c.current)), None)


def get(library: Library, connection: Connection, run_id: int) -> Run | None:
    """One run, or None."""
    return next(iter(_read(library, connection, runs.c.id == run_id)), None)


def _read(library: Library, connection: Connection, *conditions: Any) -> list[Run]:
    query = (
        select(runs, spaces)
        .join(spaces, spaces.c.id == runs.c.space_id)
        .where(runs.c.owner_id == library.owner_id, *conditions)
        .order_by(runs.c.id.desc())
    )
    rows = connection.execute(query).all()
    parameters: dict[int, dict[str, float]] = {row.id: {} for row in rows}
    values = connection.execute(
        select(run_parameters).where(
            run_parameters.c.owner_id == library.owner_id,
            run_parameters.c.run_id.in_(list(parameters)),
        )
    )
    for value in values:
        parameters[value.run_id][value.name] = value.value
    return [_run(row, parameters[row.id]) for row in rows]


def _run(row: Any, parameters: Mapping[str, float]) -> Run:
    return Run(
        id=row.id,
        algorithm=row.algorithm,
        space=Space(row.detector, row.alignment, row.model, row.version, row.precision, row.dim),
        threshold=parameters.get("link", 0.0),
        at=row.at,
        seconds=row.seconds,
        faces=row.faces,
        clusters=row.clusters,
        unassigned=row.unassigned,
        parameters=parameters,
        current=row.current,
    )


def persons_of(library: Library, connection: Connection, run_id: int) -> dict[int, int | None]:
    """Whose each face of a run was; deleted boxes are left out."""
    mine = assignments.c.owner_id == library.owner_id
    query = select(assignments.c.face_id, assignments.c.person_id).where(
        mine, assignments.c.run_id == run_id
    )
    # In the order of the key, or the database reads all runs to find one.
    found = dict(rows_as_they_are(connection, query.order_by(assignments.c.face_id)))
    # There are few of them; a join would look up every face.
    deleted = select(faces.c.id).where(faces.c.owner_id == library.owner_id, ~present)
    for face in connection.execute(deleted).scalars():
        found.pop(face, None)
    return found


def joined(library: Library, connection: Connection, run_id: int) -> set[int]:
    """Faces that came after a run and were put with its persons, or made new ones."""
    rows = connection.execute(
        select(assignments.c.face_id)
        .join(runs, runs.c.id == assignments.c.run_id)
        .join(memberships, memberships.c.face_id == assignments.c.face_id)
        .where(
            assignments.c.owner_id == library.owner_id,
            assignments.c.run_id == run_id,
            assignments.c.cluster.is_(None),
            assignments.c.person_id.is_not(None),
            memberships.c.since > runs.c.at,
        )
    )
    return set(rows.scalars())


def not_in(library: Library, run_id: int) -> int:
    """How many faces came after a run and are nobody's so far."""
    grouped = select(assignments.c.face_id).where(
        assignments.c.owner_id == library.owner_id, assignments.c.run_id == run_id
    )
    query = (
        select(func.count())
        .select_from(faces)
        .outerjoin(memberships, memberships.c.face_id == faces.c.id)
        .where(
            faces.c.owner_id == library.owner_id,
            present,
            memberships.c.face_id.is_(None),
            faces.c.id.not_in(grouped),
        )
    )
    with library.read() as connection:
        return int(connection.execute(query).scalar_one())


def document(run: Run) -> dict[str, Any]:
    """A run as JSON."""
    return {
        "id": run.id,
        "at": run.at.isoformat(),
        "algorithm": run.algorithm,
        "parameters": dict(run.parameters),
        "space": run.space.name,
        "seconds": round(run.seconds, 3),
        "faces": run.faces,
        "clusters": run.clusters,
        "unassigned": run.unassigned,
        "current": run.current,
    }
