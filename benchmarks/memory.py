"""Memory while very many photos are taken in: it should not grow with them.

    python benchmarks/memory.py --lfw DIR [--photos 10000] [--large 48] [--seed 0] [--json]

A folder of LFW photos, with some of 12 megapixels made by `made_photos.py` spread among them, is
taken in by one process. The memory it holds is noted as it goes on; `growth` is that of the last
quarter beside that of the second, when everything has been loaded.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from arguments import positive
from machine import as_text, cores, describe, peak_memory_mb
from made_photos import Lfw, make_photos

from gallery.config import load_settings
from gallery.pipeline import ingest
from gallery.records import IngestReport
from gallery.sources import find_photos
from gallery.store.library import open_library
from gallery.workflow import load_models

_NOTES = 10


def make_folder(folder: Path, lfw: Lfw, photos: int, large: int, seed: int) -> None:
    """Fill a folder: LFW photos under their numbers, the large ones among them."""
    chosen = random.Random(seed).sample(lfw.names, min(photos, len(lfw.names)) - large)
    for number, (_, data) in enumerate(lfw.read(chosen).items()):
        (folder / f"{number * 2:06d}.jpg").write_bytes(data)
    for number, made in enumerate(make_photos(folder, lfw, large, seed)):
        at = round(number * len(chosen) / large)
        made.path.rename(folder / f"{at * 2 + 1:06d}.jpg")


def held_mb() -> float:
    """Memory this process holds now, in megabytes (10^6 bytes).

    Raises:
        OSError: The system does not say; Linux does.
    """
    found = re.search(r"^VmRSS:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    if found is None:
        raise OSError("/proc/self/status does not say how much memory is held")
    return int(found[1]) * 1024 / 1e6


def measure(folder: Path, photos: Path) -> dict[str, Any]:
    """Take the photos in, and note memory after every batch."""
    settings = load_settings()
    models = load_models(settings)
    library = open_library(folder / "library")
    report, held, started = IngestReport(), [], time.perf_counter()
    total = 0
    for progress in ingest(library, find_photos([photos], settings), models, settings, report):
        if progress.total:
            total = progress.total
            held.append((progress.done, held_mb()))
    library.close()
    steps = [
        {
            "photos": round(total * part / _NOTES),
            "median_mb": median(
                memory
                for done, memory in held
                if total * (part - 1) / _NOTES < done <= total * part / _NOTES
            ),
        }
        for part in range(1, _NOTES + 1)
    ]
    second = median(memory for done, memory in held if total / 4 < done <= total / 2)
    last = median(memory for done, memory in held if done > total * 3 / 4)
    return {
        "photos": report.added,
        "refused": len(report.failed),
        "faces": report.faces,
        "photos_per_second": total / (time.perf_counter() - started),
        "steps": steps,
        "growth": last / second - 1,
        "peak_memory_mb": peak_memory_mb(),
    }


def print_table(document: dict[str, Any]) -> None:
    """The document as Markdown."""
    print(as_text(document["machine"]))
    print(
        f"{document['photos']:,} photos ({document['large']} of 12 megapixels, "
        f"{document['refused']} refused), {document['faces']:,} faces, "
        f"{document['photos_per_second']:.1f} photos a second, seed {document['seed']}\n"
    )
    print("| photos | memory held, MB |\n|---|---|")
    for step in document["steps"]:
        print(f"| {step['photos']:,} | {step['median_mb']:.0f} |")
    print(f"\nlast quarter beside the second: {document['growth']:+.1%}; ", end="")
    print(f"most at any time: {document['peak_memory_mb']:.0f} MB")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--lfw", type=Path, required=True)
    parser.add_argument("--photos", type=positive, default=10_000)
    parser.add_argument("--large", type=positive, default=48)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true", help="a document on standard output")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="gallery-benchmark-") as name:
        folder = Path(name)
        photos = folder / "photos"
        photos.mkdir()
        make_folder(photos, Lfw(options.lfw), options.photos, options.large, options.seed)
        document = measure(folder, photos)
    document |= {
        "machine": describe(cores()),
        "large": options.large,
        "seed": options.seed,
        "load": os.getloadavg()[0],
    }
    if options.json:
        json.dump(document, sys.stdout, indent=1)
        print()
    else:
        print_table(document)
    return 0


if __name__ == "__main__":
    sys.exit(main())
