"""photos that look alike: which were compared by their scene vectors"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "scenes_compared",
        sa.Column("photo_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        _foreign("photo_id", "photos"),
        _foreign("owner_id", "owners"),
        sa.PrimaryKeyConstraint("photo_id", name="pk_scenes_compared"),
    )
    op.create_index("ix_scenes_compared_owner_id_version", "scenes_compared", ["owner_id", "version"])


def _foreign(column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=f"fk_scenes_compared_{column}", ondelete="CASCADE"
    )
