"""duplicates and the bin: pictures that are alike, told apart, and what decisions change of photos"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("photos", sa.Column("binned_at", sa.DateTime()))
    op.add_column("photos", sa.Column("compared", sa.Integer()))
    op.create_index("ix_photos_owner_id_binned_at", "photos", ["owner_id", "binned_at"])
    op.create_index("ix_photos_owner_id_compared", "photos", ["owner_id", "compared"])
    op.create_table(
        "lookalikes",
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("likeness", sa.Float(), nullable=False),
        sa.Column("throughout", sa.Boolean(), nullable=False),
        sa.Column("turns", sa.Integer(), nullable=False),
        sa.CheckConstraint("first_id < second_id", name="ck_lookalikes_order"),
        _foreign("lookalikes", "first_id", "photos"),
        _foreign("lookalikes", "second_id", "photos"),
        _foreign("lookalikes", "owner_id", "owners"),
        sa.PrimaryKeyConstraint("first_id", "second_id", name="pk_lookalikes"),
    )
    op.create_index("ix_lookalikes_second_id", "lookalikes", ["second_id"])
    op.create_index("ix_lookalikes_owner_id_kind", "lookalikes", ["owner_id", "kind"])
    op.create_table(
        "told_apart",
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.CheckConstraint("first_id < second_id", name="ck_told_apart_order"),
        _foreign("told_apart", "first_id", "photos"),
        _foreign("told_apart", "second_id", "photos"),
        _foreign("told_apart", "owner_id", "owners"),
        sa.PrimaryKeyConstraint("first_id", "second_id", name="pk_told_apart"),
    )
    op.create_index("ix_told_apart_second_id", "told_apart", ["second_id"])
    op.create_index("ix_told_apart_decision_id", "told_apart", ["decision_id"])
    op.create_table(
        "photo_changes",
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("photo_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(30), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.Text()),
        sa.Column("after", sa.Text()),
        _foreign("photo_changes", "decision_id", "decisions"),
        _foreign("photo_changes", "photo_id", "photos"),
        _foreign("photo_changes", "owner_id", "owners"),
        sa.PrimaryKeyConstraint("decision_id", "photo_id", "field", name="pk_photo_changes"),
    )
    op.create_index("ix_photo_changes_photo_id", "photo_changes", ["photo_id"])


def _foreign(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=f"fk_{table}_{column}", ondelete="CASCADE"
    )
