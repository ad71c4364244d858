"""Working out questions in a process of its own.

In a library of hundreds of thousands of faces it holds the interpreter for seconds and all of the
processor for longer: beside the app it would slow every page down. What passes between the two is
JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from gallery.errors import GalleryError
from gallery.questions import Kind, Question, questions
from gallery.records import Space
from gallery.store import people
from gallery.store.library import Library, open_library

# Nobody answers more before they are worked out anew.
MOST = 2000
# Pages come first.
_NICENESS = 10


def questions_apart(library: Library, space: Space, link: float) -> list[Question]:
    """The best of what `questions.questions` gives, `MOST` at most, from a process of its own.

    Raises:
        GalleryError: The process failed.
    """
    asked = {"root": str(library.root), "space": asdict(space), "link": link}
    done = subprocess.run(
        [sys.executable, "-m", "gallery.question_process"],
        input=json.dumps(asked).encode(),
        capture_output=True,
        env=_environment(),
        check=False,
    )
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise GalleryError(
            "The questions could not be worked out; perhaps there was not enough memory. "
            f"{lines[-1] if lines else 'The process ended without a word'}."
        )
    return _with_persons(library, json.loads(done.stdout))


def _environment() -> dict[str, str]:
    """That of this process, with the package it runs from."""
    package = str(Path(__file__).resolve().parent.parent)
    path = os.pathsep.join(filter(None, [package, os.environ.get("PYTHONPATH")]))
    return os.environ | {"PYTHONPATH": path}


def _with_persons(library: Library, rows: list[list[Any]]) -> list[Question]:
    known = people.by_ids(library, {row[at] for row in rows for at in (1, 2) if row[at]})
    return [
        Question(Kind(kind), known[person], known.get(other), face, score, settles, worth)
        for kind, person, other, face, score, settles, worth in rows
        # Somebody may be gone meanwhile.
        if person in known and (other is None or other in known)
    ]


def main() -> None:
    """The process itself: a request on standard input, questions on standard output."""
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    asked = json.loads(sys.stdin.buffer.read())
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
