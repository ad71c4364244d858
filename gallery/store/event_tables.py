"""The tables of events: what photos are taken together for, and what a user changed about it.

A photo is in one event at most. Events are found anew whenever photos come in, and keep their id
and name by the photos they share with those before; what a user merged, split or named is held as
it is.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    false,
)

from gallery.store.tables import UtcDateTime, metadata

events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("owner_id", ForeignKey("owners.id", ondelete="CASCADE"), nullable=False),
    # As a user called it; where empty, it is called by what is in it.
    Column("name", String(200)),
    # On the wall clock, of its first and last photo; empty while it has none.
    Column("starts_at", DateTime),
    Column("ends_at", DateTime),
    # A user said what belongs to it: only new photos change it.
    Column("held", Boolean, nullable=False, server_default=false()),
    Index(None, "owner_id", "starts_at"),
    sqlite_autoincrement=True,
)

event_photos = Table(
    "event_photos",
    metadata,
    Column("photo_id", ForeignKey("photos.id", ondelete="CASCADE"), primary_key=True),
    Column("event_id", ForeignKey("events.id", ondelete="CASCADE"), nullable=False),
    Column("owner_id", ForeignKey("owners.id", ondelete="CASCADE"), nullable=False),
    Index(None, "owner_id", "event_id"),
    Index(None, "event_id"),
)

# What a user did, the way back beside it. Undone ones are gone: there is no redo.
event_changes = Table(
    "event_changes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("owner_id", ForeignKey("owners.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("sentence", Text, nullable=False),
    sqlite_autoincrement=True,
)

# How an event was before a change.
event_states = Table(
    "event_states",
    metadata,
    Column("change_id", ForeignKey("event_changes.id", ondelete="CASCADE"), primary_key=True),
    Column("event_id", ForeignKey("events.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("owner_id", ForeignKey("owners.id", ondelete="CASCADE"), nullable=False),
    Column("name", String(200)),
    Column("held", Boolean, nullable=False),
)

# Where a change moved a photo from and to.
event_moves = Table(
    "event_moves",
    metadata,
    Column("change_id", ForeignKey("event_changes.id", ondelete="CASCADE"), primary_key=True),
    Column("photo_id", ForeignKey("photos.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("owner_id", ForeignKey("owners.id", ondelete="CASCADE"), nullable=False),
    Column("event_before", Integer, nullable=False),
    Column("event_after", Integer, nullable=False),
)
