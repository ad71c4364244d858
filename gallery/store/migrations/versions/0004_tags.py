"""tags: how sure a tagger is, which a user took away, what tagged a photo; scene vectors"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("photo_tags", sa.Column("confidence", sa.Float()))
    op.add_column(
        "photo_tags",
        sa.Column("removed", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    columns = ["owner_id", "tag_id", "removed", "photo_id"]
    op.create_index(f"ix_photo_tags_{'_'.join(columns)}", "photo_tags", columns)
    op.add_column("photos", sa.Column("tagger", sa.String(60)))
    op.create_index("ix_photos_owner_id_tagger", "photos", ["owner_id", "tagger"])
    op.create_table(
        "scene_vectors",
        sa.Column("photo_id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(60), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["photo_id"],
            ["photos.id"],
            name="fk_scene_vectors_photo_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["owners.id"],
            name="fk_scene_vectors_owner_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("photo_id", name="pk_scene_vectors"),
    )
    op.create_index("ix_scene_vectors_owner_id_model", "scene_vectors", ["owner_id", "model"])
