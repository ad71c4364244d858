"""Putting right who is who: merge, split, move, reject, confirm.

Each is one decision, kept in words and undone exactly. Faces that a user placed are confirmed;
a group that a user has spoken about keeps the faces that stand for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Connection

from gallery.decisions import STANDING_FOR, Act
from gallery.errors import GalleryError, NotFoundError, TogetherError
from gallery.people import clean_name, find_person
from gallery.records import Person
from gallery.store import members, people
from gallery.store.library import Library
from gallery.wording import counted, is_or_are


def merge(
    library: Library, person_id: int, others: Sequence[int], *, twice: bool = False
) -> Person:
    """Make several persons one: the first keeps its id, and its name if it has one.

    Args:
        library: whose.
        person_id: who stays.
        others: who become part of it.
        twice: allow it although they are together in a photo, as in a mirror or a collage.

    Raises:
        NotFoundError: One of them does not exist.
        GalleryError: Nothing to merge.
        TogetherError: Two of them are together in a photo.
    """
    kept = find_person(library, person_id)
    joining = [find_person(library, other) for other in dict.fromkeys(others) if other != person_id]
    if not joining:
        raise GalleryError("Name at least two different persons to make one of.")
    everybody = [kept, *joining]
    with library.write() as connection:
        ids = [person.id for person in everybody]
        faces = members.of_persons(library, connection, ids)
        photos_of = members.photos_of(library, connection, list(faces))
        shared = _in_one_photo(photos_of)
        if shared and not twice:
            _refuse_together(len({photos_of[face] for face in shared}), everybody)
        act = Act(library, connection)
        born = kept.birth_year or next((p.birth_year for p in joining if p.birth_year), None)
        rejected = members.rejected(library, connection)
        barred = {face for face, persons in rejected.items() if kept.id in persons}
        too_old: set[int] = set()
        if born is not None:
            years = members.year_of_photos(library, connection)
            too_old = {face for face, year in years.items() if year < born}
            barred |= too_old
        best = people.best_faces(library, connection, ids, STANDING_FOR)
        stand = [face for some in best.values() for face in some]
        sure = [face for face, (_, confirmed) in faces.items() if confirmed]
        # Whoever allows a second face in a photo has said so of both.
        act.confirm([f for f in (*stand, *sure, *shared) if f not in too_old], kept.id)
        act.bring([face for face in faces if face not in barred], kept.id)
        act.bring([face for face in faces if face in barred], None)
        _take_over_fields(act, kept, joining, born)
        gone = {person.id for person in joining}
        act.reject([f for f, who in rejected.items() if who & gone and f not in faces], kept.id)
        named = ", ".join(f"{p.label} ({counted(p.faces, 'face')})" for p in joining)
        act.keep(
            "merge",
            f"Merged {named} into {kept.label}",
            person_id=kept.id,
            other_person_id=joining[0].id,
            value=",".join(str(person.id) for person in joining),
        )
    return find_person(library, kept.id)


def _refuse_together(count: int, who: Sequence[Person]) -> None:
    labels = " and ".join(person.label for person in who)
    photos = "a photo" if count == 1 else f"{count} photos"
    raise TogetherError(
        f"{labels} are together in {photos}, so they are hardly one person. If it is a "
        "mirror or a collage, say so (--twice) and they are merged."
    )


def _in_one_photo(photos_of: Mapping[int, int]) -> list[int]:
    """Those of some faces that share their photo with another of them."""
    shared = Counter(photos_of.values())
    return [face for face, photo in photos_of.items() if shared[photo] > 1]


def _take_over_fields(act: Act, kept: Person, joining: Sequence[Person], born: int | None) -> None:
    named = next((p.name for p in joining if p.name), None)
    if kept.name is None and named is not None:
        act.set(kept.id, "name", named)
    if kept.birth_year is None and born is not None:
        act.set(kept.id, "birth_year", born)
    # Somebody who is seen is not made to vanish by naming who it is.
    for field in ("hidden", "ignored"):
        if getattr(kept, field) and not all(getattr(person, field) for person in joining):
            act.set(kept.id, field, 0)
    for person in joining:
        act.set(person.id, "name", None)
        act.set(person.id, "hidden", 0)
        act.set(person.id, "ignored", 0)
        act.set(person.id, "birth_year", None)


def split(library: Library, person_id: int, parts: Sequence[Sequence[int]]) -> list[Person]:
    """Part a person: each list of faces becomes a person of its own, the rest stays.

    The faces that leave are confirmed where they go. Of those that stay only the best are: if
    some more of them are the new person's, the next grouping may find them.

    Args:
        library: whose.
        person_id: who is parted.
        parts: faces of each new person.

    Returns:
        The new persons.

    Raises:
        NotFoundError: There is no such person.
        GalleryError: No faces are given, one is not the person's, or none would stay.
    """
    person = find_person(library, person_id)
    parts = [part for part in parts if part]
    leaving = [face for part in parts for face in part]
    with library.write() as connection:
        faces = members.of_persons(library, connection, [person_id])
        if not leaving:
            raise GalleryError("Pick the faces that are somebody else.")
        if len(set(leaving)) != len(leaving):
            raise GalleryError("A face was picked twice.")
        _refuse_strangers(leaving, faces, person)
        if len(leaving) == len(faces):
            raise GalleryError(f"All faces of {person.label} were picked; leave at least one.")
        act = Act(library, connection)
        new = people.create(library, connection, len(parts))
        act.stand_for([person_id], without=leaving)
        for own, part in zip(new, parts, strict=True):
            act.confirm(part, own)
            act.reject(part, person_id)
        into = "a person of their own" if len(parts) == 1 else f"{len(parts)} new persons"
        act.keep(
            "split",
            f"Split {counted(len(leaving), 'face')} off {person.label}, into {into}",
            person_id=person_id,
            other_person_id=new[0],
            value=",".join(str(own) for own in new),
        )
    return [find_person(library, own) for own in new]


def _refuse_strangers(leaving: Sequence[int], faces: Collection[int], person: Person) -> None:
    strangers = [face for face in leaving if face not in faces]
    if strangers:
        raise GalleryError(f"Face {strangers[0]} is not one of {person.label}'s.")


def move(
    library: Library,
    face_ids: Sequence[int],
    to: int | None,
    *,
    twice: bool = False,
    name: str | None = None,
) -> Person:
    """Say who some faces are: a person there is, or somebody new (None).

    Whose they were before they are not. A face that grouping had put there from the same
    photo gives way.

    Args:
        library: whose.
        face_ids: at least one.
        to: the person, or None for a new one.
        twice: allow two confirmed faces of one photo, as in a mirror or a collage.
        name: of a new person.

    Raises:
        NotFoundError: There is no such face or person.
        GalleryError: No faces, or the name cannot be.
        TogetherError: Two are in one photo, or the person is confirmed in one already.
    """
    face_ids = list(dict.fromkeys(face_ids))
    if not face_ids:
        raise GalleryError("Pick the faces that are to be moved.")
    called = None if name is None or to is not None else clean_name(name)
    target = None if to is None else find_person(library, to)
    with library.write() as connection:
        at = _placements(library, connection, face_ids)
        if target is None:
            target = _new_person(library, connection)
        act = Act(library, connection)
        sources = {place.person_id for place in at.values()} - {None, target.id}
        persons = sorted({person for person in sources if person is not None})
        act.stand_for([target.id], without=face_ids)
        for person in persons:
            act.stand_for([person], without=face_ids)
            act.reject([face for face in at if at[face].person_id == person], person)
        act.confirm(face_ids, target.id)
        gone = _give_way(library, connection, act, face_ids, target, twice=twice)
        if called is not None:
            act.set(target.id, "name", called)
        left = [find_person(library, person).label for person in persons]
        faces = counted(len(face_ids), "face")
        and_ = f", and {counted(gone, 'other face')} of the photo not" if gone else ""
        of_whom = f" of {' and '.join(left)}" if left else ""
        whose = f"somebody new, {called}" if called is not None else target.label
        act.keep(
            "move",
            f"Said that {faces}{of_whom} {is_or_are(len(face_ids))} {whose}{and_}",
            person_id=target.id,
            face_id=face_ids[0],
            other_person_id=persons[0] if persons else None,
        )
        new_id = target.id
    return find_person(library, new_id)


def _new_person(library: Library, connection: Connection) -> Person:
    own = people.create(library, connection, 1)[0]
    return Person(own, people.number_of(library, connection, own), None, 0, 0)


def _placements(
    library: Library, connection: Connection, face_ids: Sequence[int]
) -> dict[int, members.Placement]:
    at = members.placements(library, connection, face_ids)
    for face in face_ids:
        if face not in at or at[face].removed:
            raise NotFoundError(f"There is no face {face} in this library.")
    return at


def _give_way(
    library: Library,
    connection: Connection,
    act: Act,
    face_ids: Sequence[int],
    target: Person,
    *,
    twice: bool,
) -> int:
    """Of the target's faces in the same photos, those nobody confirmed leave; how many."""
    there = members.of_persons(library, connection, [target.id])
    photos = members.photos_of(library, connection, sorted({*there, *face_ids}))
    taken = Counter(photos[face] for face in face_ids)
    if max(taken.values()) > 1 and not twice:
        raise TogetherError(
            "Two of these faces are in one photo, and nobody is in a photo twice. Pick one of "
            "them, unless it is a mirror or a collage (--twice)."
        )
    rivals = [face for face in there if face not in face_ids and photos[face] in taken]
    sure = any(there[face][1] for face in rivals)
    if sure and not twice:
        raise TogetherError(
            f"{target.label} is in that photo already. If it is a mirror or a collage, say so "
            "(--twice); if the other face is somebody else, say that first."
        )
    if twice:
        act.confirm(rivals, target.id)
        return 0
    act.free(rivals)
    return len(rivals)


def reject(library: Library, face_ids: Sequence[int], person_id: int) -> Person:
    """Say that faces are not a person; they never come back to it by themselves.

    Raises:
        NotFoundError: There is no such face or person.
        GalleryError: No faces were given.
    """
    person = find_person(library, person_id)
    face_ids = list(dict.fromkeys(face_ids))
    if not face_ids:
        raise GalleryError("Pick the faces that are not this person.")
    with library.write() as connection:
        at = _placements(library, connection, face_ids)
        act = Act(library, connection)
        act.stand_for([person_id], without=face_ids)
        act.free(face for face in face_ids if at[face].person_id == person_id)
        act.reject(face_ids, person_id)
        faces = counted(len(face_ids), "face")
        act.keep(
            "reject",
            f"Said that {faces} {is_or_are(len(face_ids))} not {person.label}",
            person_id=person_id,
            face_id=face_ids[0],
        )
    return find_person(library, person_id)


def confirm(library: Library, person_id: int, face_ids: Sequence[int] | None = None) -> Person:
    """Say that faces that are with a person are right: all of them, or some.

    Raises:
        NotFoundError: There is no such person.
        GalleryError: A face is somebody else's, or there is none.
    """
    person = find_person(library, person_id)
    with library.write() as connection:
        faces = members.of_persons(library, connection, [person_id])
        chosen = list(faces) if face_ids is None else list(dict.fromkeys(face_ids))
        if not chosen:
            raise GalleryError(f"There is no face of {person.label} to confirm.")
        _refuse_strangers(chosen, faces, person)
        act = Act(library, connection)
        act.confirm(chosen, person_id)
        act.keep(
            "confirm",
            f"Confirmed {counted(len(chosen), 'face')} of {person.label}",
            person_id=person_id,
        )
    return find_person(library, person_id)
