"""Which faces of a library go into a data set, and who they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from gallery.dataset.columns import Whose
from gallery.records import Person, Space, Vectors
from gallery.store import faces as face_store
from gallery.store import members, people
from gallery.store.library import Library

Which = Literal["all", "people", "confirmed"]


@dataclass(frozen=True, eq=False)
class ChosenFaces:
    """Faces with a vector, with who they are.

    Args:
        by_photo: faces of each photo.
        row: of each face among the vectors.
        vectors: (n, dim).
        detectors: what found each face.
        person_of: the person of the faces that have one.
        persons: by id.
        confirmed: faces of which the owner said who they are.
        without_vector: faces of the library that this space does not describe.
    """

    by_photo: dict[int, list[int]]
    row: dict[int, int]
    vectors: Vectors
    detectors: dict[int, str]
    person_of: dict[int, int]
    persons: dict[int, Person]
    confirmed: frozenset[int]
    without_vector: int

    def whose(self, face_id: int) -> Whose:
        """Who a face is."""
        person = self.persons.get(self.person_of.get(face_id, -1))
        return Whose(person, face_id in self.confirmed)


def chosen_faces(library: Library, space: Space, which: Which) -> ChosenFaces:
    """The faces of a library that have a vector in a space.

    Args:
        library: whose.
        space: of the vectors.
        which: `all`; `people`, those of everybody who has a name or a confirmed face, but for
            ignored strangers; `confirmed`, of these the confirmed faces alone.
    """
    described = face_store.embedded(library, space)
    missing = sum(map(len, face_store.without_vector(library, space).values()))
    with library.read() as connection:
        person_of = members.everyone(library, connection)
        confirmed = members.confirmed(library, connection)
    persons = people.by_ids(library, set(person_of.values()))
    known = {
        id
        for id, person in persons.items()
        if not person.ignored and (person.name is not None or id in confirmed.values())
    }

    def is_wanted(face: int) -> bool:
        if which == "all":
            return True
        return person_of.get(face) in known and (which == "people" or face in confirmed)

    by_photo: dict[int, list[int]] = {}
    for face, photo in zip(described.face_ids, described.photo_ids, strict=True):
        if is_wanted(face):
            by_photo.setdefault(photo, []).append(face)
    return ChosenFaces(
        by_photo=dict(sorted(by_photo.items())),
        row={face: row for row, face in enumerate(described.face_ids)},
        vectors=described.vectors,
        detectors=face_store.detectors_of(library, described.face_ids),
        person_of=person_of,
        persons=persons,
        confirmed=frozenset(confirmed),
        without_vector=missing,
    )


def people_among(chosen: ChosenFaces, face_ids: Sequence[int]) -> int:
    """How many persons some faces are of."""
    return len({chosen.person_of[face] for face in face_ids if face in chosen.person_of})
