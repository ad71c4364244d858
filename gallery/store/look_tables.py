"""The table of vectors in the space of pictures and words, by which free text finds photos."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, String, Table

from gallery.store.tables import metadata

look_vectors = Table(
    "look_vectors",
    metadata,
    Column("photo_id", ForeignKey("photos.id", ondelete="CASCADE"), primary_key=True),
    Column("owner_id", ForeignKey("owners.id", ondelete="CASCADE"), nullable=False),
    # Vectors of two models are never compared.
    Column("model", String(80), nullable=False),
    Column("vector", LargeBinary, nullable=False),  # float16, little-endian
    Index(None, "owner_id", "model"),
)
