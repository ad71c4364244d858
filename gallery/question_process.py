"""Working out questions in a process of its own.

In a library of hundreds of thousands of faces it holds the interpreter for seconds and all of the
processor for longer: beside the app it would slow every page down. What passes between the two is
JSON.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from gallery import child_process
from gallery.errors import GalleryError
from gallery.questions import Kind, Question, questions
from gallery.records import Space
from gallery.store import people
from gallery.store.library import Library, open_library

# Nobody answers more before they are worked out anew.
MOST = 2000
# Pages come first.
_NICENESS = 10


def questions_apart(
    library: Library,
    space: Space,
    link: float,
    hold: Callable[[subprocess.Popen[bytes]], None] = lambda _: None,
) -> list[Question]:
    """The best of what `questions.questions` gives, `MOST` at most, from a process of its own.

    Args:
        library: whose.
        space: vectors to compare.
        link: average similarity at which two persons would have been one.
        hold: is given the process, to end it before its time.

    Raises:
        GalleryError: The process failed, or was ended.
    """
    asked = {"root": str(library.root), "space": asdict(space), "link": link}
    with child_process.started("gallery.question_process") as (process, last_words):
        hold(process)
        rows = _talk(process, asked)
        if rows is None:
            raise GalleryError(
                "The questions could not be worked out; perhaps there was not enough memory. "
                f"{last_words()}."
            )
    return _with_persons(library, rows)


def _talk(process: subprocess.Popen[bytes], asked: dict[str, Any]) -> list[list[Any]] | None:
    """What the process answers; nothing where it ends before it does."""
    given, answers = process.stdin, process.stdout
    if given is None or answers is None:
        return None
    # A process that ends, or is ended, says nothing whole.
    with contextlib.suppress(OSError, ValueError):
        given.write(json.dumps(asked).encode() + b"\n")
        # It is not closed: the process ends once nobody holds it any more.
        given.flush()
        rows: list[list[Any]] = json.loads(answers.read())
        return rows
    return None


def _with_persons(library: Library, rows: list[list[Any]]) -> list[Question]:
    known = people.by_ids(library, {row[at] for row in rows for at in (1, 2) if row[at]})
    return [
        Question(Kind(kind), known[person], known.get(other), face, score, settles, worth)
        for kind, person, other, face, score, settles, worth in rows
        # Somebody may be gone meanwhile.
        if person in known and (other is None or other in known)
    ]


def _end_with_the_app() -> None:
    """Wait until whoever asked is gone: nobody wants the answer then."""
    sys.stdin.buffer.read()
    os._exit(1)


def main() -> None:
    """The process itself: a request on standard input, questions on standard output."""
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    asked = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_the_app, daemon=True).start()
    library = open_library(Path(asked["root"]))
    found = questions(library, Space(**asked["space"]), asked["link"])[:MOST]
    rows = [
        [
            question.kind.value, question.person.id, question.other and question.other.id,
            question.face_id, question.score, question.settles, question.worth,
        ]
        for question in found
    ]  # fmt: skip
    sys.stdout.write(json.dumps(rows))


if __name__ == "__main__":
    main()
