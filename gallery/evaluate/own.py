"""How well a model tells the owner's own people apart, from faces of whom it was said who they are.

Only confirmed faces count: what grouping believes cannot tell how good grouping is. Pairs of one
person are genuine, pairs of two persons impostor ones. LFW flatters every model; children,
siblings and many years are in a library of one's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gallery.evaluate.bootstrap import Interval, intervals, numbered
from gallery.evaluate.figures import few_pairs, figures
from gallery.evaluate.verification import SHOWN_ERRORS, Trials, rates_at, worst_errors
from gallery.records import Space, Vectors
from gallery.store import faces as face_store
from gallery.store import members, people
from gallery.store.library import Library
from gallery.vectors import cosine_of_pairs
from gallery.wording import apart

# Beyond this, pairs are drawn: rates do not get surer, only slower to move.
MOST_GENUINE, MOST_IMPOSTOR = 200_000, 500_000
# A rate from fewer pairs is not given.
LEAST_PAIRS = 30

_SIZES = ((0, 40), (40, 80), (80, 160), (160, None))
_SHARPNESS = ((0, 20), (20, 60), (60, None))
_YEARS = ((0, 1), (1, 5), (5, 10), (10, None))
_DAY = 24 * 3600.0
_YEAR = 365.25 * _DAY

Rows = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class KnownFaces:
    """Faces of whom the owner said who they are.

    Args:
        ids: (n,) faces.
        photos: (n,) of each.
        persons: (n,) of each.
        labels: what each person is called, namesakes told apart.
        vectors: (n, dim).
        sizes: (n,) shorter side in pixels; nan where it was never measured.
        sharpness: (n,) likewise.
        seconds: (n,) when the camera says the photo was taken; nan where it does not.
    """

    ids: Rows
    photos: Rows
    persons: Rows
    labels: dict[int, str]
    vectors: Vectors
    sizes: NDArray[np.float64]
    sharpness: NDArray[np.float64]
    seconds: NDArray[np.float64]


def known_faces(library: Library, space: Space) -> KnownFaces:
    """The confirmed faces that have a vector in a space."""
    with library.read() as connection:
        confirmed = members.confirmed(library, connection)
        taken = members.taken_at(library, connection, sorted(confirmed))
    described = face_store.embedded(library, space, confirmed)
    ids = described.face_ids
    measured = face_store.measures(library, ids)
    nothing = (float("nan"), float("nan"))
    persons = [confirmed[face] for face in ids]
    return KnownFaces(
        ids=np.array(ids, dtype=np.int64),
        photos=np.array(described.photo_ids, dtype=np.int64),
        persons=np.array(persons, dtype=np.int64),
        labels=apart({p.id: p.label for p in people.by_ids(library, set(persons)).values()}),
        vectors=described.vectors,
        sizes=np.array([measured.get(face, nothing)[0] for face in ids]),
        sharpness=np.array([measured.get(face, nothing)[1] for face in ids]),
        seconds=np.array([taken[face].timestamp() if face in taken else np.nan for face in ids]),
    )


@dataclass(frozen=True, eq=False)
class OwnPairs:
    """Pairs of known faces.

    Args:
        known: the faces.
        left: (n,) rows of faces.
        right: (n,) rows of faces.
        trials: scores and truth.
    """

    known: KnownFaces
    left: Rows
    right: Rows
    trials: Trials

    @property
    def people(self) -> int:
        """How many persons the faces are of."""
        return len(np.unique(self.known.persons))

    @property
    def there_are(self) -> tuple[int, int]:
        """How many genuine and impostor pairs there are, drawn or not."""
        _, sizes = np.unique(self.known.persons, return_counts=True)
        genuine = int((sizes * (sizes - 1) // 2).sum())
        faces = len(self.known.persons)
        return genuine, faces * (faces - 1) // 2 - genuine

    @property
    def drawn(self) -> bool:
        """Whether there are more pairs than these."""
        return sum(self.there_are) > len(self.left)

    def intervals(self, threshold: float, replicas: int = 300) -> dict[str, Interval]:
        """How sure the figures are, people drawn again."""
        number = numbered(self.known.persons)
        return intervals(
            self.trials, number[self.left], number[self.right], threshold, replicas=replicas
        )


def own_pairs(known: KnownFaces, seed: int = 0) -> OwnPairs:
    """All pairs of known faces, or as many as are enough, drawn by a seed."""
    rng = np.random.default_rng(seed)
    one, other = _genuine(known.persons, rng), _impostors(known.persons, rng)
    rows = np.concatenate([one[0], other[0]]), np.concatenate([one[1], other[1]])
    scores = cosine_of_pairs(known.vectors, *rows)
    return OwnPairs(known, *rows, Trials(scores, known.persons[rows[0]] == known.persons[rows[1]]))


def _genuine(persons: Rows, rng: np.random.Generator) -> tuple[Rows, Rows]:
    """Pairs of one person; where they are too many, as many of each person as are left over."""
    groups = [np.flatnonzero(persons == person) for person in np.unique(persons)]
    groups = [group for group in groups if len(group) > 1]
    each = max(1, MOST_GENUINE // max(1, len(groups)))
    lefts, rights = [], []
    for group in groups:
        one, other = _within(len(group), each, rng)
        lefts.append(group[one])
        rights.append(group[other])
    nothing = np.empty(0, dtype=np.int64)
    return np.concatenate([nothing, *lefts]), np.concatenate([nothing, *rights])


def _within(count: int, most: int, rng: np.random.Generator) -> tuple[Rows, Rows]:
    """Pairs of some rows: all, or as many, without ever holding all of very many."""
    if count * (count - 1) // 2 <= most:
        one, other = np.triu_indices(count, 1)
        return one.astype(np.int64), other.astype(np.int64)
    pairs = _drawn(count, 2 * most, rng)
    chosen = rng.permutation(len(pairs))[:most]
    return pairs[chosen, 0], pairs[chosen, 1]


def _drawn(count: int, tries: int, rng: np.random.Generator) -> Rows:
    """Different pairs of different rows, as many as so many draws give."""
    pairs = rng.integers(0, count, (tries, 2))
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    return np.unique(np.sort(pairs, axis=1), axis=0).astype(np.int64)


def _impostors(persons: Rows, rng: np.random.Generator) -> tuple[Rows, Rows]:
    count = len(persons)
    if count * (count - 1) // 2 <= MOST_IMPOSTOR:
        one, other = np.triu_indices(count, 1)
        apart = persons[one] != persons[other]
        return one[apart].astype(np.int64), other[apart].astype(np.int64)
    pairs = _drawn(count, 2 * MOST_IMPOSTOR, rng)
    pairs = pairs[persons[pairs[:, 0]] != persons[pairs[:, 1]]]
    chosen = rng.permutation(len(pairs))[:MOST_IMPOSTOR]
    return pairs[chosen, 0], pairs[chosen, 1]


@dataclass(frozen=True, slots=True)
class Slice:
    """The figures of some of the pairs.

    Args:
        kind: by what they were chosen: size, sharpness, years, event or person.
        name: which of them.
        person_id: whose, where it is about a person.
        genuine: pairs of one person.
        impostors: pairs of two persons.
        far: at the threshold; None where there are too few pairs.
        frr: likewise.
    """

    kind: str
    name: str
    person_id: int | None
    genuine: int
    impostors: int
    far: float | None
    frr: float | None

    def document(self) -> dict[str, Any]:
        """The figures as JSON, as plots take them too."""
        return {
            "by": self.kind,
            "name": self.name,
            "person": self.person_id,
            "genuine": self.genuine,
            "impostors": self.impostors,
            "far": None if self.far is None else round(self.far, 5),
            "frr": None if self.frr is None else round(self.frr, 5),
        }


def slices(pairs: OwnPairs, threshold: float) -> list[Slice]:
    """The figures by size and sharpness of the faces, time between them, and person."""
    trials = pairs.trials
    found = []
    for kind, name, rows in _parts(pairs):
        if rows.any():
            rates = rates_at(trials.rows(rows), threshold)
            genuine = int(trials.genuine[rows].sum())
            wrong = rates.false_rejects, rates.false_accepts
            found.append(_slice(kind, name, None, (genuine, int(rows.sum()) - genuine), wrong))
    return found + _by_person(pairs, threshold)


def _slice(
    kind: str, name: str, person: int | None, pairs: tuple[int, int], wrong: tuple[int, int]
) -> Slice:
    """Rates from how many genuine and impostor pairs there are, and how many are decided wrong."""
    (genuine, impostors), (rejects, accepts) = pairs, wrong
    return Slice(
        kind,
        name,
        person,
        genuine,
        impostors,
        accepts / impostors if impostors >= LEAST_PAIRS else None,
        rejects / genuine if genuine >= LEAST_PAIRS else None,
    )


def _by_person(pairs: OwnPairs, threshold: float) -> list[Slice]:
    """Pairs with a face of each person; counted at once, since there are many persons."""
    persons, number = np.unique(pairs.known.persons, return_inverse=True)
    left, right = number[pairs.left], number[pairs.right]
    genuine, accepted = pairs.trials.genuine, pairs.trials.scores >= threshold

    def count(rows: NDArray[np.bool_], *sides: Rows) -> list[int]:
        counts = [np.bincount(side[rows], minlength=len(persons)) for side in sides]
        return [int(value) for value in np.sum(counts, axis=0)]

    columns = (
        persons.tolist(),
        count(genuine, left),
        count(~genuine, left, right),
        count(genuine & ~accepted, left),
        count(~genuine & accepted, left, right),
    )
    return [
        _slice(
            "person",
            pairs.known.labels.get(person, f"person {person}"),
            person,
            (of_one, of_two),
            (rejects, accepts),
        )
        for person, of_one, of_two, rejects, accepts in zip(*columns, strict=True)
        if of_one or of_two
    ]


def _parts(pairs: OwnPairs) -> Iterator[tuple[str, str, NDArray[np.bool_]]]:
    known, left, right = pairs.known, pairs.left, pairs.right
    # A pair is as hard as its harder face.
    smaller = np.fmin(known.sizes[left], known.sizes[right])
    blurrier = np.fmin(known.sharpness[left], known.sharpness[right])
    apart = np.abs(known.seconds[left] - known.seconds[right])
    for kind, values, bounds, unit in (
        ("size", smaller, _SIZES, "pixels"),
        ("sharpness", blurrier, _SHARPNESS, ""),
        ("years", apart / _YEAR, _YEARS, "years apart"),
    ):
        for low, high in bounds:
            inside = (values >= low) & (values < (np.inf if high is None else high))
            yield kind, _bounds(low, high, unit), inside
    yield "event", "within a day", apart < _DAY
    yield "event", "further apart", apart >= _DAY


def _bounds(low: float, high: float | None, unit: str) -> str:
    said = f"{low:g} and more" if high is None else f"{low:g} to {high:g}"
    if not low:
        said = f"below {high:g}"
    return f"{said} {unit}".rstrip()


def too_little(pairs: OwnPairs) -> list[str]:
    """What the figures cannot tell, in words; nothing where they can be relied on."""
    if not pairs.trials.is_enough:
        return [
            "There is too little to measure: confirm at least two faces each of two people. "
            "Naming somebody confirms four."
        ]
    said = []
    if pairs.drawn:
        genuine, impostors = pairs.there_are
        said.append(
            f"Drawn by a seed from {genuine:,} pairs of one person and {impostors:,} of two."
        )
    return [*said, *few_pairs(pairs.trials, pairs.people)]


def document(
    pairs: OwnPairs, space: Space, threshold: float, parts: Sequence[Slice] = ()
) -> dict[str, Any]:
    """The figures as JSON.

    Args:
        pairs: of the owner's people.
        space: of the vectors.
        threshold: at which FAR and FRR are given.
        parts: slices.
    """
    found: dict[str, Any] = {
        "space": space.name,
        "people": pairs.people,
        "faces": len(pairs.known.ids),
        "genuine": int(pairs.trials.genuine.sum()),
        "impostors": int((~pairs.trials.genuine).sum()),
        "drawn": pairs.drawn,
        "threshold": round(threshold, 4),
        "remarks": too_little(pairs),
    }
    if not pairs.trials.is_enough:
        return found
    return found | {
        **figures(pairs.trials, threshold, pairs.intervals(threshold)),
        "slices": [part.document() for part in parts],
        "errors": _errors(pairs, threshold),
    }


def _errors(pairs: OwnPairs, threshold: float) -> dict[str, list[dict[str, Any]]]:
    known = pairs.known

    def shown(row: int) -> dict[str, Any]:
        sides = [int(pairs.left[row]), int(pairs.right[row])]
        return {
            "score": round(float(pairs.trials.scores[row]), 4),
            "faces": [int(known.ids[side]) for side in sides],
            "people": [known.labels.get(int(known.persons[side]), "") for side in sides],
        }

    accepts, rejects = worst_errors(pairs.trials, threshold, SHOWN_ERRORS)
    return {
        "false_accepts": [shown(row) for row in accepts],
        "false_rejects": [shown(row) for row in rejects],
    }
