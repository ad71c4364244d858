"""What the points of the map are coloured by, and the legend that says so.

Kinds have the colours of the other plots, which people with any colour vision tell apart, and
two marks; what is more or less has one that grows lighter. Both are readable on light and dark
ground.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gallery.evaluate.charts import BLUE, GREEN, ORANGE, PINK, RUST, SKY
from gallery.records import Person
from gallery.store.facts import Facts
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


def by_person(facts: Sequence[Facts], people: Mapping[int, Person]) -> Colours:
    """The persons with most faces; hidden and ignored ones have no colour."""

    def label(person_id: int) -> str | None:
        person = people.get(person_id)
        return None if person is None or person.hidden or person.ignored else person.label

    return _kinds([fact.person_id for fact in facts], label, "everybody else")


def by_group(face_ids: Sequence[int], group_of: Mapping[int, int]) -> Colours:
    """The largest groups of a run; groups are numbered by size."""
    groups = [group_of.get(face) for face in face_ids]
    return _kinds(groups, lambda group: f"Group {group + 1}", "the other groups")


def _kinds(kinds: Sequence[int | None], label: Callable[[int], str | None], rest: str) -> Colours:
    counts = Counter(kind for kind in kinds if kind is not None)
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    named = ((kind, label(kind), count) for kind, count in ranked)
    shown = [(kind, text, count) for kind, text, count in named if text is not None and count > 1]
    shown = shown[: len(MARKS)]
    code_of = {kind: code for code, (kind, _, _) in enumerate(shown)}
    codes = [REST if kind is None else code_of.get(kind, REST) for kind in kinds]
    left = codes.count(REST)
    return Colours(
        np.array(codes, dtype=np.uint8),
        list(MARKS[: len(shown)]),
        {
            "entries": [
                {"code": code, "label": text, "count": count}
                for code, (_, text, count) in enumerate(shown)
            ],
            "rest": f"{rest} ({left:,})" if left else "",
        },
    )


def by_quality(facts: Sequence[Facts]) -> Colours:
    """How clear a face is: size, sharpness and pose."""
    values = [None if fact.quality is None else fact.quality for fact in facts]
    return _scale(values, lambda value: f"{value:.0%}", "not measured")


def by_time(facts: Sequence[Facts]) -> Colours:
    """When a photo was taken."""
    moments = [None if fact.shown_at is None else fact.shown_at.toordinal() for fact in facts]
    known = [day for day in moments if day is not None]
    said = words.month if known and max(known) - min(known) > _MONTHS_FROM else words.day
    return _scale(moments, lambda day: said(date.fromordinal(round(day))), "without a date")


def _scale(values: Sequence[float | None], said: Callable[[float], str], missing: str) -> Colours:
    numbers = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
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
