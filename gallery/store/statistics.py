"""What SQLite knows of the tables: without it, it takes the rows of one owner for a handful.

Every index that begins with the owner then looks as good as the one by id, and a change of four
faces goes through all of them. A few hundred rows of each index are looked at: that takes some
hundredths of a second, however large the library.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

# Tables that a search or a click goes to, and that grow with the library.
_LOOKED_AT = ("photos", "faces", "memberships", "decisions", "photo_tags", "photo_files")
# Below so many rows nothing is slow. They are estimates, so that only another order of size counts.
_FEW, _GROWN = 1000, 4
_LIMIT = 400


def keep_up(database: Path) -> bool:
    """Look at the tables if there is much more in them than when they were looked at last.

    Nothing happens where the database is being written to, or cannot be: it is tried again.

    Returns:
        Whether they were; connections that are open do not know of it.
    """
    with (
        suppress(sqlite3.Error),
        closing(sqlite3.connect(f"{database.as_uri()}?mode=rw", uri=True, timeout=0)) as connection,
    ):
        if _is_due(connection):
            connection.execute(f"PRAGMA analysis_limit={_LIMIT}")
            connection.execute("ANALYZE")
            connection.commit()
            return True
    return False


def _is_due(connection: sqlite3.Connection) -> bool:
    known: dict[str, int] = {}
    with suppress(sqlite3.OperationalError):  # nobody has looked so far
        for table, said in connection.execute("SELECT tbl, stat FROM sqlite_stat1"):
            known[table] = max(known.get(table, 0), int(said.split()[0]))
    for table in _LOOKED_AT:
        least = max(_FEW, _GROWN * known.get(table, 0) + 1)
        # The last one's number is there at once; rows are counted only where there may be enough.
        if all(_first(connection, what, table) >= least for what in ("max(rowid)", "count(*)")):
            return True
    return False


def _first(connection: sqlite3.Connection, what: str, table: str) -> int:
    query = f"SELECT coalesce({what}, 0) FROM {table}"  # noqa: S608 - names of ours
    [(value,)] = connection.execute(query)
    return int(value)
