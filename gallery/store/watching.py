"""Whether a library has changed since something was read from it."""

from __future__ import annotations

from threading import Lock
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, event

from gallery.store.library import Library

_watchers: WeakKeyDictionary[Engine, _Watcher] = WeakKeyDictionary()
_watching = Lock()


class _Watcher:
    """A connection that never writes, so that SQLite tells it of everybody else's changes."""

    def __init__(self, engine: Engine) -> None:
        self._connection = engine.raw_connection()
        self._connection.detach()
        self._lock = Lock()

    def version(self) -> int:
        with self._lock:
            cursor = self._connection.cursor()
            cursor.execute("PRAGMA data_version")
            number: int = cursor.fetchall()[0][0]
            cursor.close()
            return number

    def close(self) -> None:
        with self._lock:
            self._connection.close()


def version(library: Library) -> int | None:
    """A number that is another one after every change, whoever made it; None where none is known.

    What is to be kept is read after this, through a connection that has not read anything yet:
    then it is never older than the number says.
    """
    engine = library.engine
    if engine.dialect.name != "sqlite":
        return None
    with _watching:
        watcher = _watchers.get(engine)
        if watcher is None:
            watcher = _watchers[engine] = _Watcher(engine)
            event.listen(engine, "engine_disposed", _forget, once=True)
    return watcher.version()


def _forget(engine: Engine) -> None:
    with _watching:
        watcher = _watchers.pop(engine, None)
    if watcher is not None:
        watcher.close()
