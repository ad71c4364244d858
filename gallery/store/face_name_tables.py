"""The table of names that the files of photos give to faces."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table

from gallery.store.tables import metadata

# Kept with the face in one transaction, and made a decision at the end of the run: one that is
# killed in between loses no name.
face_names = Table(
    "face_names",
    metadata,
    Column("face_id", ForeignKey("faces.id", ondelete="CASCADE"), primary_key=True),
    Column("owner_id", ForeignKey("owners.id", ondelete="CASCADE"), nullable=False),
    Column("name", String(200), nullable=False),
    # Who that was when the name was taken over; empty where it was not.
    Column("person_id", Integer),
    Column("taken", Boolean, nullable=False),
    Index(None, "owner_id", "taken"),
    Index(None, "owner_id", "name"),
)
