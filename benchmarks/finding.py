"""Everything that finds photos, on real ones mixed with copies that were made of them.

    python benchmarks/finding.py --lfw DIR --out FOLDER [--photos 5000] [--copied 300] [--json]

FOLDER gets the photos, copies of some of them (each edited in two of the ways of `photo_edits.py`,
drawn with a seed, and one file copied as it is), and a library, which the commands a user would
type then fill: ingest, which also tags, and finds places and events; duplicates. Printed is how
long each took, which copies were found to be their original and what was wrongly put together,
and how long searching takes: the first page with the reasons, the counts beside it, completion,
a face of a picture that is not in the library. FOLDER stays, to be looked at with `gallery serve`.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from arguments import positive
from duplicates import ONE_PICTURE
from machine import as_text, describe
from photo_edits import EDITS, GOAL
from PIL import Image

from gallery.completing import complete
from gallery.config import load_settings
from gallery.face_search import faces_in, open_index, photos_like
from gallery.machine import cores
from gallery.query import Value, term
from gallery.search import SHOWN, read_query, why
from gallery.store import found, runs, tags
from gallery.store.library import Library, open_library
from gallery.workflow import load_models

_SEED = 0
_ROUNDS = 10
_PAGE = 121
_TYPED = ("por", "tag:bl", "file:Geo", "date:20")


def make_folder(lfw: Path, folder: Path, photos: int, copied: int) -> list[str]:
    """Put photos and copies into a folder; gives the names of the photos that were copied."""
    rng = random.Random(_SEED)
    everything = sorted(lfw.rglob("*.jpg"))
    chosen = rng.sample(everything, min(photos, len(everything)))
    originals, copies = folder / "photos", folder / "copies"
    for path in (originals, copies):
        path.mkdir(parents=True)
    for path in chosen:
        shutil.copyfile(path, originals / path.name)
    doubled = rng.sample(chosen, min(copied, len(chosen)))
    for path in doubled:
        picture = Image.open(path).convert("RGB")
        for at in rng.sample(range(len(EDITS)), 2):
            (copies / f"{path.stem}--{at}.jpg").write_bytes(EDITS[at].make(picture))
        shutil.copyfile(path, copies / f"{path.stem}--same.jpg")
    return [path.stem for path in doubled]


def run_command(library: Path, *arguments: str) -> tuple[float, Any]:
    """Seconds that a command took, and what it printed."""
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "gallery", *arguments, "--library", str(library), "--json"],
        stdout=subprocess.PIPE,
        check=True,
    )
    return time.perf_counter() - started, json.loads(done.stdout)


def score(groups: Sequence[dict[str, Any]], copies: Path) -> dict[str, Any]:
    """Which copies are in a group with their original, by edit, and what is wrongly together."""
    together: dict[str, int] = {}
    wrong = 0
    for number, group in enumerate(groups):
        if group["class"] != "same-picture":
            continue
        # Of a photo that lies in two files the first by name is shown.
        stems = {Path(photo["name"]).stem.removesuffix("--same") for photo in group["photos"]}
        together |= dict.fromkeys(stems, number)
        sources = sorted({stem.partition("--")[0] for stem in stems})
        pairs = [(a, b) for at, a in enumerate(sources) for b in sources[at + 1 :]]
        wrong += sum(frozenset(pair) not in ONE_PICTURE for pair in pairs)
    rows: dict[str, list[bool]] = defaultdict(list)
    for path in sorted(copies.glob("*--*.jpg")):
        source, _, edit = path.stem.partition("--")
        if edit != "same":
            its, other = together.get(path.stem), together.get(source)
            rows[edit].append(its is not None and its == other)
    by_edit = [
        {"edit": EDITS[at].name, "kind": EDITS[at].kind, "copies": len(rows[str(at)]),
         "found": sum(rows[str(at)])}
        for at in range(len(EDITS)) if rows[str(at)]
    ]  # fmt: skip
    same = [len(group["files"]) for group in groups if group["class"] == "same-bytes"]
    return {"edits": by_edit, "wrong_pairs": wrong, "same_bytes": len(same)}


def timed(work: Callable[[], object]) -> dict[str, float]:
    """Median and slowest of some rounds, in milliseconds; the first is not counted."""
    spent = []
    for _ in range(_ROUNDS + 1):
        started = time.perf_counter()
        work()
        spent.append(1000 * (time.perf_counter() - started))
    return {"p50_ms": round(statistics.median(spent[1:]), 1), "most_ms": round(max(spent[1:]), 1)}


def queries(library: Library) -> list[str]:
    """What is searched: all, words, and what each kind of filter has most of."""
    given = [tag for tag, _ in tags.listed(library) if tag not in tags.PEOPLE]
    first, second = (str(term("tag", tag)) for tag in given[:2])
    return [
        "",
        "portrait",
        "tag:portrait",
        f"{first} -{second}",
        f"tag:({Value(given[0])}, {Value(given[1])})",
        "file:George*",
        "faces:2.. no:gps",
        "date:2000.. has:tag",
        f"tag:couple {first} file:S*",
    ]


def searches(library: Library, picture: Path) -> list[dict[str, Any]]:
    """How long searching takes, and how many photos it finds."""
    rows: list[dict[str, Any]] = []
    for text in queries(library):
        query = read_query(text)

        def page(query: Any = query) -> None:
            tiles = found.page(library, query, limit=_PAGE)
            why(library, query, [tile.id for tile in tiles])

        many = found.count(library, query)
        rows.append({"what": text or "all photos", "part": "page", "photos": many} | timed(page))
        count = timed(lambda query=query: found.counts(library, query, SHOWN))
        rows.append({"what": text or "all photos", "part": "counts", "photos": many} | count)
    for typed in _TYPED:
        offered = complete(library, typed, len(typed))
        row = {"what": typed, "part": "typing", "photos": len(offered)}
        rows.append(row | timed(lambda typed=typed: complete(library, typed, len(typed))))
    return [*rows, *_by_face(library, picture)]


def _by_face(library: Library, picture: Path) -> list[dict[str, Any]]:
    run = runs.current(library)
    assert run is not None
    settings = load_settings()
    models = load_models(settings)
    data = picture.read_bytes()
    [probe, *_] = faces_in(data, models, settings)
    index = open_index(library, run.space)

    def look() -> list[Any]:
        return photos_like(library, index, probe.vector, 0.4, limit=240)

    return [
        {"what": "faces of a dropped picture", "part": "face", "photos": 1}
        | timed(lambda: faces_in(data, models, settings)),
        {"what": "photos with a face like it", "part": "face", "photos": len(look())} | timed(look),
    ]


def measure(arguments: argparse.Namespace) -> dict[str, Any]:
    """Everything, as a document."""
    folder: Path = arguments.out
    if folder.exists() and any(folder.iterdir()):
        raise SystemExit(f"{folder} is not empty: name a new folder.")
    doubled = make_folder(arguments.lfw, folder, arguments.photos, arguments.copied)
    root = folder / "library"
    stages = {}
    for name, command in (
        ("ingest, tag, group, place, events", ["ingest", str(folder)]),
        ("duplicates", ["duplicates", "list", "--limit", "100000"]),
        ("duplicates, again", ["duplicates", "list", "--limit", "100000"]),
    ):
        stages[name], document = run_command(root, *command)
    library = open_library(root)
    try:
        picture = folder / "copies" / f"{doubled[0]}--same.jpg"
        rows = searches(library, picture)
    finally:
        library.close()
    return {
        "machine": describe(cores()),
        "seed": _SEED,
        "photos": arguments.photos,
        "copies": 3 * len(doubled),
        "stages_seconds": {name: round(seconds, 1) for name, seconds in stages.items()},
        "duplicates": score(document, folder / "copies"),
        "searches": rows,
    }


def say(told: dict[str, Any]) -> None:
    """The document as tables."""
    print(as_text(told["machine"]))
    print(f"{told['photos']:,} photos of LFW and {told['copies']:,} copies, seed {told['seed']}\n")
    print("| step | seconds |\n|---|---|")
    for name, seconds in told["stages_seconds"].items():
        print(f"| {name} | {seconds} |")
    found_copies = told["duplicates"]
    print("\n| what was done to the photo | copies | found |\n|---|---|---|")
    for row in found_copies["edits"]:
        print(f"| {row['edit']} | {row['copies']} | {row['found']} |")
    for title, wanted in (("re-encoded or resized", True), ("otherwise changed", False)):
        some = [row for row in found_copies["edits"] if (row["kind"] == GOAL) is wanted]
        many = sum(row["copies"] for row in some)
        print(f"| all {title} | {many} | {sum(row['found'] for row in some)} |")
    print(f"\nFiles copied as they are: {found_copies['same_bytes']} groups of the same bytes.")
    print(f"Different photos put together: {found_copies['wrong_pairs']} pairs.\n")
    print("| search | part | photos or offers | median ms | slowest ms |\n|---|---|---|---|---|")
    for row in told["searches"]:
        what = f"`{row['what']}`" if row["part"] != "face" else row["what"]
        print(
            f"| {what} | {row['part']} | {row['photos']:,} | {row['p50_ms']} | {row['most_ms']} |"
        )


def main() -> None:
    """Entry of the command."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lfw", type=Path, required=True, help="folder of LFW's people")
    parser.add_argument("--out", type=Path, required=True, help="new folder for photos and library")
    parser.add_argument("--photos", type=positive, default=5000)
    parser.add_argument("--copied", type=positive, default=300)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    os.environ.setdefault("GALLERY_LOG_LEVEL", "WARNING")
    told = measure(arguments)
    if arguments.json:
        print(json.dumps(told, indent=2))
    else:
        say(told)


if __name__ == "__main__":
    main()
