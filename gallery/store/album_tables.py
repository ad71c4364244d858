"""The tables of albums, of the photos in them, and of what decisions changed of both."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from gallery.store.tables import UtcDateTime, metadata

albums = Table(
    "albums",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("owner_id", ForeignKey("owners.id", ondelete="CASCADE"), nullable=False),
    Column("name", String(200), nullable=False),
    # What is searched for, where the album fills itself; its photos are no rows then.
    Column("query", Text),
    Column("cover_photo_id", ForeignKey("photos.id", ondelete="SET NULL")),
    Column("created_at", UtcDateTime, nullable=False),
    # The row stays, so that the deletion can be taken back.
    Column("deleted", Boolean, nullable=False),
    Index(None, "owner_id", "deleted"),
    sqlite_autoincrement=True,
)

album_photos = Table(
    "album_photos",
    metadata,
    Column("album_id", ForeignKey("albums.id", ondelete="CASCADE"), primary_key=True),
    Column("photo_id", ForeignKey("photos.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("owner_id", ForeignKey("owners.id", ondelete="CASCADE"), nullable=False),
)

album_changes = Table(
    "album_changes",
    metadata,
    Column("decision_id", ForeignKey("decisions.id", ondelete="CASCADE"), primary_key=True),
    Column("album_id", Integer, primary_key=True),
    Column("field", String(30), primary_key=True),
    Column("owner_id", ForeignKey("owners.id", ondelete="CASCADE"), nullable=False),
    Column("before", Text),
    Column("after", Text),
)

album_photo_changes = Table(
    "album_photo_changes",
    metadata,
    Column("decision_id", ForeignKey("decisions.id", ondelete="CASCADE"), primary_key=True),
    Column("album_id", Integer, primary_key=True),
    Column("photo_id", Integer, primary_key=True),
    Column("owner_id", ForeignKey("owners.id", ondelete="CASCADE"), nullable=False),
    Column("added", Boolean, nullable=False),  # or taken out
)
