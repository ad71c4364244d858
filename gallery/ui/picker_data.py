"""Records -> what the pickers of faces and of persons draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from gallery.oddness import FaceOfPerson
from gallery.records import Person
from gallery.store.faces import FacePicture
from gallery.ui import words
from gallery.ui.grid_data import Address

# Fewer faces have no "usual".
_FEWEST = 8
# Tukey's fences: what lies so many ranges between the quartiles below the lower one stands out.
_FENCE = 1.5
# Strangers reach this much.
_SAID = 0.2

FACE_ACTIONS = (
    {"id": "move", "label": "Move to …", "main": True, "asks": True},
    {"id": "reject", "label": "Not this person", "help": "They never come back by themselves."},
    {"id": "confirm", "label": "These are right", "help": "No grouping moves them any more."},
    {"id": "split", "label": "Split off", "help": "As a new person.", "fewer": True},
    {"id": "cover", "label": "Use as picture", "single": True},
    {"id": "why", "label": "Why?", "single": True, "asks": True},
    {"id": "remove", "label": "Not a face"},
)


def unusual(faces: Sequence[FaceOfPerson], link: float) -> set[int]:
    """Unconfirmed faces much less alike to the others than a person's faces are to each other.

    Args:
        faces: all of a person.
        link: average similarity at which groups merge, which counts where the faces are few.
    """
    scores = [face.score for face in faces if face.score is not None]
    least = link
    if len(scores) >= _FEWEST:
        low, high = np.percentile(scores, (25, 75))
        least = float(low - _FENCE * (high - low))
    return {
        face.face_id
        for face in faces
        if face.score is not None and face.score < least and not face.confirmed
    }


def picker(
    person: Person,
    shown: Sequence[FaceOfPerson],
    odd: set[int],
    url: Address,
) -> dict[str, Any]:
    """One page of a person's faces, to choose from."""
    hint = "Choose the faces that are somebody else."
    notes = []
    if any(face.face_id in odd for face in shown):
        notes.append("orange: unlike the others")
    if any(face.confirmed for face in shown):
        notes.append("✓: confirmed")
    if notes:
        hint += f" {'; '.join(notes).capitalize()}."
    return {
        "title": f"Faces of {person.label}",
        "hint": hint,
        "chooseAll": "Choose all" if len(shown) == person.faces else "Choose all on this page",
        "all": person.faces,
        "actions": FACE_ACTIONS,
        "faces": [_face(face, number, face.face_id in odd, url) for number, face in
                  enumerate(shown, start=1)],
    }  # fmt: skip


def _face(face: FaceOfPerson, number: int, odd: bool, url: Address) -> dict[str, Any]:
    said = [f"Face {number}"]
    if face.score is not None:
        said.append(f"alike {face.score:.2f}")
    if odd:
        said.append("unlike the others")
    if face.confirmed:
        said.append("confirmed")
    where = words.file_and_folder(face.path)
    return {
        "id": face.face_id,
        "src": url(face.crop),
        "alt": ", ".join(said),
        "title": "\n".join([where, *said[1:]]),
        "odd": odd,
        "sure": face.confirmed,
    }


def choices(
    ranked: Sequence[tuple[Person, float | None]],
    covers: Mapping[int, str],
    url: Address,
) -> list[dict[str, Any]]:
    """Persons to choose from."""
    return [
        {
            "id": person.id,
            "number": person.number,
            "label": person.label,
            "named": person.name is not None,
            "detail": words.counted(person.photos, "photo")
            + ("" if score is None or score < _SAID else f" · alike {score:.2f}"),
            "src": url(covers.get(person.cover_face_id or 0)),
        }
        for person, score in ranked
    ]


def matching(
    ranked: Sequence[tuple[Person, float | None]], typed: str, most: int
) -> list[tuple[Person, float | None]]:
    """Persons whose name or number fits what was typed; those that begin with it first."""
    wanted = " ".join(typed.split()).casefold()
    if not wanted:
        return list(ranked[:most])
    found = [
        (person, score)
        for person, score in ranked
        if wanted in person.label.casefold() or (wanted == str(person.number))
    ]
    found.sort(key=lambda item: (
        item[0].label.casefold() != wanted and str(item[0].number) != wanted,
        not item[0].label.casefold().startswith(wanted),
    ))  # fmt: skip
    return found[:most]


def group(
    label: str,
    detail: str,
    faces: Sequence[FacePicture],
    url: Address,
    *,
    more: int = 0,
    scores: Mapping[int, float] | None = None,
) -> dict[str, Any]:
    """A group of faces under a line of words; each leads to its photo."""
    return {
        "label": label,
        "detail": detail,
        "more": more,
        "faces": [
            {
                "photo": face.photo_id,
                "src": url(face.crop),
                "alt": f"{label}, face {number}" if label else f"Face {number}",
                "score": f"{scores[face.face_id]:.2f}" if scores else "",
            }
            for number, face in enumerate(faces, start=1)
        ],
    }
