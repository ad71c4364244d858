"""How long every page of a large library takes in a browser, and every click on it.

    python benchmarks/whole_library.py FOLDER
    python benchmarks/pages.py FOLDER [--rounds 3] [--width phone] [--only NAME ...] [--json]

A page is opened by its address in a new session, and come to from another page in the same one.
Timed is until what it is for can be seen, with every picture inside the window, and until all of
it is drawn. Clicks that change something are taken back; use a made library all the same.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import defaultdict
from collections.abc import Sequence
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from arguments import positive
from browsing import WIDTHS, Browsing, Took, browsing
from machine import cores, cpu_model
from page_visits import CLICKS, OPENINGS, Click, Opening, places_of
from playwright.sync_api import Error as PlaywrightError

from gallery.errors import GalleryError
from gallery.store import faces, photos
from gallery.store.library import open_library

GOAL_OPEN_MS, GOAL_CLICK_MS = 1500, 500

OPENED, COME_TO = "opened by its address", "come to from another page"

Times = dict[tuple[str, str], list[Took]]


def measure(library: Path, rounds: int, width: str, only: Sequence[str]) -> dict[str, Any]:
    """Times of openings and clicks, in milliseconds: medians, and the longest."""
    with closing(open_library(library)) as opened:
        places = places_of(opened)
        size = {"photos": photos.count(opened), "faces": faces.count(opened)}
    openings = [one for one in OPENINGS if not only or one.name in only]
    times: Times = defaultdict(list)
    with browsing(library, width) as on:
        times["The app", "the first page after its start"].append(on.open("", OPENINGS[0].shown))
        for _ in range(rounds):
            for opening in openings:
                _visit(on, opening, places, times)
        for opening in openings:
            # Once, since what was done before stays: what is chosen, how far a list is open.
            clicks = [one for one in CLICKS if one.page == opening.name]
            for _ in range(rounds if clicks else 0):
                _click(on, opening, clicks, places, times)
    return {
        "cpu": cpu_model(), "cores": cores(), "load": os.getloadavg()[0], "width": width,
        "library": size, "rounds": rounds,
        "rows": [
            {
                "page": page, "what": what,
                "seen_ms": float(np.median([took.seen for took in some])),
                "seen_most_ms": max(took.seen for took in some),
                "done_ms": float(np.median([took.done for took in some])),
            }
            for (page, what), some in times.items()
        ],
    }  # fmt: skip


def _visit(on: Browsing, opening: Opening, places: dict[str, str], times: Times) -> None:
    path = opening.path.format_map(places)
    times[opening.name, OPENED].append(on.open(path, opening.shown))
    print(opening.name, times[opening.name, OPENED][-1], file=sys.stderr)
    if opening.link:
        away = next(one for one in OPENINGS if one.link and one is not opening)
        on.open(away.path, away.shown)
        on.settle()
        times[opening.name, COME_TO].append(on.follow(opening.name, opening.shown))
    on.settle()


def _click(
    on: Browsing, opening: Opening, clicks: list[Click], places: dict[str, str], times: Times
) -> None:
    on.open(opening.path.format_map(places), opening.shown)
    for click in clicks:
        on.settle()
        if click.ready is not None:
            with suppress(PlaywrightError):  # seen in what follows
                click.ready(on)
            on.settle()
        act = partial(click.act, on)
        times[opening.name, click.name].append(on.take(act, click.shown))
        print(opening.name, click.name, times[opening.name, click.name][-1], file=sys.stderr)


def print_table(document: dict[str, Any]) -> None:
    """The document as Markdown; a star marks what misses its goal."""
    size = document["library"]
    print(
        f"{document['cpu']}, {document['cores']} cores, load {document['load']:.1f}; "
        f"{size['photos']:,} photos, {size['faces']:,} faces, {document['width']}\n"
    )
    print("| page | what | seen, ms | longest | all drawn, ms |\n|---|---|---|---|---|")
    for row in document["rows"]:
        goal = GOAL_CLICK_MS
        if row["what"] not in {one.name for one in CLICKS}:
            goal = GOAL_OPEN_MS
        star = " *" if row["seen_ms"] > goal else ""
        print(
            f"| {row['page']} | {row['what']} | {row['seen_ms']:,.0f}{star} | "
            f"{row['seen_most_ms']:,.0f} | {row['done_ms']:,.0f} |"
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("library", type=Path, help="made by whole_library.py")
    parser.add_argument("--rounds", type=positive, default=3)
    parser.add_argument("--width", choices=sorted(WIDTHS), default="desktop")
    parser.add_argument("--only", nargs="+", default=[], help="names of pages", metavar="NAME")
    parser.add_argument("--json", action="store_true", help="a document on standard output")
    options = parser.parse_args(arguments)
    try:
        document = measure(options.library, options.rounds, options.width, options.only)
    except (GalleryError, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    if options.json:
        json.dump(document, sys.stdout, indent=1)
        print()
    else:
        print_table(document)
    return 0


if __name__ == "__main__":
    sys.exit(main())
