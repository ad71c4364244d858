"""The small pictures of some faces, in a given order."""

from __future__ import annotations

from collections.abc import Sequence

from gallery.store import faces as face_store
from gallery.store import members
from gallery.store.faces import FacePicture
from gallery.ui.frame import App


def pictures_of(app: App, face_ids: Sequence[int]) -> list[FacePicture]:
    """The pictures of some faces; faces that are gone are left out."""
    ids = list(face_ids)
    with app.library.read() as connection:
        photo_of = members.photos_of(app.library, connection, ids)
    crops = face_store.crop_keys(app.library, ids)
    return [FacePicture(face, photo_of[face], crops.get(face)) for face in ids if face in photo_of]
