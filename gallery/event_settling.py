"""Events found anew -> the ones there were before: ids stay with the photos they had."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from gallery.moments import Floats, Labels

# In no event.
NOWHERE = 0


def settle(labels: Labels, at: Floats, before: Labels, held: Collection[int]) -> Labels:
    """The event each photo is in from now on.

    Photos of an event that a user said something about stay in it. A new photo that belongs with
    such photos goes where the nearest of them in time is, so that a split stays one and a merge
    too. All others keep the id of the event that shares most photos with theirs.

    Args:
        labels: (n,) as `events.find_events` gives them.
        at: (n,) seconds on the wall clock, rising.
        before: (n,) id of the event each was in; `NOWHERE` for none.
        held: ids of the events that a user said something about.

    Returns:
        (n,) ids; new events are -1, -2 and so on, `NOWHERE` stands for none.
    """
    stays = np.isin(before, np.array(sorted(held), dtype=np.int64)) & (before != NOWHERE)
    after = np.where(stays, before, NOWHERE)
    order = np.argsort(labels, kind="stable")
    rows = np.split(order, np.searchsorted(labels[order], np.arange(labels.max(initial=-1) + 1)))
    free: list[NDArray[np.intp]] = []
    # The first are those of no event.
    for own in rows[1:]:
        fixed = own[stays[own]]
        if len(fixed):
            others = own[~stays[own]]
            after[others] = before[fixed[_nearest(at[others], at[fixed])]]
        else:
            free.append(own)
    names = _matched(free, before)
    for own, name in zip(free, names, strict=True):
        after[own] = name
    return after


def _nearest(at: Floats, fixed: Floats) -> NDArray[np.intp]:
    """For each instant the place in `fixed`, rising ones, of the one nearest to it."""
    after = np.clip(np.searchsorted(fixed, at), 0, len(fixed) - 1)
    before = np.maximum(after - 1, 0)
    return np.where(np.abs(at - fixed[before]) <= np.abs(fixed[after] - at), before, after)


def _matched(groups: list[NDArray[np.intp]], before: Labels) -> list[int]:
    """The id each group goes on under: the one it shares most photos with, given once."""
    shared = Counter(
        (event, index)
        for index, own in enumerate(groups)
        for event in before[own].tolist()
        if event != NOWHERE
    )
    names: dict[int, int] = {}
    given: set[int] = set()
    for (event, index), _ in sorted(shared.items(), key=lambda item: (-item[1], item[0])):
        if event not in given and index not in names:
            names[index] = event
            given.add(event)
    new = iter(range(-1, -len(groups) - 1, -1))
    return [names[index] if index in names else next(new) for index in range(len(groups))]
