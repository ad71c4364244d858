"""How long searching takes in a large library: pages of results, counts, completion, faces.

    python benchmarks/search.py [--photos 100000] [--faces 250000] [--rounds 20] [--json]

The library is made by `made_library.py`, rows without pictures. Each query is asked in turn,
`--rounds` times over; the first round warms up and is not counted. A *page* is the first 121
photos with why they were found, *counts* is how many there are, and of each person, tag, place,
event, album, year, camera and number of faces, the photos of which were listed before, or *after
a change* are listed anew; a *list* is the first 121 photos of what is no search, *beside* the two
photos next to the last of those. The processor's time is given beside the clock's, which a busy
machine spoils. `--plans` prints how the database goes about each of them.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from arguments import positive
from machine import cores, cpu_model, peak_memory_mb
from made_library import FACES, PHOTOS, SPACE, make_library
from sqlalchemy import event, update

from gallery.completing import complete
from gallery.face_search import most_likely, open_index, photos_like, vector_of
from gallery.join import JoinOptions
from gallery.models.registry import find_card
from gallery.search import SHOWN, read_query, why
from gallery.store import albums, found, photos, places, timeline
from gallery.store import events as event_store
from gallery.store import faces as face_store
from gallery.store.library import Library
from gallery.store.places import Box
from gallery.store.tables import owners
from gallery.vector_index import EXACT_UP_TO, VectorIndex

GOAL_MS = 200
_PAGE = 121
QUERIES = (
    'person:"Ada Lovelace"',
    'person:"Ada Lovelace" person:"Grace Liskov"',
    'any:("Ada Lovelace", "Grace Liskov")',
    'only:"Ada Lovelace"',
    'person:ada -tag:night date:"summer 2019"',
    'text:"happy birthday"',
    "birthday",
    "file:IMG_12*",
    "date:2019",
    "date:2019-06..2019-08 tag:beach has:gps",
    "camera:canon faces:3..",
    "faces:2",
    "tag:beach -tag:night",
    "tag:couple",
    "tag:portrait",
    "tag:nobody",
    "port",
    "place:lyon",
    "place:france -place:paris",
    "lyon beach",
    "event:wedding",
    'album:"Album 1"',
    'album:"Album 2" faces:2..',
    'album:"Found 3"',
    "has:gps",
    "has:place no:album",
    "no:name",
    "",
)
_TYPED = (
    "ad",
    "po",
    "person:gr",
    "tag:be",
    "tag:c",
    "place:",
    "event:w",
    "album:al",
    "tag:beach 20",
)
_PROBES = 50
_AFTER = "counts after a change"


Times = tuple[float, float]


def timed(job: Callable[[], object]) -> Times:
    """Milliseconds of the clock and of the processor."""
    clock, processor = time.perf_counter(), time.process_time()
    job()
    return 1000 * (time.perf_counter() - clock), 1000 * (time.process_time() - processor)


def measure(library: Library, rounds: int, seed: int) -> list[dict[str, Any]]:
    """Milliseconds of everything that is asked, several times over."""
    jobs = dict(_jobs(library))
    spent: dict[str, list[Times]] = {name: [] for name in jobs}
    for turn in range(rounds + 1):
        for name, job in jobs.items():
            if name.startswith(_AFTER):
                change(library)
            times = timed(job)
            if turn:
                spent[name].append(times)
    rows = [_row(name, times) for name, times in spent.items()]
    return rows + _faces(library, seed)


def change(library: Library) -> None:
    """Write something, so that nothing that was kept in memory is true any more."""
    with library.write() as connection:
        # Another value: SQLite does not write what stays as it is.
        connection.execute(update(owners).values(created_at=datetime.now(UTC)))


def _jobs(library: Library) -> Iterator[tuple[str, Callable[[], object]]]:
    for text in QUERIES:
        query = read_query(text)

        def page(query: Any = query) -> None:
            tiles = found.page(library, query, limit=_PAGE)
            why(library, query, [tile.id for tile in tiles])

        yield f"page: {text or 'all photos'}", page
        yield (
            f"counts: {text or 'all photos'}",
            lambda query=query: found.counts(library, query, SHOWN),
        )
    everything = read_query("")
    yield f"{_AFTER}: all photos", lambda: found.counts(library, everything, SHOWN)
    for name, person, which in _lists(library):
        shown = timeline.browse(library, limit=_PAGE, person_id=person, among=which)
        last = photos.get(library, shown[-1].id)
        yield (
            f"list: {name}",
            lambda person=person, which=which: timeline.browse(
                library, limit=_PAGE, person_id=person, among=which
            ),
        )
        yield (
            f"beside: a photo of {name}",
            lambda last=last, person=person, which=which: timeline.neighbours(
                library, last, person, which
            ),
        )
    for typed in _TYPED:
        yield f"typing: {typed}", lambda typed=typed: complete(library, typed, len(typed))


def _lists(library: Library) -> Iterator[tuple[str, int | None, Any]]:
    """Lists of photos that are no search: the name, who is in them, and the condition."""
    longest = max(event_store.listed(library), key=lambda event: event.photos)
    yield "the person of most faces", 1, None
    yield "an album of half of all", None, albums.which(library, 1)
    yield "an album of 300", None, albums.which(library, 2)
    yield "the longest event", None, event_store.which(library, longest.id)
    yield "a part of the map", None, places.within(library, Box(45, 4, 46, 5))
    yield "all of the map", None, places.within(library, Box(-90, -180, 90, 180))


def _row(name: str, times: Sequence[Times]) -> dict[str, Any]:
    clock, processor = zip(*times, strict=True)
    p50, p95 = (float(value) for value in np.percentile(clock, (50, 95)))
    kind, _, what = name.partition(": ")
    return {
        "kind": kind,
        "what": what,
        "p50_ms": p50,
        "p95_ms": p95,
        "processor_p50_ms": float(np.median(processor)),
        "times": len(times),
    }


def _faces(library: Library, seed: int) -> list[dict[str, Any]]:
    """Making the index, and searching it by faces of the library."""
    thresholds = find_card("sface", "embedder").thresholds
    assert thresholds is not None
    started = time.perf_counter()
    index = open_index(library, SPACE)
    made = time.perf_counter() - started
    rng = np.random.default_rng(seed)
    # The index also knows the faces of photos in the bin.
    described = face_store.embedded(library, SPACE)
    known = described.face_ids
    probes = rng.choice(known, min(_PROBES, len(known)), replace=False).tolist()
    parts: dict[str, list[Times]] = {"index alone, 10 faces": [], "photos": [], "who": []}
    for face in probes:
        vector = vector_of(library, SPACE, face)
        for name, job in (
            ("index alone, 10 faces", lambda v=vector: index.search(v, 10)),
            ("photos", lambda v=vector: photos_like(library, index, v, 0.4, limit=40)),
            (
                "who",
                lambda v=vector, f=face: most_likely(
                    library, SPACE, index, v, JoinOptions(thresholds.join), but=(f,)
                ),
            ),
        ):
            parts[name].append(timed(job))
    how = "exact" if len(index) <= EXACT_UP_TO else "codes first"
    rows = [_row(f"by face, {how}: {name}", times) for name, times in parts.items()]
    rows[0] |= {"recall_at_10": recall(described, index, probes), "index_seconds": made}
    return rows


def recall(described: face_store.Embedded, index: VectorIndex, probes: Sequence[int]) -> float:
    """The share of the ten faces most like a face that the index finds."""
    ids = np.array(described.face_ids)
    shares = []
    for face in probes:
        vector = described.vectors[int(np.searchsorted(ids, face))]
        likeness = described.vectors @ vector
        tenth = np.partition(likeness, -10)[-10]
        _, got = index.search(vector, 20)
        got = got[np.isin(got, ids)][:10]
        shares.append(np.mean(likeness[np.searchsorted(ids, got)] >= tenth - 1e-6))
    return float(np.mean(shares))


@contextlib.contextmanager
def plans(library: Library) -> Iterator[None]:
    """Print how the database goes about every statement inside."""

    def explain(_connection: Any, cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.lstrip().startswith("SELECT"):
            print("   ", " ".join(statement.split())[:160])
            rows = cursor.connection.cursor().execute(f"EXPLAIN QUERY PLAN {statement}", values)
            for row in rows.fetchall():
                print("       ", row[3])

    event.listen(library.engine, "before_cursor_execute", explain)
    yield
    event.remove(library.engine, "before_cursor_execute", explain)


def print_plans(library: Library) -> None:
    """The plans of every query."""
    for name, job in _jobs(library):
        print(name)
        with plans(library):
            job()


def print_table(document: dict[str, Any]) -> None:
    """The document as Markdown."""
    print(
        f"{document['cpu']}, {document['cores']} cores, load {document['load']:.1f}, "
        f"seed {document['seed']}; {document['photos']:,} photos, {document['faces']:,} faces\n"
    )
    print("| what | query | p50, ms | p95, ms | processor, p50 |\n|---|---|---|---|---|")
    for row in document["results"]:
        what = row["what"].replace("|", "\\|")
        figures = (row[name] for name in ("p50_ms", "p95_ms", "processor_p50_ms"))
        said = " | ".join(f"{figure:.0f}" for figure in figures)
        print(f"| {row['kind']} | `{what}` | {said} |")
    for row in document["results"]:
        if "recall_at_10" in row:
            print(
                f"\nIndex of faces made in {row['index_seconds']:.0f} s, "
                f"recall at 10: {row['recall_at_10']:.4f}; goal of searches {GOAL_MS} ms"
            )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--photos", type=positive, default=PHOTOS)
    parser.add_argument("--faces", type=positive, default=FACES)
    parser.add_argument("--rounds", type=positive, default=20)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--plans", action="store_true", help="print query plans and no times")
    parser.add_argument("--json", action="store_true", help="a document on standard output")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "library"
        library = make_library(root, options.photos, options.faces, options.seed)
        try:
            if options.plans:
                print_plans(library)
                return 0
            document = {
                "cpu": cpu_model(),
                "cores": cores(),
                "seed": options.seed,
                "photos": options.photos,
                "faces": options.faces,
                "results": measure(library, options.rounds, options.seed),
                "load": os.getloadavg()[0],
                "peak_memory_mb": peak_memory_mb(),
            }
        finally:
            library.close()
    if options.json:
        print(json.dumps(document, indent=2))
    else:
        print_table(document)
    return 0


if __name__ == "__main__":
    sys.exit(main())
