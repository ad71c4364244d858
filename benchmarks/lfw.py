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

import numpy as np

from gallery.cluster import cluster_faces
from gallery.config import Settings, load_settings
from gallery.decode import decode
from gallery.detect import DetectOptions, detect_faces
from gallery.embed import crops_of, embed_crops, with_quality
from gallery.evaluate.clustering import score_clustering
from gallery.pipeline import FaceModels
from gallery.records import Face
from gallery.workflow import group_options, load_models

_CHUNK = 512


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
    pairs = read_pairs(options.lfw / "pairs.txt")
    photos = sorted((options.lfw / "lfw-deepfunneled").glob("*/*.jpg"))
    if options.pairs_only:
        wanted = {name for a, b, _ in pairs for name in (a, b)}
        photos = [photo for photo in photos if photo.stem in wanted]
    started = time.perf_counter()
    models = load_models(settings)
    faces, vectors = embed_photos(photos, models, settings)
    seconds = time.perf_counter() - started
    found = {photo.stem: row for row, photo in enumerate(photos) if faces[row] is not None}
    result = {
        "machine": f"{platform.machine()}, Python {platform.python_version()}",
        "space": models.space.name,
        "photos": len(photos),
        "missed": len(photos) - len(found),
        "seconds": round(seconds, 1),
        "photos_per_second": round(len(photos) / seconds, 1),
        "verification": verification(pairs, found, vectors),
    }
    if not options.pairs_only:
        result["clustering"] = clustering(photos, faces, vectors, settings)
    report(result, as_json=options.json)


def embed_photos(
    photos: list[Path], models: FaceModels, settings: Settings
) -> tuple[list[Face | None], np.ndarray]:
    """The central face of each photo, or None, and an (n, dim) array of their vectors."""
    options = DetectOptions(settings.detect_side, settings.min_score, settings.min_face)
    faces: list[Face | None] = []
    vectors = np.zeros((len(photos), models.embedder.dim), dtype=np.float32)
    for start in range(0, len(photos), _CHUNK):
        rows, crops = [], []
        for row in range(start, min(start + _CHUNK, len(photos))):
            photo = decode(photos[row].read_bytes(), settings, longest_side=settings.detect_side)
            central = nearest_centre(
                detect_faces(photo, models.detector, options), photo.width, photo.height
            )
            if central is None:
                faces.append(None)
                continue
            faces.extend(with_quality(photo, [central]))
            rows.append(row)
            crops.extend(crops_of(photo, [central], models.embedder))
        vectors[rows] = embed_crops(crops, models.embedder)
        print(f"\r{len(faces)} of {len(photos)} photos", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return faces, vectors


def nearest_centre(faces: list[Face], width: int, height: int) -> Face | None:
    """The face whose middle is nearest the middle of the photo."""

    def distance(face: Face) -> float:
        x0, y0, x1, y1 = face.box
        return float(np.hypot((x0 + x1 - width) / 2, (y0 + y1 - height) / 2))

    return min(faces, key=distance, default=None)


def read_pairs(path: Path) -> list[tuple[str, str, bool]]:
    """LFW's pairs in order: two names of photos, and whether they show one person."""
    pairs = []
    for line in path.read_text().splitlines()[1:]:
        parts = line.split()
        if len(parts) == 3:
            name, first, second = parts
            pairs.append((f"{name}_{int(first):04d}", f"{name}_{int(second):04d}", True))
        elif len(parts) == 4:
            a, first, b, second = parts
            pairs.append((f"{a}_{int(first):04d}", f"{b}_{int(second):04d}", False))
    return pairs


def verification(
    pairs: list[tuple[str, str, bool]], found: dict[str, int], vectors: np.ndarray
) -> dict[str, float]:
    """Accuracy over ten folds, and the share of genuine pairs kept at two false accept rates."""
    genuine = np.array([same for _, _, same in pairs])
    scores = np.array(
        [
            float(vectors[found[a]] @ vectors[found[b]]) if a in found and b in found else np.nan
            for a, b, _ in pairs
        ]
    )
    missed = np.isnan(scores)
    scores = np.where(missed, np.where(genuine, -1.0, 1.0), scores)  # a miss is an error
    fold = np.arange(len(pairs)) * 10 // len(pairs)
    thresholds = np.arange(-0.2, 1.0, 0.001)
    right = ((scores[:, None] >= thresholds) == genuine[:, None]).astype(np.float32)
    accuracies, chosen = [], []
    for number in range(10):
        best = int(np.argmax(right[fold != number].mean(axis=0)))
        chosen.append(thresholds[best])
        accuracies.append(float(right[fold == number, best].mean()))
    impostors = np.sort(scores[~genuine])[::-1]
    tar = {
        f"tar_at_far_{rate}": float(
            (scores[genuine] > impostors[int(rate * len(impostors))]).mean()
        )
        for rate in (0.01, 0.001)
    }
    return {
        "accuracy": float(np.mean(accuracies)),
        "accuracy_std": float(np.std(accuracies)),
        "threshold": float(np.mean(chosen)),
        **tar,
    }


def clustering(
    photos: list[Path], faces: list[Face | None], vectors: np.ndarray, settings: Settings
) -> dict[str, float]:
    """Pairwise and BCubed F, purity and counts of the default grouping."""
    rows = [row for row, face in enumerate(faces) if face is not None]
    strong = np.array([_quality(faces[row]) >= settings.weak_quality for row in rows])
    started = time.perf_counter()
    options = group_options(settings)
    found = cluster_faces(vectors[rows], rows, strong, options)
    seconds = time.perf_counter() - started
    scores = score_clustering(found, [photos[row].parent.name for row in rows])
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


def _quality(face: Face | None) -> float:
    return 0.0 if face is None or face.quality is None else face.quality.overall


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
