"""The open questions one after the other: computed once, and kept right while they are answered.

Computing all questions takes longer than a person wants to wait between two of them. So the
list is kept; an answer takes out what it settled. It is computed anew when something was
changed elsewhere, and now and then, because answers make new questions worth asking. In a large
library that goes on beside the pages; who is to be named is asked meanwhile.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

import streamlit as st

from gallery import decisions, workflow
from gallery.config import Settings
from gallery.question_process import MOST
from gallery.questions import Answered, Kind, Question, answered_so_far, to_be_named
from gallery.questions import questions as open_questions
from gallery.records import Decision, Person
from gallery.store import faces as face_store
from gallery.store import history, runs
from gallery.store import people as people_store
from gallery.store.library import Library
from gallery.ui import review_work
from gallery.ui.review_answers import Pending, Said, do, do_after_doubt
from gallery.ui.review_work import Work

# Answers after which the list is computed anew: at once, or beside the pages from so many faces on.
_EVERY, _EVERY_BESIDE = 20, 200
BESIDE_FROM = 15_000
# Answers that can be taken back with their question coming back as it was.
_TRAIL = 100


@dataclass(frozen=True, slots=True)
class Mark:
    """What the list was computed from; where it differs, something was changed elsewhere."""

    library: str
    decision: int
    run: int
    grouped: int
    faces: int


@dataclass(frozen=True, slots=True)
class _Step:
    decision: int
    question: Question
    before: list[Question]
    settled: int


@dataclass(slots=True)
class ReviewQueue:
    """The questions of one session.

    Args:
        questions: open ones, the best first.
        link: average similarity at which two persons would have been one.
        pending: what has to be said before the last answer is done.
        problem: why the last answer could not be taken, in a sentence.
        latest: the decision that undo would take back.
        turn: counts what was said, so that a card knows when it was heard.
        answered: questions answered in this session.
        settled: faces that these answers settled.
        work: what is being worked out beside the pages.
        more: whether that left out others, which are worth less.
    """

    questions: list[Question] = field(default_factory=list)
    link: float = 0.0
    pending: Pending | None = None
    problem: str = ""
    latest: Decision | None = None
    turn: int = 0
    answered: int = 0
    settled: int = 0
    work: Work | None = None
    more: bool = False
    _mark: Mark | None = None
    _asked: str = ""
    _since: int = 0
    _trail: list[_Step] = field(default_factory=list)

    @classmethod
    def of_session(cls) -> ReviewQueue:
        """The queue of this session, the same on all pages."""
        queue: ReviewQueue = st.session_state.setdefault("_review", cls())
        return queue

    def follow(self, library: Library, settings: Settings) -> None:
        """Compute the questions if they were not, or if something was changed elsewhere.

        Raises:
            LibraryError: Nothing was grouped so far.
        """
        self._take_over(library)
        mark = self._look(library)
        beside = mark.faces > BESIDE_FROM
        if mark == self._mark and self._since < (_EVERY_BESIDE if beside else _EVERY):
            return
        if mark != self._mark:
            self.pending = None
            self._trail.clear()
        self.link = workflow.link_in_use(library, settings)
        space = workflow.space_in_use(library)
        self._mark, self._since = mark, 0
        if not beside:
            self.questions = open_questions(library, space, self.link)
            return
        self.work = review_work.begin(library, space, self.link, mark)
        if not self.questions:
            self.questions = to_be_named(library, answered_so_far(library))
        self._take_over(library)

    def _take_over(self, library: Library) -> None:
        """Ask what was worked out beside the pages, once it is there."""
        if self.work is None or self.work.is_going_on:
            return
        work, self.work = self.work, None
        if not _same_faces(work.state, self._look(library)):
            # Grouped anew, or more photos came in, since that was begun: once more.
            self._mark = None
            return
        found, self.problem = work.found, work.error or ""
        if found is None:
            return
        self.more = len(found) == MOST
        answered = answered_so_far(library)
        fresh = [question for question in found if not _is_answered(question, answered)]
        # Whoever is looking at a question is asked that one first.
        looked_at = [question for question in self.questions if question.key == self._asked]
        keys = {question.key for question in looked_at}
        self.questions = [*looked_at, *(q for q in fresh if q.key not in keys)]

    def try_again(self) -> None:
        """Work the questions out once more after that failed."""
        self._mark, self.problem = None, ""

    def left(self) -> Counter[Kind]:
        """How many questions of each kind are open."""
        return Counter(question.kind for question in self.questions)

    def current(self, library: Library, kind: Kind | None = None) -> Question | None:
        """The question to ask, with the persons as they are now; None where none is left.

        Args:
            library: whose.
            kind: only questions of this kind.
        """
        for question in list(self.questions):
            if kind is not None and question.kind is not kind:
                continue
            asked = _as_of_now(library, question)
            if asked is not None:
                self._asked = asked.key
                return asked
            self.questions.remove(question)
        return None

    def after(self, question: Question, kind: Kind | None = None) -> Question | None:
        """The question that will most likely come after one."""
        others = (q for q in self.questions if kind in (None, q.kind) and q.key != question.key)
        return next(others, None)

    def answer(self, library: Library, key: str, said: Said, name: str = "") -> None:
        """Do what was said to a question, or keep in `pending` what has to be asked first.

        Args:
            library: whose.
            key: of the question; one that is no more in the list is passed over.
            said: the answer.
            name: of the person, with `Said.NAME`.

        Raises:
            GalleryError: The name is empty or too long, or somebody is gone.
        """
        self.turn += 1
        pending, self.pending, self.problem = self.pending, None, ""
        question = next((q for q in self.questions if q.key == key), None)
        if question is None or said is Said.BACK:
            return
        if pending is not None:
            self.pending = do_after_doubt(library, question, pending, said)
        else:
            self.pending = do(library, question, said, name)
        if self.pending is None:
            self._settle(library, question, said, pending)

    def undo(self, library: Library) -> Question | None:
        """Take back the latest decision; the question it answered is asked again first."""
        self.turn += 1
        self.pending, self.problem = None, ""
        taken = decisions.undo(library)
        if not taken or not self._trail or self._trail[-1].decision != taken[0].id:
            self._mark = None
            return None
        step = self._trail.pop()
        self.questions = [step.question, *(q for q in step.before if q is not step.question)]
        self.answered -= 1
        self.settled -= step.settled
        self._mark = self._look(library)
        return step.question

    def _look(self, library: Library) -> Mark:
        with library.read() as connection:
            newest = history.newest(library, connection)
        self.latest = decisions.latest(library)
        run = runs.current(library)
        return Mark(
            library=str(library.root),
            decision=0 if newest is None else newest.id,
            run=0 if run is None else run.id,
            grouped=0 if run is None else run.faces,
            faces=face_store.count(library),
        )

    def _settle(
        self, library: Library, question: Question, said: Said, pending: Pending | None
    ) -> None:
        """Take out what an answer settled, and what makes no sense after it."""
        before = self.questions
        self._mark = self._look(library)
        settled = 0 if said is Said.UNSURE else question.settles
        if self.latest is not None:
            self._trail.append(_Step(self.latest.id, question, before, settled))
            del self._trail[:-_TRAIL]
        self.answered += 1
        self.settled += settled
        self._since += 1
        touched = {question.person.id}
        if question.other is not None:
            touched.add(question.other.id)
        if pending is not None:
            touched.add(pending.stays.id)
        self.questions = _without_settled(library, before, question, touched)


def _same_faces(state: object, mark: Mark) -> bool:
    """Whether questions that were worked out of a state are about the faces there are."""
    return isinstance(state, Mark) and (state.library, state.run, state.grouped, state.faces) == (
        mark.library, mark.run, mark.grouped, mark.faces
    )  # fmt: skip


def _without_settled(
    library: Library, questions: list[Question], done: Question, touched: set[int]
) -> list[Question]:
    """The questions that are still open after one was answered, with persons as they are now."""
    answered = answered_so_far(library)
    now = people_store.by_ids(library, touched)
    there = [person for person in now.values() if person.faces]
    # Whoever has no faces left was merged into the one who has.
    became = {
        person.id: there[0]
        for person in now.values()
        if not person.faces and len(there) == 1 and len(touched) > 1
    }
    became |= {person.id: person for person in there}
    found: dict[object, Question] = {}
    for question in questions:
        if question is done:
            continue
        kept = _with_persons(question, became)
        if kept is None or _is_answered(kept, answered):
            continue
        found.setdefault(_about(kept), kept)
    return list(found.values())


def _with_persons(question: Question, became: dict[int, Person]) -> Question | None:
    """A question about what persons have become; None where there is nothing left to ask."""
    person = became.get(question.person.id, question.person)
    other = question.other and became.get(question.other.id, question.other)
    if person is question.person and other is question.other:
        return question
    if not _can_be_asked(question.kind, person) or (other and not _can_be_asked(Kind.SAME, other)):
        return None
    if other is not None and other.id == person.id:
        return None
    same = person.id == question.person.id and (
        other is None or question.other is None or other.id == question.other.id
    )
    if other is not None:
        person, other = sorted((person, other), key=lambda p: (p.name is None, -p.faces, p.id))
    # How alike a person is that was another one a moment ago is not known.
    score = question.score if same else None
    return replace(question, person=person, other=other, score=score)


def _can_be_asked(kind: Kind, person: Person) -> bool:
    if not person.faces or person.hidden or person.ignored:
        return False
    return kind is not Kind.WHO or person.name is None


def _is_answered(question: Question, answered: Answered) -> bool:
    if question.other is not None:
        return frozenset((question.person.id, question.other.id)) in answered.pairs
    if question.face_id is not None:
        return (question.face_id, question.person.id) in answered.faces
    return question.person.id in answered.persons


def _about(question: Question) -> object:
    """The same for two questions of which one is enough."""
    if question.other is not None:
        return frozenset((question.person.id, question.other.id))
    return question.kind, question.face_id or question.person.id


def _as_of_now(library: Library, question: Question) -> Question | None:
    """A question with the persons as they are now; None where it cannot be asked any more."""
    ids = {question.person.id} | ({question.other.id} if question.other else set())
    now = people_store.by_ids(library, ids)
    if len(now) < len(ids):
        return None
    if not all(_can_be_asked(question.kind, person) for person in now.values()):
        return None
    if question.face_id is not None:
        face = face_store.get(library, question.face_id)
        # A doubtful face is asked about where it is.
        if face is None or face.person_id not in (None, question.person.id):
            return None
    other = None if question.other is None else now[question.other.id]
    return replace(question, person=now[question.person.id], other=other)
