"""Deleting a person for good: faces, vectors, pictures of faces and names. Photos stay.

The one thing that cannot be taken back, as somebody who asks to be forgotten expects.
"""

from __future__ import annotations

from gallery.decisions import stack
from gallery.merged import Merges
from gallery.people import find_person
from gallery.store import erasing, evaluations, history, leaving, members
from gallery.store import faces as face_store
from gallery.store.library import Library


def forget_person(library: Library, person_id: int) -> int:
    """Delete everything that tells a person by the face; how many faces that was.

    Those who were merged into it are the same person, and boxes of it that were deleted are
    its faces. They are not looked for again in the photos there are. The history keeps that
    there was a decision, without its words; what was decided about the person cannot be undone.
    What was measured on the library's people is forgotten too: it has their names in it.

    Raises:
        NotFoundError: There is no such person.
    """
    find_person(library, person_id)
    with library.write() as connection:
        merged = Merges.of(stack(history.everything(library, connection)).done)
        persons = [person_id, *(p for p in merged.into if merged.today(p) == person_id)]
        faces = set(members.of_persons(library, connection, persons))
        faces |= erasing.removed_boxes(library, connection, persons)
        crops = face_store.crop_keys(library, sorted(faces))
        erasing.erase(library, connection, persons, sorted(faces))
        evaluations.remove_own(library, connection)
        # After the rows: a picture nobody refers to is harmless, the other way round is a fault.
        leaving.announce(library, connection, crops.values(), faces)
    leaving.finish_or_say(library)
    return len(faces)
