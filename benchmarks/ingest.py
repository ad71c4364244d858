"""How fast photos are taken in, beside DeepFace and face_recognition, on the same photos.

    python benchmarks/ingest.py --lfw DIR [--photos 24] [--seed 0] [--json]

Makes 12-megapixel photos with LFW faces at known places, and lets each contestant work
through them in a process of its own, in rounds that begin with another one each time.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

from arguments import positive
from contestants import NAMES, Job, Result, is_installed
from ingest_table import HOW_TO_INSTALL, print_table
from machine import cores, describe, has_bf16
from made_photos import SIDES, Lfw, MadePhoto, make_photos, match_faces

_REFERENCE = "deepface"

# What detectors find depends most on how large a face is.
_BANDS = {"under 200 px": 200.0, "200 to 300 px": 300.0, "over 300 px": math.inf}


def choose_contestants(only: str | None, precision: str | None) -> list[str]:
    """Who takes part, installed or not.

    Args:
        only: ours, deepface or face_recognition; None for all.
        precision: of ours; None for f32, and bf16 where the processor has it.
    """
    unwanted = set()
    if precision is not None:
        unwanted = {"ours-f32", "ours-bf16"} - {f"ours-{precision}"}
    elif not has_bf16():
        unwanted = {"ours-bf16"}
    return [
        name for name in NAMES if name not in unwanted and name.startswith(only or ("", "ours"))
    ]


def run_apart(job: Job, folder: Path) -> Result:
    """Run a contestant in a fresh process.

    Raises:
        RuntimeError: It failed; the message ends with what it wrote last.
    """
    job_file, result_file = folder / "job.json", folder / "result.json"
    job_file.write_text(json.dumps(asdict(job)), encoding="utf-8")
    script = Path(__file__).with_name("contestants.py")
    outcome = subprocess.run(
        [sys.executable, str(script), str(job_file), str(result_file)],
        capture_output=True,
        text=True,
        check=False,
    )
    if outcome.returncode != 0:
        raise RuntimeError(f"{job.contestant} failed:\n{outcome.stderr[-2000:]}")
    return Result(**json.loads(result_file.read_text(encoding="utf-8")))


def run_rounds(
    names: Sequence[str], photos: Sequence[MadePhoto], rounds: int, threads: int | None
) -> dict[str, list[Result]]:
    """Every contestant once a round; each round begins with the next one of them.

    Args:
        names: the contestants.
        photos: the first is for warming up only.
        rounds: how often.
        threads: cores each may use, or None for all.
    """
    warm_up, *timed = (str(photo.path) for photo in photos)
    results: dict[str, list[Result]] = {name: [] for name in names}
    for turn in range(rounds):
        shift = turn % len(names)
        for name in [*names[shift:], *names[:shift]]:
            stages = turn == 0 and name.startswith("ours")
            result = run_apart(Job(name, warm_up, timed, threads, stages), photos[0].path.parent)
            results[name].append(result)
            speed = len(timed) / result.seconds
            _remark(f"round {turn + 1} of {rounds}: {name} {speed:.2f} photos/s")
    return results


def summary(results: dict[str, list[Result]], photos: Sequence[MadePhoto]) -> dict[str, Any]:
    """The medians over the rounds, and the faces found in the first.

    Args:
        results: by contestant, one a round.
        photos: those that were timed.
    """
    contestants = {}
    for name, rounds in results.items():
        matches = [
            match_faces(boxes, photo.faces)
            for boxes, photo in zip(rounds[0].boxes, photos, strict=True)
        ]
        speeds = [len(photos) / result.seconds for result in rounds]
        contestants[name] = {
            "photos_per_second": median(speeds),
            "photos_per_second_rounds": speeds,
            "ratio_to_deepface": _ratio(results, name),
            "faces_found": sum(len(match.found) for match in matches),
            "found_by_size": _by_size(
                photo.faces[index].size
                for match, photo in zip(matches, photos, strict=True)
                for index in match.found
            ),
            "others_found": sum(match.others for match in matches),
            "peak_memory_mb": median(result.peak_memory_mb for result in rounds),
            "stages_ms_per_photo": rounds[0].stages or None,
        }
    return {
        "ratio_to_deepface": _ratio(results, "ours-f32"),
        "ratio_to_deepface_bf16": _ratio(results, "ours-bf16"),
        "faces_placed": sum(len(photo.faces) for photo in photos),
        "placed_by_size": _by_size(face.size for photo in photos for face in photo.faces),
        "contestants": contestants,
    }


def _by_size(sizes: Iterable[float]) -> dict[str, int]:
    """How many faces of each band of sizes, in pixels across."""
    counts = dict.fromkeys(_BANDS, 0)
    for size in sizes:
        counts[next(name for name, limit in _BANDS.items() if size < limit)] += 1
    return counts


def _ratio(results: dict[str, list[Result]], name: str) -> float | None:
    """How many times DeepFace's speed: compared within each round, then the median."""
    if name not in results or _REFERENCE not in results:
        return None
    pairs = zip(results[name], results[_REFERENCE], strict=True)
    return median(reference.seconds / own.seconds for own, reference in pairs)


def prepare_models(names: Sequence[str]) -> dict[str, Any]:
    """Fetch the weights that are missing, and say what ours runs with.

    Raises:
        gallery.errors.GalleryError: They cannot be had.
    """
    from gallery.config import load_settings
    from gallery.models.loading import default_cards
    from gallery.models.registry import find_card
    from gallery.models.session import available_runtime
    from gallery.models.weights import ensure

    settings = load_settings()
    cards = default_cards(settings)
    if _REFERENCE in names:
        cards += [find_card("yunet", "detector"), find_card("sface", "embedder")]
    for card in {card.name: card for card in cards if card.file}.values():
        ensure(card, settings)
    return {
        "detector": settings.detector,
        "embedder": settings.embedder,
        "runtime": available_runtime(settings),
        "detect_side": settings.detect_side,
        "min_score": settings.min_score,
        "min_face": settings.min_face,
        "thumbnail_side": settings.thumbnail_side,
    }


def _remark(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--lfw", type=Path, required=True, help="LFW's folder or its tar archive")
    parser.add_argument("--photos", type=positive, default=24, help="photos to make (24)")
    parser.add_argument("--seed", type=int, default=0, help="of everything random (0)")
    parser.add_argument(
        "--sides",
        type=positive,
        nargs=2,
        default=SIDES,
        metavar=("MIN", "MAX"),
        help="pixels of a pasted LFW photo; its face has some 0.4 of that (250 900)",
    )
    parser.add_argument("--rounds", type=positive, default=3, help="of all contestants (3)")
    parser.add_argument("--precision", choices=("f32", "bf16"), help="only this one for ours")
    parser.add_argument("--threads", type=positive, help="cores each contestant may use (all)")
    parser.add_argument("--only", choices=("ours", "deepface", "face_recognition"))
    parser.add_argument("--json", action="store_true", help="a document on standard output")
    return parser.parse_args(arguments)


def run_benchmark(options: argparse.Namespace) -> dict[str, Any]:
    """Make the photos, run everybody, and return the whole document."""
    wanted = choose_contestants(options.only, options.precision)
    names = [name for name in wanted if is_installed(name)]
    if not names:
        raise RuntimeError(f"{wanted[0]} is not installed: {HOW_TO_INSTALL[wanted[0]]}")
    settings = prepare_models(names)
    lfw = Lfw(options.lfw)
    sides = (options.sides[0], options.sides[1])
    with tempfile.TemporaryDirectory(prefix="gallery-benchmark-") as folder:
        _remark(f"making {options.photos} photos with faces from {lfw.place}")
        photos = make_photos(Path(folder), lfw, options.photos + 1, options.seed, sides)
        *timed, warm_up = photos
        megabytes = [photo.path.stat().st_size / 1e6 for photo in timed]
        results = run_rounds(names, [warm_up, *timed], options.rounds, options.threads)
    settings |= {
        "lfw": str(lfw.place),
        "photos": options.photos,
        "megabytes": sum(megabytes) / len(megabytes),
        "sides": sides,
        "seed": options.seed,
        "rounds": options.rounds,
    }
    return {
        **summary(results, timed),
        "not_installed": [name for name in wanted if name not in names],
        "settings": settings,
        "machine": describe(options.threads or cores()),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line."""
    from gallery.errors import GalleryError

    options = _arguments(arguments)
    try:
        report = run_benchmark(options)
    except (GalleryError, OSError, RuntimeError, ValueError) as error:
        _remark(f"benchmark: {error}")
        return 1
    if options.json:
        print(json.dumps(report, indent=2))
    else:
        print_table(report)
    return 0


if __name__ == "__main__":
    sys.exit(main())
