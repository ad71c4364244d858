"""Finds the events of a library anew, and keeps those there are by the photos in them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from gallery.event_settling import NOWHERE, settle
from gallery.events import NONE, find_events
from gallery.moments import Floats, Labels, Moments
from gallery.store import event_writing as writing
from gallery.store import photo_changes
from gallery.store.event_writing import Shot
from gallery.store.library import Library

_EPOCH = datetime(2000, 1, 1)
# Days at which clocks of cameras and file systems begin when they were never set.
_NEVER_SET = frozenset({(1970, 1, 1), (1980, 1, 1)})


@dataclass(frozen=True, slots=True)
class EventReport:
    """What there is after finding events.

    Args:
        events: with photos.
        new: of them that were not there before.
        photos: in an event.
        alone: in none, since hardly any other was taken around then.
        undated: in none, since nobody knows when they were taken.
        seconds: it took.
    """

    events: int
    new: int
    photos: int
    alone: int
    undated: int
    seconds: float


def update_events(library: Library) -> EventReport:
    """Find events anew.

    Events keep id and name by the photos they share with those before. What a user named, merged
    or split stays as it is; new photos join it.
    """
    with library.write() as connection:
        return _update(library, connection)


def _update(library: Library, connection: Connection) -> EventReport:
    started = time.perf_counter()
    shots = writing.shots(library, connection)
    before_of = writing.memberships(library, connection)
    held = writing.held(library, connection)
    before = np.array([before_of.get(shot.id, NOWHERE) for shot in shots], dtype=np.int64)
    dated = np.array([is_dated(shot) for shot in shots], dtype=np.bool_)
    after = settle(_labels(shots, dated), _seconds(shots), before, held)
    new = {
        label: writing.create(library, connection)
        for label in np.unique(after[after < NOWHERE])[::-1].tolist()
    }
    now = [new.get(event, event) for event in after.tolist()]
    changed = {
        shot.id: event or None
        for shot, event, was in zip(shots, now, before.tolist(), strict=True)
        if event != was
    }
    writing.place(library, connection, changed)
    spans = _spans(shots, now)
    kept = writing.spans(library, connection)
    empty = [event for event in kept if event not in spans]
    moved = {event: spans.get(event) for event in {*kept, *spans}}
    unlike = {event: s for event, s in moved.items() if kept.get(event) != (s or (None, None))}
    writing.set_spans(library, connection, unlike)
    writing.forget_empty(library, connection, empty)
    inside = sum(event != NOWHERE for event in now)
    undated = sum(not is_known for is_known in dated.tolist())
    alone = sum(e == NOWHERE and d for e, d in zip(now, dated.tolist(), strict=True))
    return EventReport(len(spans), len(new), inside, alone, undated, time.perf_counter() - started)


def follow_dates(library: Library, connection: Connection, decision_ids: Sequence[int]) -> None:
    """Find events anew where decisions gave photos another date and there are events.

    In the transaction of the decisions, so that a kill never leaves one without the other.
    """
    is_moved = photo_changes.dates_changed(library, connection, decision_ids)
    if is_moved and writing.memberships(library, connection):
        _update(library, connection)


def is_dated(shot: Shot) -> bool:
    """Whether anybody knows when a photo was taken.

    Not where neither camera nor file gave a date, and not where the clock was never set or is
    ahead of today.
    """
    if shot.dated_by == "added":
        return False
    day = shot.shown_at.date()
    ahead = shot.shown_at > datetime.now() + timedelta(days=1)
    return not ahead and (day.year, day.month, day.day) not in _NEVER_SET


def _labels(shots: Sequence[Shot], dated: NDArray[np.bool_]) -> Labels:
    """Events of photos with a date; `NONE` for the others."""
    labels = np.full(len(shots), NONE, dtype=np.int64)
    known = [shot for shot, is_known in zip(shots, dated.tolist(), strict=True) if is_known]
    labels[dated] = find_events(
        Moments(
            _seconds(known),
            *_positions(known),
            np.array([shot.dated_by == "camera" for shot in known], dtype=np.bool_),
        )
    )
    return labels


def _seconds(shots: Sequence[Shot]) -> Floats:
    return np.array([(shot.shown_at - _EPOCH).total_seconds() for shot in shots])


def _positions(shots: Sequence[Shot]) -> tuple[Floats, Floats]:
    """Latitudes and longitudes; NaN where unknown, as where both are 0."""
    found = np.array([(s.latitude, s.longitude) for s in shots], dtype=np.float64).reshape(-1, 2)
    found[(found == 0).all(axis=1) | np.isnan(found).any(axis=1)] = np.nan
    return found[:, 0], found[:, 1]


def _spans(shots: Sequence[Shot], now: Sequence[int]) -> dict[int, tuple[datetime, datetime]]:
    """First and last wall clock of each event; photos come in that order."""
    spans: dict[int, tuple[datetime, datetime]] = {}
    for shot, event in zip(shots, now, strict=True):
        if event != NOWHERE:
            first = spans[event][0] if event in spans else shot.shown_at
            spans[event] = (first, shot.shown_at)
    return spans
