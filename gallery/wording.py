"""Numbers, times and file names as sentences say them, wherever they are said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

_WINDOWS_PATH, _WINDOWS_SEPARATOR = re.compile(r"[A-Za-z]:[\\/]|\\\\"), re.compile(r"[\\/]")
# Bytes that are no letters are said as `\xff`, which is no folder.
_SEPARATOR = re.compile(r"/|\\(?!x[0-9a-f]{2})")


def counted(number: int, one: str, many: str | None = None) -> str:
    """`1 photo`, `2,310 photos`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def people_counted(number: int) -> str:
    """`1 person`, `41 people`."""
    return counted(number, "person", "people")


def day(when: date) -> str:
    """`14 June 2024`."""
    return f"{when.day} {when:%B} {when.year}"


def is_or_are(number: int) -> str:
    """The verb for so many."""
    return "is" if number == 1 else "are"


def cosine(value: float) -> str:
    """`0.50`, `0.495`: as many digits as a threshold has, two at least."""
    said = f"{value:.3f}"
    return said[:-1] if said.endswith("0") else said


def duration(seconds: float) -> str:
    """`33 s`, `2 min 10 s`, `1 h 5 min`."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min"


def file_name(path: str) -> str:
    """The last part of a path of any system."""
    between = _WINDOWS_SEPARATOR if _WINDOWS_PATH.match(path) else _SEPARATOR
    return between.split(path)[-1]


def apart(labels: Mapping[int, str]) -> dict[int, str]:
    """Labels by id, those of namesakes told apart: `Ada`, `Ada (2)`."""
    told: dict[int, str] = {}
    taken = set(labels.values())
    seen: set[str] = set()
    for key, label in sorted(labels.items()):
        said, number = label, 1
        while said in seen or (number > 1 and said in taken):
            number += 1
            said = f"{label} ({number})"
        seen.add(said)
        told[key] = said
    return told
