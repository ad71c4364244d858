"""Laying faces out in a process of its own.

UMAP is compiled anew in every process, holds the interpreter while it runs, and leaves some
hundreds of megabytes behind. Beside the app it would slow every page down; this way it does
not, ends when it is stopped, and leaves nothing. What passes between the two is lines of JSON
and bare numbers.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
import time
from dataclasses import asdict
from typing import IO

import numpy as np

from gallery import child_process
from gallery.errors import GalleryError
from gallery.layout import Chosen, Places, Tell, choose, lay_out
from gallery.records import Progress, Vectors

# How often the process says where it is: whoever listens can stop it then.
_SECONDS_BETWEEN = 0.4
# Two at once would take twice the time and the memory; in the public demo many may ask.
_ONE_AT_A_TIME = threading.Lock()


def lay_out_apart(vectors: Vectors, chosen: Chosen, tell: Tell) -> Places:
    """What `layout.lay_out` does, in a process that ends with it.

    Args:
        vectors: (n, d) unit vectors.
        chosen: how.
        tell: hears how far it is, some times a second; what it raises stops the work.

    Returns:
        (n, 2) places.

    Raises:
        GalleryError: The process failed, or there was no room for it.
    """
    started = time.perf_counter()
    while not _ONE_AT_A_TIME.acquire(timeout=_SECONDS_BETWEEN):
        tell(Progress("Waiting for another map", 0, None, time.perf_counter() - started))
    try:
        return _run(vectors, chosen, tell)
    finally:
        _ONE_AT_A_TIME.release()


def _run(vectors: Vectors, chosen: Chosen, tell: Tell) -> Places:
    with child_process.started("gallery.layout_process") as (process, last_words):
        said: queue.Queue[Progress | bytes] = queue.Queue()
        talk = threading.Thread(target=_talk, args=(process, vectors, chosen, said))
        talk.start()
        try:
            data = _listen(said, tell)
        finally:
            process.kill()
            talk.join()
        if not data:
            raise GalleryError(
                "The map could not be laid out; perhaps there was not enough memory. "
                f"{last_words()}."
            )
    return np.frombuffer(data, dtype=np.float32).reshape(len(vectors), 2)


def _listen(said: queue.Queue[Progress | bytes], tell: Tell) -> bytes:
    """Pass on how far it is until the places come; nothing where none come.

    While the process compiles it says nothing; whoever listens is told all the same, so that
    the work can be stopped.
    """
    step = Progress("Getting ready", 0, None, 0.0)
    while True:
        with contextlib.suppress(queue.Empty):
            answer = said.get(timeout=_SECONDS_BETWEEN)
            if isinstance(answer, bytes):
                return answer
            step = answer
        tell(step)


def _talk(
    process: subprocess.Popen[bytes],
    vectors: Vectors,
    chosen: Chosen,
    said: queue.Queue[Progress | bytes],
) -> None:
    """Hand the vectors over and take in what the process says, its places last."""
    given, answers = process.stdin, process.stdout
    places = b""
    asked = {"method": chosen.method.name, "values": dict(chosen.values), "shape": vectors.shape}
    # A process that ends, or is ended, leaves no places.
    with contextlib.suppress(OSError, ValueError):
        if given is not None and answers is not None:
            with given:
                given.write(json.dumps(asked).encode() + b"\n")
                given.write(np.ascontiguousarray(vectors, dtype=np.float32).data)
            for line in answers:
                step = json.loads(line)
                if step is None:
                    places = answers.read()
                    break
                said.put(Progress(**step))
    said.put(places)


class _Teller:
    """Says on a stream, a few times a second, what was told last."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._latest: Progress | None = None
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._go_on, daemon=True)
        self._thread.start()

    def tell(self, step: Progress) -> None:
        """Where the work is."""
        self._latest = step

    def _go_on(self) -> None:
        while not self._done.wait(_SECONDS_BETWEEN):
            if self._latest is not None:
                try:
                    self._stream.write(json.dumps(asdict(self._latest)).encode() + b"\n")
                    self._stream.flush()
                except OSError:
                    os._exit(1)  # nobody listens any more

    def end(self, places: Places) -> None:
        """Hand over what came out."""
        self._done.set()
        self._thread.join()
        self._stream.write(b"null\n")
        self._stream.write(np.ascontiguousarray(places, dtype=np.float32).data)
        self._stream.flush()


def main() -> None:
    """The process itself: a request and vectors on standard input, places on standard output."""
    # UMAP imports TensorFlow, where it is, for a part that is not used here.
    sys.modules["tensorflow"] = None  # type: ignore[assignment]
    stream = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # Whatever else is printed would be taken for an answer.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    teller = _Teller(stream)
    asked = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    vectors = np.frombuffer(data, dtype=np.float32).reshape(asked["shape"])
    teller.end(lay_out(vectors, choose(asked["method"], asked["values"]), teller.tell))


if __name__ == "__main__":
    main()
