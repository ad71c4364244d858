"""The database of a library copied while it is in use, and read where it was copied to."""

from __future__ import annotations

import contextlib
import hashlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine, create_engine, func, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import NullPool

from gallery.errors import LibraryError
from gallery.store.checks import used_media
from gallery.store.library import DATABASE, Library
from gallery.store.tables import owners, photos


def copy_database(library: Library, target: Path) -> None:
    """Copy the database as it is at one moment, whoever writes meanwhile.

    Args:
        library: which.
        target: file to be written.

    Raises:
        LibraryError: There is no room, or the folder cannot be written.
    """
    target.unlink(missing_ok=True)
    source = library.engine.raw_connection()
    try:
        with contextlib.closing(sqlite3.connect(target)) as copy:
            # All pages in one go: a writer in between would make it begin anew.
            source.driver_connection.backup(copy)  # type: ignore[union-attr]
            copy.execute("PRAGMA journal_mode=DELETE")
    except (OSError, sqlite3.Error) as error:
        target.unlink(missing_ok=True)
        raise LibraryError(
            f"The database cannot be copied to {target.parent}: {error}. Free some space or check "
            "the folder's permissions, and run the same command again. An earlier backup there "
            "still holds."
        ) from error
    finally:
        source.close()


def put_in_place(copied: Path, database: Path) -> None:
    """Put a copied database where another one was."""
    # What a journal of the other one says would be written into this one.
    for journal in ("-wal", "-shm", "-journal"):
        database.with_name(database.name + journal).unlink(missing_ok=True)
    copied.replace(database)


def identity(library: Library) -> str:
    """What tells a library from others, wherever it lies, and from which copies have it."""
    query = select(owners.c.name, owners.c.created_at).order_by(owners.c.id).limit(1)
    with library.read() as connection:
        first = connection.execute(query).one()
    return hashlib.sha256(f"{first.name} {first.created_at.isoformat()}".encode()).hexdigest()[:16]


def media_of(database: Path) -> set[str]:
    """Keys in `media/` of all that a copied database refers to.

    Raises:
        LibraryError: It is no database of a library.
    """
    with _reading(database) as engine, engine.connect() as connection:
        return used_media(connection)


def photos_in(database: Path) -> tuple[int, int]:
    """How many photos a copied database has, of everybody, in the bin or not.

    Returns:
        All, and those of which there is no copy of the library's own.

    Raises:
        LibraryError: It is no database of a library, or is damaged.
    """
    with _reading(database) as engine, engine.connect() as connection:
        said = connection.execute(text("PRAGMA quick_check(1)")).scalar()
        if said != "ok":
            raise LibraryError(f"{database} is damaged: {said}.")
        query = select(func.count(), func.count(photos.c.original)).select_from(photos)
        every, copied = connection.execute(query).one()
        return int(every), int(every - copied)


@contextlib.contextmanager
def _reading(database: Path) -> Iterator[Engine]:
    if not database.is_file():
        raise LibraryError(f"There is no backup in {database.parent}: it has no {DATABASE}.")
    address = f"{database.absolute().as_uri()}?mode=ro"
    engine = create_engine(
        "sqlite://", creator=lambda: sqlite3.connect(address, uri=True), poolclass=NullPool
    )
    try:
        yield engine
    except DatabaseError as error:
        raise LibraryError(f"{database} is no database of a library: {error.orig}.") from error
    finally:
        engine.dispose()
