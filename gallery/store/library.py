"""An open library: its database, its pictures, and whose it is."""

from __future__ import annotations

import importlib.resources
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Connection,
    CursorResult,
    Engine,
    create_engine,
    event,
    insert,
    inspect,
    select,
    text,
)
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError

from gallery.errors import LibraryError
from gallery.media.files import Media
from gallery.store import statistics
from gallery.store.tables import HEAD, owners

LOCAL_OWNER = "local"

# What a library's folder has in it.
DATABASE = "library.db"
MEDIA = "media"

_PRAGMAS = (
    "journal_mode=WAL",
    "foreign_keys=ON",
    "synchronous=NORMAL",
    "secure_delete=ON",  # what is deleted is overwritten: a face that was forgotten is gone
)

# Bytes without which SQLite cannot open a database: what its readers and writers share.
_LEAST_ROOM = 256 * 1024

# How long a writer waits for another one, such as the app beside the command line.
_BUSY_SECONDS = 60

# SQLite does not wait on its own while a new database is put into write-ahead mode.
_TRY_AGAIN_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Library:
    """An open library. Every query made through it is about one owner.

    Args:
        root: its folder.
        engine: database.
        media: pictures.
        owner_id: whose rows are seen.
    """

    root: Path
    engine: Engine
    media: Media
    owner_id: int

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one consistent state.

        Raises:
            LibraryError: The database is damaged, gone, or held by another program.
        """
        try:
            with self.engine.connect() as connection:
                yield connection
        except DatabaseError as error:
            raise LibraryError(_explain(self.root, error)) from error

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction: all of it is kept, or nothing.

        Raises:
            LibraryError: The database is full, read-only or held by another program.
        """
        try:
            with (
                self.engine.connect().execution_options(gallery_write=True) as connection,
                connection.begin(),
            ):
                yield connection
        except OperationalError as error:
            raise LibraryError(_explain(self.root, error)) from error
        except IntegrityError as error:
            if "FOREIGN KEY" not in str(error.orig):
                raise
            raise LibraryError(
                "Something this is about was deleted meanwhile, so nothing was changed."
            ) from error

    def wipe(self) -> None:
        """Let go of what was deleted: the journal beside the database holds it for a while.

        Somebody who is reading keeps it from being emptied; then that happens later, when
        the journal is written anew.
        """
        connection = self.engine.raw_connection()
        try:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            connection.close()

    def keep_statistics(self) -> None:
        """Let the database know how much is in it by now, where that changed a lot."""
        if statistics.keep_up(self.root / DATABASE):
            # What is open goes by what it knew.
            self.engine.dispose()

    def close(self) -> None:
        """Let go of the database."""
        self.engine.dispose()


def open_library(root: Path, owner: str = LOCAL_OWNER) -> Library:
    """Open a library folder, making it or bringing it up to date as needed.

    Raises:
        LibraryError: The folder cannot be used, or a newer version wrote it.
    """
    root = Path(root).expanduser().absolute()
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise LibraryError(
            f"The library folder {root} cannot be made: {error}. Choose another with "
            "--library or GALLERY_LIBRARY."
        ) from error
    engine = _engine(root / DATABASE)
    try:
        _migrate(engine)
        owner_id = _owner_id(engine, owner)
    except DatabaseError as error:
        engine.dispose()
        raise LibraryError(_explain(root, error)) from error
    library = Library(root, engine, Media(str(root / MEDIA)), owner_id)
    library.keep_statistics()
    return library


def _engine(database: Path) -> Engine:
    # Not as text, in which some signs of a folder's name would mean something else.
    url = URL.create("sqlite", database=str(database))
    engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def configure(connection: Any, _record: Any) -> None:
        # SQLAlchemy, not the driver, says when a transaction begins.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            _set(cursor, pragma)
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A writer takes its turn at once: a read that turns into a write later could find
        # that somebody else has written in between, and fail.
        writes = connection.get_execution_options().get("gallery_write")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _set(cursor: sqlite3.Cursor, pragma: str) -> None:
    """Set one, waiting for somebody else who makes the same new library at this moment."""
    until = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            cursor.execute(f"PRAGMA {pragma}")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
        time.sleep(_TRY_AGAIN_SECONDS)


def inserted_id(result: CursorResult[Any]) -> int:
    """The id of the one row that was just inserted."""
    key = result.inserted_primary_key
    if key is None:
        raise LibraryError("The database gave no id for a new row.")
    return int(key[0])


def schema_version(connection: Connection) -> str | None:
    """The migration a database is at, or None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _migrate(engine: Engine) -> None:
    with engine.connect() as connection:
        if schema_version(connection) == HEAD:
            return
    # Alembic takes a tenth of a second to import; most openings need no migration.
    from alembic import command
    from alembic.util.exc import CommandError

    with engine.connect().execution_options(gallery_write=True) as connection, connection.begin():
        try:
            command.upgrade(alembic_config(connection), "head")
        except CommandError as error:
            raise LibraryError(
                f"The library was written by a newer version of the gallery ({error}). "
                "Update the gallery, or open another library."
            ) from error


def alembic_config(connection: Connection) -> Any:
    """Alembic's configuration for the migrations inside the package."""
    from alembic.config import Config

    config = Config()
    folder = importlib.resources.files("gallery.store") / "migrations"
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _owner_id(engine: Engine, name: str) -> int:
    query = select(owners.c.id).where(owners.c.name == name)
    with engine.connect() as connection:
        found = connection.execute(query).scalar()
    if found is not None:
        return int(found)
    with engine.connect().execution_options(gallery_write=True) as connection, connection.begin():
        found = connection.execute(query).scalar()
        if found is None:
            row = connection.execute(insert(owners).values(name=name, created_at=datetime.now(UTC)))
            found = inserted_id(row)
        return int(found)


def _is_full(root: Path) -> bool:
    try:
        return shutil.disk_usage(root).free < _LEAST_ROOM
    except OSError:
        return False


def _explain(root: Path, error: DatabaseError) -> str:
    plain = str(error.orig)
    is_io = str(getattr(error.orig, "sqlite_errorname", "")).startswith("SQLITE_IOERR")
    is_closed = any(word in plain for word in ("readonly", "read-only", "unable to open"))
    if "locked" in plain:
        help_ = "Another program has been writing for a minute; try again when it is done."
    elif "full" in plain or ((is_io or is_closed) and _is_full(root)):
        # Where there is no room for what SQLite keeps beside a database, it says something else.
        plain = "its disk is full"
        help_ = "Free some space and do the same again; nothing was lost."
    elif is_closed:
        help_ = (
            "The folder and its files must be writable: check their permissions, and whether the "
            "disk is read-only. A copy of the whole folder in another place works as well."
        )
    elif is_io:
        help_ = (
            "Its disk failed to read or write: check that it is connected, and look at the "
            "library with: gallery doctor --thorough"
        )
    else:
        help_ = (
            "The file library.db may be damaged: copy it away before anything else. A backup, if "
            "you have one, comes back with: gallery restore BACKUP --library NEW-FOLDER"
        )
    return f"The library in {root} cannot be used: {plain}. {help_}"
