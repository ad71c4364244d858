"""Photos in the order of time -> events: what was taken without a long pause, at one place.

A pause is long by the pace of the day. After Platt, Czerwinski and Field (PhotoTOC: Automatic
Clustering for Browsing Personal Photographs, 2003) one begins a new event where its logarithm
exceeds by log 17 the mean logarithm of the ten pauses before and the ten after it. Ours differs in
four ways, each for days on which theirs goes wrong:

- A jump in place counts as the time it takes, so that two trips on one day are two events.
- A burst is one press of the button: pauses within it are left out of the mean.
- Bounds: for whoever takes a photo a minute, 17 minutes for cake would part a wedding; for
  whoever takes one a week, half a year would be one event.
- The days of a journey become one event again, where it is known that nobody was at home.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gallery.journeys import JourneyOptions, join_journeys
from gallery.moments import HOUR, Floats, Labels, Moments, instants, spans, ways_between
from gallery.sphere import directions

NONE = -1

# Photos of one press of the button, or of one scene.
_BURST_SECONDS = 120.0
# A dated file within so much of an event's photos is one of them.
_BESIDE_SECONDS = HOUR


@dataclass(frozen=True, slots=True)
class EventOptions:
    """What parts events.

    Args:
        factor: a pause is long at so many times those around it; PhotoTOC's K is log 17.
        window: pauses before and after that it is compared with; PhotoTOC's d.
        shortest: seconds; a shorter pause parts nothing. Between church and dinner are up to four
            hours.
        longest: seconds; a longer one always parts. From a late evening to a late breakfast.
        speed: km/h; a jump in place counts as the time it takes at this speed. 60 km, a trip to
            elsewhere, are then as much as the shortest pause.
        least: photos of an event; fewer are by themselves.
    """

    factor: float = 17.0
    window: int = 10
    shortest: float = 4 * HOUR
    longest: float = 14 * HOUR
    speed: float = 15.0
    least: int = 3

    def __post_init__(self) -> None:
        if not (self.factor > 1 and self.window >= 1 and self.speed > 0 and self.least >= 1):
            raise ValueError(f"factor above 1, window, speed and least above 0, got {self}")
        if not 0 < self.shortest <= self.longest:
            raise ValueError(f"shortest must be at most longest, got {self}")


def find_events(
    moments: Moments,
    options: EventOptions = EventOptions(),
    journeys: JourneyOptions = JourneyOptions(),  # noqa: B008 - frozen
) -> Labels:
    """The event of each photo, numbered by time.

    Photos that only their file dates join the event they fall into, and never lengthen or bridge
    one: a file's date may be that of a copy. The others are events among themselves.

    Args:
        moments: the photos.
        options: what parts events.
        journeys: which of them are one again.

    Returns:
        (n,) labels from 0; `NONE` for a photo by itself.
    """
    order = np.argsort(moments.wall, kind="stable")
    known = moments.only(order)
    at = instants(known)
    found = np.full(len(known), NONE, dtype=np.int64)
    camera = np.flatnonzero(known.by_camera)
    parts = _parts(known.only(camera), at[camera], options)
    found[camera] = join_journeys(known.only(camera), at[camera], parts, journeys)
    files = np.flatnonzero(~known.by_camera)
    found[files] = _falls_into(at[files], at[camera], found[camera])
    alone = files[found[files] == NONE]
    if len(alone):
        found[alone] = _parts(known.only(alone), at[alone], options) + found.max() + 1
    labels = np.empty_like(found)
    labels[order] = _numbered(found, at, options.least)
    return labels


def _parts(known: Moments, at: Floats, options: EventOptions) -> Labels:
    """Events by pauses and jumps only."""
    order = np.argsort(at, kind="stable")
    pauses = np.diff(at[order])
    ways = ways_between(directions(known.latitude, known.longitude)[order], at[order])
    lengths = pauses + ways / options.speed * HOUR
    begins = np.zeros(len(at), dtype=np.bool_)
    begins[1:] = pauses >= options.longest
    seen = np.flatnonzero(lengths > _BURST_SECONDS)
    logs = np.log(lengths[seen])
    sums = np.concatenate([[0.0], np.cumsum(logs)])
    here = np.arange(len(seen))
    first = np.maximum(here - options.window, 0)
    end = np.minimum(here + options.window + 1, len(seen))
    means = (sums[end] - sums[first]) / np.maximum(end - first, 1)
    long = (lengths[seen] >= options.shortest) & (logs >= np.log(options.factor) + means)
    begins[1 + seen[long]] = True
    parts = np.empty(len(at), dtype=np.int64)
    parts[order] = np.cumsum(begins)
    return parts


def _falls_into(at: Floats, known: Floats, parts: Labels) -> Labels:
    """The event each instant falls into; `NONE` where there is none."""
    if not len(known):
        return np.full(len(at), NONE, dtype=np.int64)
    starts, ends = spans(known, parts)
    order = np.argsort(starts)
    before = np.searchsorted(starts[order], at + _BESIDE_SECONDS, side="right") - 1
    event = order[np.maximum(before, 0)]
    inside = (before >= 0) & (at <= ends[event] + _BESIDE_SECONDS)
    return np.where(inside, event, NONE)


def _numbered(found: Labels, at: Floats, least: int) -> Labels:
    """Events of enough photos, numbered by when they begin."""
    if not len(found):
        return found
    starts, _ = spans(at, found)
    enough = np.bincount(found, minlength=len(starts)) >= least
    rank = np.full(len(starts), NONE, dtype=np.int64)
    by_time = np.argsort(starts, kind="stable")
    by_time = by_time[enough[by_time]]
    rank[by_time] = np.arange(len(by_time))
    return rank[found]
