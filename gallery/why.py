"""Why a face is where it is: its nearest supporters, the runner-up, and who or what said so."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from gallery.decisions import stack
from gallery.errors import NotFoundError
from gallery.likeness import scores_of
from gallery.records import Decision, Face, Person, Run, Space
from gallery.store import faces as face_store
from gallery.store import history, members, people, runs
from gallery.store.faces import Embedded
from gallery.store.library import Library
from gallery.store.members import Placement
from gallery.wording import cosine

SUPPORTERS = 3


@dataclass(frozen=True, slots=True)
class Supporter:
    """A face that speaks for a person, and how alike it is."""

    face_id: int
    photo_id: int
    similarity: float


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person a face may be.

    Args:
        person: who.
        score: average similarity to all its other faces.
        supporters: its most similar faces, best first.
    """

    person: Person
    score: float
    supporters: list[Supporter]


@dataclass(frozen=True, slots=True)
class Why:
    """What is known about where a face is.

    Args:
        face: with its quality.
        placement: since when, and whether a user said so.
        own: the person it is with; its score is 0 where nothing can be compared.
        runner_up: who comes next.
        space: what the vectors were made with; None where the face has none.
        threshold: average similarity at which the run let groups merge.
        joined: whether it came after the run and joined the person as new faces do.
        run: that grouped it, if it is still kept.
        decision: that placed it, if one did.
        rejected: other persons, whom a user said it is not.
    """

    face: Face
    placement: Placement
    own: Candidate | None
    runner_up: Candidate | None
    space: Space | None
    threshold: float | None
    joined: bool
    run: Run | None
    decision: Decision | None
    rejected: list[Person]

    @property
    def margin(self) -> float | None:
        """How much more alike the face is to its person than to the runner-up."""
        if self.own is None or self.runner_up is None or not self.own.supporters:
            return None
        return self.own.score - self.runner_up.score

    @property
    def sentences(self) -> list[str]:
        """The same in words."""
        return [
            self._who_said_so(),
            *self._how_alike(),
            *self._how_good(),
            *(f"You said that it is not {person.label}." for person in self.rejected),
        ]

    def _who_said_so(self) -> str:
        since = self.placement.since
        when = "" if since is None else f", {since.day} {since:%B} {since.year}"
        whose = "nobody's" if self.own is None else self.own.person.label
        if self.decision is not None:
            return f"It is {whose} because of what you said: {self.decision.sentence}{when}."
        if self.own is None:
            return "It is nobody's: no group is like it enough, or it is not clear enough to tell."
        if self.run is None:
            return f"It is {whose}{when}."
        if self.joined:
            return f"It came after run {self.run.id} and joined {whose}{when}."
        how = ", ".join(f"{name} {value:g}" for name, value in self.run.parameters.items())
        return (
            f"It was grouped with {whose} by run {self.run.id} ({self.run.algorithm}: {how}; "
            f"{self.run.space.model}){when}."
        )

    def _how_alike(self) -> list[str]:
        said = []
        needs = ""
        if self.threshold is not None:
            what = "new faces join" if self.joined else "groups merge"
            needs = f"; {what} from {cosine(self.threshold)} on"
        if self.own is not None and self.own.supporters:
            said.append(
                f"To {self.own.person.label}'s other faces it is alike by {self.own.score:.2f} "
                f"on average{needs}."
            )
        elif self.own is not None and self.space is not None:
            said.append(f"{self.own.person.label} has no other face to compare it with.")
        if self.runner_up is not None:
            ahead = "" if self.margin is None else f", a margin of {self.margin:.2f}"
            said.append(
                f"Next comes {self.runner_up.person.label} with {self.runner_up.score:.2f}{ahead}."
            )
        if self.space is None:
            said.append("It was not described by the present model yet, so nothing is compared.")
        return said

    def _how_good(self) -> list[str]:
        quality = self.face.quality
        if quality is None:
            return []
        turned = abs(quality.yaw)
        facing = "facing the camera" if turned < 20 else f"turned {turned:.0f} degrees"
        return [
            f"Quality {quality.overall:.2f} of 1: {quality.size:.0f} pixels, {facing}, "
            f"sharpness {quality.sharpness:.0f}."
        ]


def explain(
    library: Library,
    face_id: int,
    space: Space,
    described: Embedded | None = None,
    *,
    join: float | None = None,
) -> Why:
    """Say why a face is where it is.

    Args:
        library: whose.
        face_id: the face.
        space: whose vectors to compare.
        described: all faces of that space, if they are at hand.
        join: how alike a new face must be to join a person, if that is known.

    Raises:
        NotFoundError: There is no such face.
    """
    face = face_store.get(library, face_id)
    if face is None:
        raise NotFoundError(f"There is no face {face_id} in this library.")
    described = described or face_store.embedded(library, space)
    with library.read() as connection:
        placement = members.placements(library, connection, [face_id])[face_id]
        person_of = members.everyone(library, connection)
        rejected = members.rejected(library, connection).get(face_id, set())
        run = None
        if placement.run_id is not None:
            run = runs.get(library, connection, placement.run_id)
        decision = _decision(library, connection, face_id, placement)
        joined = run is not None and _has_joined(library, connection, face_id, placement, run)
    own, runner_up = _candidates(library, face, described, person_of, rejected)
    grouped = run or runs.current(library)
    return Why(
        face=face,
        placement=placement,
        own=own,
        runner_up=runner_up,
        space=space if face_id in described.face_ids else None,
        threshold=join if joined else None if grouped is None else grouped.parameters.get("link"),
        joined=joined,
        run=run,
        decision=decision,
        rejected=sorted(
            people.by_ids(library, rejected - {face.person_id}).values(), key=lambda p: p.id
        ),
    )


def _decision(
    library: Library, connection: Connection, face_id: int, placement: Placement
) -> Decision | None:
    """The decision that placed a face, or that freed it and still holds."""
    if placement.person_id is not None:
        if placement.decision_id is None:
            return None
        return history.get(library, connection, placement.decision_id)
    freed = history.who_freed(library, connection, face_id)
    if not freed:
        return None
    hold = {d.id: d for d in stack(history.everything(library, connection)).done}
    return next((hold[decision] for decision in freed if decision in hold), None)


def _has_joined(
    library: Library, connection: Connection, face_id: int, placement: Placement, run: Run
) -> bool:
    """Whether a face came after a run, to a person there was."""
    later = runs.joined(library, connection, run.id)
    if face_id not in later or placement.person_id is None:
        return False
    return not later.issuperset(members.of_persons(library, connection, [placement.person_id]))


def _candidates(
    library: Library,
    face: Face,
    described: Embedded,
    person_of: dict[int, int],
    rejected: set[int],
) -> tuple[Candidate | None, Candidate | None]:
    """The person a face is with, and the next best one it is not known not to be."""
    persons = described.persons(person_of)
    row = _row_of(described, face.id)
    if row is None:
        person = people.get(library, face.person_id) if face.person_id is not None else None
        return (None if person is None else Candidate(person, 0.0, [])), None
    similarities, ids, scores = scores_of(
        described.vectors[row], described.vectors, persons, but=row
    )
    similarities[row] = -1.0

    def candidate(person_id: int, score: float) -> Candidate | None:
        person = people.get(library, person_id)
        if person is None:
            return None
        rows = np.flatnonzero((persons == person_id) & (np.arange(len(persons)) != row))
        best = rows[np.argsort(-similarities[rows], kind="stable")[:SUPPORTERS]].tolist()
        found = [
            Supporter(described.face_ids[i], described.photo_ids[i], float(similarities[i]))
            for i in best
        ]
        return Candidate(person, score, found)

    own = None
    if face.person_id is not None:
        at = np.flatnonzero(ids == face.person_id)
        own = candidate(face.person_id, float(scores[at[0]]) if len(at) else 0.0)
    for index in np.argsort(-scores, kind="stable").tolist():
        if int(ids[index]) != face.person_id and int(ids[index]) not in rejected:
            return own, candidate(int(ids[index]), float(scores[index]))
    return own, None


def _row_of(described: Embedded, face_id: int | None) -> int | None:
    ids: NDArray[np.int64] = np.array(described.face_ids, dtype=np.int64)
    if face_id is None or not len(ids):
        return None
    at = int(np.searchsorted(ids, face_id))
    return at if at < len(ids) and ids[at] == face_id else None
