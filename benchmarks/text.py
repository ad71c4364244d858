"""How well and how fast text in photos is read, and how much a glance first saves.

    python benchmarks/text.py [--album DIR] [--portraits DIR] [--made 120] [--most 500] [--json]

Four sets: pictures of 1600 x 1200 with words drawn on photos of the sample album (`made_text.py`,
always the same), the sample album itself, portraits such as LFW's, and some of them enlarged to 12
megapixels, as a camera takes them. Each goes the way it goes in a library: a glance at the
thumbnail, then the original is decoded and read. Words count as read when they stand in
a line that is kept, without regard to capitals. In portraits nobody has said what is written:
`--lines DIR` writes every line that is kept with a cut-out of it, to be looked at.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import re
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import machine
import made_text
import numpy as np
from arguments import positive
from PIL import Image

from gallery.config import Settings, load_settings
from gallery.decode import decode
from gallery.errors import RefusedPhoto
from gallery.ingest import thumbnail
from gallery.matching import fold
from gallery.models.loading import load_text_reader
from gallery.protocols import TextLine, TextReader
from gallery.reading_text import READ_SIDE, glance, lines_of
from gallery.records import DecodedPhoto, Pixels
from gallery.resize import shrink
from gallery.samples import default_album_folder, pull_album

_WORD = re.compile(r"\w+")
_BACKGROUNDS = ("places", "things", "animals", "a-day-in-beijing", "white-house")
_MARGIN = 6


@dataclass(slots=True)
class Looked:
    """What was done with one photo.

    Args:
        photo: decoded as for reading.
        glance: whether there may be text.
        glance_ms: of the processors, for that.
        lines: what is kept, whatever the glance says.
        read_ms: of the processors, for decoding and reading.
    """

    photo: DecodedPhoto
    glance: bool
    glance_ms: float
    lines: list[TextLine]
    read_ms: float


def look(data: bytes, reader: TextReader, settings: Settings) -> Looked:
    """Glance at a photo, and read it in any case.

    Raises:
        RefusedPhoto: It is none.
    """
    side = settings.thumbnail_side
    photo = decode(data, settings, longest_side=READ_SIDE)
    small = thumbnail(photo.pixels, shrink(photo.pixels, 512), side)
    begun = time.process_time()
    picture = decode(small, settings, longest_side=side).pixels
    seen = glance(picture, max(photo.width, photo.height), reader)
    between = time.process_time()
    lines = lines_of(decode(data, settings, longest_side=READ_SIDE), reader)
    ended = time.process_time()
    return Looked(photo, seen, 1000 * (between - begun), lines, 1000 * (ended - between))


def words_of(lines: Sequence[TextLine]) -> set[str]:
    """All words of some lines, folded."""
    return {word for line in lines for word in _WORD.findall(fold(line.text))}


def jpeg(pixels: Pixels) -> bytes:
    """A picture as a camera writes it."""
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "JPEG", quality=92)
    return stream.getvalue()


def enlarged(path: Path) -> bytes:
    """A photo at some 12 megapixels."""
    with Image.open(path) as image:
        factor = (12e6 / (image.width * image.height)) ** 0.5
        size = (round(image.width * factor), round(image.height * factor))
        return jpeg(np.asarray(image.convert("RGB").resize(size, Image.Resampling.BICUBIC)))


def costs(looked: Sequence[Looked]) -> dict[str, Any]:
    """How many photos pass the glance, how many have text, and the time with and without it."""
    count = len(looked)
    glance = sum(one.glance_ms for one in looked)
    read = sum(one.read_ms for one in looked)
    passed = [one for one in looked if one.glance]
    return {
        "photos": count,
        "passed": len(passed),
        "with_text": sum(bool(one.lines) for one in looked),
        "with_text_passed": sum(bool(one.lines) for one in passed),
        "lines": sum(len(one.lines) for one in looked),
        "glance_ms": round(glance / count, 1),
        "ms_without_glance": round(read / count, 1),
        "ms": round((glance + sum(one.read_ms for one in passed)) / count, 1),
    }


def of_made(
    backgrounds: Sequence[Path], count: int, reader: TextReader, settings: Settings
) -> dict[str, Any]:
    """Words read of those that were drawn, by their height and angle."""
    drawn: Counter[str] = Counter()
    read: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    looked, wrong = [], 0
    for made in made_text.make(backgrounds, count):
        one = look(jpeg(made.pixels), reader, settings)
        looked.append(one)
        found = words_of(one.lines)
        truth = {part for line in made.lines for word in line.words for part in parts(word)}
        wrong += sum(not set(parts(line.text)) <= truth for line in one.lines)
        for line in made.lines:
            for word in line.words:
                for key in (line.height, "turned" if line.angle else "level", "all"):
                    drawn[key] += 1
                    is_read = found.issuperset(parts(word))
                    read[key] += is_read
                    seen[key] += is_read and one.glance
    recall = {
        key: {
            "words": drawn[key],
            "read": round(read[key] / drawn[key], 3),
            "with_glance": round(seen[key] / drawn[key], 3),
        }
        for key in (*made_text.HEIGHTS, "level", "turned", "all")
        if drawn[key]
    }
    return costs(looked) | {"recall": recall, "lines_with_another_word": wrong}


def parts(word: str) -> list[str]:
    """What a word is compared by: `9.00` has two parts."""
    return _WORD.findall(fold(word))


def of_photos(
    photos: Iterable[bytes], reader: TextReader, settings: Settings, lines: Path | None = None
) -> dict[str, Any]:
    """What is read in some photos; what is none is passed over."""
    looked = []
    for data in photos:
        try:
            one = look(data, reader, settings)
        except RefusedPhoto:
            continue
        looked.append(one)
        if lines is not None and one.glance:
            _write(one, lines, len(looked))
    return costs(looked)


def _write(one: Looked, folder: Path, number: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    scale = one.photo.scale
    for line in one.lines:
        x0, y0, x1, y1 = (value * scale for value in line.box)
        around = (x0 - _MARGIN, y0 - _MARGIN, x1 + _MARGIN, y1 + _MARGIN)
        said = re.sub(r"\W+", "-", line.text)[:40]
        picture = Image.fromarray(one.photo.pixels).crop(tuple(map(round, around)))
        picture.save(folder / f"{line.confidence:.2f}-{said}-{number}.png")


def measure(given: argparse.Namespace, album: Path) -> dict[str, Any]:
    """All figures."""
    settings = load_settings()
    reader = load_text_reader(settings)
    files = sorted(path for path in album.rglob("*") if path.is_file())
    backgrounds = [
        path
        for path in files
        if path.parent.name in _BACKGROUNDS and path.suffix in (".jpg", ".png")
    ]
    reader.read(next(made_text.make(backgrounds, 1)).pixels)  # loads the networks
    document: dict[str, Any] = {
        "machine": machine.describe(machine.cores()),
        "made": of_made(backgrounds, given.made, reader, settings),
        "album": of_photos((path.read_bytes() for path in files), reader, settings),
    }
    if given.portraits is not None:
        portraits = sorted(given.portraits.rglob("*.jpg"))
        portraits = random.Random(0).sample(portraits, min(given.most, len(portraits)))
        small = (path.read_bytes() for path in portraits)
        document["portraits"] = of_photos(small, reader, settings, given.lines)
        large = map(enlarged, portraits[: given.large])
        document["enlarged"] = of_photos(large, reader, settings)
    return document


def show(document: dict[str, Any]) -> None:
    """Print the figures."""
    print(machine.as_text(document["machine"]))
    print("\nset        photos  pass the glance  with text (pass)  lines  "
          "ms glance  ms reading all  ms both")  # fmt: skip
    for name in ("made", "album", "portraits", "enlarged"):
        if name in document:
            row = document[name]
            with_text = f"{row['with_text']} ({row['with_text_passed']})"
            print(f"{name:9}  {row['photos']:6}  {row['passed']:15}  {with_text:>16}  "
                  f"{row['lines']:5}  {row['glance_ms']:9}  {row['ms_without_glance']:14}  "
                  f"{row['ms']:7}")  # fmt: skip
    print("\nletters  words  read   with the glance")
    for key, row in document["made"]["recall"].items():
        print(f"{key:7}  {row['words']:5}  {row['read']:.3f}  {row['with_glance']:.3f}")
    print("lines with a word that was not drawn:", document["made"]["lines_with_another_word"])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--album", type=Path, help="the sample album; fetched if it is not there")
    parser.add_argument("--portraits", type=Path, help="a folder of photos of people, such as LFW")
    parser.add_argument("--made", type=positive, default=120, help="pictures made")
    parser.add_argument("--most", type=positive, default=500, help="portraits looked at")
    parser.add_argument("--large", type=positive, default=40, help="portraits that are enlarged")
    parser.add_argument("--lines", type=Path, help="where lines of portraits are written")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    album = given.album or default_album_folder(load_settings())
    if given.album is None:
        pull_album(album)
    document = measure(given, album)
    if given.json:
        print(json.dumps(document, indent=2))
    else:
        show(document)


if __name__ == "__main__":
    main()
