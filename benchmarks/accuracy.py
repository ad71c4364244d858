"""How well people are told apart, beside DeepFace on the same weights, on the same pairs.

    python benchmarks/accuracy.py --lfw DIR [--cache DIR] [--limit N] [--no-speed]
        [--detector retinaface yunet] [--embedder sface] [--backend opencv yunet]
        [--markdown | --json]

`DIR` holds `lfw-deepfunneled/` and `pairs.txt`; `--pairs` takes a CSV with the columns left, right,
same, fold instead. The protocol is LFW's: the threshold of a fold is the one that is best on the
other nine. Both sides are scored by the same functions, on cosines.

Ours is what `gallery evaluate lfw` measures, for each detector and embedder. DeepFace is
`DeepFace.represent` with all its defaults but the detector and SFace, whose weights are those of
our model store. In each photo the face nearest the centre counts; DeepFace returns all faces and
leaves the choice to its caller, so this is in its favour.

A photo without a face is an error in every pair it is in; for DeepFace that is a photo for which it
raises. A pair of two people with such a photo is a false accept at every threshold, so that a low
FAR may be out of reach. With `enforce_detection=False` DeepFace embeds the whole photo instead:
where that happened, it is a row of its own.

Speed is that of this run, without what `--cache` knew: ours works on several photos at a time and
DeepFace on one, as each does by itself.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import machine
import numpy as np
from arguments import positive
from deepface_faces import embed_with_deepface

from gallery.config import load_settings
from gallery.errors import GalleryError, ModelError
from gallery.evaluate.pairs import PairList, find_list, read_pairs
from gallery.evaluate.pairwise import PairResult, document, evaluate_pairs, score_pairs
from gallery.records import Progress
from gallery.workflow import load_models

_HEAD = ("", "accuracy", "TAR at FAR 1 %", "at 0.1 %", "EER", "photos without a face")
_SPEED = "photos a second"
# What only a plot needs.
_DRAWN = ("curve", "histogram", "milliseconds", "images_per_second")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line."""
    options = _arguments(arguments)
    try:
        found = run_benchmark(options)
    except (GalleryError, ValueError) as error:
        print(f"benchmark: {error}", file=sys.stderr)
        return 1
    if options.json:
        print(json.dumps(found, indent=2))
    elif options.markdown:
        print(as_markdown(found, speed=options.speed))
    else:
        print(as_text(found, speed=options.speed))
    return 0


def run_benchmark(options: argparse.Namespace) -> dict[str, Any]:
    """Embed the photos with everybody, score the pairs, and return the whole document.

    Raises:
        gallery.errors.GalleryError: The list or a model of ours cannot be had.
    """
    file = find_list(options.lfw, options.pairs)
    pairs = read_pairs(file, options.lfw)
    if options.limit:
        pairs = first_pairs(pairs, options.limit)
    rows: list[dict[str, Any]] = []
    left_out: dict[str, str] = {}
    if options.only != "deepface":
        rows += rows_of_ours(pairs, options)
    for backend in options.backend if options.only != "ours" else ():
        try:
            rows += rows_of_deepface(pairs, backend, options)
        except ModelError as error:
            left_out[backend] = str(error)
    if not rows:
        raise ModelError(" ".join(left_out.values()))
    return {
        "machine": machine.describe(machine.cores()),
        "images": pairs.photos[0].parent.parent.name,
        "list": file.name,
        "pairs": len(pairs.left),
        "photos": len(pairs.photos),
        "folds": len(np.unique(pairs.fold)),
        "limit": options.limit,
        "results": rows,
        "left_out": left_out,
    }


def first_pairs(pairs: PairList, count: int) -> PairList:
    """The first pairs of each kind in each fold, and the photos of those."""
    kept: list[int] = []
    for number in np.unique(pairs.fold):
        for kind in (True, False):
            inside = (pairs.fold == number) & (pairs.genuine == kind)
            kept += np.flatnonzero(inside)[:count].tolist()
    rows = np.sort(kept)
    photos, both = np.unique([pairs.left[rows], pairs.right[rows]], return_inverse=True)
    left, right = both.reshape(2, -1)
    return PairList(
        [pairs.photos[at] for at in photos], left, right, pairs.genuine[rows], pairs.fold[rows]
    )


def rows_of_ours(pairs: PairList, options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """A row for each detector and embedder."""
    for embedder in options.embedder:
        for detector in options.detector:
            settings = load_settings().with_changes(detector=detector, embedder=embedder)
            name = f"this gallery: {detector}, {embedder}"
            models = load_models(settings)
            found = evaluate_pairs(pairs, models, settings, tell(name), cache=options.cache)
            yield row(name, found)


def rows_of_deepface(
    pairs: PairList, backend: str, options: argparse.Namespace
) -> Iterator[dict[str, Any]]:
    """A row for a detector, and one for what it does with photos in which it finds no face.

    Raises:
        ModelError: The detector does not run here.
    """
    name = f"DeepFace {version('deepface')}: {backend}, SFace"
    found = embed_with_deepface(
        pairs.photos, backend, load_settings(), tell(name), cache=options.cache
    )
    yield row(name, score_pairs(pairs, found.space, found.enforced))
    whole = len(found.enforced.missed) - len(found.anyway.missed)
    if whole:
        anyway = score_pairs(pairs, found.space, found.anyway)
        yield row(f"{name}, enforce_detection=False", anyway) | {
            "embedded_whole": whole,
            "photos_per_second": None,
        }


def row(name: str, found: PairResult) -> dict[str, Any]:
    """The figures of one configuration."""
    figures = {key: value for key, value in document(found).items() if key not in _DRAWN}
    return {
        "name": name,
        **figures,
        "embedded_whole": 0,
        "photos_per_second": round(found.images_per_second, 2) or None,
    }


def as_text(found: dict[str, Any], *, speed: bool) -> str:
    """The machine, the data and the table."""
    rows = _cells(found, speed=speed)
    widths = [max(len(line[at]) for line in rows) for at in range(len(rows[0]))]
    lines = [machine.as_text(found["machine"]), f"{_data(found)}\n"]
    for name, *cells in rows:
        shown = (f"{cell:>{width}}" for cell, width in zip(cells, widths[1:], strict=True))
        lines.append(f"{name:{widths[0]}}  " + "  ".join(shown))
    return "\n".join([*lines, *found["left_out"].values()])


def as_markdown(found: dict[str, Any], *, speed: bool) -> str:
    """The table as the README shows it, under what was measured."""
    head, *rows = _cells(found, speed=speed)
    lines = [(_data(found), *head[1:]), ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _data(found: dict[str, Any]) -> str:
    data = f"{found['images']}, {found['pairs']:,} pairs in {found['folds']} folds"
    limit = found["limit"]
    return f"{data}, a quick look: the first {limit} of each kind in each" if limit else data


def _tar(rate: float | None) -> str:
    if rate is None:
        return "too few pairs"
    return f"{100 * rate:.2f} %" if rate else "out of reach"


def _cells(found: dict[str, Any], *, speed: bool) -> list[tuple[str, ...]]:
    """The table, its head first."""
    lines = [(*_HEAD, _SPEED) if speed else _HEAD]
    for one in found["results"]:
        spread = "" if one["accuracy_std"] is None else f" ± {100 * one['accuracy_std']:.2f}"
        kept = (one["tar_at_far"]["0.01"], one["tar_at_far"]["0.001"])
        whole = f" ({one['embedded_whole']:,} embedded whole)" if one["embedded_whole"] else ""
        fast = one["photos_per_second"]
        cells = (
            one["name"],
            f"{100 * one['accuracy']:.2f} %{spread}",
            *(_tar(rate) for rate in kept),
            f"{100 * one['eer']:.2f} %",
            f"{one['missed']:,}{whole}",
            "-" if fast is None else f"{fast:.1f}",
        )
        lines.append(cells if speed else cells[:-1])
    return lines


def tell(name: str) -> Callable[[Progress], None]:
    """Says on standard error how far the embedding is."""

    def show(step: Progress) -> None:
        end = "\n" if step.done == step.total else ""
        text = f"{name}: {step.done} of {step.total} photos"
        print(f"\r{text:60}", end=end, file=sys.stderr, flush=True)

    return show


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--lfw", type=Path, required=True, help="folder with lfw-deepfunneled/")
    parser.add_argument("--pairs", type=Path, help="list of pairs (pairs.txt in the folder)")
    parser.add_argument("--cache", type=Path, help="folder that keeps vectors between runs")
    parser.add_argument("--detector", nargs="+", default=["retinaface", "yunet"], help="ours")
    parser.add_argument("--embedder", nargs="+", default=["sface"], help="ours")
    parser.add_argument("--backend", nargs="+", default=["opencv", "yunet"], help="DeepFace's")
    parser.add_argument("--only", choices=("ours", "deepface"))
    parser.add_argument("--limit", type=positive, help="pairs of each kind in a fold, to look")
    parser.add_argument("--no-speed", dest="speed", action="store_false")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--markdown", action="store_true", help="the table of the README")
    form.add_argument("--json", action="store_true", help="a document on standard output")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
