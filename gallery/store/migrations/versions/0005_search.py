"""search: lines of text, the index over all words, and indexes that counting reads alone"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

# A photo's words, by its id. Triggers write them, so that no way in which photos, files or lines
# come, change or go can forget the index; rows that go with their photo fire them as well.
_WORDS = """
CREATE VIRTUAL TABLE photo_words USING fts5(
    title, description, lines, files,
    tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
)
"""
_NAME = (
    "substr({path}, length(rtrim({path}, replace({path}, '/', ''))) + 1)"
).format(path="replace(path, '\\', '/')")
_FILES = (
    f"(SELECT group_concat(name, char(10)) FROM (SELECT DISTINCT {_NAME} AS name "
    "FROM photo_files WHERE photo_id = {photo} ORDER BY name))"
)
_LINES = (
    "(SELECT group_concat(text, char(10)) FROM (SELECT text FROM text_lines "
    "WHERE photo_id = {photo} ORDER BY position))"
)


def _put_files(photo: str) -> str:
    return f"UPDATE photo_words SET files = {_FILES.format(photo=photo)} WHERE rowid = {photo};"


def _put_lines(photo: str) -> str:
    return f"UPDATE photo_words SET lines = {_LINES.format(photo=photo)} WHERE rowid = {photo};"


_TRIGGERS = {
    "photo_words_begin": "AFTER INSERT ON photos BEGIN "
    "INSERT INTO photo_words (rowid, title, description) "
    "VALUES (new.id, new.title, new.description); END",
    "photo_words_follow": "AFTER UPDATE OF title, description ON photos "
    "WHEN old.title IS NOT new.title OR old.description IS NOT new.description BEGIN "
    "UPDATE photo_words SET title = new.title, description = new.description "
    "WHERE rowid = new.id; END",
    # Before, so that lines and files that go with their photo find no row to write anew.
    "photo_words_end": "BEFORE DELETE ON photos BEGIN "
    "DELETE FROM photo_words WHERE rowid = old.id; END",
    "photo_words_file_came": f"AFTER INSERT ON photo_files BEGIN {_put_files('new.photo_id')} END",
    "photo_words_file_moved": "AFTER UPDATE OF path, photo_id ON photo_files "
    "WHEN old.path IS NOT new.path OR old.photo_id IS NOT new.photo_id BEGIN "
    f"{_put_files('old.photo_id')} {_put_files('new.photo_id')} END",
    "photo_words_file_went": f"AFTER DELETE ON photo_files BEGIN {_put_files('old.photo_id')} END",
    "photo_words_line_came": f"AFTER INSERT ON text_lines BEGIN {_put_lines('new.photo_id')} END",
    "photo_words_line_changed": "AFTER UPDATE OF text, position, photo_id ON text_lines BEGIN "
    f"{_put_lines('old.photo_id')} {_put_lines('new.photo_id')} END",
    "photo_words_line_went": f"AFTER DELETE ON text_lines BEGIN {_put_lines('old.photo_id')} END",
}


def upgrade() -> None:
    op.create_table(
        "text_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("photo_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        *(sa.Column(side, sa.Float(), nullable=False) for side in ("x0", "y0", "x1", "y1")),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["owners.id"], name="fk_text_lines_owner_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["photo_id"], ["photos.id"], name="fk_text_lines_photo_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_text_lines"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_text_lines_photo_id_position", "text_lines", ["photo_id", "position"])
    # What is counted beside the values of a filter is read from these alone.
    op.create_index(
        "ix_faces_owner_id_photo_id_removed", "faces", ["owner_id", "photo_id", "removed"]
    )
    op.create_index(
        "ix_photos_owner_id_camera_make_camera_model",
        "photos",
        ["owner_id", "camera_make", "camera_model"],
    )
    named = sa.text("name IS NOT NULL")
    op.create_index(
        "ix_people_owner_id_name",
        "people",
        ["owner_id", "name"],
        sqlite_where=named,
        postgresql_where=named,
    )
    if op.get_bind().dialect.name != "sqlite":
        return
    op.execute(_WORDS)
    op.execute(
        "INSERT INTO photo_words (rowid, title, description, files) SELECT id, title, description, "
        + _FILES.format(photo="photos.id")
        + " FROM photos"
    )
    for name, what in _TRIGGERS.items():
        op.execute(f"CREATE TRIGGER {name} {what}")
