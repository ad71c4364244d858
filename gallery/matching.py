"""Names that are meant though they are typed without capitals, accents or to the end."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import TypeVar

Key = TypeVar("Key")

_WORD = re.compile(r"\w+")
_ALIKE = 0.7
# Letters that are no letter with a mark on it; the index of words has them as they are.
_LETTERS = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i"})


# The names of a library are compared with every word that is typed.
@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """Text as it is compared: without capitals and accents, with single blanks."""
    parts = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return " ".join("".join(sign for sign in parts if not unicodedata.combining(sign)).split())


@lru_cache(maxsize=20_000)
def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(fold(text)))


def has_words(name: str, wanted: str, *, whole: bool = False) -> bool:
    """Whether words of a name begin with all wanted words, or are them.

    Args:
        name: as it is kept.
        wanted: as it was typed.
        whole: whether the words are meant to the end, and in this order.
    """
    has, asks = _words(name), _words(wanted)
    if whole:
        return any(has[at : at + len(asks)] == asks for at in range(len(has))) if asks else False
    return bool(asks) and all(any(word.startswith(ask) for word in has) for ask in asks)


def meant(names: Mapping[Key, str], wanted: str) -> list[Key]:
    """Whose name is wanted: those that have just this name, else those that have its words."""
    folded = fold(wanted)
    same = [key for key, name in names.items() if fold(name) == folded]
    return same or [key for key, name in names.items() if has_words(name, wanted)]


def closest(wanted: str, names: Iterable[str]) -> str | None:
    """The name somebody may have meant who wrote another one; None where none is near."""
    known = {fold(name): name for name in names}
    # A first name is near where the whole name is not.
    for name in list(known.values()):
        for word in _WORD.findall(fold(name)):
            known.setdefault(word, name)
    found = difflib.get_close_matches(fold(wanted), known, n=1, cutoff=_ALIKE)
    return known[found[0]] if found else None


def among(wanted: str, names: Collection[str]) -> str:
    """What to add to a sentence that says that a name is unknown."""
    near = closest(wanted, names)
    return f" Did you mean “{near}”?" if near else ""
