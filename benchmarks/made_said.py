"""What a user said in a made library, as its history keeps it, and the files that were kept out.

Names are given by the gallery itself. The rest of a history of thousands is answers to questions,
written at once: that two are different, or that one is not sure.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
from sqlalchemy import Connection, insert, select, update

from gallery import people as people_decisions
from gallery.records import RefusalCode, Stage
from gallery.store.library import Library
from gallery.store.tables import decisions, failures, people

_ANSWERS, _STRANGERS, _BORN = 5000, 20, 10
_KEPT_OUT = 300
_FROM = datetime(2025, 1, 2, tzinfo=UTC)


def say(library: Library, seed: int = 0) -> None:
    """Add all of it."""
    rng = np.random.default_rng(seed)
    with library.read() as connection:
        rows = connection.execute(select(people.c.id, people.c.name).order_by(people.c.id)).all()
    named = [row for row in rows if row.name is not None]
    others = [row.id for row in rows if row.name is None]
    with library.write() as connection:
        connection.execute(update(people).values(name=None))
        _answer(library, connection, rng, [row.id for row in rows])
        _keep_out(library, connection)
    for row in named:
        people_decisions.name_person(library, row.id, row.name)
    for at, row in enumerate(named[:_BORN]):
        people_decisions.set_birth_year(library, row.id, 1940 + 5 * at)
    for person in others[:_STRANGERS]:
        people_decisions.ignore(library, person)


def _answer(
    library: Library, connection: Connection, rng: np.random.Generator, persons: list[int]
) -> None:
    pairs = rng.choice(persons, (_ANSWERS, 2)).tolist()
    rows = [
        {
            "owner_id": library.owner_id, "at": _FROM + timedelta(minutes=5 * at),
            "kind": "different" if at % 3 else "unsure", "person_id": one,
            "other_person_id": other, "sentence": f"Person {one} and Person {other} are different",
        }
        for at, (one, other) in enumerate(pairs)
        if one != other
    ]  # fmt: skip
    connection.execute(insert(decisions), rows)


def _keep_out(library: Library, connection: Connection) -> None:
    reasons = (
        (Stage.DECODE, RefusalCode.DAMAGED, "The picture is damaged."),
        (Stage.CHECK, RefusalCode.TOO_BLURRY, "Too blurry: sharpness 7, at least 12."),
        (Stage.CHECK, RefusalCode.TOO_SMALL, "Too small: 40 x 30 pixels, at least 64."),
    )
    rows = []
    for at in range(_KEPT_OUT):
        stage, code, reason = reasons[at % len(reasons)]
        path = f"/home/someone/Pictures/kept/IMG_{at:04}.JPG"
        rows.append(
            {
                "owner_id": library.owner_id, "key": path.encode(), "path": path,
                "stage": str(stage), "code": str(code), "reason": reason, "on_disk": True,
                "at": _FROM,
            }
        )  # fmt: skip
    connection.execute(insert(failures), rows)
