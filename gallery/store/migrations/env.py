"""Alembic's entry: runs the migrations on the connection that the library hands over."""

from alembic import context

from gallery.store import (  # noqa: F401 - they add their tables
    album_tables,
    duplicate_tables,
    event_tables,
    face_name_tables,
    look_tables,
    scene_tables,
    text_tables,
)
from gallery.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite cannot alter columns in place
)
with context.begin_transaction():
    context.run_migrations()
