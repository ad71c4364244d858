"""Who a person is: name, cover, birth year, hidden or ignored.

Each of these is one decision, kept in words and undone exactly. A person of whom something
was said is known: its best faces stand for it, and no grouping takes it apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy import Connection

from gallery.decisions import Act
from gallery.errors import GalleryError, NotFoundError
from gallery.records import Person
from gallery.store import history, members, people
from gallery.store.library import Library
from gallery.wording import counted, is_or_are, people_counted

_LONGEST_NAME = 200
_FIRST_YEAR = 1800
# Digits; longer ones do not fit a database.
_LONGEST_NUMBER = 19
# Persons that one sentence lists.
_LISTED = 5
# Decisions about faces; the others confirm a few that stand for a person, unseen perhaps.
_ONE_BY_ONE = ("confirm", "move", "split", "cover", "add-face")


def by_precedence(persons: Iterable[Person]) -> list[Person]:
    """Persons that become one, who stays first: those with a name, then the larger."""
    return sorted(persons, key=lambda p: (p.name is None, -p.faces, p.id))


def find_person(library: Library, person_id: int) -> Person:
    """A person by id.

    Raises:
        NotFoundError: There is none.
    """
    person = people.get(library, person_id)
    if person is None:
        raise NotFoundError(
            f"There is no person {person_id} in this library. See them with: gallery people list"
        )
    return person


def clean_name(name: str) -> str:
    """A name as it is kept.

    Raises:
        GalleryError: The name is empty or too long.
    """
    name = " ".join(name.split())
    if not name:
        raise GalleryError("Give the person a name; an empty one says nothing.")
    if len(name) > _LONGEST_NAME:
        raise GalleryError(f"A name has at most {_LONGEST_NAME} letters, this one {len(name)}.")
    return name


def namesake(library: Library, name: str, but: int | None = None) -> Person | None:
    """Somebody else who has that name already, whatever the capitals; None where nobody has."""
    wanted = " ".join(name.split()).casefold()
    called = (
        person
        for person in people.with_name(library)
        if person.label.casefold() == wanted and person.id != but and person.faces
    )
    return min(called, key=lambda person: (-person.photos, person.number), default=None)


def numbered(library: Library, text: str) -> Person | None:
    """The person without a name that goes by a number; None where there is none."""
    if not (text.isascii() and text.isdigit() and len(text) < _LONGEST_NUMBER):
        return None
    person = people.with_number(library, int(text))
    if person is None or person.name is not None or not person.photos:
        return None
    return person if str(person.number) == text else None


def name_person(
    library: Library, person_id: int, name: str, *, not_same: int | None = None
) -> Person:
    """Name a person.

    Args:
        library: whose.
        person_id: who gets the name.
        name: the name.
        not_same: somebody else of that name, of whom the user says it is another person.

    Raises:
        NotFoundError: There is no such person.
        GalleryError: The name is empty or too long.
    """
    name = clean_name(name)
    person = find_person(library, person_id)
    if person.name != name or not_same is not None:
        with library.write() as connection:
            act = Act(library, connection)
            act.stand_for([person_id] if not_same is None else [person_id, not_same])
            act.set(person_id, "name", name)
            who = f"Named {person.label} “{name}”"
            if person.name == name:
                who = f"Said that {name} is right"
            elif person.name:
                who = f"Renamed {person.name} “{name}”"
            if not_same is not None:
                who += f", another one than {find_person(library, not_same).label}"
            act.keep("name", who, person_id=person_id, other_person_id=not_same, value=name)
    return find_person(library, person_id)


def hide(library: Library, person_id: int, *, hidden: bool = True) -> Person:
    """Leave a person out of the lists, or show it again; the photos stay.

    Raises:
        NotFoundError: There is no such person.
    """
    return _flag(library, person_id, "hidden", hidden, "Hid {}", "Showed {} again")


def ignore(library: Library, person_id: int, *, ignored: bool = True) -> Person:
    """Never ask about a stranger again, nor show it; or do again.

    Raises:
        NotFoundError: There is no such person.
    """
    return _flag(library, person_id, "ignored", ignored, "Ignored {}", "Stopped ignoring {}")


def ignore_all(library: Library, person_ids: Iterable[int]) -> list[Person]:
    """Never ask about some strangers again, nor show them; one decision.

    Raises:
        NotFoundError: One of them does not exist.
        GalleryError: There is nobody left to ignore.
    """
    persons = [find_person(library, person) for person in dict.fromkeys(person_ids)]
    persons = [person for person in persons if not person.ignored]
    if not persons:
        raise GalleryError("Pick somebody who is not ignored yet.")
    if len(persons) == 1:
        return [ignore(library, persons[0].id)]
    ids = [person.id for person in persons]
    said = ", ".join(person.label for person in persons[:_LISTED])
    more = f" and {len(persons) - _LISTED:,} more" if len(persons) > _LISTED else ""
    with library.write() as connection:
        act = Act(library, connection)
        act.stand_for(ids)
        for person in ids:
            act.set(person, "ignored", 1)
        sentence = f"Ignored {people_counted(len(ids))}: {said}{more}"
        act.keep("ignore", sentence, person_id=ids[0])
    return [find_person(library, person) for person in ids]


def _flag(library: Library, person_id: int, field: str, on: bool, yes: str, no: str) -> Person:
    person = find_person(library, person_id)
    if getattr(person, field) is not on:
        with library.write() as connection:
            act = Act(library, connection)
            act.stand_for([person_id])
            act.set(person_id, field, int(on))
            kind = {"hidden": "hide", "ignored": "ignore"}[field]
            act.keep(
                kind if on else f"un{kind}",
                (yes if on else no).format(person.label),
                person_id=person_id,
            )
    return find_person(library, person_id)


def choose_cover(library: Library, person_id: int, face_id: int) -> Person:
    """Choose the face by which a person is shown; that face is confirmed with it.

    Raises:
        NotFoundError: There is no such person.
        GalleryError: The face is somebody else's.
    """
    person = find_person(library, person_id)
    with library.write() as connection:
        faces = members.of_persons(library, connection, [person_id])
        if face_id not in faces:
            raise GalleryError(f"Face {face_id} is not one of {person.label}'s.")
        act = Act(library, connection)
        act.confirm([face_id], person_id)
        act.set(person_id, "cover_face_id", face_id)
        act.keep(
            "cover",
            f"Chose another picture for {person.label}",
            person_id=person_id,
            face_id=face_id,
        )
    return find_person(library, person_id)


def set_birth_year(library: Library, person_id: int, year: int | None) -> Person:
    """Say when a person was born, so that no older photo is matched with it; None forgets it.

    Its faces in older photos become nobody's, but for those that a user placed or confirmed
    one by one.

    Raises:
        NotFoundError: There is no such person.
        GalleryError: The year cannot be.
    """
    person = find_person(library, person_id)
    now = datetime.now(UTC).year
    if year is not None and not _FIRST_YEAR <= year <= now:
        raise GalleryError(f"A birth year is between {_FIRST_YEAR} and {now}, got {year}.")
    if person.birth_year != year:
        with library.write() as connection:
            act = Act(library, connection)
            older = [] if year is None else _too_old(library, connection, person_id, year)
            act.stand_for([person_id], without=older)
            act.free(older)
            act.set(person_id, "birth_year", year)
            said = f"was born in {year}" if year is not None else "has no birth year to go by"
            if older:
                said += f", so that {counted(len(older), 'face')} in older photos"
                said += f" {is_or_are(len(older))} somebody else's"
            act.keep(
                "birth",
                f"Said that {person.label} {said}",
                person_id=person_id,
                value=None if year is None else str(year),
            )
    return find_person(library, person_id)


def _too_old(library: Library, connection: Connection, person_id: int, year: int) -> list[int]:
    """Faces in photos from before a year, but for those that a user has looked at one by one.

    A camera whose clock was never set dates its photos before anybody's birth.
    """
    years = members.year_of_photos(library, connection)
    faces = members.of_persons(library, connection, [person_id])
    older = [face for face in faces if years.get(face, year) < year]
    at = members.placements(library, connection, older)
    by = {at[face].decision_id for face in older if at[face].confirmed} - {None}
    said = [history.get(library, connection, decision) for decision in by if decision is not None]
    looked_at = {decision.id for decision in said if decision and decision.kind in _ONE_BY_ONE}
    return [face for face in older if at[face].decision_id not in looked_at]
