"""Photos among which something is counted: all of an owner's, or those that were found."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import (
    ColumnElement,
    Connection,
    LargeBinary,
    Select,
    func,
    literal,
    select,
    true,
)

from gallery.store.binned import in_bin, in_sight
from gallery.store.tables import photos

# Up to so many photos are looked up one by one; beyond, it is quicker to go through an index.
_FEW = 5000
# So many show what is frequent.
_SAMPLE = 2000
_INSIDE = b"\1"

Ids = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Found:
    """Photos that something is counted among.

    Args:
        owner: whose.
        ids: of the photos, in order; None for all of the owner's but those in the bin.
        binned: ids of those in the bin, where all others are meant.
    """

    owner: int
    ids: Ids | None = None
    binned: Ids | None = None

    @property
    def few(self) -> bool:
        """Whether to begin with the photos, and not with what is counted."""
        return self.ids is not None and len(self.ids) <= _FEW

    def sample(self, connection: Connection) -> Found:
        """Some thousand of them, to see what is frequent; themselves, where they are few."""
        if self.ids is None:
            last = connection.execute(select(func.max(photos.c.id))).scalar() or 0
            every = photos.c.id % max(1, last // _SAMPLE) == 0
            mine = photos.c.owner_id == self.owner
            return found_by(
                connection, self.owner, select(photos.c.id).where(mine, in_sight, every)
            )
        if self.few or len(self.ids) < 2 * _SAMPLE:
            return self
        return Found(self.owner, self.ids[:: len(self.ids) // _SAMPLE])

    def without(self, others: Ids | None) -> Found:
        """All but some others."""
        if self.ids is None or others is None:
            return self
        return Found(self.owner, np.setdiff1d(self.ids, others, assume_unique=True))

    def has(self, photo_id: ColumnElement[int]) -> ColumnElement[bool]:
        """The condition that a photo is among them; the database begins with it if they are few."""
        if self.ids is None:
            return true() if self.binned is None else ~_marked(self._bits, photo_id)
        if self.few:
            return photo_id.in_(_listed(self._text))
        return _marked(self._bits, photo_id)

    def owned(self, owner_id: ColumnElement[int]) -> ColumnElement[bool]:
        """The condition that a row is the owner's; not what to begin with if the photos are few."""
        # A sum is in no index, which keeps the database from beginning with it.
        return (owner_id + 0 if self.few else owner_id) == self.owner

    @cached_property
    def _text(self) -> str:
        return json.dumps([] if self.ids is None else self.ids.tolist())

    @cached_property
    def _bits(self) -> bytes:
        """A byte for each id from 1 on: 1 where it is meant, or in the bin."""
        ids = self.binned if self.ids is None else self.ids
        if ids is None:
            return b""
        bits = np.zeros(ids.max(initial=0), dtype=np.uint8)
        bits[ids - 1] = _INSIDE[0]
        return bits.tobytes()


def _marked(bits: bytes, photo_id: ColumnElement[int]) -> ColumnElement[bool]:
    # A look into a row of bytes is quicker than a search in a table.
    here = func.substr(literal(bits, LargeBinary), photo_id, 1)
    return here == literal(_INSIDE, LargeBinary)


def _listed(ids: str) -> Select[tuple[int]]:
    return select(func.json_each(ids).table_valued("value").c.value)


def everyone(connection: Connection, owner: int) -> Found:
    """All of an owner's photos but those in the bin."""
    binned = _ids(connection, in_bin(owner))
    return Found(owner, binned=binned if len(binned) else None)


def found_by(connection: Connection, owner: int, ids: Select[tuple[int]]) -> Found:
    """The photos that a selection of ids finds."""
    return Found(owner, _ids(connection, ids))


def _ids(connection: Connection, query: Select[tuple[int]]) -> Ids:
    # One text instead of so many rows, each of which would become an object of its own.
    one = query.subquery()
    text = connection.execute(select(func.group_concat(one.c.id))).scalar()
    return np.sort(np.fromstring(text or "", dtype=np.int64, sep=","))
