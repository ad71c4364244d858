"""What time it is, where the computer's clock may have been set back.

The order of decisions and groupings goes by their ids. Only where two moments are compared, such as
that a face joined a person before a user spoke about it, must time not run backwards.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, select

from gallery.store.library import Library
from gallery.store.tables import decisions, photos, runs

_NEXT = timedelta(microseconds=1)


def later(library: Library, connection: Connection) -> datetime:
    """Now, or if the clock says less, right after the latest that the library knows of."""
    now, known = datetime.now(UTC), _known(library, connection)
    return now if known is None else max(now, known + _NEXT)


def surely(library: Library, connection: Connection) -> datetime:
    """Now, or if the clock says more, the latest that the library knows of.

    What is done for good once a time has come must not be done for a clock that ran ahead.
    """
    now, known = datetime.now(UTC), _known(library, connection)
    return now if known is None else min(now, known)


def _known(library: Library, connection: Connection) -> datetime | None:
    """When something was last decided, grouped or taken in."""
    found = []
    for table, moment in (
        (decisions, decisions.c.at),
        (runs, runs.c.at),
        (photos, photos.c.added_at),
    ):
        query = select(moment).where(table.c.owner_id == library.owner_id)
        latest = connection.execute(query.order_by(table.c.id.desc()).limit(1)).scalar()
        if latest is not None:
            found.append(latest)
    return max(found, default=None)
