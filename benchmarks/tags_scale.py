"""What tags and similar photos cost in a large library: seconds of what the pages ask for.

    python benchmarks/tags_scale.py [--photos 100000] [--seed 0] [--json]

The library is made up: random scene vectors, six tags a photo drawn like words (few common, many
rare), 2.5 faces a photo on average.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import machine
import numpy as np
from arguments import positive
from sqlalchemy import insert

from gallery.similar import SceneIndex
from gallery.store import tags, timeline
from gallery.store.library import Library, open_library
from gallery.store.scene_tables import scene_vectors
from gallery.store.tables import faces, photo_tags, photos
from gallery.store.tables import tags as tag_table
from gallery.tagging import add_tag
from gallery.vocabulary import vocabulary

_DIM, _TAGS_EACH, _FACES_EACH, _BATCH = 1280, 6, 2.5, 5000


def fill(library: Library, count: int, seed: int) -> None:
    """Make up the rows."""
    rng = np.random.default_rng(seed)
    names = [term.name for term in vocabulary().terms]
    share = 1 / np.arange(1, len(names) + 1)
    own = {"owner_id": library.owner_id}
    with library.write() as connection:
        connection.execute(insert(tag_table), [own | {"name": name} for name in names])
    for start in range(0, count, _BATCH):
        ids = range(start + 1, min(start + _BATCH, count) + 1)
        vectors = rng.normal(size=(len(ids), _DIM))
        vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype("<f2")
        many = rng.poisson(_FACES_EACH, len(ids))
        chosen = [rng.choice(len(names), _TAGS_EACH, replace=False, p=share / share.sum())
                  for _ in ids]  # fmt: skip
        with library.write() as connection:
            connection.execute(insert(photos), [own | made_photo(number) for number in ids])
            connection.execute(insert(scene_vectors), [
                own | {"photo_id": i, "model": "made", "vector": v.tobytes()}
                for i, v in zip(ids, vectors, strict=True)
            ])  # fmt: skip
            connection.execute(insert(photo_tags), [
                own | {"photo_id": i, "tag_id": int(t) + 1, "source": "made", "confidence": 0.9}
                for i, ts in zip(ids, chosen, strict=True) for t in ts
            ])  # fmt: skip
            connection.execute(insert(faces), [
                own | {"photo_id": i, "detector": "made", "x0": 0, "y0": 0, "x1": 50, "y1": 90,
                       "score": 1.0}
                for i, n in zip(ids, many, strict=True) for _ in range(n)
            ])  # fmt: skip


def made_photo(number: int) -> dict[str, Any]:
    """The row of a photo."""
    when = datetime(2000, 1, 1) + timedelta(hours=number)
    return {
        "id": number, "sha256": f"{number:064}", "size_bytes": 1, "width": 400, "height": 300,
        "format": "JPEG", "orientation": 1, "shown_at": when, "dated_by": "camera",
        "sharpness": 100.0, "perceptual_hash": b"0", "detector": "made", "tagger": "made",
        "added_at": datetime.fromisoformat("2024-01-01T00:00:00+00:00"),
    }  # fmt: skip


def measure(library: Library, count: int) -> dict[str, tuple[float, float]]:
    """Seconds of each question, the second time it is asked, by the clock and of the processors.

    On a machine that does nothing else the two are about the same.
    """
    found: dict[str, tuple[float, float]] = {}

    def timed(name: str, work: Callable[[], object], times: int = 2) -> None:
        for _ in range(times):
            clock, processors = time.perf_counter(), time.process_time()
            work()
            passed = time.perf_counter() - clock, time.process_time() - processors
            found[name] = (round(passed[0], 4), round(passed[1], 4))

    timed("tags of a photo", lambda: tags.of_photo(library, count // 2))
    timed("names to complete", lambda: tags.names(library))
    timed("all tags with counts", lambda: tags.listed(library))
    for name in ("dog", "group", "portrait", "nobody"):
        timed(
            f"Browse: {name}",
            lambda name=name: timeline.browse(library, limit=121, among=tags.having(library, name)),
        )
        timed(f"how many: {name}", lambda name=name: tags.count(library, name))
    timed("a tag for 1,000 photos", lambda: add_tag(library, "mine", range(1, 1001)), 1)
    index = SceneIndex(library, "made")
    timed("similar photos, first", index.catch_up, 1)
    timed("similar photos, after", lambda: index.like(count // 2, 12, -1))
    return found


def main() -> None:
    """Make a library, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--photos", type=positive, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        library = open_library(Path(folder) / "library")
        fill(library, given.photos, given.seed)
        seconds = measure(library, given.photos)
        library.close()
    if given.json:
        print(json.dumps({"photos": given.photos, "seconds": seconds}, indent=2))
        return
    print(machine.as_text(machine.describe(machine.cores())))
    print(f"{given.photos:,} photos; seconds by the clock, of the processors")
    for name, (clock, processors) in seconds.items():
        print(f"{clock:8.3f}  {processors:8.3f}  {name}")


if __name__ == "__main__":
    main()
