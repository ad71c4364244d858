"""Questions -> what the review card draws: plain dictionaries with addresses of pictures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from gallery.media.files import thumbnail_key
from gallery.questions import Kind, Question
from gallery.records import Person
from gallery.store import faces as face_store
from gallery.store import people, photos
from gallery.store.library import Library
from gallery.ui import words
from gallery.ui.grid_data import Address
from gallery.ui.review_answers import Doubt, Pending, Said
from gallery.ui.review_queue import ReviewQueue
from gallery.wording import cosine

KINDS = {Kind.SAME: "Same person?", Kind.FACE: "Is this …?", Kind.WHO: "Who is this?"}

# Letters of a name on a button; three of them stand side by side on a phone.
_SHORT = 12
# Faces of each of two persons, and of one who is alone on the card.
_SIDE, _ALONE = 6, 8

_YES = (Said.YES, "Yes", "Y")
_NO = (Said.NO, "No", "N")
_UNSURE = (Said.UNSURE, "Not sure", "S")
_BACK = (Said.BACK, "Back", "B")


def page_data(
    library: Library, queue: ReviewQueue, question: Question, kind: Kind | None, url: Address
) -> dict[str, Any]:
    """All that the card on the page Review is given: the question, or the doubt about its answer.

    Args:
        library: whose.
        queue: the questions of the session.
        question: the one to ask.
        kind: of the questions that follow; None for all.
        url: from a key in `media/` to an address.
    """
    if queue.pending is None:
        card = question_card(library, question, queue.link, url)
    else:
        card = doubt_card(library, question, queue.pending, url)
    following = queue.after(question, kind)
    ahead = [] if following is None else _pictures_of(_sides(library, following, url))
    return card | {
        "question": question.key,
        "turn": queue.turn,
        "problem": queue.problem,
        "known": known_names(people.everyone(library)) if card["field"] else [],
        "ahead": ahead,
        "undo": "" if queue.latest is None else queue.latest.sentence,
    }


def question_card(
    library: Library, question: Question, link: float, url: Address
) -> dict[str, Any]:
    """A question with the pictures to answer it by.

    Args:
        library: whose.
        question: what is asked.
        link: average similarity at which two persons would have been one.
        url: from a key in `media/` to an address.
    """
    label, because = question.person.label, why(question, link)
    if question.kind is Kind.WHO:
        ignore = (Said.IGNORE, "Ignore this stranger", "I")
        card = _card(question.key, "Who is this?", because, ignore, _UNSURE) | {"field": label}
    else:
        ask = "Is this the same person?"
        if question.kind is Kind.FACE:
            ask = f"Is this {label}?"
            face = face_store.get(library, question.face_id or 0)
            if face is not None and face.person_id == question.person.id:
                ask = f"Is this really {label}?"
                because = f"It is with {label} now, but less alike than the others."
        card = _card(question.key, ask, because, _YES, _NO, _UNSURE)
    return card | {"sides": _sides(library, question, url)}


def _sides(library: Library, question: Question, url: Address) -> list[dict[str, Any]]:
    if question.other is not None:
        return _persons(library, [question.person, question.other], url)
    if question.face_id is not None:
        face = _face(library, question.face_id, url)
        return [face, *_persons(library, [question.person], url)]
    return _persons(library, [question.person], url, _ALONE)


def doubt_card(
    library: Library, question: Question, pending: Pending, url: Address
) -> dict[str, Any]:
    """What has to be said before an answer is done."""
    who = question.other or question.person
    key = f"{pending.doubt}:{question.key}"
    if pending.doubt is Doubt.NAMESAKE:
        return namesake_card(library, who, pending.stays, url, key)
    stays = pending.stays
    if question.face_id is not None:
        card = _card(
            key,
            f"{stays.label} is in that photo already",
            "In a mirror or a collage it can be both; otherwise one of the two is somebody else.",
            (Said.TWICE, "It is, all the same", "M"),
            (Said.NO, "No", "N"),
            _UNSURE,
        )
        return card | {"sides": _sides(library, question, url)}
    different = f"No, another {_short(pending.name)}" if pending.name else "Different people"
    card = _card(
        key,
        "They are together in a photo",
        "So they are hardly one person, unless it is a mirror or a collage.",
        (Said.NO, different, "N"),
        (Said.TWICE, "Merge all the same", "M"),
        _BACK if pending.name else _UNSURE,
    )
    return card | {"sides": _persons(library, [who, stays], url)}


def namesake_card(
    library: Library, who: Person, known: Person, url: Address, key: str
) -> dict[str, Any]:
    """Whether somebody who is to get a name is the one who has it already."""
    card = _card(
        key,
        f"The same person as {known.label}?",
        f"There is already {known.label}, with {words.counted(known.photos, 'photo')}.",
        (Said.YES, "Yes, the same", "Y"),
        (Said.NO, f"No, another {_short(known.label)}", "N"),
        _BACK,
    )
    return card | {"sides": _persons(library, [who, known], url)}


def why(question: Question, link: float) -> str:
    """Why a question is asked, and what comes of the answer."""
    if question.kind is Kind.WHO:
        return f"In {words.counted(question.person.photos, 'photo')}, and without a name."
    said = []
    if question.score is not None:
        score, needs = _told_apart(question.score, link)
        if question.kind is Kind.FACE:
            said.append(f"Alike by {score}; groups become one from {needs} on.")
        elif question.score < link:
            said.append(f"Alike by {score}; from {needs} on they would have been one.")
        else:
            said.append(f"Alike by {score}, and yet they were kept apart.")
    other = question.other
    if other is not None and other.name and question.person.name:
        said.append(f"With “Yes” both are called {question.person.name}.")
    return " ".join(said)


def _told_apart(score: float, link: float) -> tuple[str, str]:
    """Two numbers with as many digits as it takes to tell them apart."""
    digits = max(len(cosine(link)) - 2, 2 if f"{score:.2f}" != f"{link:.2f}" else 3)
    return f"{score:.{digits}f}", f"{link:.{digits}f}"


def left_in_words(left: Counter[Kind], *, more: bool = False) -> str:
    """`37 questions left: 12 same person?, 5 is this …?, 20 who is this?`.

    Args:
        left: questions of each kind.
        more: whether others come after these.
    """
    kinds = ", ".join(f"{left[kind]:,} {KINDS[kind].lower()}" for kind in Kind if left[kind])
    count = words.counted(left.total(), "question")
    return f"{count} left, and more after these: {kinds}" if more else f"{count} left: {kinds}"


def _short(name: str) -> str:
    """A name that fits a button."""
    return name if len(name) <= _SHORT else "person"


def known_names(everyone: Iterable[Person]) -> list[str]:
    """Names to complete, each once."""
    return sorted({person.name for person in everyone if person.name}, key=str.casefold)


def _pictures_of(sides: list[dict[str, Any]]) -> list[str]:
    """The addresses of all pictures of a card, to be fetched ahead."""
    return [
        src
        for side in sides
        for src in (*side["faces"], (side.get("photo") or {}).get("src"))
        if src
    ]


def _card(key: str, ask: str, because: str, *answers: tuple[Said, str, str]) -> dict[str, Any]:
    return {
        "key": key,
        "ask": ask,
        "why": because,
        "answers": [
            {"said": said.value, "label": label, "key": letter} for said, label, letter in answers
        ],
        "field": None,
    }


def _persons(
    library: Library, persons: list[Person], url: Address, each: int = _SIDE
) -> list[dict[str, Any]]:
    best = face_store.best_of(library, [person.id for person in persons], each)
    return [
        {
            "page": "person",
            "id": person.id,
            "label": person.label,
            "named": person.name is not None,
            "detail": words.counted(person.photos, "photo"),
            "faces": [url(face.crop) for face in best.get(person.id, ())],
        }
        for person in persons
    ]


def _face(library: Library, face_id: int, url: Address) -> dict[str, Any]:
    """One face, with the photo it is in and where in it."""
    crops = face_store.crop_keys(library, [face_id])
    face = face_store.get(library, face_id)
    photo = None if face is None or face.photo_id is None else photos.get(library, face.photo_id)
    side: dict[str, Any] = {
        "page": "photo",
        "id": None,
        "label": "This face",
        "named": False,
        "detail": "",
        "faces": [url(crops.get(face_id))],
    }
    if face is None or photo is None:
        return side
    x0, y0, x1, y1 = face.box
    left, top = max(0.0, x0) / photo.width, max(0.0, y0) / photo.height
    right, bottom = min(1.0, x1 / photo.width), min(1.0, y1 / photo.height)
    return side | {
        "id": photo.id,
        "detail": words.day(photo.shown_at.date()),
        "photo": {
            "src": url(thumbnail_key(photo.sha256)),
            "ratio": round(photo.width / photo.height, 4),
            "left": round(100 * left, 2),
            "top": round(100 * top, 2),
            "width": round(100 * (right - left), 2),
            "height": round(100 * (bottom - top), 2),
        },
    }
