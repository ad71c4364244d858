"""vectors of photos in the space of pictures and words"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "look_vectors",
        sa.Column("photo_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(80), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        _foreign("photo_id", "photos"),
        _foreign("owner_id", "owners"),
        sa.PrimaryKeyConstraint("photo_id", name="pk_look_vectors"),
    )
    op.create_index("ix_look_vectors_owner_id_model", "look_vectors", ["owner_id", "model"])


def _foreign(column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=f"fk_look_vectors_{column}", ondelete="CASCADE"
    )
