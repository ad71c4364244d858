"""The days of a journey are one event, where it is known that nobody was at home."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gallery.moments import DAY, HOUR, Floats, Labels, Moments, spans
from gallery.sphere import EARTH_KM, directions, kilometres


@dataclass(frozen=True, slots=True)
class JourneyOptions:
    """Which days are a journey.

    Args:
        home_km: across a cell; the one with photos of most days is home.
        home_days: days with photos at home, below which nobody knows where home is.
        away_km: from home, to be away.
        pause: seconds at most between photos of a journey: a night, and a day without any.
        reach_km: between the last photo of a day and the first of the next.
        longest: seconds; who stays longer lives there.
    """

    home_km: float = 25.0
    home_days: int = 10
    away_km: float = 50.0
    pause: float = 36 * HOUR
    reach_km: float = 60.0
    longest: float = 21 * DAY


def join_journeys(known: Moments, at: Floats, parts: Labels, options: JourneyOptions) -> Labels:
    """Events with the days of each journey joined."""
    places = directions(known.latitude, known.longitude)
    home = _home(places, at, options)
    if home is None:
        return parts
    starts, ends = spans(at, parts)
    away = _away(places, parts, home, options.away_km, len(starts))
    order = np.lexsort((at, parts))
    first = np.searchsorted(parts[order], np.arange(len(starts)))
    last = np.append(first[1:], len(order)) - 1
    enters, leaves = places[order[first]], places[order[last]]
    # Where the first or last photo has no place, its event is near enough to where it was before.
    near = ~(kilometres(leaves[:-1], enters[1:]) > options.reach_km)
    goes_on = away[:-1] & away[1:] & near & (starts[1:] - ends[:-1] <= options.pause)
    journey = np.concatenate([[0], np.cumsum(~goes_on)])
    begin, end = spans(starts, journey)[0], spans(ends, journey)[1]
    stays = (end - begin)[journey] > options.longest
    joined = np.concatenate([[0], np.cumsum(~goes_on | stays[1:])])
    return np.asarray(joined[parts], dtype=np.int64)


def _home(places: Floats, at: Floats, options: JourneyOptions) -> Floats | None:
    """Where photos of most days were taken, as a unit vector; None where nobody knows."""
    known = np.flatnonzero(~np.isnan(places[:, 0]))
    if not len(known):
        return None
    # Cubes, so that cells are as large everywhere; one that cuts through a town halves it at worst.
    cubes = np.round(places[known] * EARTH_KM / options.home_km).astype(np.int64)
    _, cell = np.unique(cubes, axis=0, return_inverse=True)
    days = np.floor(at[known] / DAY).astype(np.int64)
    pairs = np.unique(np.stack([cell.ravel(), days]), axis=1)
    counts = np.bincount(pairs[0])
    if counts.max() < options.home_days:
        return None
    middle = places[known][cell.ravel() == np.argmax(counts)].mean(axis=0)
    return np.asarray(middle / np.linalg.norm(middle))


def _away(
    places: Floats, parts: Labels, home: Floats, away_km: float, count: int
) -> NDArray[np.bool_]:
    """Which events were far from home with all photos whose place is known."""
    known = ~np.isnan(places[:, 0])
    nearest = np.full(count, np.inf)
    np.minimum.at(nearest, parts[known], kilometres(places[known], home))
    return np.asarray((nearest > away_km) & np.isfinite(nearest))
