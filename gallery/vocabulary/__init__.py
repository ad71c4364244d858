"""ImageNet's 1,000 classes in everyday words, with what each is a kind of.

`imagenet.tsv` is WordNet's part (what is a kind of what), `everyday.toml` the part chosen by
hand (which of it makes a tag).
"""

from __future__ import annotations

import hashlib
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

CLASSES = 1000


@dataclass(frozen=True, slots=True)
class Term:
    """A tag that classes stand for.

    Args:
        name: of the tag.
        classes: numbers of the classes, rising.
        wider: tags that it is a kind of, the nearest first.
        least: confidence from which it is given.
    """

    name: str
    classes: tuple[int, ...]
    wider: tuple[str, ...]
    least: float


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All tags that classes stand for.

    Args:
        terms: in the order of the file.
        temperature: by which the network's scores are divided before they are probabilities.
        least_beside_face: confidence needed at least where a face fills a part of the picture.
        most: tags a photo gets at most.
        version: of the two files.
    """

    terms: tuple[Term, ...]
    temperature: float
    least_beside_face: float
    most: int
    version: str

    @property
    def matrix(self) -> NDArray[np.float32]:
        """(terms, 1000), 1 where a class belongs to a tag: times probabilities, their sums."""
        found = np.zeros((len(self.terms), CLASSES), dtype=np.float32)
        for row, term in enumerate(self.terms):
            found[row, list(term.classes)] = 1
        return found


@dataclass(frozen=True, slots=True)
class _Nouns:
    """Rows of `imagenet.tsv`.

    Args:
        order: synsets, the classes first.
        words: synsets by each word.
        narrower: classes that are a kind of each synset, itself too if it is one.
    """

    order: tuple[str, ...]
    words: Mapping[str, list[str]]
    narrower: Mapping[str, frozenset[int]]

    def classes(self, names: Iterable[str]) -> set[int]:
        """The classes meant by words, or by `word#number`.

        Raises:
            ValueError: There is no such word, or several.
        """
        found: set[int] = set()
        for name in names:
            word, _, number = name.partition("#")
            meant = [one for one in self.words.get(word, ()) if number in ("", one)]
            if len(meant) != 1:
                raise ValueError(f"{name!r} must mean one synset, means {meant}")
            found |= self.narrower[meant[0]]
        return found


def read_nouns(text: str, classes: int = CLASSES) -> _Nouns:
    """The rows of a table of synset, word and what it is a kind of; the first are the classes."""
    rows = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    words: dict[str, list[str]] = defaultdict(list)
    kinds = {}
    for synset, word, above in rows:
        words[word].append(synset)
        kinds[synset] = above.split()
    narrower: dict[str, set[int]] = defaultdict(set)
    for number, (synset, _word, _above) in enumerate(rows[:classes]):
        waiting = [synset]
        while waiting:
            one = waiting.pop()
            if number not in narrower[one]:
                narrower[one].add(number)
                waiting.extend(kinds[one])
    sets = {synset: frozenset(found) for synset, found in narrower.items()}
    return _Nouns(tuple(kinds), words, sets)


def class_words() -> list[str]:
    """The first word of each class, in the network's order."""
    rows = [line.split("\t") for line in _read("imagenet.tsv").splitlines() if line[:1] != "#"]
    return [row[1] for row in rows[:CLASSES]]


@cache
def vocabulary() -> Vocabulary:
    """The tags of the package."""
    nouns, text = _read("imagenet.tsv"), _read("everyday.toml")
    version = hashlib.sha256((nouns + text).encode()).hexdigest()[:8]
    return make(read_nouns(nouns), tomllib.loads(text), version)


def make(nouns: _Nouns, document: Mapping[str, Any], version: str) -> Vocabulary:
    """A vocabulary from its two parts.

    Raises:
        ValueError: A word is unknown or has several meanings, or a wider tag is not there.
    """
    rules, entries = document["rules"], document["tags"]
    classes = {
        name: nouns.classes(row["of"]) - nouns.classes(row.get("but", ()))
        for name, row in entries.items()
    }
    wider = {name: _wider(name, entries) for name in entries}
    whole = {name: set(found) for name, found in classes.items()}
    for name, above in wider.items():
        for one in above:
            whole[one] |= classes[name]
    return Vocabulary(
        tuple(
            Term(name, tuple(sorted(whole[name])), wider[name], row.get("least", rules["least"]))
            for name, row in entries.items()
        ),
        rules["temperature"],
        rules["least_beside_face"],
        rules["most"],
        version,
    )


def _wider(name: str, entries: Mapping[str, Any]) -> tuple[str, ...]:
    """All wider tags, the nearest first."""
    found: dict[str, None] = {}
    waiting = list(entries[name].get("in", ()))
    while waiting:
        one = waiting.pop(0)
        if one not in entries:
            raise ValueError(f"the tag {name!r} is in {one!r}, which is none")
        if one not in found:
            found[one] = None
            waiting.extend(entries[one].get("in", ()))
    return tuple(found)


def _read(name: str) -> str:
    return (files("gallery.vocabulary") / name).read_text(encoding="utf-8")
