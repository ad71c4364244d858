"""What a query that is being typed may go on with: names, tags, years, filters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gallery.query import WORDS, Value
from gallery.store.filters.registry import Counted, Filter, Scope, everything
from gallery.store.library import Library

_ALIASES = {"any": "person", "no": "has"}
_TOKEN = re.compile(r"(?P<minus>-?)(?:(?P<name>[A-Za-z]+):)?(?P<rest>.*)", re.DOTALL)
_EACH, _MOST = 3, 8
_QUOTES = '"“”„'


@dataclass(frozen=True, slots=True)
class Completion:
    """One way to go on.

    Args:
        kind: what it is, such as `person`; a filter's name.
        label: as a person reads it.
        photos: how many have it; None where that is not known.
        text: all that would then stand in the field.
        caret: where the writing goes on.
        done: whether it can be looked for like this; else something is to follow.
    """

    kind: str
    label: str
    photos: int | None
    text: str
    caret: int
    done: bool


def complete(library: Library, text: str, caret: int) -> list[Completion]:
    """What fits the word before the caret, the most frequent first.

    Args:
        library: whose names and tags.
        text: what stands in the field.
        caret: signs before it.
    """
    start = _begin(text, caret)
    token = _TOKEN.fullmatch(text[start:caret])
    if token is None or not token[0].strip("-"):
        return []
    with library.read() as connection:
        scope = Scope(library, connection)
        if token["name"] is None:
            offers = _anything(scope, token["rest"].strip(_QUOTES))
            head = token["minus"]
        else:
            name = token["name"].lower()
            offers, head = _values(scope, _ALIASES.get(name, name), token)
    return [
        _completion(text, start, caret, head + offered, name, one) for name, offered, one in offers
    ][:_MOST]


def _begin(text: str, caret: int) -> int:
    """Where the word that is being written begins; blanks in quotation marks do not part words."""
    start, quoted, bracket = 0, False, False
    for at, sign in enumerate(text[:caret]):
        if sign in _QUOTES:
            quoted = not quoted
        elif not quoted and sign == "(" and text[:at].endswith(":"):
            bracket = True
        elif not quoted and sign == ")":
            bracket = False
        elif sign.isspace() and not quoted and not bracket:
            start = at + 1
    return start


_Offered = tuple[str, str, Counted]


def _anything(scope: Scope, typed: str) -> list[_Offered]:
    """Values of all filters, and filters by name."""
    found: list[_Offered] = []
    for name, one in everything().items():
        if one.offers is not None and (one.words is not None or typed[:1].isdigit()):
            offers = one.offers(scope, typed, _EACH)
            found += [(name, f"{name}:{Value(offer.text)}", offer) for offer in offers]
    found.sort(key=lambda one: -(one[2].photos or 0))
    return [*found, *_filters(typed)]


def _filters(typed: str) -> Iterator[_Offered]:
    for name, one in everything().items():
        if name != WORDS and name.startswith(typed.casefold()):
            yield WORDS, f"{name}:", Counted(f"{name}:", f"{name}: {_short(one)}")


def _short(one: Filter) -> str:
    return one.says.partition(";")[0].partition(":")[0]


def _values(scope: Scope, name: str, token: re.Match[str]) -> tuple[list[_Offered], str]:
    """Values of one filter, and what stands before the one that is being written."""
    one = everything().get(name)
    if one is None or one.offers is None:
        return [], ""
    parted = max(_outside_quotes(token["rest"], sign) for sign in "(,|")
    typed = token["rest"][parted + 1 :]
    before = token[0][: len(token[0]) - len(typed)] + (" " if typed[:1].isspace() else "")
    offers = one.offers(scope, typed.strip().strip(_QUOTES), _MOST)
    return [(name, str(Value(offer.text)), offer) for offer in offers], before


def _outside_quotes(text: str, sign: str) -> int:
    """Where a sign stands last outside quotation marks, or -1."""
    quoted, last = False, -1
    for at, one in enumerate(text):
        if one in _QUOTES:
            quoted = not quoted
        elif one == sign and not quoted:
            last = at
    return last


def _completion(
    text: str, start: int, caret: int, written: str, name: str, one: Counted
) -> Completion:
    """The whole text with what was written in place of the word before the caret."""
    goes_on = written.endswith(":") or ("(" in written and ")" not in written)
    after = text[caret:]
    gap = "" if goes_on or after.startswith((" ", ")", ",", "|")) else " "
    whole = text[:start] + written + gap + after
    caret = start + len(written) + len(gap)
    return Completion(name, one.label, one.photos, whole, caret, not goes_on)
