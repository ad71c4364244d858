"""Portions that fit one statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

# SQLite allows some 32,000 values in one statement.
_MANY = 5000


def in_batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Ids in portions that fit one statement."""
    for start in range(0, len(ids), _MANY):
        yield ids[start : start + _MANY]
