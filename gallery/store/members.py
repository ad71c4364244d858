"""Who every face belongs to, whether a user said so, and who it is not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    delete,
    func,
    insert,
    select,
    tuple_,
    update,
)

from gallery.store.batches import in_batches, rows_of
from gallery.store.clock import later
from gallery.store.library import Library
from gallery.store.people import birth_years
from gallery.store.tables import (
    decisions,
    faces,
    memberships,
    photos,
    rejections,
    runs,
)

# Decisions that say nothing about whose the faces are.
_NO_WORD = ("undo", "redo", "unsure")


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a face is.

    Args:
        person_id: whose it is; None where nobody's.
        confirmed: whether a user said so.
        removed: whether a user deleted the box.
        run_id: the run that put it there.
        decision_id: the decision that put it there.
        since: when.
    """

    person_id: int | None = None
    confirmed: bool = False
    removed: bool = False
    run_id: int | None = None
    decision_id: int | None = None
    since: datetime | None = None


def placements(
    library: Library, connection: Connection, face_ids: Iterable[int]
) -> dict[int, Placement]:
    """Where some faces are; faces that do not exist are left out."""
    found = {}
    for batch in in_batches(sorted(face_ids)):
        rows = connection.execute(
            select(faces.c.id, faces.c.removed, memberships)
            .outerjoin(memberships, memberships.c.face_id == faces.c.id)
            .where(faces.c.owner_id == library.owner_id, faces.c.id.in_(batch))
        )
        for row in rows:
            found[row.id] = Placement(
                row.person_id,
                bool(row.confirmed),
                row.removed,
                row.run_id,
                row.decision_id,
                row.since,
            )
    return found


def put(library: Library, connection: Connection, wanted: Mapping[int, Placement]) -> None:
    """Put some faces where they are to be, whatever was before."""
    kept = set(
        connection.execute(select(runs.c.id).where(runs.c.owner_id == library.owner_id)).scalars()
    )
    for batch in in_batches(list(wanted)):
        connection.execute(
            delete(memberships).where(
                memberships.c.owner_id == library.owner_id, memberships.c.face_id.in_(batch)
            )
        )
        for removed in (False, True):
            ids = [face for face in batch if wanted[face].removed is removed]
            connection.execute(
                update(faces)
                .where(faces.c.owner_id == library.owner_id, faces.c.id.in_(ids))
                .where(faces.c.removed.is_(not removed))
                .values(removed=removed)
            )
        rows = [_row(library, face, wanted[face]) for face in batch]
        rows = [row for row in rows if row["person_id"] is not None]
        for row in rows:
            # A decision that is taken back may be older than the runs that are kept.
            row["run_id"] = row["run_id"] if row["run_id"] in kept else None
        if rows:
            connection.execute(insert(memberships), rows)


def _row(library: Library, face_id: int, placement: Placement) -> dict[str, Any]:
    return {
        "face_id": face_id,
        "person_id": placement.person_id,
        "owner_id": library.owner_id,
        "run_id": placement.run_id,
        "confirmed": placement.confirmed,
        "decision_id": placement.decision_id,
        "since": placement.since,
    }


def everyone(library: Library, connection: Connection) -> dict[int, int]:
    """The person of every face that has one."""
    return _person_of(library, connection)


def confirmed(library: Library, connection: Connection) -> dict[int, int]:
    """The person of every face of whom a user said so."""
    return _person_of(library, connection, memberships.c.confirmed)


def _person_of(
    library: Library, connection: Connection, *which: ColumnElement[bool]
) -> dict[int, int]:
    query = select(memberships.c.face_id, memberships.c.person_id)
    rows = connection.execute(query.where(memberships.c.owner_id == library.owner_id, *which))
    # As pairs: reading each by the names of its columns takes several times as long.
    return {face: person for face, person in rows}  # noqa: C416 - rows are no pairs to `dict`


def replace_unconfirmed(
    library: Library, connection: Connection, person_of: Mapping[int, int], run_id: int
) -> None:
    """Say anew whose the faces are that no user has confirmed; those left out are nobody's.

    A face that stays with its person stays there since when it did, and by the decision that
    brought it, if one did.
    """
    before = everyone(library, connection)
    kept = confirmed(library, connection)
    changed = [f for f, person in before.items() if f not in kept and person_of.get(f) != person]
    for batch in in_batches(changed):
        connection.execute(
            delete(memberships).where(
                memberships.c.owner_id == library.owner_id, memberships.c.face_id.in_(batch)
            )
        )
    connection.execute(
        update(memberships)
        .where(
            memberships.c.owner_id == library.owner_id,
            memberships.c.confirmed.is_(False),
            memberships.c.decision_id.is_(None),
        )
        .values(run_id=run_id)
    )
    fresh = {
        f: person for f, person in person_of.items() if f not in kept and before.get(f) != person
    }
    add(library, connection, fresh, run_id)


def placed_by_decision(library: Library, connection: Connection) -> set[int]:
    """Faces that are where they are because a user said something."""
    rows = connection.execute(
        select(memberships.c.face_id).where(
            memberships.c.owner_id == library.owner_id, memberships.c.decision_id.is_not(None)
        )
    )
    return set(rows.scalars())


def steady(library: Library, connection: Connection) -> set[int]:
    """Faces that were with their person when a user last spoke about that person.

    What was grouped there later nobody has seen there yet.
    """
    spoken = (decisions.c.owner_id == library.owner_id) & decisions.c.kind.not_in(_NO_WORD)
    last: dict[int, datetime] = {}
    for who in (decisions.c.person_id, decisions.c.other_person_id):
        query = select(who, func.max(decisions.c.at)).where(spoken, who.is_not(None)).group_by(who)
        for person, at in connection.execute(query):
            last[person] = max(at, last.get(person, at))
    rows = connection.execute(
        select(
            memberships.c.face_id,
            memberships.c.person_id,
            memberships.c.decision_id,
            memberships.c.since,
        ).where(memberships.c.owner_id == library.owner_id)
    )
    return {
        row.face_id
        for row in rows
        if row.person_id in last
        and (row.decision_id is not None or row.since is None or row.since <= last[row.person_id])
    }


def seen(
    library: Library, connection: Connection, decision_id: int, person_ids: Iterable[int]
) -> None:
    """What is with persons now was there when a user spoke about them, whatever the clock said.

    Args:
        library: whose.
        connection: in the transaction of the decision.
        decision_id: what the user said.
        person_ids: about whom.
    """
    spoken = select(decisions.c.at).where(decisions.c.id == decision_id).scalar_subquery()
    connection.execute(
        update(memberships)
        .where(
            memberships.c.owner_id == library.owner_id,
            memberships.c.person_id.in_(list(person_ids)),
            memberships.c.since > spoken,
        )
        .values(since=spoken)
    )


def add(
    library: Library, connection: Connection, person_of: Mapping[int, int], run_id: int
) -> None:
    """Give faces that are nobody's to persons, as a run says."""
    now = later(library, connection)
    rows = [
        _row(library, face, Placement(person, run_id=run_id, since=now))
        for face, person in person_of.items()
    ]
    if rows:
        connection.execute(insert(memberships), rows)


def rejected(
    library: Library, connection: Connection, face_ids: Sequence[int] | None = None
) -> dict[int, set[int]]:
    """The persons that each face is not, as a user said; of some faces only, if given."""
    query = select(rejections.c.face_id, rejections.c.person_id).where(
        rejections.c.owner_id == library.owner_id, rejections.c.holds
    )
    found: dict[int, set[int]] = defaultdict(set)
    for row in _about(connection, query, rejections.c.face_id, face_ids):
        found[row.face_id].add(row.person_id)
    return dict(found)


def _about(
    connection: Connection,
    query: Select[Any],
    column: ColumnElement[int],
    face_ids: Sequence[int] | None,
) -> Iterable[Row[Any]]:
    """The rows of a query, or those about some faces."""
    if face_ids is None:
        return connection.execute(query)
    return rows_of(connection, face_ids, lambda some: query.where(column.in_(some)))


def barred(
    library: Library, connection: Connection, face_ids: Sequence[int] | None = None
) -> dict[int, set[int]]:
    """The persons that each face cannot be: a user said so, or they were born later.

    Args:
        library: whose.
        connection: to read with.
        face_ids: only these faces; all, if None.
    """
    found = rejected(library, connection, face_ids)
    born = birth_years(library, connection)
    if born:
        for face, year in year_of_photos(library, connection, face_ids).items():
            unborn = {person for person, birth in born.items() if year < birth}
            if unborn:
                found[face] = found.get(face, set()) | unborn
    return found


def misplaced(library: Library, connection: Connection) -> dict[int, int]:
    """The person of each face that is where it cannot be, see `barred`, unless confirmed."""
    mine = (memberships.c.owner_id == library.owner_id) & memberships.c.confirmed.is_(False)
    # As pairs sought among memberships: joined, SQLite would go through all of these.
    is_not = select(rejections.c.face_id, rejections.c.person_id).where(
        rejections.c.owner_id == library.owner_id, rejections.c.holds
    )
    both = memberships.c.face_id, memberships.c.person_id
    query = select(*both).where(mine, tuple_(*both).in_(is_not))
    found = {row.face_id: row.person_id for row in connection.execute(query)}
    for person, year in birth_years(library, connection).items():
        unborn = (
            select(memberships.c.face_id)
            .join(faces, faces.c.id == memberships.c.face_id)
            .join(photos, photos.c.id == faces.c.photo_id)
            .where(mine, memberships.c.person_id == person, photos.c.taken_at.is_not(None))
            .where(photos.c.shown_at < datetime(year, 1, 1))
        )
        found |= dict.fromkeys(connection.execute(unborn).scalars(), person)
    return found


def in_photos(
    library: Library, connection: Connection, photo_ids: Sequence[int]
) -> dict[int, tuple[int, int, bool]]:
    """The faces of some photos that have a person: photo, person, whether a user confirmed it."""
    query = (
        select(faces.c.id, faces.c.photo_id, memberships.c.person_id, memberships.c.confirmed)
        .join(memberships, memberships.c.face_id == faces.c.id)
        .where(faces.c.owner_id == library.owner_id)
    )
    return {
        row.id: (row.photo_id, row.person_id, row.confirmed)
        for row in _about(connection, query, faces.c.photo_id, photo_ids)
    }


def reject(
    library: Library,
    connection: Connection,
    decision_id: int,
    pairs: Iterable[tuple[int, int]],
) -> None:
    """Write down that faces are not persons, unless that is known already."""
    new = set(pairs)
    ids = sorted({face for face, _ in new})
    known = {
        (face, person)
        for face, persons in rejected(library, connection, ids).items()
        for person in persons
    }
    for face, person in sorted(new - known):
        connection.execute(
            delete(rejections).where(
                rejections.c.owner_id == library.owner_id,
                rejections.c.face_id == face,
                rejections.c.person_id == person,
            )
        )
        connection.execute(
            insert(rejections).values(
                face_id=face,
                person_id=person,
                owner_id=library.owner_id,
                decision_id=decision_id,
                holds=True,
            )
        )


def let_hold(library: Library, connection: Connection, decision_id: int, *, holds: bool) -> None:
    """Let the rejections of a decision hold, or not while it is taken back."""
    connection.execute(
        update(rejections)
        .where(rejections.c.owner_id == library.owner_id, rejections.c.decision_id == decision_id)
        .values(holds=holds)
    )


def photos_of(library: Library, connection: Connection, face_ids: Sequence[int]) -> dict[int, int]:
    """The photo of each of some faces."""
    found = {}
    for batch in in_batches(face_ids):
        rows = connection.execute(
            select(faces.c.id, faces.c.photo_id).where(
                faces.c.owner_id == library.owner_id, faces.c.id.in_(batch)
            )
        )
        found.update({row.id: row.photo_id for row in rows})
    return found


def year_of_photos(
    library: Library, connection: Connection, face_ids: Sequence[int] | None = None
) -> dict[int, int]:
    """The year in which each face was photographed, where the camera says so; or of some faces."""
    query = (
        select(faces.c.id, photos.c.shown_at)
        .join(photos, photos.c.id == faces.c.photo_id)
        .where(faces.c.owner_id == library.owner_id, photos.c.taken_at.is_not(None))
    )
    return {row.id: row.shown_at.year for row in _about(connection, query, faces.c.id, face_ids)}


def taken_at(
    library: Library, connection: Connection, face_ids: Sequence[int]
) -> dict[int, datetime]:
    """When each of some faces was photographed, where the camera says so."""
    query = (
        select(faces.c.id, photos.c.taken_at)
        .join(photos, photos.c.id == faces.c.photo_id)
        .where(faces.c.owner_id == library.owner_id, photos.c.taken_at.is_not(None))
    )
    return {row.id: row.taken_at for row in _about(connection, query, faces.c.id, face_ids)}


def of_persons(
    library: Library, connection: Connection, person_ids: Iterable[int]
) -> dict[int, tuple[int, bool]]:
    """The faces of some persons: whose, and whether a user confirmed it."""
    found = {}
    for batch in in_batches(list(person_ids)):
        rows = connection.execute(
            select(memberships.c.face_id, memberships.c.person_id, memberships.c.confirmed).where(
                memberships.c.owner_id == library.owner_id, memberships.c.person_id.in_(batch)
            )
        )
        found.update({row.face_id: (row.person_id, row.confirmed) for row in rows})
    return found
