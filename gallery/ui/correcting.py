"""Acts on faces and persons as the pages do them: one decision each, said in its own words."""

from __future__ import annotations

from collections.abc import Sequence

from gallery import boxes, corrections, decisions
from gallery import people as people_decisions
from gallery.people import by_precedence, find_person, namesake, numbered
from gallery.records import Person
from gallery.ui.frame import App, say


def say_latest(app: App) -> None:
    """Say the latest decision; the line with the button that takes it back shows it too."""
    decision = decisions.latest(app.library)
    if decision is not None:
        say(f"{decision.sentence}.")


def move(app: App, faces: Sequence[int], to: int | str, *, twice: bool = False) -> Person:
    """Say whose some faces are: a person there is, or a new one, named or not.

    A name that somebody has already is that person, and so is a person's number.

    Raises:
        TogetherError: The person is in the same photo already.
        GalleryError: The faces or the person are gone, or the name cannot be.
    """
    name = to.strip() if isinstance(to, str) else ""
    target = to if isinstance(to, int) else None
    if name:
        known = namesake(app.library, name) or numbered(app.library, name)
        target = None if known is None else known.id
    person = corrections.move(app.library, faces, target, twice=twice, name=name or None)
    say_latest(app)
    return person


def merge(app: App, one: int, other: int, *, twice: bool = False) -> Person:
    """Make two persons one: the one with a name stays, else the larger.

    Raises:
        TogetherError: They are together in a photo.
        GalleryError: One of them is gone.
    """
    return merge_all(app, [one, other], twice=twice)


def merge_all(app: App, person_ids: Sequence[int], *, twice: bool = False) -> Person:
    """Make several persons one: the one with a name stays, else the largest.

    Raises:
        TogetherError: Two of them are together in a photo.
        GalleryError: One of them is gone.
    """
    stays, *join = by_precedence(find_person(app.library, person) for person in person_ids)
    kept = corrections.merge(app.library, stays.id, [p.id for p in join], twice=twice)
    say_latest(app)
    return kept


def do_at_once(app: App, action: str, faces: Sequence[int], person: Person) -> bool:
    """Do what needs no further question; whether it was such an act.

    Raises:
        GalleryError: The faces or the person are gone.
    """
    if action == "reject":
        corrections.reject(app.library, faces, person.id)
    elif action == "confirm":
        corrections.confirm(app.library, person.id, faces)
    elif action == "split":
        corrections.split(app.library, person.id, [list(faces)])
    elif action == "cover":
        people_decisions.choose_cover(app.library, person.id, faces[0])
    elif action == "remove":
        remove(app, faces)
        return True
    else:
        return False
    say_latest(app)
    return True


def remove(app: App, faces: Sequence[int]) -> None:
    """Say that these are no faces.

    Raises:
        GalleryError: One of them is gone.
    """
    boxes.remove_faces(app.library, faces)
    say_latest(app)
