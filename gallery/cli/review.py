"""`review next | answer`."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gallery.cli.options import JsonOption, LibraryOption, opened
from gallery.cli.output import counted, print_json, say
from gallery.cli.people import UNDO, person_document

if TYPE_CHECKING:
    from gallery.questions import Question

app = typer.Typer(help="Questions worth an answer, best first.", no_args_is_help=True)


@app.command("next")
def next_question(
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many questions.")] = 1,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask the question whose answer is worth most, and say how many are left."""
    from gallery.questions import questions
    from gallery.workflow import link_in_use, space_in_use

    with opened(library) as (store, settings):
        found = questions(store, space_in_use(store), link_in_use(store, settings))
    left = Counter(question.kind.value for question in found)
    if as_json:
        print_json(
            {
                "left": len(found),
                "left_by_kind": dict(left),
                "questions": [question_document(question) for question in found[:limit]],
            }
        )
        return
    for question in found[:limit]:
        say(_sentence(question))
        say(f"  {question.key}  worth {question.worth:.1f}")
    if found:
        say(f"{counted(len(found), 'question')} left.")
    else:
        say("Nothing is left to ask.")


@app.command("answer")
def answer(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Such as same:12:40 or who:33")],
    said: Annotated[str, typer.Argument(metavar="yes|no|unsure|ignore|NAME")],
    twice: Annotated[
        bool, typer.Option("--twice", help="With yes, although in one photo: a mirror, a collage.")
    ] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer: yes, no or unsure; to "who is this?" a name, or ignore."""
    from gallery import review
    from gallery.decisions import latest
    from gallery.questions import Kind

    with opened(library) as (store, _):
        question = review.find_question(store, key)
        if question.kind is Kind.WHO and said not in list(review.Answer):
            review.answer_who(store, question, None if said == "ignore" else said)
        elif said in list(review.Answer):
            review.answer(store, question, review.Answer(said), twice=twice)
        else:
            raise typer.BadParameter(f"expected yes, no or unsure, got {said!r}")
        done = latest(store)
    sentence = "" if done is None else done.sentence
    if as_json:
        print_json({"answered": key, "sentence": sentence})
    else:
        say(f"{sentence}. {UNDO}")


def question_document(question: Question) -> dict[str, Any]:
    """The JSON of a question."""
    return {
        "key": question.key,
        "kind": question.kind.value,
        "person": person_document(question.person),
        "other": None if question.other is None else person_document(question.other),
        "face": question.face_id,
        "similarity": None if question.score is None else round(question.score, 4),
        "settles": question.settles,
        "worth": round(question.worth, 3),
    }


def _sentence(question: Question) -> str:
    who = question.person
    mine = f"{who.label} ({counted(who.faces, 'face')})"
    if question.other is not None:
        other = f"{question.other.label} ({counted(question.other.faces, 'face')})"
        return f"Are {mine} and {other} the same person? They are alike by {question.score:.3f}."
    if question.face_id is not None:
        return f"Is face {question.face_id} {mine}? It is alike by {question.score:.3f}."
    return f"Who is {mine}?"
