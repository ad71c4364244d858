"""Whether a library has changed since something was read from it."""

from __future__ import annotations

import sqlite3
from itertools import count
from pathlib import Path
from threading import Lock
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, event

from gallery.store.library import Library

# What `version` gives: of which watcher, and its number.
Version = tuple[int, int]

_watchers: WeakKeyDictionary[Engine, _Watcher] = WeakKeyDictionary()
_watching = Lock()
_numbers = count()


class _Watcher:
    """A connection that never writes, so that SQLite tells it of everybody else's changes.

    Not one of the engine's, which it would keep alive.
    """

    def __init__(self, database: Path) -> None:
        # Each begins to count anew.
        self._number = next(_numbers)
        self._lock = Lock()
        # Never makes a database where there is none any more.
        address = f"{database.as_uri()}?mode=rw"
        self._connection = sqlite3.connect(address, uri=True, check_same_thread=False)

    def version(self) -> Version:
        with self._lock:
            [(changes,)] = self._connection.execute("PRAGMA data_version").fetchall()
        return self._number, int(changes)

    def close(self) -> None:
        with self._lock:
            self._connection.close()


def version(library: Library) -> Version | None:
    """Something else after every change, whoever made it; None where that is not known.

    What is to be kept is read after this, through a connection that has not read anything yet:
    then it is never older than this says.
    """
    engine = library.engine
    if engine.dialect.name != "sqlite" or engine.url.database is None:
        return None
    try:
        with _watching:
            watcher = _watchers.get(engine)
            if watcher is None:
                watcher = _watchers[engine] = _Watcher(Path(engine.url.database))
                event.listen(engine, "engine_disposed", _forget, once=True)
        return watcher.version()
    except sqlite3.Error:
        # Damaged, gone, or closed a moment ago: whoever reads next says so in words.
        return None


def _forget(engine: Engine) -> None:
    with _watching:
        watcher = _watchers.pop(engine, None)
    if watcher is not None:
        watcher.close()
