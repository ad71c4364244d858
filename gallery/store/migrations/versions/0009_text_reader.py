"""text: what read the text of a photo"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.add_column("photos", sa.Column("text_reader", sa.String(60)))
    op.create_index("ix_photos_owner_id_text_reader", "photos", ["owner_id", "text_reader"])
