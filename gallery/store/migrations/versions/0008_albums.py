"""albums with their photos and changes; names that files give to faces"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def _owner(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("owner_id", sa.Integer(), nullable=False),
        _reference(table, "owner_id", "owners"),
    ]


def _reference(
    table: str, column: str, other: str, ondelete: str = "CASCADE"
) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{other}.id"], name=f"fk_{table}_{column}", ondelete=ondelete
    )


def upgrade() -> None:
    op.create_table(
        "albums",
        sa.Column("id", sa.Integer(), nullable=False),
        *_owner("albums"),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("query", sa.Text()),
        sa.Column("cover_photo_id", sa.Integer()),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        _reference("albums", "cover_photo_id", "photos", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_albums"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_albums_owner_id_deleted", "albums", ["owner_id", "deleted"])
    op.create_table(
        "album_photos",
        sa.Column("album_id", sa.Integer(), nullable=False),
        sa.Column("photo_id", sa.Integer(), nullable=False),
        *_owner("album_photos"),
        _reference("album_photos", "album_id", "albums"),
        _reference("album_photos", "photo_id", "photos"),
        sa.PrimaryKeyConstraint("album_id", "photo_id", name="pk_album_photos"),
    )
    op.create_index("ix_album_photos_photo_id", "album_photos", ["photo_id"])
    op.create_table(
        "album_changes",
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("album_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(30), nullable=False),
        *_owner("album_changes"),
        sa.Column("before", sa.Text()),
        sa.Column("after", sa.Text()),
        _reference("album_changes", "decision_id", "decisions"),
        sa.PrimaryKeyConstraint("decision_id", "album_id", "field", name="pk_album_changes"),
    )
    op.create_table(
        "album_photo_changes",
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("album_id", sa.Integer(), nullable=False),
        sa.Column("photo_id", sa.Integer(), nullable=False),
        *_owner("album_photo_changes"),
        sa.Column("added", sa.Boolean(), nullable=False),
        _reference("album_photo_changes", "decision_id", "decisions"),
        sa.PrimaryKeyConstraint(
            "decision_id", "album_id", "photo_id", name="pk_album_photo_changes"
        ),
    )
    op.create_table(
        "face_names",
        sa.Column("face_id", sa.Integer(), nullable=False),
        *_owner("face_names"),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("person_id", sa.Integer()),
        sa.Column("taken", sa.Boolean(), nullable=False),
        _reference("face_names", "face_id", "faces"),
        sa.PrimaryKeyConstraint("face_id", name="pk_face_names"),
    )
    op.create_index("ix_face_names_owner_id_taken", "face_names", ["owner_id", "taken"])
    op.create_index("ix_face_names_owner_id_name", "face_names", ["owner_id", "name"])
