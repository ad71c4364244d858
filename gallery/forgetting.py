"""Deleting a person for good: faces, vectors, pictures of faces and names. Photos stay.

The one thing that cannot be taken back, as somebody who asks to be forgotten expects.
"""

from __future__ import annotations

from gallery.errors import GalleryError
from gallery.people import find_person
from gallery.store import erasing, members
from gallery.store import faces as face_store
from gallery.store.library import Library


def forget_person(library: Library, person_id: int) -> int:
    """Delete everything that tells a person by the face; how many faces that was.

    The boxes are not looked for again in the photos there are. The history keeps that there
    was a decision, without its words; what was decided about the person cannot be undone.

    Raises:
        NotFoundError: There is no such person.
        GalleryError: The person has no faces.
    """
    person = find_person(library, person_id)
    with library.write() as connection:
        faces = sorted(members.of_persons(library, connection, [person_id]))
        if not faces:
            raise GalleryError(f"{person.label} has no faces, so there is nothing to delete.")
        crops = face_store.crop_keys(library, faces)
        erasing.erase(library, connection, person_id, faces)
    # After the rows: a picture nobody refers to is harmless, the other way round is a fault.
    for key in crops.values():
        library.media.remove(key)
    return len(faces)
