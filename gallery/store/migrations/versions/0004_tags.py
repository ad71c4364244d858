"""tags: how sure a tagger is, which a user took away, what tagged a photo; scene vectors"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def _make_one() -> None:
    """Tags that differ in capitals alone become one: the first that there was."""
    connection = op.get_bind()
    first: dict[tuple[int, str], int] = {}
    rows = connection.execute(sa.text("SELECT id, owner_id, name FROM tags ORDER BY id"))
    for tag, owner, name in rows.all():
        kept = first.setdefault((owner, name.casefold()), tag)
        if kept == tag:
            continue
        both = {"kept": kept, "tag": tag}
        connection.execute(
            sa.text(
                "INSERT INTO photo_tags (photo_id, tag_id, owner_id, source) "
                "SELECT photo_id, :kept, owner_id, source FROM photo_tags AS old "
                "WHERE tag_id = :tag AND NOT EXISTS (SELECT 1 FROM photo_tags AS there "
                "WHERE there.tag_id = :kept AND there.photo_id = old.photo_id)"
            ),
            both,
        )
        connection.execute(sa.text("DELETE FROM photo_tags WHERE tag_id = :tag"), {"tag": tag})
        connection.execute(sa.text("DELETE FROM tags WHERE id = :tag"), {"tag": tag})


def upgrade() -> None:
    _make_one()
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
