"""Questions, best first; what was answered is never asked again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import small_library as small
from asked_library import LINK, fill
from small_library import Seen
from synthetic import SPACE

from gallery import corrections
from gallery.boxes import remove_faces
from gallery.decisions import undo
from gallery.errors import GalleryError, NotFoundError
from gallery.people import find_person, hide, ignore, name_person
from gallery.questions import Kind, Question, chance, questions
from gallery.review import Answer, answer, answer_who, differ, find_question, not_sure
from gallery.store import people
from gallery.store.library import Library


@pytest.fixture
def who(library: Library) -> dict[str, int]:
    """Persons a to e and a face f; about each something is open."""
    return fill(library)


def asked(library: Library) -> list[Question]:
    return questions(library, SPACE, LINK)


def keys(library: Library, kind: Kind | None = None) -> list[str]:
    return [q.key for q in asked(library) if kind in (None, q.kind)]


def test_what_is_asked(library: Library, who: dict[str, int]) -> None:
    found = asked(library)
    same = {frozenset((q.person.id, q.other.id)) for q in found if q.other is not None}
    assert same == {frozenset((who["a"], who["b"])), frozenset((who["b"], who["e"]))}
    (face,) = [q for q in found if q.kind is Kind.FACE]
    assert (face.face_id, face.person.id, face.settles) == (who["f"], who["c"], 1)
    assert {q.person.id for q in found if q.kind is Kind.WHO} == {who[n] for n in "abcde"}
    assert len({q.key for q in found}) == len(found)


def test_the_best_comes_first(library: Library, who: dict[str, int]) -> None:
    found = asked(library)
    assert [q.worth for q in found] == sorted((q.worth for q in found), reverse=True)
    assert all(q.worth > 0 for q in found)
    by_key = {q.key: q for q in found}
    names = [by_key[f"who:{who[name]}"].worth for name in "abce"]
    assert names == sorted(names, reverse=True), "more faces are worth more"
    same = by_key[f"same:{who['a']}:{who['b']}"]
    assert same.settles == 4
    assert same.score == pytest.approx(0.47, abs=0.01)
    assert same.worth == pytest.approx(4 * chance(0.47, LINK, 5), abs=0.1)


def test_the_chance_rises_with_similarity_and_size() -> None:
    assert chance(0.9, 0.5, 1) > 0.99 > chance(0.5, 0.5, 1) > chance(0.4, 0.5, 1)
    assert chance(0.45, 0.5, 9) > chance(0.45, 0.5, 1)
    assert 0 < chance(-1.0, 0.5, 1) < 1e-6


def test_the_one_with_a_name_stays(library: Library, who: dict[str, int]) -> None:
    name_person(library, who["b"], "Bob")
    assert f"same:{who['b']}:{who['a']}" in keys(library)
    question = find_question(library, f"same:{who['b']}:{who['a']}")
    answer(library, question, Answer.YES)
    assert find_person(library, who["b"]).label == "Bob"
    assert find_person(library, who["b"]).faces == 9


@pytest.mark.parametrize("said", list(Answer))
@pytest.mark.parametrize("kind", [Kind.SAME, Kind.FACE])
def test_an_answer_is_final_whatever_it_is(
    library: Library, who: dict[str, int], kind: Kind, said: Answer
) -> None:
    before = asked(library)
    question = next(q for q in before if q.kind is kind)
    answer(library, question, said)
    after = keys(library)
    assert question.key not in after
    assert len(after) < len(before)
    small.regroup(library)
    assert question.key not in keys(library)
    undo(library)
    if said is not Answer.YES:
        assert question.key in keys(library), "an answer taken back is asked again"


def test_what_answers_do(library: Library, who: dict[str, int]) -> None:
    same = find_question(library, f"same:{who['a']}:{who['b']}")
    face = find_question(library, f"face:{who['f']}:{who['c']}")
    answer(library, same, Answer.NO)
    assert small.sentences(library)[-1].endswith("are different people")
    sure = small.confirmed(library)
    assert {sure[f] for f in sure} == {who["a"], who["b"]}, "both stand for themselves now"
    answer(library, face, Answer.YES)
    assert small.confirmed(library)[who["f"]] == who["c"]
    undo(library)
    answer(library, face, Answer.NO)
    assert small.rejected(library)[who["f"]] == {who["c"]}
    undo(library, 2)
    answer(library, same, Answer.YES)
    assert find_person(library, who["a"]).faces == 9


def test_different_persons_are_never_grouped_as_one(library: Library, who: dict[str, int]) -> None:
    differ(library, who["a"], who["b"])
    small.regroup(library, small.LOOSE)
    assert small.owner(library, 1) != small.owner(library, 6)
    assert {find_person(library, who[n]).faces > 0 for n in "ab"} == {True}


@pytest.mark.parametrize("said", [Answer.NO, Answer.UNSURE])
def test_an_answer_holds_when_one_of_the_two_is_merged(
    library: Library, who: dict[str, int], said: Answer
) -> None:
    a, b = who["a"], who["b"]
    part = small.faces_of(library, b)[:2]
    (own,) = corrections.split(library, b, [part])
    pair = (a, b) if said is Answer.NO else (b, a)
    answer(library, find_question(library, "same:{}:{}".format(*pair)), said)
    assert f"same:{a}:{own.id}" in keys(library), "that is somebody else so far"
    # b is merged into one who is as like a as b was.
    corrections.merge(library, own.id, [b])
    assert not [key for key in keys(library, Kind.SAME) if str(a) in key.split(":")]


def test_merged_there_and_back(library: Library, who: dict[str, int]) -> None:
    not_sure(library, who["a"], other_id=who["b"])
    corrections.merge(library, who["e"], [who["b"]])
    faces = small.faces_of(library, who["e"])
    corrections.move(library, faces, who["b"])
    corrections.merge(library, who["b"], [who["e"]])
    assert f"same:{who['a']}:{who['b']}" not in keys(library)


@pytest.mark.parametrize("part", ["split", "move"])
def test_who_was_parted_is_not_asked_about(library: Library, part: str) -> None:
    small.add(library, [Seen(0) for _ in range(6)], noise=0.3)
    small.regroup(library)
    if part == "split":
        corrections.split(library, 1, [[1, 2, 3]])
    else:
        corrections.move(library, [1, 2, 3], None)
    assert keys(library, Kind.SAME) == []
    undo(library)
    assert keys(library, Kind.SAME) == []


def test_two_of_one_photo_are_not_asked_about(library: Library) -> None:
    """However alike they are: nobody is in a photo twice."""
    small.add(library, [Seen(0, "twins"), Seen(0, "twins"), Seen(0), Seen(0)])
    small.regroup(library)
    assert len(small.groups(library)) == 2
    assert keys(library, Kind.SAME) == []
    (twin,) = {1, 2} & set(small.faces_of(library, small.owner(library, 3)))
    remove_faces(library, [twin])
    assert len(keys(library, Kind.SAME)) == 1


@pytest.mark.parametrize("say", [hide, ignore])
def test_hidden_and_ignored_persons_are_not_asked_about(
    library: Library, who: dict[str, int], say: Callable[[Library, int], object]
) -> None:
    say(library, who["b"])
    say(library, who["c"])
    for question in asked(library):
        assert question.person.id not in (who["b"], who["c"])
        assert question.other is None
    assert keys(library, Kind.FACE) == []


def test_a_deleted_face_is_not_asked_about(library: Library, who: dict[str, int]) -> None:
    remove_faces(library, [who["f"]])
    assert keys(library, Kind.FACE) == []


def test_who_is_asked_only_of_those_seen_twice_and_without_a_name(library: Library) -> None:
    small.album(library, 3, 2, 1)
    assert keys(library, Kind.WHO) == ["who:1", "who:2"]
    name_person(library, 1, "Ada")
    assert keys(library, Kind.WHO) == ["who:2"]
    answer(library, find_question(library, "who:2"), Answer.UNSURE)
    assert keys(library) == []


def test_the_counter_falls_to_nothing(library: Library, who: dict[str, int]) -> None:
    left = len(asked(library))
    for _ in range(50):
        if not asked(library):
            break
        question = asked(library)[0]
        if question.kind is Kind.WHO:
            answer_who(library, question, f"Name {question.person.id}")
        else:
            answer(library, question, Answer.NO)
        assert len(asked(library)) < left
        left = len(asked(library))
    assert left == 0


def test_who_answered_with_a_name(library: Library, who: dict[str, int]) -> None:
    assert answer_who(library, find_question(library, f"who:{who['a']}"), "Ada").label == "Ada"
    gone = answer_who(library, find_question(library, f"who:{who['d']}"), None)
    assert (gone.id, gone.ignored) == (who["d"], True)
    with pytest.raises(GalleryError, match="with a name"):
        answer(library, find_question(library, f"who:{who['c']}"), Answer.YES)


def test_a_name_that_somebody_has_is_not_given_without_asking(
    library: Library, who: dict[str, int]
) -> None:
    a, e = who["a"], who["e"]
    name_person(library, a, "Ada")
    question = find_question(library, f"who:{e}")
    with pytest.raises(GalleryError, match=f"Ada already.*gallery people merge {a} {e}"):
        answer_who(library, question, " ada ")
    assert find_person(library, e).name is None
    assert len(small.sentences(library)) == 1


def test_a_question_by_its_key(library: Library, who: dict[str, int]) -> None:
    for question in asked(library):
        found = find_question(library, question.key)
        assert (found.key, found.kind) == (question.key, question.kind)


@pytest.mark.parametrize(
    ("key", "error", "message"),
    [
        ("nonsense", GalleryError, "is no question. One looks like same:12:40"),
        ("same:1", GalleryError, "is no question"),
        ("same:1:2:3", GalleryError, "is no question"),
        ("who:1:2", GalleryError, "is no question"),
        ("who:x", GalleryError, "is no question"),
        ("who:-1", GalleryError, "is no question"),
        ("", GalleryError, "is no question"),
        ("same:1:1", GalleryError, "one person twice"),
        ("who:99", NotFoundError, "no person 99"),
        ("same:1:99", NotFoundError, "no person 99"),
        ("face:1:99", NotFoundError, "no person 99"),
        ("face:99:1", NotFoundError, "no face 99"),
    ],
)
def test_what_is_no_question(
    library: Library, who: dict[str, int], key: str, error: type[GalleryError], message: str
) -> None:
    with pytest.raises(error, match=message):
        find_question(library, key)


def test_nobody_that_is_not_there_is_told_apart(library: Library, who: dict[str, int]) -> None:
    calls: list[Callable[[], object]] = [
        lambda: differ(library, 1, 99),
        lambda: differ(library, 99, 1),
        lambda: not_sure(library, 99),
        lambda: not_sure(library, 1, other_id=99),
    ]
    for call in calls:
        with pytest.raises(NotFoundError, match="no person 99"):
            call()
    assert small.sentences(library) == []


def test_not_sure_in_words(library: Library, who: dict[str, int]) -> None:
    name_person(library, 1, "Ada")
    not_sure(library, 2)
    not_sure(library, 1, other_id=2)
    not_sure(library, 1, face_id=9)
    assert small.sentences(library)[1:] == [
        "Was not sure who Person 2 is",
        "Was not sure whether Ada and Person 2 are the same person",
        "Was not sure whether a face is Ada",
    ]


def test_an_empty_library_has_no_questions(library: Library) -> None:
    assert asked(library) == []
    assert people.everyone(library) == []
