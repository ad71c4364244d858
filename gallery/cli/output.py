"""How the command line speaks: results on standard output, everything else on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from gallery.records import Progress
from gallery.wording import counted as counted
from gallery.wording import duration as duration

_LOG_SECONDS = 10.0


def print_json(document: Any) -> None:
    """One JSON document on standard output."""
    # JSON can escape what a terminal or a redirected Windows console has no letters for.
    ascii_only = (sys.stdout.encoding or "utf-8").replace("-", "").lower() != "utf8"
    sys.stdout.write(json.dumps(document, ensure_ascii=ascii_only, indent=2) + "\n")


def say(text: str) -> None:
    """A line of the result on standard output."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding) + "\n")


def remark(text: str) -> None:
    """A line for the person, on standard error."""
    sys.stderr.write(text.encode("utf-8", "backslashreplace").decode("utf-8") + "\n")
    sys.stderr.flush()


def wants_json(arguments: Iterable[str]) -> bool:
    """Whether a call asked for JSON, known even where the call itself is wrong."""
    return "--json" in arguments


def report_error(message: str, *, as_json: bool) -> None:
    """An error: one line on standard error, and a document where one was asked for."""
    if as_json:
        print_json({"error": message})
    remark(f"gallery: {message}")


def table(rows: Sequence[tuple[str, ...]], headings: tuple[str, ...]) -> None:
    """A plain table that a terminal and `grep` both like."""
    widths = [max(len(row[i]) for row in [headings, *rows]) for i in range(len(headings))]
    for row in [headings, *rows]:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        say("  ".join(cells).rstrip())


def follow(steps: Iterable[Progress]) -> None:
    """Run long work to its end under one line: bar, count, rate, time left."""
    with progress_line() as show:
        for step in steps:
            show(step)


@contextmanager
def progress_line() -> Iterator[Callable[[Progress], None]]:
    """One line on standard error that is redrawn as work goes on."""
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _plain_lines()
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[words]}"),
        TimeElapsedColumn(),
    )
    with Bar(*columns, console=console) as bar:
        task = bar.add_task("", total=None, words="")

        def show(step: Progress) -> None:
            bar.update(
                task,
                description=step.stage,
                completed=step.done,
                total=step.total,
                words=progress_words(step),
            )

        yield show


def _plain_lines() -> Callable[[Progress], None]:
    """For a log: a line every ten seconds instead of one that is redrawn."""
    from time import monotonic

    last = monotonic()

    def show(step: Progress) -> None:
        nonlocal last
        if monotonic() - last >= _LOG_SECONDS:
            last = monotonic()
            remark(f"{step.stage}: {progress_words(step)}")

    return show


def progress_words(step: Progress) -> str:
    """`132 of 600 · 14.2 a second · 33 s left`."""
    if step.stage.startswith("Fetching "):
        return step.note  # counted in bytes; the note has them in megabytes
    if step.total is None and not step.done:
        return step.note or "…"
    words = f"{step.done}" if step.total is None else f"{step.done} of {step.total}"
    if step.rate:
        words += f" · {step.rate:.1f} a second"
    if step.remaining is not None and step.remaining >= 1:
        words += f" · {duration(step.remaining)} left"
    return f"{words} · {step.note}" if step.note else words


def megabytes(size: int | None) -> str:
    """`36.9 MB`, or nothing where the size is unknown."""
    return "" if size is None else f"{size / 1e6:.1f} MB"


@contextmanager
def download_line(name: str) -> Iterator[Callable[[int, int | None], None]]:
    """A progress line in megabytes for one download."""
    from time import perf_counter

    started = perf_counter()
    with progress_line() as show:

        def on_bytes(done: int, total: int | None) -> None:
            of = "" if total is None else f" of {total / 1e6:.1f}"
            step = Progress(
                f"Fetching {name}",
                done,
                total,
                perf_counter() - started,
                f"{done / 1e6:.1f}{of} MB",
            )
            show(step)

        yield on_bytes
