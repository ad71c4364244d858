"""What the points of the map are coloured by, and the legend that says so.

Kinds have the colours of the other plots, which people with any colour vision tell apart, and
two marks; what is more or less has one that grows lighter. Both are readable on light and dark
ground.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gallery.evaluate.charts import BLUE, GREEN, ORANGE, PINK, RUST, SKY
from gallery.records import Person
from gallery.store.facts import NOBODY, Ids
from gallery.ui import words

# Yellow is too light for points on white.
_KINDS = (BLUE, ORANGE, GREEN, PINK, SKY, RUST)
_CIRCLE, _DIAMOND = "circle", "diamond"
MARKS = tuple((colour, mark) for mark in (_CIRCLE, _DIAMOND) for colour in _KINDS)

# Viridis (Smith and van der Walt, 2015) without its ends, which vanish on dark or light ground.
_SCALE = ("#46307e", "#365c8d", "#277f8e", "#1fa187", "#4ac16d", "#a0da39")
_STEPS = 64
# The code of points that have no colour of their own.
REST = 255
# Beyond these shares lie a camera whose clock was never set, and the one odd face.
_ENDS = (0.01, 0.99)
# Days from which on the month is enough to say.
_MONTHS_FROM = 90
# What NumPy counts days from.
_FIRST_DAY = date(1970, 1, 1)
# Kinds that are asked for their labels at a time.
_ASKED = 50


@dataclass(frozen=True, slots=True, eq=False)
class Colours:
    """Colours of points.

    Args:
        codes: (n,) which colour each has; `REST` for none.
        palette: colour and mark of each code.
        legend: what the component writes below: `entries`, or the ends of a `scale`.
    """

    codes: NDArray[np.uint8]
    palette: list[tuple[str, str]]
    legend: dict[str, Any]


def by_person(person_ids: Ids, people_of: Callable[[list[int]], Mapping[int, Person]]) -> Colours:
    """The persons with most faces; hidden and ignored ones have no colour.

    Args:
        person_ids: (n,) whose each face is; `NOBODY` where nobody's.
        people_of: gives persons by their ids.
    """

    def labels(ids: list[int]) -> dict[int, str]:
        known = people_of(ids)
        seen = (known[one] for one in ids if one in known)
        return {p.id: p.label for p in seen if not (p.hidden or p.ignored)}

    return _kinds(person_ids, person_ids != NOBODY, labels, "everybody else")


def by_group(face_ids: Ids, group_of: Mapping[int, int]) -> Colours:
    """The largest groups of a run; groups are numbered by size."""
    groups = np.array([group_of.get(face, -1) for face in face_ids.tolist()], dtype=np.int64)

    def labels(ids: list[int]) -> dict[int, str]:
        return {group: f"Group {group + 1}" for group in ids}

    return _kinds(groups, groups >= 0, labels, "the other groups")


def _kinds(
    kinds: Ids, known: NDArray[np.bool_], labels: Callable[[list[int]], dict[int, str]], rest: str
) -> Colours:
    values, rows, counts = np.unique(kinds[known], return_inverse=True, return_counts=True)
    ranked = np.argsort(-counts, kind="stable")
    ranked = ranked[counts[ranked] > 1]
    shown: list[tuple[int, str]] = []
    # Those without a label are few: some more than there are marks are asked for at a time.
    for start in range(0, len(ranked), _ASKED):
        some = ranked[start : start + _ASKED]
        said = labels(values[some].tolist())
        shown += [(at, said[values[at]]) for at in some.tolist() if values[at] in said]
        if len(shown) >= len(MARKS):
            break
    shown = shown[: len(MARKS)]
    code_of = np.full(len(values), REST, dtype=np.uint8)
    code_of[[at for at, _ in shown]] = np.arange(len(shown), dtype=np.uint8)
    codes: NDArray[np.uint8] = np.full(len(kinds), REST, dtype=np.uint8)
    codes[known] = code_of[rows]
    left = int((codes == REST).sum())
    return Colours(
        codes,
        list(MARKS[: len(shown)]),
        {
            "entries": [
                {"code": code, "label": text, "count": int(counts[at])}
                for code, (at, text) in enumerate(shown)
            ],
            "rest": f"{rest} ({left:,})" if left else "",
        },
    )


def by_quality(quality: NDArray[np.float64]) -> Colours:
    """How clear a face is: size, sharpness and pose; nan where it was never measured."""
    return _scale(quality, lambda value: f"{value:.0%}", "not measured")


def by_time(shown_at: NDArray[np.datetime64]) -> Colours:
    """When a photo was taken; NaT where nothing says so."""
    missing = np.isnat(shown_at)
    days = shown_at.astype("datetime64[D]").astype(np.float64)
    days[missing] = np.nan
    known = days[~missing]
    said = words.month if len(known) and np.ptp(known) > _MONTHS_FROM else words.day
    return _scale(days, lambda day: said(_FIRST_DAY + timedelta(days=round(day))), "without a date")


def _scale(numbers: NDArray[np.float64], said: Callable[[float], str], missing: str) -> Colours:
    known = ~np.isnan(numbers)
    codes: NDArray[np.uint8] = np.full(len(numbers), REST, dtype=np.uint8)
    left = int((~known).sum())
    legend: dict[str, Any] = {"rest": f"{missing} ({left:,})" if left else ""}
    if known.any():
        low, high = (float(end) for end in np.quantile(numbers[known], _ENDS))
        if said(low) == said(high):
            legend["rest"] = f"all {said(low)} ({int(known.sum()):,})"
            return Colours(codes, [], legend)
        share = np.clip((numbers[known] - low) / (high - low), 0, 1)
        codes[known] = np.rint(share * (_STEPS - 1)).astype(np.uint8)
        legend["scale"] = {"low": said(low), "high": said(high), "colours": list(_SCALE)}
    return Colours(codes, [(colour, _CIRCLE) for colour in _between(_SCALE, _STEPS)], legend)


def _between(colours: Sequence[str], steps: int) -> list[str]:
    """Colours in equal steps from the first to the last."""
    known = np.array([[int(c[at : at + 2], 16) for at in (1, 3, 5)] for c in colours])
    at = np.linspace(0, len(colours) - 1, steps)
    mixed = [np.interp(at, np.arange(len(colours)), known[:, part]) for part in range(3)]
    return [f"#{r:02x}{g:02x}{b:02x}" for r, g, b in np.rint(mixed).astype(int).T.tolist()]
