"""Portions that fit one statement."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, Select

Key = TypeVar("Key", int, str)

# SQLite allows some 32,000 values in one statement.
_MANY = 5000


def in_batches(ids: Sequence[Key]) -> Iterator[Sequence[Key]]:
    """Ids, or hashes, in portions that fit one statement."""
    for start in range(0, len(ids), _MANY):
        yield ids[start : start + _MANY]


def rows_of(
    connection: Connection, ids: Sequence[Key], query: Callable[[Sequence[Key]], Select[Any]]
) -> Iterator[Row[Any]]:
    """The rows of a query about many ids, asked for batch by batch."""
    for batch in in_batches(ids):
        yield from connection.execute(query(batch))
