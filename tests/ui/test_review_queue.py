"""The questions of a session: what an answer settles, and what comes back."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest
import small_library as small
from asked_library import LINK
from synthetic import SPACE

from gallery import corrections, question_process, workflow
from gallery import people as said_of_people
from gallery.config import Settings
from gallery.errors import GalleryError
from gallery.questions import Kind, Question
from gallery.questions import questions as open_questions
from gallery.records import Person
from gallery.store import people
from gallery.store.library import Library, open_library
from gallery.ui import review_cards, review_queue, review_work
from gallery.ui.review_answers import Doubt, Said
from gallery.ui.review_queue import ReviewQueue


@pytest.fixture
def library(asked: tuple[Path, dict[str, int]], tmp_path: Path) -> Iterator[Library]:
    opened = open_library(Path(shutil.copytree(asked[0], tmp_path / "library")))
    yield opened
    opened.close()


@pytest.fixture
def who(asked: tuple[Path, dict[str, int]]) -> dict[str, int]:
    return asked[1]


@pytest.fixture
def queue(library: Library) -> ReviewQueue:
    found = ReviewQueue()
    found.follow(library, Settings())
    return found


def asked_again(library: Library) -> set[str]:
    fresh = ReviewQueue()
    fresh.follow(library, Settings())
    return {question.key for question in fresh.questions}


def test_every_kind_is_asked(queue: ReviewQueue, who: dict[str, int]) -> None:
    assert queue.left() == Counter({Kind.SAME: 2, Kind.FACE: 1, Kind.WHO: 5})
    assert {question.key for question in queue.questions if question.kind is not Kind.WHO} == {
        f"same:{who['a']}:{who['b']}",
        f"same:{who['b']}:{who['e']}",
        f"face:{who['f']}:{who['c']}",
    }


def test_yes_makes_two_persons_one_in_all_other_questions(
    library: Library, queue: ReviewQueue, who: dict[str, int]
) -> None:
    queue.answer(library, f"same:{who['a']}:{who['b']}", Said.YES)
    keys = {question.key for question in queue.questions}
    assert f"who:{who['b']}" not in keys
    assert f"same:{who['a']}:{who['e']}" in keys
    asked = next(q for q in queue.questions if q.key == f"same:{who['a']}:{who['e']}")
    assert asked.person.faces == 9
    assert asked.score is None
    assert queue.left() == Counter({Kind.SAME: 1, Kind.FACE: 1, Kind.WHO: 4})


@pytest.mark.parametrize("said", [Said.NO, Said.UNSURE])
@pytest.mark.parametrize("kind", [Kind.SAME, Kind.FACE])
def test_what_was_answered_never_comes_back(
    said: Said, kind: Kind, library: Library, queue: ReviewQueue
) -> None:
    question = queue.current(library, kind)
    before = len(queue.questions)
    queue.answer(library, question.key, said)
    assert len(queue.questions) == before - 1
    assert question.key not in asked_again(library)


def test_nobody_is_asked_about_who_is_ignored_or_unknown(
    library: Library, queue: ReviewQueue, who: dict[str, int]
) -> None:
    queue.answer(library, f"who:{who['a']}", Said.IGNORE)
    queue.answer(library, f"who:{who['d']}", Said.UNSURE)
    left = {question.key for question in queue.questions}
    gone = {f"who:{who['a']}", f"same:{who['a']}:{who['b']}", f"who:{who['d']}"}
    assert not gone & (left | asked_again(library))


def test_yes_places_a_face(library: Library, queue: ReviewQueue, who: dict[str, int]) -> None:
    queue.answer(library, f"face:{who['f']}:{who['c']}", Said.YES)
    assert who["f"] in people.face_ids(library, who["c"])
    assert queue.current(library, Kind.FACE) is None


def test_undo_asks_the_same_question_again(
    library: Library, queue: ReviewQueue, who: dict[str, int]
) -> None:
    before = {question.key for question in queue.questions}
    queue.answer(library, f"same:{who['a']}:{who['b']}", Said.YES)
    queue.answer(library, f"who:{who['c']}", Said.NAME, "Cleo")
    assert queue.answered == 2
    assert queue.undo(library).key == f"who:{who['c']}"
    assert queue.undo(library).key == f"same:{who['a']}:{who['b']}"
    assert queue.current(library).key == f"same:{who['a']}:{who['b']}"
    assert {question.key for question in queue.questions} == before
    assert (queue.answered, queue.settled) == (0, 0)
    assert queue.undo(library) is None


def test_undo_of_what_was_decided_elsewhere_computes_anew(
    library: Library, queue: ReviewQueue, who: dict[str, int]
) -> None:
    said_of_people.name_person(library, who["a"], "Anna")
    queue.follow(library, Settings())
    assert f"who:{who['a']}" not in {question.key for question in queue.questions}
    assert queue.undo(library) is None
    queue.follow(library, Settings())
    assert f"who:{who['a']}" in {question.key for question in queue.questions}


def test_it_is_computed_once_and_again_after_some_answers(
    library: Library, queue: ReviewQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    computed: list[float] = []

    def counted(library: Library, space: object, link: float) -> list[Question]:
        computed.append(link)
        return queue.questions

    monkeypatch.setattr(review_queue, "open_questions", counted)
    monkeypatch.setattr(review_queue, "_EVERY", 2)
    for _ in range(2):
        queue.follow(library, Settings())
        assert not computed
        queue.answer(library, queue.current(library).key, Said.UNSURE)
    queue.follow(library, Settings())
    assert computed == [LINK]


def test_a_known_name_is_asked_about_before_anything_is_done(
    library: Library, queue: ReviewQueue, who: dict[str, int]
) -> None:
    queue.answer(library, f"who:{who['a']}", Said.NAME, "Anna")
    for said in (Said.BACK, Said.NO):
        queue.answer(library, f"who:{who['e']}", Said.NAME, " anna ")
        assert queue.pending.doubt is Doubt.NAMESAKE
        assert queue.pending.stays.id == who["a"]
        assert people.get(library, who["e"]).name is None
        queue.answer(library, f"who:{who['e']}", said)
        assert queue.pending is None
    assert people.get(library, who["e"]).name == "anna"
    queue.answer(library, f"who:{who['d']}", Said.NAME, "ANNA")
    queue.answer(library, f"who:{who['d']}", Said.YES)
    assert people.get(library, who["a"]).faces == 9
    assert not people.get(library, who["d"]).faces


@pytest.mark.parametrize(
    ("said", "faces", "name"), [(Said.TWICE, 7, None), (Said.NO, 3, "Cleo"), (Said.BACK, 3, None)]
)
def test_two_of_one_photo_are_merged_only_if_that_is_meant(
    said: Said,
    faces: int,
    name: str | None,
    library: Library,
    queue: ReviewQueue,
    who: dict[str, int],
) -> None:
    queue.answer(library, f"who:{who['c']}", Said.NAME, "Cleo")
    queue.answer(library, f"who:{who['d']}", Said.NAME, "Cleo")
    queue.answer(library, f"who:{who['d']}", Said.YES)
    assert queue.pending.doubt is Doubt.TOGETHER
    queue.answer(library, f"who:{who['d']}", said)
    assert queue.pending is None
    assert people.get(library, who["c"]).faces == faces
    assert people.get(library, who["d"]).name == name


def test_a_merge_that_became_impossible_is_asked_about(
    library: Library, queue: ReviewQueue, who: dict[str, int]
) -> None:
    # Behind the queue's back, as in another window.
    corrections.merge(library, who["a"], [who["c"]])
    corrections.merge(library, who["b"], [who["d"]])
    key = f"same:{who['a']}:{who['b']}"
    queue.answer(library, key, Said.YES)
    assert queue.pending.doubt is Doubt.TOGETHER
    queue.answer(library, key, Said.NO)
    assert key not in asked_again(library)


def test_a_name_that_is_none_leaves_the_question(
    library: Library, queue: ReviewQueue, who: dict[str, int]
) -> None:
    with pytest.raises(GalleryError, match="empty"):
        queue.answer(library, f"who:{who['a']}", Said.NAME, "  ")
    assert f"who:{who['a']}" in {question.key for question in queue.questions}
    assert queue.answered == 0


def test_an_answer_to_a_question_that_is_gone_is_passed_over(
    library: Library, queue: ReviewQueue
) -> None:
    queue.answer(library, "same:98:99", Said.YES)
    assert queue.answered == 0
    assert queue.latest is None


def test_who_was_hidden_elsewhere_is_not_asked_about(
    library: Library, queue: ReviewQueue, who: dict[str, int]
) -> None:
    said_of_people.hide(library, who["a"])
    assert who["a"] not in {
        person.id
        for question in iter(lambda: _next(library, queue), None)
        for person in (question.person, question.other)
        if person is not None
    }


def _next(library: Library, queue: ReviewQueue) -> Question | None:
    question = queue.current(library)
    if question is not None:
        queue.questions = [q for q in queue.questions if q.key != question.key]
    return question


@pytest.mark.parametrize(
    ("score", "said"),
    [
        (0.46, "Alike by 0.46; from 0.48 on they would have been one."),
        (0.4791, "Alike by 0.479; from 0.480 on they would have been one."),
        (0.52, "Alike by 0.52, and yet they were kept apart."),
        (None, ""),
    ],
)
def test_why_two_are_asked_about(score: float | None, said: str) -> None:
    one, other = Person(1, 1, None, 3, 3), Person(2, 2, "Bo", 2, 2)
    assert review_cards.why(Question(Kind.SAME, one, other, None, score, 2, 1.0), 0.48) == said


def test_a_card_has_a_key_for_every_answer(
    library: Library, queue: ReviewQueue, who: dict[str, int]
) -> None:
    for question in queue.questions:
        card = review_cards.question_card(library, question, LINK, lambda key: key or "")
        letters = [answer["key"] for answer in card["answers"]]
        assert len(set(letters)) == len(letters)
        assert not {"U"} & set(letters)
        assert all(side["faces"] for side in card["sides"])


@pytest.fixture
def beside(
    library: Library,
    queue: ReviewQueue,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Library]:
    """As in a library of so many faces that questions are worked out beside the pages."""
    monkeypatch.setattr(review_queue, "BESIDE_FROM", 0)
    yield library
    review_work._works.clear()


def test_in_a_large_library_names_are_asked_for_until_the_others_are_there(
    beside: Library, queue: ReviewQueue
) -> None:
    large = ReviewQueue()
    large.follow(beside, Settings())
    assert large.work is not None
    assert {question.kind for question in large.questions} == {Kind.WHO}
    first = large.current(beside)
    large.work.wait()
    large.follow(beside, Settings())
    assert large.work is None
    assert {q.key for q in large.questions} == {q.key for q in queue.questions}
    # Whoever is typing a name is not interrupted.
    assert large.current(beside) == first
    assert not large.more


def test_what_was_answered_meanwhile_is_not_asked_again(beside: Library) -> None:
    large = ReviewQueue()
    large.follow(beside, Settings())
    work = large.work
    question = large.current(beside)
    assert work is not None
    assert question is not None
    work.wait()
    found = work.found or []
    assert question.key in {q.key for q in found}
    large.work = None
    large.answer(beside, question.key, Said.UNSURE)
    large.work = work
    large.follow(beside, Settings())
    assert question.key not in {q.key for q in large.questions}
    assert len(large.questions) == len(found) - 1


def test_what_goes_wrong_beside_the_pages_is_said(
    beside: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(question_process.sys, "executable", "/bin/false")
    large = ReviewQueue()
    large.follow(beside, Settings())
    if large.work is not None:
        large.work.wait()
    large.follow(beside, Settings())
    assert "could not be worked out" in large.problem
    assert large.questions


def test_what_failed_beside_the_pages_is_tried_again_when_asked(
    beside: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    large = ReviewQueue()
    with monkeypatch.context() as broken:
        broken.setattr(question_process.sys, "executable", "/bin/false")
        large.follow(beside, Settings())
        if large.work is not None:
            large.work.wait()
        large.follow(beside, Settings())
    assert large.problem
    large.follow(beside, Settings())
    assert large.work is None
    large.try_again()
    large.follow(beside, Settings())
    assert large.work is not None
    large.work.wait()
    large.follow(beside, Settings())
    assert not large.problem
    assert any(question.kind is not Kind.WHO for question in large.questions)


def test_questions_about_a_grouping_of_before_are_worked_out_anew(beside: Library) -> None:
    large, first = begun(beside)
    small.regroup(beside)
    first.wait()
    large.follow(beside, Settings())
    second = large.work
    assert second is not None
    assert second is not first
    second.wait()
    large.follow(beside, Settings())
    assert large.work is None
    assert {question.key for question in large.questions} == asked_at_once(beside)


def begun(library: Library) -> tuple[ReviewQueue, review_work.Work]:
    """A queue whose questions are in the making."""
    queue = ReviewQueue()
    queue.follow(library, Settings())
    assert queue.work is not None
    return queue, queue.work


def asked_at_once(library: Library) -> set[str]:
    space, link = workflow.space_in_use(library), workflow.link_in_use(library, Settings())
    return {question.key for question in open_questions(library, space, link)}


def test_what_is_in_the_making_is_stopped_with_its_library(beside: Library) -> None:
    _, work = begun(beside)
    review_work.forget(beside)
    work.wait()
    assert work.found is None or work._process is not None
    assert work._process is None or work._process.returncode is not None


def test_the_process_ends_with_the_app(beside: Library) -> None:
    slow = (
        "import time, gallery.question_process as process\n"
        "process.questions = lambda *_: print('asked', flush=True) or time.sleep(600)\n"
        "process.main()"
    )
    asked = {"root": str(beside.root), "space": asdict(SPACE), "link": LINK}
    with subprocess.Popen(
        [sys.executable, "-c", slow], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        child.stdin.write(json.dumps(asked).encode() + b"\n")
        child.stdin.flush()
        assert child.stdout.readline() == b"asked\n"
        child.stdin.close()  # as a system does for whoever is killed
        assert child.wait(timeout=60) == 1
