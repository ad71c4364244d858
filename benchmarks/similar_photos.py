"""What looks alike by the scene vectors: other views of one scene, and photos that are no such.

    python benchmarks/similar_photos.py --portraits DIR [--album DIR] [--most 6000] [--json]
    python benchmarks/similar_photos.py --scale 100000 [--json]

There is no set of photos of the same scenes with the truth beside it that can be had offline. So
other views are made of photos, in nine ways, and the share of them that reaches a cosine is said;
and of portraits of LFW, which have nothing to do with each other, the share of pairs and of photos
that do. `--scale` makes vectors up that are spread as those of portraits, and times the
library's own comparison. docs/duplicates.md says what the figures can and cannot say.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import machine
import numpy as np
from arguments import positive
from PIL import Image, ImageEnhance
from sqlalchemy import insert
from tags import ALBUM, look
from tags_scale import made_photo

from gallery import duplicates, looking_alike
from gallery.config import load_settings
from gallery.models.loading import load_tagger
from gallery.protocols import Tagger
from gallery.scene_neighbours import SceneNeighbours
from gallery.store import scenes
from gallery.store.duplicates import pairs as pairs_of
from gallery.store.library import Library, open_library
from gallery.store.tables import photos
from gallery.vectors import unit

LIMITS = (0.80, 0.85, 0.88, 0.90, 0.92, 0.94)
_EDITED, _SIDE, _SEED = 200, 512, 0
_DIM, _BATCH = 1280, 5000

_Picture = Image.Image


def _part(left: float, top: float, right: float, bottom: float) -> Callable[[_Picture], _Picture]:
    def cut(picture: _Picture) -> _Picture:
        w, h = picture.size
        return picture.crop(
            (int(w * left), int(h * top), int(w * (1 - right)), int(h * (1 - bottom)))
        )

    return cut


def _aside(picture: _Picture) -> _Picture:
    """As from further to the side."""
    w, h = picture.size
    corners = (0.08 * w, 0.02 * h, 0, 0.97 * h, 0.95 * w, h, w, 0.1 * h)
    return picture.transform((w, h), Image.Transform.QUAD, corners, Image.Resampling.BICUBIC)


def _evening(picture: _Picture) -> _Picture:
    """Darker, in warmer light."""
    warm = (np.asarray(picture) * (1.15, 1.0, 0.8)).clip(0, 255).astype(np.uint8)
    return ImageEnhance.Brightness(Image.fromarray(warm)).enhance(0.6)


def _tilted(degrees: float) -> Callable[[_Picture], _Picture]:
    cut = _part(0.1, 0.1, 0.1, 0.1)
    return lambda picture: cut(picture.rotate(degrees, Image.Resampling.BICUBIC))


VIEWS: dict[str, Callable[[_Picture], _Picture]] = {
    "mirrored": lambda picture: picture.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    "from further to the side": _aside,
    "in the evening": _evening,
    "moved by a seventh": _part(0.15, 0.1, 0, 0),
    "moved by a third": _part(0.3, 0.15, 0, 0),
    "closer by a fifth": _part(0.1, 0.1, 0.1, 0.1),
    "closer by a third": _part(0.17, 0.17, 0.17, 0.17),
    "tilted by 8 degrees, closer": _tilted(8),
    "all of it": lambda picture: _evening(_tilted(5)(_aside(picture))),
}


def opened(paths: Sequence[Path]) -> list[_Picture]:
    """Pictures of the size of thumbnails."""
    found = []
    for path in paths:
        with Image.open(path) as picture:
            found.append(picture.convert("RGB"))
        found[-1].thumbnail((_SIDE, _SIDE))
    return found


def views(tagger: Tagger, pictures: Sequence[_Picture]) -> dict[str, dict[str, float]]:
    """Of each kind of other view, the share that reaches each cosine."""
    originals = look(tagger, [np.asarray(one) for one in pictures]).vectors
    found = {}
    for name, make in VIEWS.items():
        made = look(tagger, [np.asarray(make(one)) for one in pictures]).vectors
        found[name] = shares((originals * made).sum(axis=1))
    return found


def shares(cosines: np.ndarray) -> dict[str, float]:
    """The share that reaches each cosine."""
    return {f"{limit:g}": round(float((cosines >= limit).mean()), 6) for limit in LIMITS}


def strangers(vectors: np.ndarray) -> dict[str, dict[str, float]]:
    """Of photos that have nothing to do with each other: pairs, and photos in a pair."""
    cosines = vectors @ vectors.T
    np.fill_diagonal(cosines, -1)
    return {
        "pairs": shares(cosines[np.triu_indices(len(vectors), 1)]),
        "photos": shares(cosines.max(axis=1)),
    }


def measure(album: Path | None, portraits: Path, most: int) -> dict[str, Any]:
    """All figures about what looks alike."""
    tagger = load_tagger(load_settings())
    files = sorted(portraits.rglob("*.jpg"))
    files = random.Random(_SEED).sample(files, min(most, len(files)))
    vectors = [
        look(tagger, [np.asarray(one) for one in opened(files[start : start + 256])]).vectors
        for start in range(0, len(files), 256)
    ]
    document: dict[str, Any] = {
        "portraits": len(files),
        "strangers": strangers(np.concatenate(vectors)),
        "views of portraits": views(tagger, opened(files[:_EDITED])),
    }
    if album is not None:
        scenery = [album / name for name in ALBUM if "portrait" not in name]
        document["pictures"] = len(scenery)
        document["views of pictures"] = views(tagger, opened(scenery))
    return document


def made_vectors(count: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """Vectors of photos of twice as many scenes, as spread over directions as those of LFW.

    Of LFW's vectors the first direction holds 0.56 of the squared length, the first 128 hold 0.91.
    Two photos of a scene have a cosine of 0.7 to 0.97, two others 0.55 in the middle.
    """
    fall = np.arange(1, _DIM + 1) ** -0.5
    fall[0] = 0.0
    axes = np.linalg.qr(rng.normal(size=(_DIM, _DIM)))[0].astype(np.float32)
    common = 0.95 * float(np.linalg.norm(fall))

    def drawn(generators: Sequence[np.random.Generator]) -> np.ndarray:
        parts = np.stack([one.normal(size=_DIM) for one in generators]) * fall
        parts[:, 0] = common
        return unit(parts.astype(np.float32) @ axes)

    for start in range(0, count, _BATCH):
        many = min(_BATCH, count - start)
        of_scenes = rng.integers(2 * count, size=many).tolist()
        seen = drawn([np.random.default_rng([1, one]) for one in of_scenes])
        yield unit(seen + rng.uniform(0.2, 0.9, (many, 1)) * drawn([rng] * many))


def scale(count: int) -> dict[str, Any]:
    """Seconds to compare all photos of a library, then one more, and what the cells miss."""
    rng = np.random.default_rng(_SEED)
    with tempfile.TemporaryDirectory() as folder:
        library = open_library(Path(folder) / "library")
        vectors = np.concatenate([part.astype(np.float16) for part in made_vectors(count, rng)])
        _fill(library, vectors)
        document: dict[str, Any] = {"photos": count}
        for name, new in (("all", None), ("100 new ones", range(count - 99, count + 1))):
            if new is not None:
                with library.write() as connection:
                    some = {photo: vectors[photo - 1].astype(np.float32) for photo in new}
                    scenes.replace(library, connection, "made", some)
            document[name] = _timed(lambda: sum(1 for _ in looking_alike.find(library)))
        document["pairs"] = len(pairs_of(library, duplicates.Kind.SIMILAR))
        document["groups"] = _timed(lambda: duplicates.groups(library, duplicates.Kind.SIMILAR))
        library.close()
    rows = rng.choice(count, min(1000, count), replace=False).tolist()
    exact, cells = SceneNeighbours(vectors, 0, exact=0), SceneNeighbours(vectors, 0, exact=-1)
    for least in (looking_alike.LEAST, 0.9):
        all_, found = ({pair[:2] for pair in one.near(rows, least, 11)} for one in (exact, cells))
        document[f"found by cells from {least:g}"] = [len(all_ & found), len(all_)]
    return document


def _fill(library: Library, vectors: np.ndarray) -> None:
    own = {"owner_id": library.owner_id, "compared": duplicates.VERSION}
    for start in range(0, len(vectors), _BATCH):
        part = vectors[start : start + _BATCH].astype(np.float32)
        found = {start + at + 1: vector for at, vector in enumerate(part)}
        with library.write() as connection:
            connection.execute(insert(photos), [own | made_photo(photo) for photo in found])
            scenes.replace(library, connection, "made", found)


def _timed(work: Callable[[], object]) -> dict[str, float]:
    clock, processors = time.perf_counter(), time.process_time()
    work()
    return {
        "seconds": round(time.perf_counter() - clock, 1),
        "of_processors": round(time.process_time() - processors, 1),
    }


def show(document: dict[str, Any]) -> None:
    """Print tables."""
    print(machine.as_text(document["machine"]))
    tables = {name: rows for name, rows in document.items() if name[:5] in ("views", "stran")}
    for name, rows in tables.items():
        print(f"\n| {name} | {' | '.join(f'{limit:g}' for limit in LIMITS)} |")
        print("|---" * (len(LIMITS) + 1) + "|")
        for row, values in rows.items():
            print(f"| {row} | {' | '.join(f'{value:.3%}' for value in values.values())} |")
    print(
        json.dumps(
            {name: value for name, value in document.items() if name not in tables}, indent=2
        )
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--portraits", type=Path, help="a folder of photos of people, such as LFW")
    parser.add_argument("--album", type=Path, help="the sample album")
    parser.add_argument("--most", type=positive, default=6000, help="portraits looked at")
    parser.add_argument("--scale", type=positive, help="time this many made-up photos instead")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(arguments)
    if not given.scale and given.portraits is None:
        parser.error("--portraits or --scale is needed")
    document: dict[str, Any] = {"machine": machine.describe(machine.cores())}
    if given.scale:
        document |= scale(given.scale)
    else:
        document |= measure(given.album, given.portraits, given.most)
    print(json.dumps(document, indent=2)) if given.json else show(document)


if __name__ == "__main__":
    main()
