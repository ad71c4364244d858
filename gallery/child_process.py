"""A module of the package in a process of its own, beside the app."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

# Of a process: its last words, once it has ended.
LastWords = Callable[[], str]


@contextmanager
def started(module: str) -> Iterator[tuple[subprocess.Popen[bytes], LastWords]]:
    """Start a module with pipes to talk to it; when the block ends, it is waited for.

    Args:
        module: full name of it.
    """
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(  # noqa: S603 - a module of ours, no shell
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=_environment(),
        ) as process,
    ):

        def last_words() -> str:
            process.wait()
            errors.seek(0)
            lines = errors.read().decode(errors="replace").strip().splitlines()
            return lines[-1] if lines else "The process ended without a word"

        yield process, last_words


def _environment() -> dict[str, str]:
    """That of this process, with the package it runs from."""
    package = str(Path(__file__).resolve().parent.parent)
    path = os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH")]))
    return os.environ | {"PYTHONPATH": path}
