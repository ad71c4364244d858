"""Dates as people write them -> spans of time: `2019`, `2019-06`, `June 2019`, `summer 2019`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
# First months, as in the north; a winter is named for the year it begins in.
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}

_NUMBERS = re.compile(r"(\d{4})(?:[-./](\d{1,2})(?:[-./](\d{1,2}))?)?", re.ASCII)
_WORD_YEAR = re.compile(r"([a-z]+)\.?\s+(\d{4})", re.ASCII)
_YEAR_WORD = re.compile(r"(\d{4})\s+([a-z]+)\.?", re.ASCII)
_SHORTEST = 3


@dataclass(frozen=True, slots=True)
class Span:
    """From a moment up to another one, which is not in it; None where it has no end."""

    start: datetime | None
    end: datetime | None


def read_span(text: str) -> Span | None:
    """The time that is meant, or None where that is none: one date, or two with `..` between."""
    first, dots, last = (part.strip() for part in text.partition(".."))
    if not dots:
        return _date(first)
    if not first and not last:
        return None
    begins, ends = _date(first), _date(last)
    if (first and begins is None) or (last and ends is None):
        return None
    start = begins.start if begins else None
    end = ends.end if ends else None
    if start is not None and end is not None and start >= end:
        return None
    return Span(start, end)


def _date(text: str) -> Span | None:
    """One day, month, season or year."""
    said = text.casefold().strip()
    try:
        found = _NUMBERS.fullmatch(said)
        if found:
            return _numbers(*(None if part is None else int(part) for part in found.groups()))
        found = _WORD_YEAR.fullmatch(said)
        if found:
            return _word(found[1], int(found[2]))
        found = _YEAR_WORD.fullmatch(said)
        return _word(found[2], int(found[1])) if found else None
    except (ValueError, OverflowError):
        return None  # the 31st of June, the year 0


def _numbers(year: int | None, month: int | None, day: int | None) -> Span:
    if month is None:
        return _months(year or 0, 1, 12)
    if day is None:
        return _months(year or 0, month, 1)
    start = datetime(year or 0, month, day)
    return Span(start, start + timedelta(days=1))


def _word(word: str, year: int) -> Span | None:
    if word in _SEASONS:
        return _months(year, _SEASONS[word], 3)
    months = [at for at, name in enumerate(_MONTHS, start=1) if name.startswith(word)]
    if len(word) < _SHORTEST or len(months) != 1:
        return None
    return _months(year, months[0], 1)


def _months(year: int, month: int, count: int) -> Span:
    start = datetime(year, month, 1)
    after = year * 12 + month - 1 + count
    return Span(start, datetime(after // 12, after % 12 + 1, 1))
