"""How many edited copies are found, and how many different photos are taken for one.

    python benchmarks/duplicates.py --lfw DIR [--album DIR] [--photos N] [--edited N] [--tune]
    python benchmarks/duplicates.py --lfw DIR --scale 100000

The photos of one half of LFW's people, with the sample album, are the different photos; some of
them are edited in 20 ways, and every copy is looked up among all of them as the library does it:
by perceptual hash, then by the pixels of thumbnails. Recall is the share of copies found to be
their original, precision the share of what was found that is. `--tune` uses the other half and
says what other limits would give. LFW has some pictures twice, under two names or cut out in two
ways; the pairs that were seen to be one picture do not count. docs/duplicates.md says what the
figures can and cannot say.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from arguments import positive
from machine import as_text, cores, describe
from photo_edits import EDITS, GOAL, OTHER, Edit
from PIL import Image

from gallery.duplicates import RADIUS, TURNED_RADIUS
from gallery.hashes import BYTES, HashIndex, turned
from gallery.ingest import SMALL_SIDE, perceptual_hash, thumbnail
from gallery.resize import shrink
from gallery.same_picture import Grey, Likeness, compare, read_small

# Seen to be one picture, by eye, among all pairs of LFW whose hashes are near.
ONE_PICTURE = frozenset(
    frozenset(pair)
    for pair in (
        ("Emmy_Rossum_0001", "Eva_Amurri_0001"),
        ("Prince_Willem-Alexander_0002", "Prince_Willem-Alexander_0003"),
        ("Ari_Fleischer_0006", "Ari_Fleischer_0011"),
        ("Bart_Hendricks_0001", "Ricky_Ray_0001"),
        ("Gabrielle_Rose_0001", "Martha_Bowen_0002"),
        ("Leslie_Ann_Woodward_0001", "Leslie_Ann_Woodward_0002"),
        ("Serena_Williams_0002", "Serena_Williams_0016"),
        ("George_W_Bush_0130", "George_W_Bush_0206"),
        ("George_W_Bush_0177", "George_W_Bush_0194"),
        ("George_W_Bush_0016", "George_W_Bush_0039"),
        ("Julie_Gerberding_0004", "Julie_Gerberding_0006"),
        ("Serena_Williams_0029", "Serena_Williams_0031"),
        ("Andrew_Caldecott_0001", "Andrew_Gilligan_0001"),
        ("George_W_Bush_0235", "George_W_Bush_0261"),
        ("Renee_Zellweger_0010", "Renee_Zellweger_0013"),
        ("Carlos_Beltran_0001", "Raul_Ibanez_0001"),
        ("George_W_Bush_0407", "George_W_Bush_0409"),
    )
)
# Pictures of the sample album as published, of which no two are one.
_PUBLISHED = (
    "animals/chelsea-the-cat.png", "places/falcon-9-on-the-pad.jpg",
    "places/hubble-extreme-deep-field.jpg", "places/summer-palace.jpg",
    "portraits/eileen-collins.png", "portraits/grace-hopper.jpg", "portraits/photographer.png",
    "text/handwriting.png", "things/brick-wall.png", "things/coffee.png", "things/dahlia.jpg",
    "things/grass.png", "things/greek-coins.png", "white-house/2009-address-to-congress.jpg",
    "white-house/2010-blue-room-biden.jpg", "white-house/2010-blue-room-obama.jpg",
    "white-house/2012-portrait.jpg",
)  # fmt: skip
_SEED = 0
_LIMITS = (0.93, 0.95, 0.96, 0.97, 0.98, 0.99)
_FLIPS = (2, 8, 16, 28, 44, 60, 72)


@dataclass(frozen=True, slots=True)
class Small:
    """What the library keeps of a picture: its hash, and its thumbnail as it is compared."""

    hash: np.ndarray
    grey: Grey | None


def small(data: bytes) -> Small:
    """The hash and the thumbnail of a file, as ingest makes them."""
    pixels = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
    middle = shrink(pixels, SMALL_SIDE)
    stored = thumbnail(pixels, middle, SMALL_SIDE)
    return Small(np.frombuffer(perceptual_hash(middle), np.uint8), read_small(stored))


def different_photos(lfw: Path, album: Path | None, count: int, *, tune: bool) -> list[Path]:
    """Photos of one half of LFW's people, the same for a seed, and the album's."""
    people = sorted(folder for folder in lfw.iterdir() if folder.is_dir())
    random.Random(_SEED).shuffle(people)
    # One picture that is there under two names is in one half, or it would be in none.
    half = people[: len(people) // 2] if tune else people[len(people) // 2 :]
    photos = sorted(path for folder in half for path in folder.glob("*.jpg"))
    random.Random(_SEED).shuffle(photos)
    published = [] if album is None else [album / name for name in _PUBLISHED]
    return published + photos[: max(0, count - len(published))]


@dataclass(frozen=True, slots=True)
class Look:
    """A copy, or a photo, beside a photo whose hash is near: what their pixels say."""

    edit: int
    right: bool
    likeness: Likeness


class Search:
    """The different photos, in which copies are looked up."""

    def __init__(self, photos: Sequence[Path], threads: ThreadPoolExecutor) -> None:
        self.photos = photos
        self.all = list(threads.map(lambda path: small(path.read_bytes()), photos))
        self._hashes = np.stack([one.hash for one in self.all])
        self._index = HashIndex(self._hashes)

    def near(self, queries: np.ndarray) -> Iterator[tuple[int, int, int]]:
        """Queries, photos near them, and the quarter turns between them."""
        seen = set()
        for turns in range(4):
            radius = TURNED_RADIUS if turns else RADIUS
            pairs = self._index.near(turned(queries, turns), radius, len(self._hashes))
            for query, row in zip(*(side.tolist() for side in pairs), strict=True):
                if (query, row) not in seen:
                    seen.add((query, row))
                    yield query, row, turns

    def is_one(self, row: int, other: int) -> bool:
        """Whether two photos are one picture, by what is known of LFW."""
        pair = frozenset((self.photos[row].stem, self.photos[other].stem))
        return row == other or pair in ONE_PICTURE

    def looks(self, edits: Sequence[Edit], rows: Sequence[int], threads: Any) -> list[Look]:
        """Every look that is taken at copies, and at the photos themselves (edit -1)."""
        found: list[Look] = []
        for number, edit in enumerate(edits):
            copies = list(threads.map(lambda row, e=edit: self._copy(e, row), rows))
            found += self._judged(number, copies, rows, threads)
        originals = range(len(self.photos))
        return found + self._judged(-1, self.all, originals, threads)

    def _copy(self, edit: Edit, row: int) -> Small:
        with Image.open(self.photos[row]) as picture:
            return small(edit.make(picture.convert("RGB")))

    def _judged(
        self, edit: int, copies: Sequence[Small], rows: Sequence[int], threads: Any
    ) -> list[Look]:
        pairs = [
            (at, row, turns)
            for at, row, turns in self.near(np.stack([copy.hash for copy in copies]))
            if edit >= 0 or rows[at] < row
        ]

        def judge(pair: tuple[int, int, int]) -> Look | None:
            at, row, turns = pair
            one, other = copies[at].grey, self.all[row].grey
            if one is None or other is None:
                return None
            right = self.is_one(rows[at], row)
            # Of a picture that LFW has twice, either will do; only the original is counted.
            if right and rows[at] != row:
                return None
            return Look(edit, right, compare(one, other, turns))

        return [look for look in threads.map(judge, pairs) if look is not None]


def table(looks: Sequence[Look], edited: int, limit: float | None = None) -> list[dict[str, Any]]:
    """Recall and precision of every edit, of both kinds, and of the photos themselves."""

    def taken(look: Look) -> bool:
        return look.likeness.is_same if limit is None else look.likeness.most >= limit

    near, right, wrong = defaultdict(int), defaultdict(int), defaultdict(int)
    for look in looks:
        near[look.edit] += look.right
        (right if look.right else wrong)[look.edit] += taken(look)
    rows = [
        _row(edit.name, edit.kind, edited, near[at], right[at], wrong[at])
        for at, edit in enumerate(EDITS)
    ]
    for kind in (GOAL, OTHER):
        own = [at for at, edit in enumerate(EDITS) if edit.kind == kind]
        sums = [sum(counts[at] for at in own) for counts in (near, right, wrong)]
        rows.append(_row(f"all {kind}", kind, edited * len(own), *sums))
    rows.append(_row("the photos themselves", "", 0, 0, 0, wrong[-1]))
    return rows


def _row(name: str, kind: str, copies: int, near: int, right: int, wrong: int) -> dict[str, Any]:
    found = right + wrong
    return {
        "edit": name,
        "kind": kind,
        "copies": copies,
        "near": near / copies if copies else None,
        "recall": right / copies if copies else None,
        "precision": right / found if found else None,
        "wrong": wrong,
    }


def as_table(rows: Sequence[dict[str, Any]]) -> str:
    """Markdown."""
    lines = [
        "| what was done to the photo | copies | near by hash | recall | precision | wrong pairs |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        cells = [_share(row[name]) for name in ("near", "recall", "precision")]
        copies = f"{row['copies']:,}" if row["copies"] else ""
        lines.append(f"| {row['edit']} | {copies} | {' | '.join(cells)} | {row['wrong']:,} |")
    return "\n".join(lines)


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.4f}"


def made_hashes(real: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Hashes with the frequencies and the correlations of the bits of real ones."""
    from scipy.stats import norm

    bits = np.unpackbits(real, axis=1).astype(np.float64)
    mean = bits.mean(axis=0).clip(1e-4, 1 - 1e-4)
    spread = np.corrcoef(bits + rng.normal(scale=1e-3, size=bits.shape), rowvar=False)
    # Of two signs with this correlation, the correlation of what they are the signs of.
    values, axes = np.linalg.eigh(np.sin(np.pi / 2 * spread))
    root = axes * np.sqrt(values.clip(1e-4))
    root /= np.linalg.norm(root, axis=1, keepdims=True)
    limits = norm.ppf(1 - mean)
    parts = []
    for start in range(0, count, 20_000):
        drawn = rng.normal(size=(min(20_000, count - start), bits.shape[1])) @ root.T
        parts.append(np.packbits(drawn > limits, axis=1))
    return np.concatenate(parts)


def scale(lfw: Path, count: int, threads: ThreadPoolExecutor) -> dict[str, Any]:
    """Seconds to look all of some hashes up among each other, and what is missed."""
    rng = np.random.default_rng(_SEED)
    photos = different_photos(lfw, None, 4000, tune=True)
    real = np.stack([one.hash for one in threads.map(lambda p: small(p.read_bytes()), photos)])
    hashes = made_hashes(real, count, rng)
    document: dict[str, Any] = {"hashes": count, "load": os.getloadavg()[0]}
    for name, exact in (("every", count * count), ("pieces", 0)):
        index = HashIndex(hashes, exact)
        started = time.perf_counter()
        for turns in range(4):
            index.near(turned(hashes, turns), TURNED_RADIUS if turns else RADIUS)
        document[f"{name}_seconds"] = time.perf_counter() - started
        started = time.perf_counter()
        index.near(hashes[:100], RADIUS)
        document[f"{name}_seconds_for_100"] = time.perf_counter() - started
        document[f"{name}_found"] = {
            str(flips): _found(index, hashes, flips, rng) for flips in _FLIPS
        }
    return document


def _found(index: HashIndex, hashes: np.ndarray, flips: int, rng: np.random.Generator) -> float:
    rows = rng.choice(len(hashes), 500, replace=False)
    bits = np.unpackbits(hashes[rows], axis=1)
    for row in bits:
        row[rng.choice(8 * BYTES, flips, replace=False)] ^= 1
    queries, near = index.near(np.packbits(bits, axis=1), RADIUS)
    return len(set(queries[near == rows[queries]].tolist())) / len(rows)


def measure(given: argparse.Namespace, threads: ThreadPoolExecutor) -> dict[str, Any]:
    """The whole of a run, as a document."""
    document: dict[str, Any] = {"machine": describe(cores()), "seed": _SEED}
    if given.scale:
        return document | {"scale": scale(given.lfw, given.scale, threads)}
    photos = different_photos(given.lfw, given.album, given.photos, tune=given.tune)
    started = time.perf_counter()
    search = Search(photos, threads)
    rows = range(min(given.edited, len(photos)))
    looks = search.looks(EDITS, rows, threads)
    document |= {
        "half": "first" if given.tune else "second",
        "photos": len(photos),
        "edited": len(rows),
        "seconds": time.perf_counter() - started,
        "rows": table(looks, len(rows)),
    }
    if given.tune:
        document["limits"] = {
            f"{limit:g}": [row for row in table(looks, len(rows), limit) if _is_sum(row)]
            for limit in _LIMITS
        }
    return document


def _is_sum(row: dict[str, Any]) -> bool:
    return row["edit"].startswith("all ") or not row["copies"]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--lfw", type=Path, required=True, help="folder with a folder per person")
    parser.add_argument("--album", type=Path, help="the sample album")
    parser.add_argument("--photos", type=positive, default=7000, help="different photos")
    parser.add_argument("--edited", type=positive, default=1500, help="of which copies are made")
    parser.add_argument("--tune", action="store_true", help="on the half that limits come from")
    parser.add_argument("--scale", type=positive, help="time this many made-up hashes instead")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    with ThreadPoolExecutor(cores()) as threads:
        document = measure(given, threads)
    if given.json:
        print(json.dumps(document, indent=2))
        return
    print(as_text(document["machine"]))
    if given.scale:
        print(json.dumps(document["scale"], indent=2))
        return
    print(
        f"{document['photos']:,} photos, {document['edited']:,} edited, seed {_SEED}, "
        f"{document['half']} half of the people, {document['seconds']:.0f} s\n"
    )
    print(as_table(document["rows"]))
    for limit, sums in document.get("limits", {}).items():
        print(f"\nlimit {limit}\n{as_table(sums)}")


if __name__ == "__main__":
    main()
