"""The database of a library copied while it is in use, and read where it was copied to."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine, create_engine, func, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import NullPool

from gallery.errors import LibraryError
from gallery.store.checks import used_media
from gallery.store.library import DATABASE, Library
from gallery.store.tables import photos


def copy_database(library: Library, target: Path) -> None:
    """Copy the database as it is at one moment, whoever writes meanwhile.

    Args:
        library: which.
        target: file to be written; what was there is replaced once all is copied.

    Raises:
        LibraryError: There is no room, or the folder cannot be written.
    """
    unfinished = target.with_suffix(".part")
    unfinished.unlink(missing_ok=True)
    source = library.engine.raw_connection()
    try:
        with contextlib.closing(sqlite3.connect(unfinished)) as copy:
            # All pages in one go: a writer in between would make it begin anew.
            source.driver_connection.backup(copy)  # type: ignore[union-attr]
            copy.execute("PRAGMA journal_mode=DELETE")
        unfinished.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise LibraryError(f"The database cannot be copied to {target}: {error}.") from error
    finally:
        source.close()
        unfinished.unlink(missing_ok=True)


def media_of(database: Path) -> set[str]:
    """Keys in `media/` of all that a copied database refers to.

    Raises:
        LibraryError: It is no database of a library.
    """
    with _reading(database) as engine, engine.connect() as connection:
        return used_media(connection)


def photos_in(database: Path) -> int:
    """How many photos a copied database has, of everybody, in the bin or not.

    Raises:
        LibraryError: It is no database of a library, or is damaged.
    """
    with _reading(database) as engine, engine.connect() as connection:
        said = connection.execute(text("PRAGMA quick_check(1)")).scalar()
        if said != "ok":
            raise LibraryError(f"{database} is damaged: {said}.")
        return int(connection.execute(select(func.count()).select_from(photos)).scalar_one())


@contextlib.contextmanager
def _reading(database: Path) -> Iterator[Engine]:
    if not database.is_file():
        raise LibraryError(f"There is no backup in {database.parent}: it has no {DATABASE}.")
    engine = create_engine(f"sqlite:///file:{database}?mode=ro&uri=true", poolclass=NullPool)
    try:
        yield engine
    except DatabaseError as error:
        raise LibraryError(f"{database} is no database of a library: {error.orig}.") from error
    finally:
        engine.dispose()
