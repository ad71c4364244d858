"""Takes over the names that photos bring along from other programs, as one decision.

They were said by a person, so that the faces are confirmed. What the owner said here counts for
more: somebody renamed or merged keeps that, a birth year bars older photos, and what was taken
back is not taken over again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Connection

from gallery.decisions import Act, stack
from gallery.merged import Merges
from gallery.store import face_names, history, members, people
from gallery.store.face_names import Waiting
from gallery.store.library import Library
from gallery.wording import counted, people_counted


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of the names that photos brought along.

    Args:
        faces: that are somebody's now.
        people: they are.
        new_people: among them.
        left: names that were not taken over: two people here are called that, or the owner had
            said otherwise.
    """

    faces: int = 0
    people: int = 0
    new_people: int = 0
    left: int = 0


@dataclass(slots=True)
class _Names:
    """Who is meant by a name."""

    known: dict[str, list[int]]
    earlier: Mapping[str, int]
    merges: Merges
    alive: set[int]
    fresh: dict[str, str] = field(default_factory=dict)  # in small letters, and as written first

    def person(self, name: str) -> int | None:
        """The person of a name; None where two have it, or nobody yet."""
        folded = name.casefold()
        owners = self.known.get(folded, [])
        if len(owners) == 1:
            return owners[0]
        if owners:
            return None
        before = self.earlier.get(folded)
        # Renamed or merged since: then that is who it is.
        today = None if before is None else self.merges.today(before)
        if today in self.alive:
            return today
        self.fresh.setdefault(folded, name)
        return None


def take_names(library: Library) -> Taken:
    """Take over the names that came with photos since the last time.

    A name that somebody here has is that person, whatever the capitals; another makes a new one.
    """
    with library.write() as connection:
        waiting = face_names.waiting(library, connection)
        if not waiting:
            return Taken()
        names = _names(library, connection)
        for one in waiting:
            names.person(one.name)
        made = people.create(library, connection, len(names.fresh))
        names.known.update(
            (folded, [person]) for folded, person in zip(names.fresh, made, strict=True)
        )
        persons = _persons(library, connection, waiting, names)
        act = Act(library, connection)
        for one in waiting:
            if one.face_id in persons:
                act.confirm([one.face_id], persons[one.face_id])
        # Boxes that the detector did not see come to light with or without a name.
        at = members.placements(library, connection, [one.face_id for one in waiting])
        hidden = [face for face, place in at.items() if place.removed and face not in persons]
        act.free(hidden)
        used = set(persons.values())
        for (_, name), person in zip(names.fresh.items(), made, strict=True):
            if person in used:
                act.set(person, "name", name)
        if persons or hidden:
            act.keep("names-from-files", _sentence(len(persons), len(used)))
        face_names.take(library, connection, [one.face_id for one in waiting], persons)
    return Taken(len(persons), len(used), len(used & set(made)), len(waiting) - len(persons))


def _sentence(faces: int, persons: int) -> str:
    who = f"{counted(faces, 'name')} of {people_counted(persons)}"
    return f"Took over {who} from the files of the photos"


def _names(library: Library, connection: Connection) -> _Names:
    known: dict[str, list[int]] = {}
    placed = set(members.everyone(library, connection).values())
    everybody = people.names(library, connection)
    for person, name in everybody.items():
        if name is not None:
            known.setdefault(name.casefold(), []).append(person)
    for folded, owners in known.items():
        # A name is kept where all photos are gone; whoever has faces has more of a claim to it.
        known[folded] = [person for person in owners if person in placed] or owners
    merges = Merges.of(stack(history.everything(library, connection)).done)
    earlier = face_names.persons_called(library, connection)
    return _Names(known, earlier, merges, placed & set(everybody))


def _persons(
    library: Library, connection: Connection, waiting: list[Waiting], names: _Names
) -> dict[int, int]:
    """The person of each face whose name is taken over."""
    wanted = {one.face_id: names.person(one.name) for one in waiting}
    barred = members.barred(library, connection)
    confirmed = members.confirmed(library, connection)
    in_photo = members.photos_of(library, connection, list(confirmed))
    there = {(photo, confirmed[face]) for face, photo in in_photo.items()}
    persons: dict[int, int] = {}
    for one in waiting:
        person = wanted[one.face_id]
        if person is None or person in barred.get(one.face_id, ()):
            continue
        # Nobody is in a photo twice.
        if one.face_id in confirmed or (one.photo_id, person) in there:
            continue
        there.add((one.photo_id, person))
        persons[one.face_id] = person
    return persons
