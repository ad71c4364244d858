"""Where the registry's figures come from: LFW pairs and LFW clustering, with our pipeline.

    python benchmarks/lfw.py --lfw DIR [--detector retinaface] [--embedder sface] [--pairs-only]

`DIR` holds `lfw-deepfunneled/` and `pairs.txt`. Verification is the official protocol: ten
folds of 600 pairs, the threshold of each chosen on the other nine. In each photo the face
nearest the centre counts; a photo without a face is an error in every pair it is in.
Clustering uses the registry's thresholds on all faces and compares with the folder names.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import time
from pathlib import Path

from gallery.cluster import cluster_faces
from gallery.config import Settings, load_settings
from gallery.constraints import Constraints
from gallery.evaluate.clustering import score_clustering
from gallery.evaluate.labelled import LabelledFaces, embed_labelled, photos_of_people
from gallery.evaluate.pairs import PairList, find_list, read_pairs
from gallery.evaluate.pairwise import trials_of
from gallery.evaluate.verification import by_folds
from gallery.records import Progress
from gallery.workflow import group_options, load_models


def main() -> None:
    """Run as the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lfw", type=Path, required=True, help="folder with lfw-deepfunneled/")
    parser.add_argument("--detector", default="retinaface")
    parser.add_argument("--embedder", default="sface")
    parser.add_argument("--pairs-only", action="store_true", help="only the photos of the pairs")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    settings = load_settings().with_changes(detector=options.detector, embedder=options.embedder)
    folder, file = find_list(options.lfw)
    pairs = read_pairs(file, folder)
    photos = pairs.photos if options.pairs_only else photos_of_people(folder)
    models = load_models(settings)
    started = time.perf_counter()
    faces = embed_labelled(photos, models, settings, tell)
    seconds = time.perf_counter() - started
    result = {
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
        "space": models.space.name,
        "photos": len(photos),
        "missed": len(faces.missed),
        "seconds": round(seconds, 1),
        "photos_per_second": round(len(photos) / seconds, 1),
        "verification": verification(pairs, faces),
    }
    if not options.pairs_only:
        result["clustering"] = clustering(faces, settings)
    report(result, as_json=options.json)


def verification(pairs: PairList, faces: LabelledFaces) -> dict[str, float]:
    """Accuracy over ten folds, and the share of genuine pairs kept at two false accept rates."""
    trials = trials_of(pairs, faces)
    folds = by_folds(trials, pairs.fold)
    return {
        "accuracy": folds.accuracy,
        "accuracy_std": folds.spread,
        "threshold": folds.threshold,
        **{f"tar_at_far_{rate}": trials.curve.tar_at(rate) for rate in (0.01, 0.001)},
    }


def clustering(faces: LabelledFaces, settings: Settings) -> dict[str, float]:
    """Pairwise and BCubed F, purity and counts of the default grouping."""
    strong = faces.quality >= settings.weak_quality
    started = time.perf_counter()
    options = group_options(settings)
    photos = Constraints.of_photos(range(len(faces.photos)))
    found = cluster_faces(faces.vectors, strong, photos, options)
    seconds = time.perf_counter() - started
    scores = score_clustering(found, faces.people)
    return {
        "link": options.link,
        "pairwise_f": scores.pairwise.f,
        "bcubed_f": scores.bcubed.f,
        "purity": scores.purity,
        "nmi": scores.nmi,
        "clusters": scores.clusters,
        "people": scores.people,
        "weak": int((~strong).sum()),
        "seconds": round(seconds, 2),
    }


def tell(step: Progress) -> None:
    """How far the embedding is, on standard error."""
    print(f"\r{step.done} of {step.total} photos", end="", file=sys.stderr, flush=True)


def report(result: dict[str, object], *, as_json: bool) -> None:
    """Print the figures as a document or as lines."""
    if as_json:
        print(json.dumps(result, indent=2))
        return
    for key, value in result.items():
        if isinstance(value, dict):
            print(key)
            for name, number in value.items():
                shown = f"{number:.4f}" if isinstance(number, float) else str(number)
                print(f"  {name:20} {shown}")
        else:
            print(f"{key:22} {value}")


if __name__ == "__main__":
    main()
