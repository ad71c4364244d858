"""A thousand malformed files, taken in by the command line: what became of each, and why.

    python benchmarks/malformed.py [--seed N] [--side PIXELS] [--json] [--keep FOLDER]

The files are made from a drawn portrait (`malformed_*.py`), the same for a seed: cut short at
every part of a format, with flipped bits, broken metadata, rare colours and sizes, bombs, ZIPs
that lie, pipes and links. `gallery ingest` takes them in, in one run, with the real models;
afterwards each is taken in on its own, for the time it takes. `--side` is that of the pictures of
one colour, in pixels: 15800 gives about as many pixels as are allowed by default. Exit code 1 if a
file is not named, or something became of one that should not have. docs/safety.md says more.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import malformed_run as run
from arguments import positive
from machine import as_text, cores, describe
from malformed_photo import Expected, Made
from malformed_run import Outcome

from gallery.config import load_settings
from gallery.pipeline import ingest
from gallery.records import IngestReport, Refusal, RefusalCode, Stage
from gallery.sources import find_photos
from gallery.store.library import open_library
from gallery.workflow import load_models

_SLOWEST = 10
_TRIES = 0.2  # seconds between two looks at the memory of the run


def take_in(folder: Path, library: Path) -> dict[str, Any]:
    """What `gallery ingest` says of a folder, and what it took.

    Raises:
        RuntimeError: It did not end as it should.
    """
    command = [sys.executable, "-m", "gallery", "ingest", str(folder), "--json"]
    started, peak = time.perf_counter(), 0
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            [*command, "--library", str(library)], stdout=said, stderr=errors
        )
        while process.poll() is None:
            peak = max(peak, _memory(process.pid))
            time.sleep(_TRIES)
        said.seek(0)
        errors.seek(0)
        if process.returncode:
            tail = errors.read().decode("utf-8", "replace")[-2000:]
            raise RuntimeError(f"gallery ingest ended with {process.returncode}:\n{tail}")
        document: dict[str, Any] = json.loads(said.read())
    return document | {"wall": time.perf_counter() - started, "peak_mb": peak / 1e6}


def _memory(pid: int) -> int:
    """The most bytes a process has held so far, where Linux says so."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    lines = [line.split() for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(lines[0][1]) * 1024 if lines else 0


def each_alone(folder: Path, library: Path) -> dict[str, float]:
    """Seconds that each file takes by itself, from its bytes to its faces, by its path."""
    settings = load_settings()
    models, store = load_models(settings), open_library(library)
    seconds = {}
    for item in find_photos([folder], settings):
        started = time.perf_counter()
        for _ in ingest(store, [item], models, settings, IngestReport()):
            pass
        seconds[item.path] = time.perf_counter() - started
    store.close()
    return seconds


def measure(folder: Path, made: Sequence[Made]) -> dict[str, Any]:
    """Take everything in; the document with what became of it."""
    files = folder / "files"
    files.mkdir()
    run.write(files, made)
    taken = take_in(files, folder / "library")
    refused = [
        Refusal(one["path"], Stage(one["stage"]), RefusalCode(one["code"]), one["reason"])
        for one in taken["failed"]
    ]
    store = open_library(folder / "library")
    outcomes = run.outcomes(store, files, made, refused)
    strangers = run.strangers(store, files, made, refused)
    store.close()
    alone = each_alone(files, folder / "again")
    return {
        "files": [_row(one, alone.get(run.shown_as(files, one.made))) for one in outcomes],
        "wrong": [f"{one.made.path!r}: {one.wrong}" for one in outcomes if one.wrong]
        + [f"{path!r} was not made" for path in strangers],
        "faces": taken["faces"],
        "people": taken["people"],
        "wall_seconds": round(taken["wall"], 1),
        "peak_mb": round(taken["peak_mb"]),
    }


def _row(outcome: Outcome, seconds: float | None) -> dict[str, Any]:
    return {
        "path": outcome.made.path.encode("utf-8", "backslashreplace").decode(),
        "kind": outcome.made.kind,
        "expected": str(outcome.made.expected),
        "became": str(outcome.became),
        "reasons": list(outcome.reasons),
        "faces": outcome.faces,
        "seconds": None if seconds is None else round(seconds, 2),
    }


def print_tables(document: dict[str, Any]) -> None:
    """By kind, then every file that was kept out, then the slowest."""
    files = document["files"]
    kinds = dict.fromkeys(row["kind"] for row in files)
    shown = (Expected.TAKEN_IN, Expected.REFUSED, Expected.PASSED_OVER)
    print(f"{'':44}{'files':>7}" + "".join(f"{name:>13}" for name in shown))
    for kind in kinds:
        became = Counter(row["became"] for row in files if row["kind"] == kind)
        counts = "".join(f"{became[name] or '':>13}" for name in shown)
        print(f"{kind:44}{became.total():>7}{counts}")
    became = Counter(row["became"] for row in files)
    print(f"{'all':44}{len(files):>7}" + "".join(f"{became[name]:>13}" for name in shown))
    print("\nKept out:")
    for row in files:
        for reason in row["reasons"]:
            print(f"  {row['path']!r}: {reason}")
    print("\nThe slowest, each alone:")
    timed = sorted((row for row in files if row["seconds"]), key=lambda row: -row["seconds"])
    for row in timed[:_SLOWEST]:
        print(f"  {row['seconds']:6.2f} s  {row['path']!r} ({row['became']})")
    print(
        f"\n{document['faces']} faces; all in one run: {document['wall_seconds']} s, at most "
        f"{document['peak_mb']} MB of memory."
    )
    for line in document["wrong"]:
        print(f"WRONG {line}")


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n\n")[0])
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--side", type=positive, default=1000, help="of pictures of one colour")
    parser.add_argument("--keep", type=Path, help="leave the files and the library in this folder")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    # Text is read and the owner's own library is left alone, whatever the shell says.
    os.environ.pop("GALLERY_LIBRARY", None)
    made = run.make(arguments.seed, arguments.side)
    if arguments.keep is not None:
        arguments.keep.mkdir(parents=True)
    place = tempfile.TemporaryDirectory() if arguments.keep is None else nullcontext(arguments.keep)
    with place as folder:
        document = measure(Path(folder).resolve(), made)
        run.unlock(Path(folder))
    document["machine"] = describe(cores())
    if arguments.json:
        print(json.dumps(document, indent=2))
    else:
        print(as_text(document["machine"]))
        print_tables(document)
    return 1 if document["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
