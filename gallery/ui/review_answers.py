"""What is said to a question of the page Review, and what it does.

Some answers want another question first: a name that somebody has already, or two faces of
one photo that are to be one person.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from gallery import corrections, people, review
from gallery.errors import TogetherError
from gallery.questions import Kind, Question
from gallery.records import Person
from gallery.review import Answer
from gallery.store.library import Library


class Said(StrEnum):
    """What can be said to a card."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"
    NAME = "name"
    IGNORE = "ignore"
    TWICE = "twice"
    BACK = "back"


class Doubt(StrEnum):
    """What stands against an answer."""

    NAMESAKE = "namesake"
    TOGETHER = "together"


@dataclass(frozen=True, slots=True)
class Pending:
    """An answer that is done only after another question.

    Args:
        doubt: what stands against it.
        stays: the person that somebody or a face is to become part of.
        name: the name that was given, where one was.
    """

    doubt: Doubt
    stays: Person
    name: str = ""


def do(library: Library, question: Question, said: Said, name: str) -> Pending | None:
    """Do what was said, or say what has to be asked first."""
    if question.kind is not Kind.WHO:
        try:
            review.answer(library, question, Answer(said))
        except TogetherError:
            return Pending(Doubt.TOGETHER, question.person)
        return None
    if said is Said.UNSURE:
        review.answer(library, question, Answer.UNSURE)
    elif said is Said.IGNORE:
        people.ignore(library, question.person.id)
    else:
        known = people.namesake(library, name, but=question.person.id)
        if known is not None and known.faces:
            return Pending(Doubt.NAMESAKE, known, people.clean_name(name))
        people.name_person(library, question.person.id, name)
    return None


def do_after_doubt(
    library: Library, question: Question, pending: Pending, said: Said
) -> Pending | None:
    """Do what was said once the doubt was put."""
    if question.kind is not Kind.WHO:
        _all_the_same(library, question, said)
        return None
    joining = question.person.id
    if said is Said.NO:
        people.name_person(library, joining, pending.name, not_same=pending.stays.id)
    elif said in (Said.YES, Said.TWICE):
        try:
            corrections.merge(library, pending.stays.id, [joining], twice=said is Said.TWICE)
        except TogetherError:
            return replace(pending, doubt=Doubt.TOGETHER)
    else:
        review.answer(library, question, Answer.UNSURE)
    return None


def _all_the_same(library: Library, question: Question, said: Said) -> None:
    """Two faces of one photo are one person after all, as in a mirror; or they are not."""
    if said is not Said.TWICE:
        review.answer(library, question, Answer(said))
    elif question.other is not None:
        corrections.merge(library, question.person.id, [question.other.id], twice=True)
    elif question.face_id is not None:
        corrections.move(library, [question.face_id], question.person.id, twice=True)
