"""New faces -> the persons there are: who joins whom, who is asked about, who is new.

A face is compared with the mean direction of a person's faces, not with single faces: on LFW
that told known from new better than the best face or the best three did, and it needs one
product per person. The average similarity to a person's faces, set against how alike those are
among themselves, is the same number.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from gallery.records import Vectors
from gallery.vectors import cosine, unit

_Rows = NDArray[np.int64]

# New faces compared with all persons at a time: 256 x 100,000 similarities take 100 MB.
_CHUNK = 256
_NOBODY = -1.0


class Verdict(StrEnum):
    """What becomes of a new face."""

    JOINS = "joins"
    UNSURE = "unsure"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class JoinOptions:
    """How alike a new face must be to a person.

    Args:
        link: cosine to the mean direction of a person's faces at which a face joins.
        margin: how much nearer it must be to that person than to any other, as a share of
            the distance 1 - link, so that one value does for all models.
        nearly: a face that misses the link by no more than this is asked about and is nobody
            new; a share as well.
        good: quality from which a face that nobody confirmed vouches for its person.
        inside: how many times as far from the person's other faces as they are from each
            other, on average, such a face may be.
    """

    link: float
    margin: float = 0.1
    nearly: float = 0.1
    good: float = 0.25
    inside: float = 1.5

    def __post_init__(self) -> None:
        if not -1 < self.link <= 1:
            raise ValueError(f"link must be within -1 to 1, got {self.link}")
        if self.margin < 0 or self.nearly < 0:
            raise ValueError(
                f"margin and nearly must not be negative, got {self.margin} and {self.nearly}"
            )

    @property
    def lead(self) -> float:
        """The margin as a difference of cosines."""
        return self.margin * (1 - self.link)

    @property
    def near(self) -> float:
        """The cosine from which a person is near."""
        return self.link - self.nearly * (1 - self.link)


@dataclass(frozen=True, slots=True)
class Offer:
    """Where one new face may go.

    Args:
        person: the nearest person it may belong to; None where nobody is near.
        score: cosine to the mean direction of the nearest person it may belong to, -1 where
            there is none.
        runner_up: the next nearest of those, whether near or not; None where there is none.
        runner_up_score: the same for it.
        verdict: what becomes of the face.
    """

    person: int | None
    score: float
    runner_up: int | None
    runner_up_score: float
    verdict: Verdict


def offers(
    new: Vectors,
    new_strong: NDArray[np.bool_],
    new_photos: _Rows,
    new_banned: Sequence[frozenset[int]],
    members: Vectors,
    member_person: _Rows,
    member_confirmed: NDArray[np.bool_],
    member_quality: NDArray[np.float32],
    member_photos: _Rows,
    options: JoinOptions,
) -> list[Offer]:
    """Who each new face is.

    A face joins the nearest person if it reaches the link, and leads by the margin. Where it
    reaches without leading, or nearly reaches, it is unsure. Else a strong face is somebody
    new, and a weak one is unsure and nobody's. No person gets two faces of one photo: of two
    new ones the nearer goes first, and the other is offered who is next; it does not join by
    itself where it is not sure that the first one does. Faces that are new are not compared
    with each other here.

    Args:
        new: (n, d) unit vectors.
        new_strong: (n,) whether each may be a person by itself.
        new_photos: (n,) photo of each.
        new_banned: n sets of persons that each is not.
        members: (m, d) unit vectors of the faces of persons, of the same space.
        member_person: (m,) person of each, -1 for nobody's.
        member_confirmed: (m,) whether a user said so. Confirmed faces vouch for their person.
        member_quality: (m,) 0 to 1. The other faces vouch only where they are good and well
            inside their group. A person for whom no face vouches is offered, but not joined.
        member_photos: (m,) photo of each.
        options: thresholds.

    Returns:
        n offers.
    """
    if not len(new) == len(new_strong) == len(new_photos) == len(new_banned):
        raise ValueError("every new face must have a strength, a photo and a set of persons")
    persons = _persons(members, member_person, member_confirmed, member_quality, options)
    barred = _barred(new_photos, new_banned, member_person, member_photos)
    ranked = list(_ranked(new, persons, barred, _most_of_a_photo(new_photos) + 1))
    found: list[Offer | None] = [None] * len(new)
    taken: dict[tuple[int, int], Verdict] = {}
    heap = [(-own[0][1] if own else -_NOBODY, face, 0) for face, own in enumerate(ranked)]
    heapq.heapify(heap)
    while heap:
        _, face, place = heapq.heappop(heap)
        photo = int(new_photos[face])
        own = ranked[face]
        if place < len(own) and (own[place][0], photo) in taken:
            following = own[place + 1][1] if place + 1 < len(own) else _NOBODY
            heapq.heappush(heap, (-following, face, place + 1))
            continue
        # Who is certainly in the photo already is no rival; who may be is one for the verdict.
        open_to = [(who, score) for who, score in own[place:] if (who, photo) not in taken]
        contested = any(
            taken.get((who, photo)) is Verdict.UNSURE and score >= options.near
            for who, score in own[:place]
        )
        offer = _decide(open_to, bool(new_strong[face]), contested, persons, options)
        found[face] = offer
        if offer.person is not None:
            taken[offer.person, photo] = offer.verdict
    return [offer for offer in found if offer is not None]


@dataclass(frozen=True, slots=True, eq=False)
class _Persons:
    """Persons, rising, with their mean directions and whether any of their faces vouches."""

    ids: _Rows
    directions: Vectors
    vouched: NDArray[np.bool_]

    def places(self, whom: Collection[int]) -> _Rows:
        """The rows of those of some persons who have one."""
        wanted = np.array(sorted(whom), dtype=np.int64)
        rows = np.searchsorted(self.ids, wanted)
        there = rows < len(self.ids)
        there[there] = self.ids[rows[there]] == wanted[there]
        return np.asarray(rows[there], dtype=np.int64)


def _persons(
    members: Vectors,
    person: _Rows,
    confirmed: NDArray[np.bool_],
    quality: NDArray[np.float32],
    options: JoinOptions,
) -> _Persons:
    rows = np.flatnonzero(person >= 0)
    order = rows[np.argsort(person[rows], kind="stable")]
    ids, starts, sizes = np.unique(person[order], return_index=True, return_counts=True)
    if not len(ids):
        return _Persons(ids, np.empty((0, members.shape[1]), np.float32), np.zeros(0, np.bool_))
    vectors, group = members[order], np.repeat(np.arange(len(ids)), sizes)
    sums = np.add.reduceat(vectors, starts, axis=0)
    others = sizes[group] - 1
    distance = 1 - (np.einsum("ij,ij->i", vectors, sums[group]) - 1) / np.maximum(others, 1)
    usual = np.add.reduceat(distance, starts) / sizes
    inside = (others == 0) | (distance <= options.inside * usual[group] + 1e-6)
    vouches = confirmed[order] | ((quality[order] >= options.good) & inside)
    vouched = np.bitwise_or.reduceat(vouches, starts)
    silent = np.flatnonzero(~vouches & vouched[group])
    np.subtract.at(sums, group[silent], vectors[silent])
    return _Persons(ids.astype(np.int64), unit(sums), np.asarray(vouched, dtype=np.bool_))


def _barred(
    new_photos: _Rows,
    new_banned: Sequence[frozenset[int]],
    member_person: _Rows,
    member_photos: _Rows,
) -> list[set[int]]:
    """The persons each new face cannot be: it was said so, or they are in its photo already."""
    there: dict[int, set[int]] = defaultdict(set)
    shared = np.flatnonzero(np.isin(member_photos, new_photos) & (member_person >= 0))
    for photo, who in zip(
        member_photos[shared].tolist(), member_person[shared].tolist(), strict=True
    ):
        there[photo].add(who)
    return [
        there.get(photo, set()) | banned
        for photo, banned in zip(new_photos.tolist(), new_banned, strict=True)
    ]


def _most_of_a_photo(photos: _Rows) -> int:
    return int(np.unique(photos, return_counts=True)[1].max(initial=0))


def _ranked(
    new: Vectors, persons: _Persons, barred: list[set[int]], most: int
) -> Iterator[list[tuple[int, float]]]:
    """For each new face the nearest persons it can be, and how near; ties by person."""
    most = min(most, len(persons.ids))
    for start in range(0, len(new), _CHUNK):
        scores = cosine(new[start : start + _CHUNK], persons.directions)
        for row, whom in enumerate(barred[start : start + _CHUNK]):
            scores[row, persons.places(whom)] = -np.inf
        for row in scores:
            # All that reach the last one wanted, so that ties go by person.
            least = np.partition(row, -most)[-most] if most else 0.0
            columns = np.flatnonzero((row >= least) & np.isfinite(row))
            order = columns[np.lexsort((columns, -row[columns]))][:most]
            yield [(int(persons.ids[column]), float(row[column])) for column in order]


def _decide(
    ranked: list[tuple[int, float]],
    strong: bool,
    contested: bool,
    persons: _Persons,
    options: JoinOptions,
) -> Offer:
    person, score = ranked[0] if ranked else (None, _NOBODY)
    runner_up, runner_up_score = ranked[1] if len(ranked) > 1 else (None, _NOBODY)
    if person is None or score < options.near:
        verdict = Verdict.NEW if strong and not contested else Verdict.UNSURE
        return Offer(None, score, runner_up, runner_up_score, verdict)
    vouched = bool(persons.vouched[np.searchsorted(persons.ids, person)])
    leads = score - runner_up_score >= options.lead
    joins = score >= options.link and leads and vouched and not contested
    verdict = Verdict.JOINS if joins else Verdict.UNSURE
    return Offer(person, score, runner_up, runner_up_score, verdict)
