"""How grouping grows: seconds, memory and quality of the default method on made-up faces.

    python benchmarks/scale.py [--sizes 13233 100000 1000000] [--seed 0] [--json]

The faces are made by `made_faces.py` with the likenesses of LFW; what LFW has is printed
beside what was made. Each size runs in a process of its own. `recall` is of the pairs that
reach the link value, found against an exhaustive search for a sample of faces, counting only
faces with no more such pairs than the method keeps: of all pairs, and of pairs of one person
with every face of the sample weighing the same. The last row adds 100 faces to 100,000.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from machine import cores, cpu_model, peak_memory_mb
from made_faces import LFW, MadeFaces, likenesses, make_faces

import gallery.cluster
import gallery.linkage
from gallery.cluster import GraphOptions, cluster_faces
from gallery.constraints import Constraints
from gallery.evaluate.clustering import score_clustering
from gallery.join import JoinOptions, offers
from gallery.models.registry import find_card

SIZES = (13_233, 100_000, 1_000_000)
GOALS = {13_233: 5, 100_000: 60, 1_000_000: 900}
GOAL_MEMORY_MB, GOAL_EXPONENT, GOAL_ADDED = 4000, 1.2, 1.0
_SAMPLE = 1000
_ADDED, _ADDED_TO = 100, 100_000


@dataclass(slots=True)
class Watch:
    """Seconds of the parts of one grouping, and the pairs found for a sample of faces."""

    sample: np.ndarray
    seconds: dict[str, float] = field(default_factory=dict)
    pairs: np.ndarray | None = None

    def timed(self, part: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, with its time added to a part."""

        def run(*given: Any, **named: Any) -> Any:
            started = time.perf_counter()
            result = work(*given, **named)
            self.seconds[part] = self.seconds.get(part, 0) + time.perf_counter() - started
            if part == "neighbours" and self.pairs is None:
                self._keep(result)
            return result

        return run

    def _keep(self, found: Any) -> None:
        chosen = np.zeros(int(found.queries.max(initial=0)) + 1, dtype=np.bool_)
        chosen[self.sample[self.sample < len(chosen)]] = True
        ours = chosen[found.queries] | chosen[found.rows]
        pairs = np.stack([found.queries[ours], found.rows[ours]]).astype(np.int64)
        self.pairs = np.concatenate([pairs, pairs[::-1]], axis=1)


def measure(count: int, seed: int) -> dict[str, Any]:
    """Group made-up faces in this process."""
    faces = make_faces(count, seed)
    thresholds = find_card("sface", "embedder").thresholds
    assert thresholds is not None
    options = GraphOptions(thresholds.link, thresholds.join)
    strong = np.flatnonzero(faces.strong)
    rng = np.random.default_rng(seed)
    watch = Watch(np.sort(rng.choice(len(strong), min(_SAMPLE, len(strong)), replace=False)))
    # The parts are looked up in these modules when they run.
    gallery.linkage.near = watch.timed("neighbours", gallery.linkage.near)
    gallery.cluster.attach_weak = watch.timed("attach", gallery.cluster.attach_weak)
    constraints = Constraints.of_photos(faces.photos)
    started, busy = time.perf_counter(), time.process_time()
    labels = cluster_faces(faces.vectors, faces.strong, constraints, options)
    total, busy = time.perf_counter() - started, time.process_time() - busy
    memory = peak_memory_mb()
    scores = score_clustering(labels, faces.people.tolist())
    rest = total - sum(watch.seconds.values())
    return {
        "faces": count,
        "people": scores.people,
        "clusters": scores.clusters,
        "seconds": {**watch.seconds, "linkage": rest, "total": total},
        "processor_seconds": busy,
        "peak_memory_mb": memory,
        "load": os.getloadavg()[0],
        "pairwise_f": scores.pairwise.f,
        "bcubed_f": scores.bcubed.f,
        "recall": recall(faces, strong, watch, options),
        "likenesses": likenesses(faces.vectors[faces.strong], faces.people[faces.strong]),
    }


def recall(
    faces: MadeFaces, strong: np.ndarray, watch: Watch, options: GraphOptions
) -> dict[str, float]:
    """The share of the pairs of a sample that were found, of all and of one person."""
    assert watch.pairs is not None
    vectors, people = faces.vectors[strong[watch.sample]], faces.people[strong]
    found, others = [], []
    for start in range(0, len(strong), 50_000):
        block = faces.vectors[strong[start : start + 50_000]]
        rows, columns = np.nonzero(vectors @ block.T >= options.link)
        found.append(watch.sample[rows])
        others.append(columns + start)
    one, other = np.concatenate(found), np.concatenate(others)
    one, other = one[one != other], other[one != other]
    few = np.bincount(one, minlength=len(strong))[one] <= options.neighbours
    one, other = one[few], other[few]
    had = np.isin(one * len(strong) + other, watch.pairs[0] * len(strong) + watch.pairs[1])
    same = people[one] == people[other]
    weights = 1 / np.bincount(one[same], minlength=len(strong))[one[same]]
    return {
        "all": float(had.mean()) if len(had) else 1.0,
        "one_person": float(np.average(had[same], weights=weights)) if same.any() else 1.0,
    }


def measure_adding(seed: int, count: int = _ADDED_TO) -> dict[str, Any]:
    """Find out who 100 new faces are, among persons that hold all the others."""
    faces = make_faces(count + _ADDED, seed)
    old, new = slice(0, count), slice(count, None)
    link = find_card("sface", "embedder").thresholds
    assert link is not None
    started = time.perf_counter()
    found = offers(
        faces.vectors[new],
        faces.strong[new],
        faces.photos[new],
        [frozenset()] * _ADDED,
        faces.vectors[old],
        faces.people[old],
        np.zeros(count, dtype=np.bool_),
        np.where(faces.strong[old], 1, 0).astype(np.float32),
        faces.photos[old],
        JoinOptions(link.join),
    )
    seconds = time.perf_counter() - started
    joined = [
        offer.person == person
        for offer, person in zip(found, faces.people[new].tolist(), strict=True)
        if offer.verdict == "joins"
    ]
    return {
        "added": _ADDED,
        "to": count,
        "seconds": seconds,
        "peak_memory_mb": peak_memory_mb(),
        "joined": len(joined),
        "joined_rightly": sum(joined),
    }


def exponents(results: Sequence[dict[str, Any]]) -> dict[str, list[float]]:
    """How time grows between each size and the next: n to the power of this.

    The processor's seconds are given as well, as a busy machine spoils those of the clock.
    """
    times = {
        "clock": [one["seconds"]["total"] for one in results],
        "processor": [one["processor_seconds"] for one in results],
    }
    sizes = [one["faces"] for one in results]
    return {
        name: [
            float(np.log(after / before) / np.log(more / fewer))
            for (before, after), (fewer, more) in zip(
                pairwise(seconds), pairwise(sizes), strict=True
            )
        ]
        for name, seconds in times.items()
    }


def run_apart(*arguments: str) -> dict[str, Any]:
    """This script in a process of its own, so that its peak memory is its own."""
    outcome = subprocess.run(
        [sys.executable, str(Path(__file__).resolve()), *arguments],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(outcome.stdout)


def print_table(document: dict[str, Any]) -> None:
    """The document for people."""
    print(f"{document['cpu']}, {document['cores']} cores, seed {document['seed']}")
    columns = ("faces", "neighb.", "linkage", "attach", "total s", "goal", "cpu s", "MB", "load")
    print("".join(f"{name:>10}" for name in columns) + "  pairwise F  BCubed F  recall")
    for one in document["results"]:
        seconds = one["seconds"]
        parts = [seconds.get(part, 0) for part in ("neighbours", "linkage", "attach", "total")]
        print(f"{one['faces']:>10,}" + "".join(f"{part:10.1f}" for part in parts), end="")
        print(f"{GOALS.get(one['faces'], '-'):>10}{one['processor_seconds']:10.1f}", end="")
        print(
            f"{one['peak_memory_mb']:10.0f}{one['pairwise_f']:12.4f}{one['bcubed_f']:10.4f}", end=""
        )
        print(f"  {one['recall']['all']:.4f}, of one person {one['recall']['one_person']:.4f}")
    for name, values in document["exponents"].items():
        grown = ", ".join(f"{value:.2f}" for value in values)
        print(f"growth exponents by the {name}: {grown or '-'} (goal {GOAL_EXPONENT})")
    print(f"memory goal {GOAL_MEMORY_MB} MB; load is that of the machine, ours included")
    if added := document.get("adding"):
        print(
            f"add {added['added']} faces to {added['to']:,}: {added['seconds']:.2f} s "
            f"(goal {GOAL_ADDED:.0f}); {added['joined']} joined, {added['joined_rightly']} rightly"
        )
    print(f"\n{'likenesses':34}{'LFW':>12}" + f"{'made':>12}" * len(document["results"]))
    for name, value in LFW.items():
        made = "".join(f"{one['likenesses'][name]:12.3g}" for one in document["results"])
        print(f"{name:34}{value:12.3g}{made}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="*", default=list(SIZES))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--no-adding", action="store_true", help="leave out adding 100 faces")
    parser.add_argument("--json", action="store_true", help="a document on standard output")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--add-to", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.one or options.add_to:
        seed = options.seed
        one = measure(options.one, seed) if options.one else measure_adding(seed, options.add_to)
        print(json.dumps(one))
        return 0
    seed = ("--seed", str(options.seed))
    results = [run_apart("--one", str(size), *seed) for size in sorted(options.sizes)]
    document = {
        "cpu": cpu_model(),
        "cores": cores(),
        "seed": options.seed,
        "results": results,
        "exponents": exponents(results),
    }
    if not options.no_adding:
        document["adding"] = run_apart("--add-to", str(_ADDED_TO), *seed)
    if options.json:
        print(json.dumps(document, indent=2))
    else:
        print_table(document)
    return 0


if __name__ == "__main__":
    sys.exit(main())
