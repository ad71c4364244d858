"""Commands of the gallery in a process of their own, which is killed at a moment that was drawn.

A process that has imported everything is forked for every run, so that a run takes no longer
than its work, and SIGKILL comes from outside, as it would from the system.
"""

from __future__ import annotations

import importlib
import json
import mmap
import os
import pkgutil
import re
import select
import signal
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event

import gallery
from gallery.cli import main

# What changes something on the disk, as Python tells its audit hooks.
_CHANGES = frozenset(
    {"os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.truncate", "os.utime", "sqlite3.connect"}
)
_HASH = re.compile(r"([0-9a-f]{6})[0-9a-f]{26,}")
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_SQL = ("INSERT", "UPDATE", "DELETE", "CREATE", "PRAGMA WAL", "BEGIN IMMEDIATE")
# A page has what was answered, the exit code, the last change, and the counts of each answer.
_PAGE = 4096
_HEAD, _LAST, _COUNTED = struct.Struct("ii"), 400, struct.Struct("id")


@dataclass(frozen=True, slots=True)
class Moment:
    """When a process is killed.

    Args:
        write: so many changes of the disk after its beginning, or None: by the clock alone.
        seconds: after that change, or after the beginning.
    """

    write: int | None
    seconds: float

    def __str__(self) -> str:
        if self.write is None:
            return f"{self.seconds:.3f} s after its beginning"
        return f"{1000 * self.seconds:.1f} ms after write {self.write}"


@dataclass(frozen=True, slots=True)
class Run:
    """What came of a run.

    Args:
        killed: whether it was; otherwise it came to its end before.
        code: exit code of the first command that failed, else 0.
        answered: commands that came to their end.
        last: the latest change of the disk that was begun.
        counted: for every answered command, the changes and the seconds up to then.
    """

    killed: bool
    code: int
    answered: int
    last: str
    counted: tuple[tuple[int, float], ...]


class _Page:
    """A page of memory that outlives the process that writes to it."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, _PAGE)

    def put(self, answered: int, code: int, last: str) -> None:
        told = last.encode()[: _LAST - 1].ljust(_LAST, b"\0")
        self._memory[: _HEAD.size + _LAST] = _HEAD.pack(answered, code) + told

    def count(self, at: int, writes: int, seconds: float) -> None:
        start = _HEAD.size + _LAST + at * _COUNTED.size
        self._memory[start : start + _COUNTED.size] = _COUNTED.pack(writes, seconds)

    def get(self) -> tuple[int, int, str]:
        answered, code = _HEAD.unpack(self._memory[: _HEAD.size])
        last = bytes(self._memory[_HEAD.size : _HEAD.size + _LAST]).partition(b"\0")[0]
        return answered, code, last.decode(errors="replace")

    def counted(self, answered: int) -> tuple[tuple[int, float], ...]:
        start = _HEAD.size + _LAST
        counted = self._memory[start : start + answered * _COUNTED.size]
        return tuple(_COUNTED.iter_unpack(counted))


class _Watch:
    """Counts what a process changes on the disk, and says when so many changes were begun."""

    def __init__(self, page: _Page, moment: Moment | None, tell: int) -> None:
        self._page, self._tell = page, tell
        self._at = None if moment is None else moment.write
        self._answered, self._writes, self._code, self._last = 0, 0, 0, ""
        self._seconds, self._since = 0.0, time.perf_counter()
        self._is_paused = False
        # Threads write, and what is thrown away while one is counted may write, too.
        self._turn = threading.RLock()
        sys.addaudithook(self._hook)
        event.listen(Engine, "before_cursor_execute", self._statement)
        event.listen(Engine, "commit", self._commit)

    def answered(self, code: int) -> None:
        """A command came to its end."""
        seconds = self._seconds + time.perf_counter() - self._since
        self._page.count(self._answered, self._writes, seconds)
        self._answered, self._code = self._answered + 1, code
        self._page.put(self._answered, self._code, self._last)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Count nothing."""
        self._seconds += time.perf_counter() - self._since
        self._is_paused = True
        yield
        self._is_paused = False
        self._since = time.perf_counter()

    def _begun(self, what: str) -> None:
        with self._turn:
            if self._is_paused:
                return
            self._writes, self._last = self._writes + 1, what
            self._page.put(self._answered, self._code, self._last)
            if self._writes == self._at:
                os.write(self._tell, b"!")

    def _hook(self, name: str, given: tuple[Any, ...]) -> None:
        if name == "open":
            path, _, flags = given
            if isinstance(flags, int) and flags & _WRITES and isinstance(path, str | bytes):
                self._begun(f"writing {_short(path)}")
        elif name in _CHANGES:
            self._begun(f"{name} {_short(given[0])}")

    def _statement(self, _connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.lstrip().upper().startswith(_SQL):
            self._begun(" ".join(statement.split()[:3]))

    def _commit(self, connection: Connection) -> None:
        if connection.get_execution_options().get("gallery_write"):
            self._begun("COMMIT")


def _short(path: object) -> str:
    """The end of a path, without most of the hashes that names are made of."""
    if not isinstance(path, str | bytes):
        return ""
    return _HASH.sub(r"\1…", "/".join(Path(os.fsdecode(path)).parts[-2:]))


def import_everything() -> None:
    """Import what the commands will, once for all of them; no model is loaded, no thread begun."""
    import cv2  # noqa: F401
    import faiss  # noqa: F401
    import openvino  # noqa: F401
    import simplejpeg  # noqa: F401

    for module in pkgutil.walk_packages(gallery.__path__, "gallery."):
        if not module.name.startswith(("gallery.ui", "gallery.__main__", "gallery.store.migr")):
            importlib.import_module(module.name)


def run(
    commands: Sequence[Sequence[str]],
    log: Path,
    moment: Moment | None = None,
    after_each: Callable[[], None] | None = None,
) -> Run:
    """Run commands one after the other in a process, and kill it at a moment, or let it be.

    Args:
        commands: what would be typed after `gallery`.
        log: file that what they print is added to.
        moment: when to kill.
        after_each: called in that process before the first and after each command.
    """
    page = _Page()
    listen, tell = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(listen)
        _in_child(lambda: _carry_out(commands, _Watch(page, moment, tell), after_each), log)
    os.close(tell)
    killed = moment is not None and _wait(listen, moment)
    if killed:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    os.close(listen)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    answered, code, last = page.get()
    if not killed and (status or answered != len(commands)):
        code = code or os.waitstatus_to_exitcode(status) or 1
    return Run(killed, code, answered, last, page.counted(answered))


def _wait(listen: int, moment: Moment) -> bool:
    """Wait for a moment; whether it came before the process ended."""
    if moment.write is not None and not os.read(listen, 1):
        return False
    # What is read from a process that has ended is its end.
    return not select.select([listen], [], [], moment.seconds)[0]


def _carry_out(
    commands: Sequence[Sequence[str]], watch: _Watch, after_each: Callable[[], None] | None
) -> None:
    def look() -> None:
        if after_each is not None:
            with watch.paused():
                after_each()

    look()
    for command in commands:
        code = 0
        try:
            main(list(command))
        except SystemExit as stop:
            code = int(stop.code or 0)
        watch.answered(code)
        if code:
            return
        look()


def aside(work: Callable[[], Any], log: Path) -> Any:
    """What a function returns in a process of its own, as JSON brings it over.

    The process that forks must never have begun threads, as looking at a library does.

    Raises:
        RuntimeError: It failed; the message is what it printed last.
    """
    listen, tell = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(listen)

        def carry_out() -> None:
            with os.fdopen(tell, "w") as stream:
                json.dump(work(), stream)

        _in_child(carry_out, log)
    os.close(tell)
    with os.fdopen(listen) as stream:
        said = stream.read()
    _, status = os.waitpid(child, 0)
    if status:
        raise RuntimeError(end_of(log))
    return json.loads(said)


def end_of(log: Path) -> str:
    """The last lines that commands have printed."""
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-20:])


def _in_child(work: Callable[[], None], log: Path) -> None:
    code = 1
    try:
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        os.dup2(output, 1)
        os.dup2(output, 2)
        work()
        code = 0
    except BaseException:  # noqa: BLE001 - nothing of the parent may run in the child
        import traceback

        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
