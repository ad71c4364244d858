"""Queries with a row of numbers for every face, read as columns.

A row of SQLAlchemy's own costs several times what the database takes to give it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Select


def rows_as_they_are(connection: Connection, query: Select[Any]) -> list[tuple[Any, ...]]:
    """All rows of a query as the driver gives them: of numbers and texts, never of dates."""
    result = connection.execute(query)
    rows = [] if result.cursor is None else list(result.cursor.fetchall())
    result.close()
    return rows


def columns(connection: Connection, query: Select[Any], *kinds: str) -> list[NDArray[Any]]:
    """Each column of a query as an array.

    Args:
        connection: to the database.
        query: of numbers and texts without NULL; times as texts.
        kinds: dtype of each column.
    """
    rows = rows_as_they_are(connection, query)
    if not rows:
        return [np.empty(0, dtype=kind) for kind in kinds]
    return [
        np.array(values, dtype=kind)
        for values, kind in zip(zip(*rows, strict=True), kinds, strict=True)
    ]
