"""counted faces: how many a photo has and how high they are, and indexes of places"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

# What the faces of a photo make of it. Triggers write it, so that no way in which faces come,
# change or go can forget it.
_COUNT = (
    "UPDATE photos SET "
    "face_count = (SELECT count(*) FROM faces WHERE photo_id = photos.id AND removed = 0), "
    "face_share = coalesce((SELECT max(y1 - y0) FROM faces "
    "WHERE photo_id = photos.id AND removed = 0) / photos.height, 0)"
)
_TRIGGERS = {
    "photo_faces_came": "AFTER INSERT ON faces WHEN new.removed = 0 BEGIN "
    f"{_COUNT} WHERE id = new.photo_id; END",
    "photo_faces_changed": "AFTER UPDATE OF removed, photo_id, y0, y1 ON faces BEGIN "
    f"{_COUNT} WHERE id IN (old.photo_id, new.photo_id); END",
    "photo_faces_measured": "AFTER UPDATE OF height ON photos WHEN old.height IS NOT new.height "
    f"BEGIN {_COUNT} WHERE id = new.id; END",
    "photo_faces_went": f"AFTER DELETE ON faces BEGIN {_COUNT} WHERE id = old.photo_id; END",
}


def upgrade() -> None:
    op.add_column("photos", sa.Column("face_count", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("photos", sa.Column("face_share", sa.Float(), nullable=False, server_default="0"))
    op.create_index(
        "ix_photos_owner_id_face_count_face_share",
        "photos",
        ["owner_id", "face_count", "face_share"],
    )
    # All that a page of photos, or a count of years, has to read.
    op.drop_index("ix_photos_owner_id_shown_at_id", "photos")
    op.create_index(
        "ix_photos_owner_id_shown_at_id_binned_at",
        "photos",
        ["owner_id", "shown_at", "id", "binned_at"],
    )
    op.drop_index("ix_photos_owner_id_country_city", "photos")
    op.create_index(
        "ix_photos_owner_id_country_region_city", "photos", ["owner_id", "country", "region", "city"]
    )
    op.create_index(
        "ix_photos_owner_id_latitude_longitude", "photos", ["owner_id", "latitude", "longitude"]
    )
    op.execute(f"{_COUNT} WHERE id IN (SELECT photo_id FROM faces)")
    if op.get_bind().dialect.name != "sqlite":
        return
    for name, what in _TRIGGERS.items():
        op.execute(f"CREATE TRIGGER {name} {what}")
