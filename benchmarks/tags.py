"""How right the tags are: on the few labelled pictures that can be had offline, and on portraits.

    python benchmarks/tags.py [--album DIR] [--portraits DIR] [--most 2000] [--json]

Labelled are 20 pictures of ImageNet that the wheel `foolbox` carries as examples (their class is in
their name; they are looked at here, not kept) and 20 of the sample album, whose right tags are
listed below. A portrait should get no tag at all but what a person may be doing in it: with LFW's
people every other tag is counted as a doubt. Everything goes through a thumbnail, as in a library.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import machine
import numpy as np
from arguments import positive

from gallery.config import Settings, load_settings
from gallery.decode import decode
from gallery.fetch import download_distribution, read_member
from gallery.ingest import thumbnail
from gallery.models.loading import load_tagger
from gallery.picture_tags import PictureFacts, picture_tags
from gallery.protocols import Scene, Tagger
from gallery.records import Pixels
from gallery.resize import shrink
from gallery.samples import default_album_folder, pull_album
from gallery.tags import calibrated, confidences
from gallery.vocabulary import Vocabulary, vocabulary

FOOLBOX = "foolbox==3.3.4"
_LABELS = (243, 559, 438, 990, 949, 853, 609, 609, 915, 455, 541, 630, 741, 471, 129, 99, 251, 22,
           317, 305)  # fmt: skip
# What may be said of the album's pictures; any other tag is wrong.
ALBUM = {
    "animals/chelsea-the-cat.png": "cat, animal",
    "places/summer-palace.jpg": "building, palace, lake, outdoors",
    "places/falcon-9-on-the-pad.jpg": "rocket, outdoors",
    "places/hubble-extreme-deep-field.jpg": "",
    "things/coffee.png": "espresso, coffee, drink, food",
    "things/dahlia.jpg": "flower, plant",
    "things/greek-coins.png": "",
    "things/clock-moved-while-taken.png": "clock",
    "things/brick-wall.png": "wall, building",
    "things/grass.png": "plant, garden, outdoors",
    "text/handwriting.png": "",
    "text/notice.png": "screenshot",
    "portraits/photographer.png": "photography, camera, outdoors",
    "portraits/eileen-collins.png": "flag, rocket",
    "portraits/grace-hopper.jpg": "flag",
    "white-house/2009-address-to-congress.jpg": "",
    "white-house/2010-blue-room-obama.jpg": "indoors",
    "white-house/2010-blue-room-biden.jpg": "indoors",
    "white-house/2012-portrait.jpg": "flag, indoors",
    "a-day-in-beijing/lake.jpg": "lake, outdoors, mountain, beach",
}
LEASTS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
TEMPERATURES = (0.7, 0.85, 1.0, 1.2, 1.5, 2.0)
# What somebody in a portrait may well be doing, or be standing before.
_PLAUSIBLE = frozenset({
    "sport", "tennis", "golf", "baseball", "basketball", "volleyball", "soccer", "fitness", "rugby",
    "American football", "ice hockey", "skiing", "snow", "flag", "indoors", "outdoors",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Labelled:
    """A picture with the tags that may be given to it.

    Args:
        pixels: of its thumbnail.
        right: tags.
        label: ImageNet's class, where it is known.
    """

    pixels: Pixels
    right: frozenset[str]
    label: int | None


def as_in_library(data: bytes, settings: Settings) -> Pixels:
    """The thumbnail of a picture."""
    pixels = decode(data, settings, longest_side=1600).pixels
    small = thumbnail(pixels, shrink(pixels, 512), settings.thumbnail_side)
    return decode(small, settings, longest_side=settings.thumbnail_side).pixels


def labelled(album: Path, settings: Settings) -> list[Labelled]:
    """All labelled pictures."""
    words, found = vocabulary(), []
    with tempfile.TemporaryDirectory() as folder:
        wheel = download_distribution(FOOLBOX, Path(folder))
        for number, label in enumerate(_LABELS):
            data = read_member(wheel, f"foolbox/data/imagenet_{number:02}_{label}.jpg")
            right = frozenset(term.name for term in words.terms if label in term.classes)
            found.append(Labelled(as_in_library(data, settings), right, label))
    for name, tags in ALBUM.items():
        right = frozenset(re.split(r", ", tags)) - {""}
        found.append(Labelled(as_in_library((album / name).read_bytes(), settings), right, None))
    return found


def by_least(
    scores: np.ndarray, pictures: Sequence[Labelled], words: Vocabulary
) -> list[dict[str, Any]]:
    """For each confidence: pictures with a tag, tags, right ones, and how sure they were."""
    names = [term.name for term in words.terms]
    rows = []
    for least in LEASTS:
        given = [
            (float(score), name in picture.right)
            for row, picture in zip(scores, pictures, strict=True)
            for score, name in zip(row, names, strict=True)
            if score >= least
        ]
        rows.append(
            {
                "least": least,
                "pictures": int((scores >= least).any(axis=1).sum()),
                "tags": len(given),
                "right": sum(right for _, right in given),
                "confidence": round(float(np.mean([score for score, _ in given])), 3),
            }
        )
    return rows


def by_temperature(probabilities: np.ndarray, labels: Sequence[int]) -> list[dict[str, float]]:
    """Negative log-likelihood of the labels and mean confidence, by temperature."""
    rows = []
    for temperature in TEMPERATURES:
        scaled = calibrated(probabilities, temperature)
        own = scaled[np.arange(len(labels)), list(labels)]
        rows.append(
            {
                "temperature": temperature,
                "loss": round(float(-np.log(np.maximum(own, 1e-12)).mean()), 3),
                "confidence": round(float(scaled.max(axis=1).mean()), 3),
            }
        )
    return rows


def of_portraits(scores: np.ndarray, words: Vocabulary) -> list[dict[str, Any]]:
    """For each confidence: portraits with a tag, with one that is a doubt, the commonest doubts."""
    names = np.array([term.name for term in words.terms])
    doubt = np.array([name not in _PLAUSIBLE for name in names])
    rows = []
    for least in LEASTS:
        given = scores >= least
        common = Counter(names[np.nonzero(given & doubt)[1]].tolist()).most_common(5)
        rows.append(
            {
                "least": least,
                "tagged": round(float(given.any(axis=1).mean()), 4),
                "doubtful": round(float((given & doubt).any(axis=1).mean()), 4),
                "doubts": dict(common),
            }
        )
    return rows


def look(tagger: Tagger, pictures: Sequence[Pixels]) -> Scene:
    """What is seen in many pictures."""
    parts = [tagger.look(pictures[start : start + 64]) for start in range(0, len(pictures), 64)]
    return Scene(
        np.concatenate([part.probabilities for part in parts]),
        np.concatenate([part.vectors for part in parts]),
    )


def likeness(vectors: np.ndarray) -> dict[str, float]:
    """Cosines of all pairs of some pictures' scene vectors."""
    cosines = (vectors @ vectors.T)[np.triu_indices(len(vectors), 1)]
    shares = np.percentile(cosines, (50, 95, 99, 100))
    return {name: round(float(value), 3) for name, value in
            zip(("median", "95 %", "99 %", "highest"), shares, strict=True)}  # fmt: skip


def speed(tagger: Tagger, pictures: Sequence[Pixels]) -> dict[str, float]:
    """Milliseconds a picture, of the clock and of the processors, for the network and the rules."""
    facts = PictureFacts(4000, 3000, "JPEG", "a.jpg", 500.0, True, None, 0)

    def rules() -> None:
        for picture in pictures:
            picture_tags(picture, facts)

    found = {}
    for name, work in (("network", lambda: look(tagger, pictures)), ("rules", rules)):
        work()
        clock, processors = time.perf_counter(), time.process_time()
        work()
        each = 1000 / len(pictures)
        found[name] = round((time.perf_counter() - clock) * each, 2)
        found[f"{name} (processors)"] = round((time.process_time() - processors) * each, 2)
    return found


def measure(album: Path, portraits: Path | None, most: int) -> dict[str, Any]:
    """All figures."""
    settings, words = load_settings(), vocabulary()
    tagger = load_tagger(settings)
    pictures = labelled(album, settings)
    scene = look(tagger, [picture.pixels for picture in pictures])
    probabilities = scene.probabilities
    known = [index for index, picture in enumerate(pictures) if picture.label is not None]
    labels = [int(pictures[index].label or 0) for index in known]
    document: dict[str, Any] = {
        "machine": machine.describe(machine.cores()),
        "pictures": len(pictures),
        "classes_right": int((probabilities[known].argmax(axis=1) == labels).sum()),
        "classes_of": len(known),
        "temperatures": by_temperature(probabilities[known], labels),
        "labelled": by_least(confidences(probabilities, words), pictures, words),
        "likeness": likeness(scene.vectors),
        "ms": speed(tagger, [picture.pixels for picture in pictures]),
    }
    if portraits is not None:
        files = sorted(portraits.rglob("*.jpg"))
        files = random.Random(0).sample(files, min(most, len(files)))
        seen = look(tagger, [as_in_library(path.read_bytes(), settings) for path in files])
        document["portraits_of"] = len(files)
        document["portraits"] = of_portraits(confidences(seen.probabilities, words), words)
        document["portraits_likeness"] = likeness(seen.vectors)
    return document


def show(document: dict[str, Any]) -> None:
    """Print the figures."""
    print(machine.as_text(document["machine"]))
    print(f"\nClass: {document['classes_right']} of {document['classes_of']} right")
    print("temperature  loss  mean confidence")
    for row in document["temperatures"]:
        print(f"{row['temperature']:11}  {row['loss']:.3f}  {row['confidence']:.3f}")
    print(f"\n{document['pictures']} labelled pictures\nleast  with tags  tags  right  confidence")
    for row in document["labelled"]:
        print(f"{row['least']:5}  {row['pictures']:9}  {row['tags']:4}  {row['right']:5}  "
              f"{row['confidence']:.3f}")  # fmt: skip
    if "portraits" in document:
        print(f"\n{document['portraits_of']} portraits\nleast  with tags  doubtful")
        for row in document["portraits"]:
            doubts = ", ".join(f"{name} {count}" for name, count in row["doubts"].items())
            print(f"{row['least']:5}  {row['tagged']:9.2%}  {row['doubtful']:8.2%}  {doubts}")
    print("\nCosine of two labelled pictures:", document["likeness"])
    if "portraits_likeness" in document:
        print("Cosine of two portraits:", document["portraits_likeness"])
    print("Milliseconds a picture:", document["ms"])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--album", type=Path, help="the sample album; fetched if it is not there")
    parser.add_argument("--portraits", type=Path, help="a folder of photos of people, such as LFW")
    parser.add_argument("--most", type=positive, default=2000, help="portraits looked at")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    album = given.album or default_album_folder(load_settings())
    pull_album(album)
    document = measure(album, given.portraits, given.most)
    if given.json:
        print(json.dumps(document, indent=2))
    else:
        show(document)


if __name__ == "__main__":
    main()
