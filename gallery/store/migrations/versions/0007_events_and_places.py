"""events, and the places photos were taken at"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def owned(table: str) -> list[Any]:
    return [
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["owners.id"], name=f"fk_{table}_owner_id_owners", ondelete="CASCADE"
        ),
    ]


def reference(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=f"fk_{table}_{column}_{other}", ondelete="CASCADE"
    )


def upgrade() -> None:
    for name in ("city", "region", "country"):
        op.add_column("photos", sa.Column(name, sa.Text()))
    op.add_column("photos", sa.Column("placed_by", sa.String(60)))
    op.create_index("ix_photos_owner_id_country_city", "photos", ["owner_id", "country", "city"])
    op.create_table(
        "events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(200)),
        sa.Column("starts_at", sa.DateTime()),
        sa.Column("ends_at", sa.DateTime()),
        sa.Column("held", sa.Boolean(), nullable=False, server_default=sa.false()),
        *owned("events"),
        sa.PrimaryKeyConstraint("id", name="pk_events"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_events_owner_id_starts_at", "events", ["owner_id", "starts_at"])
    op.create_table(
        "event_photos",
        sa.Column("photo_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        *owned("event_photos"),
        reference("event_photos", "photo_id", "photos"),
        reference("event_photos", "event_id", "events"),
        sa.PrimaryKeyConstraint("photo_id", name="pk_event_photos"),
    )
    op.create_index("ix_event_photos_owner_id_event_id", "event_photos", ["owner_id", "event_id"])
    op.create_index("ix_event_photos_event_id", "event_photos", ["event_id"])
    op.create_table(
        "event_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        *owned("event_changes"),
        sa.PrimaryKeyConstraint("id", name="pk_event_changes"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_event_changes_owner_id", "event_changes", ["owner_id"])
    op.create_table(
        "event_states",
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(200)),
        sa.Column("held", sa.Boolean(), nullable=False),
        *owned("event_states"),
        reference("event_states", "change_id", "event_changes"),
        reference("event_states", "event_id", "events"),
        sa.PrimaryKeyConstraint("change_id", "event_id", name="pk_event_states"),
    )
    op.create_index("ix_event_states_event_id", "event_states", ["event_id"])
    op.create_table(
        "event_moves",
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("photo_id", sa.Integer(), nullable=False),
        sa.Column("event_before", sa.Integer(), nullable=False),
        sa.Column("event_after", sa.Integer(), nullable=False),
        *owned("event_moves"),
        reference("event_moves", "change_id", "event_changes"),
        reference("event_moves", "photo_id", "photos"),
        sa.PrimaryKeyConstraint("change_id", "photo_id", name="pk_event_moves"),
    )
    op.create_index("ix_event_moves_photo_id", "event_moves", ["photo_id"])
