"""Pairs of what is alike -> groups in which all are like the one in the middle."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Container, Iterable

Pair = tuple[int, int]


def gather(pairs: Iterable[Pair], apart: Container[Pair] = ()) -> list[tuple[int, ...]]:
    """Groups in which every photo is alike the one in the middle, so that no chain forms.

    Where A is like B, B like C and C like D, B and D or C and A may be nothing alike. The photo
    with the most others around it is the middle of a group, then that of those left.

    Args:
        pairs: photos that are alike, the most alike first.
        apart: pairs that may not be in one group, the lower number first.
    """
    return [tuple(sorted(star)) for star in _stars(pairs, apart, None)]


def gather_and_part(
    pairs: Iterable[Pair], apart: Container[Pair], most: int
) -> list[tuple[int, ...]]:
    """Groups that stay what they are when some of their photos are told apart: these leave them.

    With `gather`, of a hundred pictures of one stage every answer would make new groups of the
    pictures that were just kept.

    Args:
        pairs: photos that are alike, the most alike first.
        apart: pairs that may not be in one group, the lower number first.
        most: photos in a group; of a middle with more around it the most alike.
    """
    parted = [_told_apart(star, apart) for star in _stars(pairs, (), most)]
    return [tuple(sorted(group)) for group in parted if len(group) > 1]


def _stars(
    pairs: Iterable[Pair], apart: Container[Pair], most: int | None
) -> list[tuple[int, ...]]:
    """Groups, of each the middle first, then the most alike."""
    around: dict[int, list[int]] = defaultdict(list)
    for one, other in pairs:
        if _pair(one, other) not in apart:
            around[one].append(other)
            around[other].append(one)
    taken: set[int] = set()
    groups = []
    # By how many are still around each, which only becomes less.
    heap = [(-len(others), photo) for photo, others in around.items()]
    heapq.heapify(heap)
    while heap:
        count, middle = heapq.heappop(heap)
        if middle in taken:
            continue
        left = [other for other in around[middle] if other not in taken]
        if len(left) != -count:
            heapq.heappush(heap, (-len(left), middle))
            continue
        group = [middle]
        for other in left:
            if len(group) == most:
                break
            if not any(_pair(other, one) in apart for one in group):
                group.append(other)
        taken.update(group)
        if len(group) > 1:
            groups.append(tuple(group))
    return groups


def _told_apart(star: tuple[int, ...], apart: Container[Pair]) -> tuple[int, ...]:
    """What is left of a group once those are out that were told apart from its middle."""
    left: list[int] = []
    for photo in star:
        if not any(_pair(photo, one) in apart for one in left):
            left.append(photo)
    return tuple(left)


def _pair(one: int, other: int) -> Pair:
    return (one, other) if one < other else (other, one)
