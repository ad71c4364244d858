"""The table of lines of text that were read in photos.

What is searched for in them, and in titles, descriptions and file names, is an index beside the
tables: see `gallery.store.text_index`.
"""

from __future__ import annotations

from sqlalchemy import Column, Float, ForeignKey, Index, Integer, Table, Text

from gallery.store.tables import metadata

text_lines = Table(
    "text_lines",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("owner_id", ForeignKey("owners.id", ondelete="CASCADE"), nullable=False),
    Column("photo_id", ForeignKey("photos.id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),  # from 0, in the order they are read
    Column("text", Text, nullable=False),
    Column("confidence", Float, nullable=False),
    # Around the line, in pixels of the rotated original.
    Column("x0", Float, nullable=False),
    Column("y0", Float, nullable=False),
    Column("x1", Float, nullable=False),
    Column("y1", Float, nullable=False),
    Index(None, "photo_id", "position"),
    sqlite_autoincrement=True,
)
