"""Questions worth asking, best first: "the same person?", "is this ...?", "who is this?".

A question is worth the faces its answer is expected to put right: those it settles, times the
chance that they are the same. A name puts no face right, since they are together already; it is
worth the square root of the faces, so that naming and putting right take turns. What we are sure
of was grouped and is not asked. What was answered is never asked again, and "not sure" is an
answer.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from gallery.decisions import standing
from gallery.doubt import DoubtOptions, doubtful
from gallery.likeness import Groups, Pair, similar_persons
from gallery.merged import Merges
from gallery.people import by_precedence
from gallery.records import Person, Space
from gallery.store import faces as face_store
from gallery.store import members, people, people_pages
from gallery.store.faces import Embedded
from gallery.store.library import Library
from gallery.vectors import nearest

# Below this chance, an answer would nearly always be no.
_LEAST_CHANCE = 0.1
# The chance that two groups are the same person, as a logistic function of their average
# similarity. Fitted to what the default grouping leaves on halves of LFW: of two people seen
# once at 0.47 a quarter are one, at 0.43 a thirtieth; where one has five faces or more, all
# and a quarter. The average over a larger group says more, so its midpoint lies lower.
_MIDPOINT_ONCE = 0.01
_MIDPOINT_FALLS = 0.06
_SLOPE = 0.015
# Persons to be named at a time. In a large library tens of thousands are in two photos.
_MOST_NAMELESS = 1000
# Persons an unplaced face is compared with.
_CANDIDATES = 5
# Of the faces on LFW that lie far from a group of at least three, 16 in 100 are somebody else.
# In a group of two nobody can tell which.
_DOUBT_CHANCE = 0.16
_DOUBT_FACES = 3


class Kind(StrEnum):
    """What is asked."""

    SAME = "same"
    FACE = "face"
    WHO = "who"


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    Args:
        kind: what is asked.
        person: of whom; of two persons the one that would stay.
        other: the second person, where two may be the same.
        face_id: the face, where it is asked whose it is.
        score: average similarity behind the question; None for "who is this?".
        settles: faces that the answer settles.
        worth: by which questions are ordered.
    """

    kind: Kind
    person: Person
    other: Person | None
    face_id: int | None
    score: float | None
    settles: int
    worth: float

    @property
    def key(self) -> str:
        """By which it is answered on the command line: `same:12:40`, `face:77:12`, `who:33`."""
        if self.kind is Kind.SAME and self.other is not None:
            return f"same:{self.person.id}:{self.other.id}"
        if self.kind is Kind.FACE:
            return f"face:{self.face_id}:{self.person.id}"
        return f"who:{self.person.id}"


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered, with the persons of today: merged ones count as what they became."""

    pairs: Collection[frozenset[int]]
    faces: Collection[tuple[int, int]]
    persons: Collection[int]


def questions(library: Library, space: Space, link: float) -> list[Question]:
    """All open questions, the best first.

    Args:
        library: whose.
        space: vectors to compare.
        link: average similarity at which two persons would have been one.
    """
    asker = _Asker.of(library, space, link)
    found = [*asker.pairs(), *asker.unplaced(), *asker.doubtful()]
    found += to_be_named(library, asker.answered)
    return sorted(found, key=lambda question: (-question.worth, question.key))


def to_be_named(library: Library, answered: Answered) -> list[Question]:
    """Persons without a name, those in most photos first: these are known at once."""
    nameless = people_pages.page(library, people_pages.Kind.SEVERAL, _MOST_NAMELESS)
    return [
        Question(Kind.WHO, person, None, None, None, person.faces, math.sqrt(person.faces))
        for person in nameless
        if person.id not in answered.persons
    ]


@dataclass(frozen=True, slots=True, eq=False)
class _Asker:
    """What is known of a library while its questions are gathered.

    Args:
        library: whose.
        described: all faces with their vectors.
        persons: (n,) whose each is, -1 for nobody's.
        confirmed: (n,) whether a user said so.
        groups: the persons' means.
        apart: pairs of persons of which a face was parted from one and given to the other.
        answered: what need not be asked again.
        photos: in which each person is.
        link: average similarity at which two persons would have been one.
    """

    library: Library
    described: Embedded
    persons: NDArray[np.int64]
    confirmed: NDArray[np.bool_]
    groups: Groups
    apart: Collection[frozenset[int]]
    answered: Answered
    photos: Mapping[int, set[int]]
    link: float

    @classmethod
    def of(cls, library: Library, space: Space, link: float) -> _Asker:
        """From the store."""
        described = face_store.embedded(library, space)
        with library.read() as connection:
            person_of = members.everyone(library, connection)
            confirmed = members.confirmed(library, connection)
            said = members.rejected(library, connection)
        persons = described.persons(person_of)
        return cls(
            library=library,
            described=described,
            persons=persons,
            confirmed=np.array([f in confirmed for f in described.face_ids], dtype=np.bool_),
            groups=Groups.of(described.vectors, persons),
            apart={
                frozenset((person, other))
                for face, person in confirmed.items()
                for other in said.get(face, ())
            },
            answered=answered_so_far(library),
            photos=_photos_by_person(described.photo_ids, persons.tolist()),
            link=link,
        )

    @property
    def _least(self) -> float:
        """The similarity that even the largest groups need."""
        odds = math.log(_LEAST_CHANCE / (1 - _LEAST_CHANCE))
        return self.link + _MIDPOINT_ONCE - _MIDPOINT_FALLS + _SLOPE * odds

    def _shown(self, ids: Iterable[int]) -> dict[int, Person]:
        """Those of some persons that can be asked about; of most nothing is ever asked."""
        known = people.by_ids(self.library, set(ids)).values()
        return {p.id: p for p in known if p.faces and not (p.hidden or p.ignored)}

    def pairs(self) -> Iterator[Question]:
        """Persons that may be the same."""
        found = similar_persons(self.groups, self._least)
        known = self._shown(person for pair in found for person in (pair.one, pair.other))
        for pair in found:
            one, other = known.get(pair.one), known.get(pair.other)
            if one is None or other is None or self._is_settled(one, other):
                continue
            likely = chance(pair.score, self.link, max(one.faces, other.faces))
            if likely >= _LEAST_CHANCE:
                yield _same(pair, one, other, likely)

    def _is_settled(self, one: Person, other: Person) -> bool:
        pair = frozenset((one.id, other.id))
        return (
            pair in self.answered.pairs
            or pair in self.apart
            or _named_apart(one, other)
            or not self.photos[one.id].isdisjoint(self.photos[other.id])
        )

    def unplaced(self) -> Iterator[Question]:
        """Faces that are nobody's but like somebody."""
        rows = np.flatnonzero(self.persons < 0)
        if not len(rows) or not len(self.groups.ids):
            return
        scores, near = nearest(self.described.vectors[rows], self.groups.means, _CANDIDATES)
        persons = self.groups.ids[near]
        # Below, nobody is asked, however large the other is.
        alike = scores >= self._least
        known = self._shown(persons[alike].tolist())
        barred = self._barred(rows[alike.any(axis=1)])
        for row, own, who in zip(rows.tolist(), scores.tolist(), persons.tolist(), strict=True):
            face = self.described.face_ids[row]
            for score, number in zip(own, who, strict=True):
                person = known.get(number)
                if person is None or not self._may_be(row, person, barred.get(face, ())):
                    continue
                likely = chance(score, self.link, person.faces)
                if likely >= _LEAST_CHANCE:
                    yield Question(Kind.FACE, person, None, face, score, 1, likely)
                    break

    def _barred(self, rows: NDArray[np.int64]) -> dict[int, set[int]]:
        """Persons that some faces are not, as a user said or by the year of birth."""
        faces = [self.described.face_ids[row] for row in rows.tolist()]
        with self.library.read() as connection:
            return members.barred(self.library, connection, faces)

    def _may_be(self, row: int, person: Person, barred: Collection[int]) -> bool:
        face = self.described.face_ids[row]
        return (
            self.described.photo_ids[row] not in self.photos[person.id]
            and person.id not in barred
            and (face, person.id) not in self.answered.faces
        )

    def doubtful(self) -> Iterator[Question]:
        """Faces that are somebody's, but far from the others, and that nobody confirmed."""
        labels = [None if person < 0 else person for person in self.persons.tolist()]
        far = doubtful(
            self.described.vectors,
            labels,
            self.described.quality,
            self.confirmed,
            DoubtOptions(self.link),
        )
        rows = np.flatnonzero(far).tolist()
        known = self._shown(self.persons[rows].tolist())
        for row in rows:
            face = self.described.face_ids[row]
            person = known.get(int(self.persons[row]))
            if person is None or person.faces < _DOUBT_FACES:
                continue
            if (face, person.id) not in self.answered.faces:
                mean = self.groups.means[np.searchsorted(self.groups.ids, person.id)]
                score = float(self.described.vectors[row] @ mean)
                yield Question(Kind.FACE, person, None, face, score, 1, _DOUBT_CHANCE)


def _named_apart(one: Person, other: Person) -> bool:
    """Whether a user has given two persons different names."""
    if one.name is None or other.name is None:
        return False
    return one.name.casefold() != other.name.casefold()


def chance(score: float, link: float, larger: int) -> float:
    """How likely two persons are the same.

    Args:
        score: average similarity of their faces.
        link: average similarity at which they would have been one.
        larger: faces of the one with more.
    """
    midpoint = link + _MIDPOINT_ONCE - _MIDPOINT_FALLS * (1 - 1 / max(1, larger))
    return 1 / (1 + math.exp((midpoint - score) / _SLOPE))


def _same(pair: Pair, one: Person, other: Person, likely: float) -> Question:
    stays, joins = by_precedence((one, other))
    settles = joins.faces if stays.name else min(one.faces, other.faces)
    return Question(Kind.SAME, stays, joins, None, pair.score, settles, settles * likely)


def _photos_by_person(photo_ids: list[int], persons: list[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for photo, person in zip(photo_ids, persons, strict=True):
        if person >= 0:
            found.setdefault(person, set()).add(photo)
    return found


def answered_so_far(library: Library) -> Answered:
    """What need not be asked again."""
    decisions = standing(library)
    today = Merges.of(decisions).today
    pairs: set[frozenset[int]] = set()
    faces: set[tuple[int, int]] = set()
    persons: set[int] = set()
    for decision in decisions:
        # Somebody named like another one, but said to be somebody else, is told apart too.
        if decision.kind not in ("different", "unsure", "name") or decision.person_id is None:
            continue
        who = today(decision.person_id)
        if decision.other_person_id is not None:
            pairs.add(frozenset((who, today(decision.other_person_id))))
        elif decision.face_id is not None:
            faces.add((decision.face_id, who))
        elif decision.kind == "unsure":
            persons.add(who)
    return Answered(pairs, faces, persons)
