"""Photos -> groups of duplicates, in classes that are never mixed.

`same-bytes`: one photo that lies in several files. `same-picture`: the picture of one exposure in
files that differ, by compression, size, tags, a turn. `burst`: pictures taken within seconds,
nearly alike, and each its own. `similar`: other pictures that look much alike, which
`gallery.looking_alike` finds. Grouping, listing and resolving go by the pairs in `lookalikes`.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

import numpy as np

from gallery.errors import NotFoundError
from gallery.hashes import BYTES, HashIndex, turned
from gallery.machine import cores
from gallery.media.files import thumbnail_key
from gallery.records import Progress
from gallery.same_picture import Grey, Likeness, compare, read_small
from gallery.store import duplicates as store
from gallery.store.duplicates import Lookalike, Pair, Uncompared
from gallery.store.library import Library
from gallery.without_chains import gather, gather_and_part

# Raised when what the comparison finds changes: all photos are then compared anew.
VERSION = 1

# Bits of 256 in which hashes may differ to be looked at, and those of a picture that was turned.
# In 72 bits differ 2 of 100,000 pairs of LFW; re-encoded pictures differ in up to 14.
RADIUS, TURNED_RADIUS = 72, 40

# Seconds between two pictures of a burst, how alike they are at least, once laid on each other,
# and how many of a burst each is compared with. Chosen by eye: there is no set of bursts with
# the truth beside it to measure them on.
BURST_SECONDS = 10
_BURST_LIKENESS = 0.8
_BURST_NEXT = 4
# Pictures of a burst come out of the camera with the same sides.
_ONE_SHAPE = 1.02

# A clock that was put right, or a zone that one file has and the other has not.
_ZONE_SECONDS = 15 * 60

# Pictures in a group of similar ones: what can be looked at side by side.
MOST_SIMILAR = 12

# Photos compared at a time; a run that is stopped has lost at most these.
_PORTION = 256


class Kind(StrEnum):
    """The classes of duplicates, from the surest to the least."""

    SAME_BYTES = "same-bytes"
    SAME_PICTURE = "same-picture"
    BURST = "burst"
    SIMILAR = "similar"


# Those that say that something is there twice; the last is for looking through, when asked for.
TWICE = (Kind.SAME_BYTES, Kind.SAME_PICTURE, Kind.BURST)


@dataclass(frozen=True, slots=True)
class Group:
    """Photos that belong together in one class.

    Args:
        kind: the class.
        photos: two or more, rising; one where its bytes lie in several files.
        throughout: whether all are alike in every part, so that nothing was added to any.
        places: paths of the files, where the class is about files.
    """

    kind: Kind
    photos: tuple[int, ...]
    throughout: bool = True
    places: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What it is called by, such as `burst-12`."""
        return f"{self.kind}-{self.photos[0]}"


def left_to_compare(library: Library) -> int:
    """How many photos were not yet compared with the others."""
    return store.not_compared(library, VERSION)


def find(library: Library) -> Iterator[Progress]:
    """Compare the photos that were not compared yet with all others, and keep what is alike.

    Can be stopped at any moment: the next run goes on.
    """
    started = time.perf_counter()
    store.forget_older(library, VERSION)
    photos = store.to_compare(library)
    new = [row for row, photo in enumerate(photos) if photo.compared is None]
    if not new:
        return
    search = _Search(library, photos, new)
    with ThreadPoolExecutor(cores()) as threads:
        for start in range(0, len(new), _PORTION):
            some = new[start : start + _PORTION]
            found = [pair for pair in threads.map(search.judge, search.candidates(some)) if pair]
            store.keep_found(library, found, [photos[row].id for row in some], VERSION)
            seconds = time.perf_counter() - started
            yield Progress("Comparing photos", start + len(some), len(new), seconds)


class _Search:
    """The photos of a library, and which of them may be alike."""

    def __init__(self, library: Library, photos: Sequence[Uncompared], new: Sequence[int]) -> None:
        self._library = library
        self._photos = photos
        # A photo is compared with those that were compared before it.
        self._turn = {row: at for at, row in enumerate(new)}
        self._hashes = np.stack([_hash(photo.perceptual_hash) for photo in photos])
        self._index = HashIndex(self._hashes)
        self._shot_after = _shot_after(photos)
        self.small = lru_cache(maxsize=4 * _PORTION)(self._small)

    def candidates(self, rows: Sequence[int]) -> list[tuple[int, int, int]]:
        """Rows to compare: a photo, another one, and the quarter turns between them."""
        found: dict[tuple[int, int], int] = {}
        for turns in range(4):
            radius = TURNED_RADIUS if turns else RADIUS
            queries = turned(self._hashes[rows], turns)
            near = self._index.near(queries, radius, len(self._turn))
            for at, other in zip(*(side.tolist() for side in near), strict=True):
                self._add(found, rows[at], other, turns)
        for row in rows:
            for other in self._shot_after.get(row, ()):
                self._add(found, row, other, 0)
        return [(row, other, turns) for (row, other), turns in sorted(found.items())]

    def _add(self, found: dict[tuple[int, int], int], row: int, other: int, turns: int) -> None:
        mine, its = self._turn[row], self._turn.get(other, -1)
        if its < mine:
            found.setdefault((row, other), turns)

    def judge(self, candidate: tuple[int, int, int]) -> Lookalike | None:
        """The class of two photos, by their thumbnails; None where they are not alike."""
        row, other, turns = candidate
        one, two = self.small(row), self.small(other)
        if one is None or two is None:
            return None
        likeness = compare(one, two, turns)
        kind = kind_of(self._photos[row], self._photos[other], likeness)
        if kind is None:
            return None
        first, second = self._photos[row].id, self._photos[other].id
        if first > second:
            first, second, turns = second, first, -turns % 4
        how = likeness.most if kind is Kind.SAME_PICTURE else likeness.overall
        return Lookalike(first, second, kind, max(0.0, how), likeness.is_throughout, turns)

    def _small(self, row: int) -> Grey | None:
        data = self._library.media.get(thumbnail_key(self._photos[row].sha256))
        return None if data is None else read_small(data)


def _hash(stored: bytes) -> np.ndarray:
    return np.frombuffer(stored.ljust(BYTES, b"\0")[:BYTES], dtype=np.uint8)


def _shot_after(photos: Sequence[Uncompared]) -> Mapping[int, list[int]]:
    """For each photo those that the same camera took within seconds, on both sides."""
    dated = [row for row, photo in enumerate(photos) if photo.taken_at is not None]
    dated.sort(key=lambda row: (photos[row].camera, photos[row].taken_at, row))
    found: dict[int, list[int]] = defaultdict(list)
    for at, row in enumerate(dated):
        for other in dated[at + 1 : at + 1 + _BURST_NEXT]:
            if photos[other].camera != photos[row].camera:
                break
            apart = _seconds_apart(photos[row].taken_at, photos[other].taken_at)
            if apart is None or apart > BURST_SECONDS:
                break
            found[row].append(other)
            found[other].append(row)
    return found


def _seconds_apart(one: datetime | None, other: datetime | None) -> float | None:
    """Between two pictures, as their cameras say; None where one does not."""
    if one is None or other is None:
        return None
    # Programs that change a file often drop the fraction.
    if not (one.microsecond and other.microsecond):
        one, other = one.replace(microsecond=0), other.replace(microsecond=0)
    return abs((one - other).total_seconds())


def _two_moments(apart: float | None) -> bool:
    """Whether a camera took two pictures at two moments, so many seconds apart."""
    return apart is not None and apart % _ZONE_SECONDS != 0


def kind_of(one: Uncompared, other: Uncompared, likeness: Likeness) -> Kind | None:
    """The class of two photos; None where they are no duplicates.

    Two pictures that a camera took at two moments are two pictures, however alike: a copy keeps
    the moment, or has none.
    """
    apart = _seconds_apart(one.taken_at, other.taken_at)
    if likeness.is_same and not _two_moments(apart):
        return Kind.SAME_PICTURE
    near = apart is not None and apart <= BURST_SECONDS and one.camera == other.camera
    one_shape = max(one.ratio, other.ratio) <= _ONE_SHAPE * min(one.ratio, other.ratio)
    if near and one_shape and (likeness.is_same or likeness.overall >= _BURST_LIKENESS):
        return Kind.BURST
    return None


def groups(library: Library, kind: Kind) -> list[Group]:
    """The groups of a class as far as photos were compared, those that came in last first."""
    if kind is Kind.SAME_BYTES:
        several = store.in_several_places(library)
        return [Group(kind, (photo,), places=tuple(paths)) for photo, paths in several]
    pairs = store.pairs(library, kind)
    # Of one picture that is there twice, one stands in the burst, and of a burst one among those
    # that look like it.
    surer = list(Kind)[1 : list(Kind).index(kind)] if pairs else []
    doubles = {
        photo for one in surer for group in groups(library, one) for photo in group.photos[1:]
    }
    alike = [(p.first, p.second) for p in pairs if not doubles & {p.first, p.second}]
    partly = {(pair.first, pair.second) for pair in pairs if not pair.throughout}
    apart = store.apart(library)
    if kind is Kind.SIMILAR:
        found = gather_and_part(alike, apart, MOST_SIMILAR)
    elif kind is Kind.SAME_PICTURE:
        ids = sorted({photo for pair in alike for photo in pair})
        found = gather(alike, _Apart(apart, store.moments(library, ids)))
    else:
        found = gather(alike, apart)
    middles = [Group(kind, group, throughout=not _any_of(group, partly)) for group in found]
    return sorted(middles, key=lambda group: group.photos[-1], reverse=True)


@dataclass(frozen=True, slots=True)
class _Apart:
    """Pairs that may not be one picture, also by way of a copy that has lost its moment."""

    told: set[Pair]
    moments: Mapping[int, datetime]

    def __contains__(self, pair: object) -> bool:
        if pair in self.told or not isinstance(pair, tuple):
            return True
        one, other = (self.moments.get(photo) for photo in pair)
        return _two_moments(_seconds_apart(one, other))


def _any_of(group: tuple[int, ...], partly: set[Pair]) -> bool:
    return bool(partly) and any(
        (one, other) in partly for at, one in enumerate(group) for other in group[at + 1 :]
    )


def find_group(library: Library, key: str) -> Group:
    """A group by what it is called.

    Raises:
        NotFoundError: There is none, or not any more.
    """
    for kind in Kind:
        if key.startswith(f"{kind}-"):
            for group in groups(library, kind):
                if group.key == key:
                    return group
    raise NotFoundError(f"There is no group {key}. See them with: gallery duplicates list")
