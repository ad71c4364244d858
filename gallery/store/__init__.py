"""The library on disk: SQLite by default, the same tables on any SQLAlchemy URL."""
