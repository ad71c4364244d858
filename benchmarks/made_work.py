"""What the gallery works out of a made library: groupings, the map, duplicates, who looks alike.

The faces of a made library are grouped without a mistake, which no library is. Here some people
are parted in two, some faces stray to others, some are nobody's: that is what questions are about.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from typing import Any

import numpy as np
from made_library import SPACE
from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from gallery import duplicates
from gallery.layout import choose
from gallery.models.loading import TAGGER
from gallery.store import layouts
from gallery.store import people as people_store
from gallery.store import runs as run_store
from gallery.store.duplicate_tables import lookalikes
from gallery.store.layouts import Layout
from gallery.store.library import Library
from gallery.store.scene_tables import scene_vectors
from gallery.store.tables import faces, memberships, people, photo_files, photos

_PORTION = 20_000
_PARTED_FROM, _PARTED = 8, 500
_STRAY, _NOBODYS = 0.004, 0.02
_SAME_PICTURE, _BURSTS, _TWICE = 0.02, 0.03, 0.01
_SCENE_DIM = 1280


def work_out(library: Library, seed: int = 0) -> None:
    """Add all of it."""
    rng = np.random.default_rng(seed)
    with library.write() as connection:
        _see_photos(connection, rng)
        _see_faces(connection, rng)
        _find_duplicates(library, connection, rng)
        _group(library, connection, rng)
        for rows in _scenes(library, connection, rng):
            connection.execute(insert(scene_vectors), rows)
    _lay_out(library, rng)


def _portions(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(rows), _PORTION):
        yield rows[start : start + _PORTION]


def _see_photos(connection: Connection, rng: np.random.Generator) -> None:
    rows = connection.execute(select(photos.c.id, photos.c.shown_at)).all()
    hashes = rng.integers(0, 256, (len(rows), 32), dtype=np.uint8)
    seen = [
        {"at": row.id, "bits": bits.tobytes(), "taken": row.shown_at.replace(tzinfo=UTC)}
        for row, bits in zip(rows, hashes, strict=True)
    ]
    change = (
        update(photos)
        .where(photos.c.id == bindparam("at"))
        .values(
            perceptual_hash=bindparam("bits"),
            taken_at=bindparam("taken"),
            compared=duplicates.VERSION,
            tagger=TAGGER,
        )
    )
    for some in _portions(seen):
        connection.execute(change, some)


def _see_faces(connection: Connection, rng: np.random.Generator) -> None:
    ids = connection.execute(select(faces.c.id)).scalars().all()
    quality = rng.beta(5, 3, len(ids)).round(4).tolist()
    change = update(faces).where(faces.c.id == bindparam("at"))
    change = change.values(quality=bindparam("good"))
    for some in _portions(
        [{"at": face, "good": good} for face, good in zip(ids, quality, strict=True)]
    ):
        connection.execute(change, some)


def _find_duplicates(library: Library, connection: Connection, rng: np.random.Generator) -> None:
    known = np.array(connection.execute(select(photos.c.id).order_by(photos.c.id)).scalars().all())
    own = {"owner_id": library.owner_id}
    # Each beside the photo after it, and none in two groups.
    firsts = rng.permutation(np.arange(0, len(known) - 1, 2))
    pictures, bursts = (int(share * len(firsts)) for share in (_SAME_PICTURE, _BURSTS))
    found = [
        own
        | {
            "first_id": int(known[at]), "second_id": int(known[at + 1]), "likeness": 0.95,
            "kind": kind, "throughout": True, "turns": 0,
        }
        for kind, rows in (
            (duplicates.Kind.SAME_PICTURE, firsts[:pictures]),
            (duplicates.Kind.BURST, firsts[pictures : pictures + bursts]),
        )
        for at in rows.tolist()
    ]  # fmt: skip
    if found:
        connection.execute(insert(lookalikes), found)
    twice = rng.choice(known, max(1, int(_TWICE * len(known))), replace=False).tolist()
    copies = [
        own
        | {
            "photo_id": photo, "path": f"/media/backup/{photo}.JPG", "on_disk": True,
            "key": f"backup:{photo}".encode(), "size_bytes": 4_000_000, "mtime_ns": 1,
        }
        for photo in twice
    ]  # fmt: skip
    connection.execute(insert(photo_files), copies)


def _group(library: Library, connection: Connection, rng: np.random.Generator) -> None:
    """Two groupings are kept: the one in use, and one before it that knew better."""
    person_of = dict(
        connection.execute(
            select(memberships.c.face_id, memberships.c.person_id).order_by(memberships.c.face_id)
        ).all()
    )
    ids = np.array(list(person_of), dtype=np.int64)
    whose = np.array(list(person_of.values()), dtype=np.int64)
    now = _with_mistakes(library, connection, rng, whose)
    before = np.where(rng.random(len(ids)) < _STRAY, -1, whose)
    connection.execute(delete(memberships))
    for labels in (before, now):
        placed = dict(zip(ids[labels >= 0].tolist(), labels[labels >= 0].tolist(), strict=True))
        run = run_store.add(
            library,
            connection,
            algorithm="graph",
            space=SPACE,
            parameters={"link": 0.48},
            seconds=60.0,
            labels={face: placed.get(face) for face in ids.tolist()},
            person_of=placed,
        )
    rows = [
        {
            "face_id": face, "person_id": person, "owner_id": library.owner_id, "run_id": run,
            "confirmed": False,
        }
        for face, person in placed.items()
    ]  # fmt: skip
    for some in _portions(rows):
        connection.execute(insert(memberships), some)
    _choose_covers(connection)


def _with_mistakes(
    library: Library, connection: Connection, rng: np.random.Generator, whose: np.ndarray
) -> np.ndarray:
    now = whose.copy()
    persons, sizes = np.unique(whose, return_counts=True)
    large = persons[sizes >= _PARTED_FROM]
    parted = rng.permutation(large)[: min(_PARTED, len(large) // 4)].tolist()
    new = people_store.create(library, connection, len(parted)) if parted else []
    for person, other in zip(parted, new, strict=True):
        own = np.flatnonzero(whose == person)
        now[own[: len(own) // 3]] = other
    stray = rng.random(len(now)) < _STRAY
    now[stray] = rng.choice(large if len(large) else persons, int(stray.sum()))
    now[rng.random(len(now)) < _NOBODYS] = -1
    return now


def _choose_covers(connection: Connection) -> None:
    rank = func.row_number().over(
        partition_by=memberships.c.person_id, order_by=faces.c.quality.desc()
    )
    ranked = (
        select(memberships.c.person_id, memberships.c.face_id, rank.label("rank"))
        .join(faces, faces.c.id == memberships.c.face_id)
        .subquery()
    )
    best = connection.execute(
        select(ranked.c.person_id, ranked.c.face_id).where(ranked.c.rank == 1)
    )
    change = update(people).where(people.c.id == bindparam("who"))
    connection.execute(
        change.values(cover_face_id=bindparam("face")),
        [{"who": row.person_id, "face": row.face_id} for row in best],
    )


def _scenes(
    library: Library, connection: Connection, rng: np.random.Generator
) -> Iterator[list[dict[str, Any]]]:
    ids = connection.execute(select(photos.c.id)).scalars().all()
    for start in range(0, len(ids), _PORTION):
        some = ids[start : start + _PORTION]
        vectors = rng.standard_normal((len(some), _SCENE_DIM), dtype=np.float32)
        # All photos have something in common.
        vectors += 1
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        yield [
            {
                "photo_id": photo, "owner_id": library.owner_id, "model": TAGGER,
                "vector": vector.tobytes(),
            }
            for photo, vector in zip(some, vectors.astype("<f2"), strict=True)
        ]  # fmt: skip


def _lay_out(library: Library, rng: np.random.Generator) -> None:
    """A map as it would be kept: each person a spot. UMAP itself takes minutes."""
    with library.read() as connection:
        rows = connection.execute(
            select(faces.c.id, func.coalesce(memberships.c.person_id, 0).label("person"))
            .outerjoin(memberships, memberships.c.face_id == faces.c.id)
            .where(faces.c.removed.is_(False))
            .order_by(faces.c.id)
        ).all()
    ids = np.array([row.id for row in rows], dtype=np.int64)
    _, person = np.unique([row.person for row in rows], return_inverse=True)
    centres = rng.normal(0, 10, (int(person.max()) + 1, 2))
    places = centres[person] + rng.normal(0, 0.2, (len(ids), 2))
    chosen = choose("umap", {})
    file = layouts.path(library, SPACE, chosen.method.name, chosen.values)
    layouts.save(file, Layout(ids, places.astype(np.float32), np.zeros(len(ids), dtype=np.bool_)))
