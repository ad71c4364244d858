"""Answers to the questions of the review, each kept as a decision."""

from __future__ import annotations

from enum import StrEnum

from gallery import corrections
from gallery.decisions import Act
from gallery.errors import GalleryError, NotFoundError
from gallery.merged import person_today
from gallery.people import find_person, ignore, name_person, namesake
from gallery.questions import Kind, Question
from gallery.records import Person
from gallery.store import faces as face_store
from gallery.store.library import Library


class Answer(StrEnum):
    """What can be said to "the same?" and "is this ...?"."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


def find_question(library: Library, key: str) -> Question:
    """A question by its key, as the command line names it.

    Raises:
        GalleryError: It is no key of a question.
        NotFoundError: A person or the face in it does not exist any more.
    """
    kind, *numbers = key.split(":")
    wanted = {"same": 2, "face": 2, "who": 1}.get(kind)
    if wanted != len(numbers) or not all(number.isdecimal() for number in numbers):
        raise GalleryError(
            f"{key!r} is no question. One looks like same:12:40, face:77:12 or who:33, as in: "
            "gallery review next"
        )
    ids = [int(number) for number in numbers]
    if kind == "face":
        person = person_today(library, ids[1])
        if face_store.get(library, ids[0]) is None:
            raise NotFoundError(f"There is no face {ids[0]} in this library.")
        return Question(Kind.FACE, person, None, ids[0], None, 1, 0.0)
    person = person_today(library, ids[0])
    other = person_today(library, ids[1]) if kind == "same" else None
    if other == person:
        raise GalleryError(f"{key!r} names one person twice.")
    return Question(Kind(kind), person, other, None, None, 0, 0.0)


def answer(library: Library, question: Question, said: Answer, *, twice: bool = False) -> None:
    """Answer a question with yes, no or not sure; `twice` as of `corrections.merge`.

    Raises:
        GalleryError: "Who is this?" wants a name; or the two are together in a photo.
    """
    if question.kind is Kind.WHO:
        if said is not Answer.UNSURE:
            raise GalleryError("Say who it is with a name, or ignore the person.")
        not_sure(library, question.person.id)
    elif question.kind is Kind.FACE and question.face_id is not None:
        if said is Answer.YES:
            _is_that_person(library, question.face_id, question.person.id, twice=twice)
        elif said is Answer.NO:
            corrections.reject(library, [question.face_id], question.person.id)
        else:
            not_sure(library, question.person.id, face_id=question.face_id)
    elif question.other is not None:
        if said is Answer.YES:
            corrections.merge(library, question.person.id, [question.other.id], twice=twice)
        elif said is Answer.NO:
            differ(library, question.person.id, question.other.id)
        else:
            not_sure(library, question.person.id, other_id=question.other.id)


def _is_that_person(library: Library, face_id: int, person_id: int, *, twice: bool) -> None:
    """Bring a face to a person, or confirm it where it is there already."""
    face = face_store.get(library, face_id)
    if face is not None and face.person_id == person_id:
        corrections.confirm(library, person_id, [face_id])
    else:
        corrections.move(library, [face_id], person_id, twice=twice)


def answer_who(library: Library, question: Question, name: str | None) -> Person:
    """Say who somebody is, or with None that it is a stranger to be ignored for good.

    Raises:
        GalleryError: Somebody has that name already: whether they are the same is asked first.
    """
    if name is None:
        return ignore(library, question.person.id)
    known = namesake(library, name, but=question.person.id)
    if known is not None:
        raise GalleryError(
            f"Somebody is called {known.label} already. If they are the same: "
            f"gallery people merge {known.id} {question.person.id}; if not: "
            f'gallery people name {question.person.id} "{name}" --another'
        )
    return name_person(library, question.person.id, name)


def differ(library: Library, person_id: int, other_id: int) -> None:
    """Say that two persons are not the same: they are never merged, nor asked about again.

    Raises:
        NotFoundError: One of them does not exist.
    """
    one, other = find_person(library, person_id), find_person(library, other_id)
    with library.write() as connection:
        act = Act(library, connection)
        act.stand_for([person_id, other_id])
        act.keep(
            "different",
            f"Said that {one.label} and {other.label} are different people",
            person_id=person_id,
            other_person_id=other_id,
        )


def not_sure(
    library: Library, person_id: int, *, other_id: int | None = None, face_id: int | None = None
) -> None:
    """Say that one cannot tell, so as not to be asked again.

    Raises:
        NotFoundError: One of them does not exist.
    """
    about = f"who {find_person(library, person_id).label} is"
    if other_id is not None:
        one, other = find_person(library, person_id), find_person(library, other_id)
        about = f"whether {one.label} and {other.label} are the same person"
    elif face_id is not None:
        about = f"whether a face is {find_person(library, person_id).label}"
    with library.write() as connection:
        Act(library, connection).keep(
            "unsure",
            f"Was not sure {about}",
            person_id=person_id,
            other_person_id=other_id,
            face_id=face_id,
        )
