"""How well faces are grouped, method by method, at thresholds chosen on other people.

    python benchmarks/clustering.py --lfw DIR [--cache DIR] [--embedder sface ...]
        [--method graph ...] [--seeds 0 1 2] [--json]

`DIR` holds `lfw-deepfunneled/`. In each photo the face nearest the centre counts. People, not
photos, are split; each method's threshold is the one of its grid with the best mean of pairwise
and BCubed F on the people who choose, and the figures are those of the others (`splits.py`):

    all               both halves of the people choose for each other, in the whole gallery
    without-largest   the same without the person with most photos
    half              chosen in a gallery of one half, scored in one of the other
    family            30 people with 20 to 200 photos and 500 with one; chosen on all others

`+gate` holds back what `gallery.doubt` doubts, at the threshold of the method without it; held back
faces count as clusters of one. The k
of K-Means is the true number, which nobody knows. Slow methods run on sets they are fit for.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import machine
import numpy as np
from splits import Rows, Tally, Trial, objective, tally, trials

from gallery.algorithms import choose
from gallery.cluster import Method
from gallery.config import Settings, load_settings
from gallery.constraints import Constraints, Labels
from gallery.doubt import DoubtOptions, doubtful
from gallery.evaluate.bootstrap import numbered
from gallery.evaluate.labelled import embed_labelled, photos_of_people
from gallery.records import Progress, Vectors
from gallery.workflow import load_models

GOALS = {"pairwise_f": 0.998, "bcubed_f": 0.990, "purity": 0.992, "clusters": 0.02}
_COLUMNS = ("pairwise_p", "pairwise_r", "pairwise_f", "bcubed_p", "bcubed_r", "bcubed_f", "purity")


@dataclass(frozen=True, eq=False)
class Faces:
    """One face of each photo, with the truth."""

    vectors: Vectors
    people: Rows
    quality: np.ndarray


@dataclass(frozen=True)
class Contestant:
    """A way to group faces.

    Args:
        algorithm: of `gallery.algorithms`.
        knob: its parameter that is chosen; `k` is given the truth.
        given: its other parameters.
        most: faces beyond which it is not run.
        gate: whether doubtful faces are held back.
        step: how fine the grid of values is, in grid points.
    """

    algorithm: str
    knob: str = "link"
    given: tuple[tuple[str, float], ...] = ()
    most: int = 100_000
    gate: bool = False
    step: int = 1


CONTESTANTS = {
    "graph": Contestant("graph"),
    "graph+gate": Contestant("graph", gate=True),
    "components": Contestant("dbscan", given=(("min_samples", 1),), step=3),
    "dbscan": Contestant("dbscan", given=(("min_samples", 2),), step=3),
    "agglomerative": Contestant("agglomerative", most=14_000, step=4),
    "hdbscan": Contestant("hdbscan", most=14_000, step=4),
    "kmeans": Contestant("kmeans", knob="k", most=7_000),
}


def main() -> None:
    """Run as the arguments say."""
    options = _arguments()
    settings = load_settings()
    documents = []
    for embedder in options.embedder:
        own = settings.with_changes(embedder=embedder)
        faces, space = read_faces(options.lfw, own, options.cache)
        results = compare(faces, options.method, options.seeds, own.weak_quality, tell)
        documents.append(
            {
                "machine": machine.describe(machine.cores()),
                "space": space,
                "faces": len(faces.people),
                "people": int(faces.people.max()) + 1,
                "weak": int((faces.quality < own.weak_quality).sum()),
                "seeds": options.seeds,
                "goals": GOALS,
                "results": results,
            }
        )
        if not options.json:
            print(as_text(documents[-1]))
    if options.json:
        print(json.dumps(documents, indent=2))


def compare(
    faces: Faces,
    methods: Sequence[str],
    seeds: Sequence[int],
    weak_quality: float,
    on_step: Callable[[str], None] = lambda _: None,
) -> list[dict[str, object]]:
    """A row for each method and data set: means over the seeds, and how far they spread."""
    rows: list[dict[str, object]] = []
    for name in methods:
        runner = Runner(faces, CONTESTANTS[name], weak_quality)
        sums: dict[tuple[str, int], Tally] = {}
        values: dict[str, list[float]] = defaultdict(list)
        for trial in trials(faces.people, seeds):
            if max(len(trial.tried), len(trial.grouped)) > runner.contestant.most and not (
                runner.contestant.knob == "k" and len(trial.grouped) <= runner.contestant.most
            ):
                continue
            on_step(f"{name}: {trial.data}, seed {trial.seed}")
            value, found = runner.run(trial)
            key = (trial.data, trial.seed)
            sums[key] = sums[key] + found if key in sums else found
            values[trial.data].append(value)
        for data in dict.fromkeys(data for data, _ in sums):
            figures = [total.figures() for (own, _), total in sums.items() if own == data]
            mean = {key: float(np.mean([f[key] for f in figures])) for key in figures[0]}
            spread = {key: float(np.std([f[key] for f in figures])) for key in _COLUMNS}
            rows.append(
                {
                    "method": name,
                    "data": data,
                    "chosen": sorted(values[data]),
                    **mean,
                    "nmi": float(np.mean(runner.nmi[data])),
                    "spread": spread,
                    "seconds": float(np.median(runner.seconds[data])),
                }
            )
    return rows


class Runner:
    """One contestant on one set of faces; groupings are kept, since trials share them."""

    def __init__(self, faces: Faces, contestant: Contestant, weak_quality: float) -> None:
        self.contestant = contestant
        self._faces = faces
        self._strong = faces.quality >= weak_quality
        self._kept: dict[tuple[bytes, float, bool], tuple[Labels, float]] = {}
        self._grid = grid_of(faces)[:: contestant.step]
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.nmi: dict[str, list[float]] = defaultdict(list)

    def run(self, trial: Trial) -> tuple[float, Tally]:
        """The value chosen, and the sums over those who are scored with it."""
        if self.contestant.knob == "k":
            value = float(len(np.unique(self._faces.people[trial.grouped])))
        else:
            value = self._choose(trial)
        labels, seconds = self._grouping(trial.grouped, value, gate=self.contestant.gate)
        people = self._faces.people[trial.grouped]
        self.seconds[trial.data].append(seconds)
        self.nmi[trial.data].append(_nmi(labels, people))
        return value, tally(labels, people, trial.scored)

    def _choose(self, trial: Trial) -> float:
        """The best value of the grid by the people who judge; of equals the higher."""
        scores = {}
        for value in self._grid:
            labels, _ = self._grouping(trial.tried, value, gate=False)
            found = tally(labels, self._faces.people[trial.tried], trial.judges)
            scores[value] = objective(found.figures())
        return max(scores, key=lambda value: (scores[value], value))

    def _grouping(self, rows: Rows, value: float, *, gate: bool) -> tuple[Labels, float]:
        key = (hashlib.sha256(rows.tobytes()).digest(), value, gate)
        if key not in self._kept:
            self._kept[key] = self._group(rows, value, gate=gate)
        return self._kept[key]

    def _group(self, rows: Rows, value: float, *, gate: bool) -> tuple[Labels, float]:
        """Labels and seconds; the only place that groups."""
        vectors, strong = self._faces.vectors[rows], self._strong[rows]
        constraints = Constraints.of_photos(np.arange(len(rows)))
        method = self._method(value)
        started = time.perf_counter()
        labels = method.label(vectors, strong, constraints)
        if gate:
            held = doubtful(
                vectors,
                labels,
                self._faces.quality[rows],
                constraints.confirmed,
                DoubtOptions(link=value),
            )
            labels = [None if no else lab for lab, no in zip(labels, held.tolist(), strict=True)]
        return labels, time.perf_counter() - started

    def _method(self, value: float) -> Method:
        given = {**dict(self.contestant.given), self.contestant.knob: value}
        link = value if self.contestant.knob == "link" else 0.99
        return choose(self.contestant.algorithm, given, link, link)


def grid_of(faces: Faces) -> list[float]:
    """Thresholds to try, between strangers and one person's faces, whatever the model.

    From the cosine that one in a thousand pairs of strangers reaches, as nearly as a seeded
    sample tells, a third of the way to 1.
    """
    rng = np.random.default_rng(0)
    one, other = rng.integers(0, len(faces.people), (2, 400_000))
    strangers = faces.people[one] != faces.people[other]
    pairs = np.concatenate(
        [
            np.einsum("ij,ij->i", faces.vectors[a], faces.vectors[b])
            for a, b in zip(
                np.array_split(one[strangers], 64),
                np.array_split(other[strangers], 64),
                strict=True,
            )
        ]
    )
    low = float(np.quantile(pairs, 0.999))
    step = 0.01 * (1 - low)
    return [round(low + step * number, 4) for number in range(32)]


def read_faces(lfw: Path, settings: Settings, cache: Path | None) -> tuple[Faces, str]:
    """The faces of LFW, embedded or from the cache, and the name of their space."""
    photos = photos_of_people(lfw / "lfw-deepfunneled")
    models = load_models(settings)
    found = embed_labelled(photos, models, settings, tell_progress, cache=cache)
    return Faces(found.vectors, numbered(found.people), found.quality), models.space.name


def as_text(document: dict[str, Any]) -> str:
    """The figures as a table, the goals below."""
    about = document["machine"]
    lines = [
        f"{document['space']}; {document['faces']} faces of {document['people']} people, "
        f"{document['weak']} weak; seeds {document['seeds']}",
        f"{about['cpu']}, {about['cores']} cores, Python {about['python']}",
        f"{'method':14} {'data':16} {'chosen':13} {'pairwise P, R, F':>23} {'F +-':>6} "
        f"{'BCubed P, R, F':>23} {'F +-':>6} {'purity':>6} {'NMI':>6} {'clusters':>14} "
        f"{'impure':>6} {'held':>6} {'s':>6}",
    ]
    for row in document["results"]:
        low, high = row["chosen"][0], row["chosen"][-1]
        pairwise, bcubed = (
            " ".join(f"{row[f'{kind}_{part}']:7.4f}" for part in "prf")
            for kind in ("pairwise", "bcubed")
        )
        lines.append(
            f"{row['method']:14} {row['data']:16} {f'{low:g} to {high:g}':13} {pairwise} "
            f"{row['spread']['pairwise_f']:6.4f} {bcubed} {row['spread']['bcubed_f']:6.4f} "
            f"{row['purity']:6.4f} {row['nmi']:6.4f} {row['clusters']:6.0f} of {row['people']:5.0f}"
            f" {row['impure']:6.1f} {row['held']:6.1f} {row['seconds']:6.2f}"
        )
    lines.append(
        f"goals for all: pairwise F {GOALS['pairwise_f']}, BCubed F {GOALS['bcubed_f']}, purity "
        f"{GOALS['purity']}, clusters within {GOALS['clusters']:.0%} of the people"
    )
    return "\n".join(lines)


def tell(text: str) -> None:
    """What is being done, on standard error."""
    print(f"\r{text:60}", end="", file=sys.stderr, flush=True)


def tell_progress(step: Progress) -> None:
    """How far the embedding is."""
    tell(f"{step.done} of {step.total} photos")


def _nmi(labels: Labels, people: Rows) -> float:
    from sklearn.metrics import normalized_mutual_info_score

    alone = [-1 - row if label is None else label for row, label in enumerate(labels)]
    return float(normalized_mutual_info_score(people, alone))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lfw", type=Path, required=True, help="folder with lfw-deepfunneled/")
    parser.add_argument("--cache", type=Path, help="folder that keeps vectors between runs")
    parser.add_argument("--embedder", nargs="+", default=["sface"])
    parser.add_argument("--method", nargs="+", default=list(CONTESTANTS), choices=CONTESTANTS)
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2])
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
