"""counted people: how many faces a person has, and in how many photos"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

# Counted by one more or less, not anew: somebody can be in half of all photos. A photo counts once,
# also where somebody is in it twice, as in a mirror.
_ELSEWHERE = (
    "SELECT 1 FROM faces AS this JOIN faces AS other ON other.photo_id = this.photo_id "
    "AND other.id <> this.id JOIN memberships ON memberships.face_id = other.id "
    "WHERE this.id = {row}.face_id AND memberships.person_id = {row}.person_id"
)
_MORE = (
    "UPDATE people SET face_count = face_count + 1, "
    f"photo_count = photo_count + NOT EXISTS ({_ELSEWHERE.format(row='new')}) "
    "WHERE id = new.person_id;"
)
_LESS = (
    "UPDATE people SET face_count = face_count - 1, "
    f"photo_count = photo_count - NOT EXISTS ({_ELSEWHERE.format(row='old')}) "
    "WHERE id = old.person_id;"
)
_TRIGGERS = {
    "person_faces_came": f"AFTER INSERT ON memberships BEGIN {_MORE} END",
    "person_faces_went": f"AFTER DELETE ON memberships BEGIN {_LESS} END",
    "person_faces_changed": "AFTER UPDATE OF person_id ON memberships "
    f"WHEN old.person_id <> new.person_id BEGIN {_LESS} {_MORE} END",
    # While the face is still there to say which photo it was in.
    "person_faces_deleted": "BEFORE DELETE ON faces BEGIN "
    "DELETE FROM memberships WHERE face_id = old.id; END",
    "person_faces_moved": "AFTER UPDATE OF photo_id ON faces WHEN old.photo_id <> new.photo_id "
    "BEGIN UPDATE people SET photo_count = (SELECT count(DISTINCT faces.photo_id) FROM memberships "
    "JOIN faces ON faces.id = memberships.face_id WHERE memberships.person_id = people.id) "
    "WHERE id = (SELECT person_id FROM memberships WHERE face_id = new.id); END",
}
_COUNT = (
    "UPDATE people SET face_count = counted.faces, photo_count = counted.photos FROM "
    "(SELECT memberships.person_id, count(*) AS faces, count(DISTINCT faces.photo_id) AS photos "
    "FROM memberships JOIN faces ON faces.id = memberships.face_id GROUP BY 1) AS counted "
    "WHERE counted.person_id = people.id"
)


def upgrade() -> None:
    for name in ("face_count", "photo_count"):
        op.add_column("people", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.execute(_COUNT)
    op.create_index(
        "ix_people_owner_id_photo_count_number_hidden_ignored_name",
        "people",
        ["owner_id", "photo_count", "number", "hidden", "ignored", "name"],
    )
    if op.get_bind().dialect.name != "sqlite":
        return
    for name, what in _TRIGGERS.items():
        op.execute(f"CREATE TRIGGER {name} {what}")
