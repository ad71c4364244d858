"""The tables of duplicates: what is alike, what was told apart, what decisions change of photos."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from gallery.store.tables import metadata


def _photo(name: str, *, primary: bool = True, index: bool = False) -> Column[int]:
    return Column(
        name, ForeignKey("photos.id", ondelete="CASCADE"), primary_key=primary, index=index
    )


def _owner() -> Column[int]:
    return Column("owner_id", ForeignKey("owners.id", ondelete="CASCADE"), nullable=False)


# Pairs that the comparison found alike. What a user says of them is in `told_apart`.
lookalikes = Table(
    "lookalikes",
    metadata,
    _photo("first_id"),
    _photo("second_id", index=True),
    _owner(),
    Column("kind", String(20), nullable=False),
    # 0 to 1, see gallery.same_picture.
    Column("likeness", Float, nullable=False),
    # Whether they are alike in every part, not only in most.
    Column("throughout", Boolean, nullable=False),
    # Quarter turns to the left that bring the first to the second.
    Column("turns", Integer, nullable=False),
    CheckConstraint("first_id < second_id", name="order"),
    Index(None, "owner_id", "kind"),
)

# Photos whose scene vectors were compared; a new vector takes its photo out again.
scenes_compared = Table(
    "scenes_compared",
    metadata,
    _photo("photo_id"),
    _owner(),
    Column("version", Integer, nullable=False),
    Index(None, "owner_id", "version"),
)

# Pictures that a user said are different: never asked about again.
told_apart = Table(
    "told_apart",
    metadata,
    _photo("first_id"),
    _photo("second_id", index=True),
    _owner(),
    Column("decision_id", Integer, nullable=False, index=True),
    Column("holds", Boolean, nullable=False),  # not while its decision is taken back
    CheckConstraint("first_id < second_id", name="order"),
)

# What a decision changed of a photo, so that taking it back leaves exactly what there was.
photo_changes = Table(
    "photo_changes",
    metadata,
    Column("decision_id", ForeignKey("decisions.id", ondelete="CASCADE"), primary_key=True),
    _photo("photo_id", index=True),
    Column("field", String(30), primary_key=True),
    _owner(),
    Column("before", Text),
    Column("after", Text),
)
