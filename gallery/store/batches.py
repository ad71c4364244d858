"""Portions that fit one statement."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select

# SQLite allows some 32,000 values in one statement.
_MANY = 5000


def in_batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Ids in portions that fit one statement."""
    for start in range(0, len(ids), _MANY):
        yield ids[start : start + _MANY]


def rows_of(
    connection: Connection, ids: Sequence[int], query: Callable[[Sequence[int]], Select[Any]]
) -> Iterator[Row[Any]]:
    """The rows of a query about many ids, asked for batch by batch."""
    for batch in in_batches(ids):
        yield from connection.execute(query(batch))
