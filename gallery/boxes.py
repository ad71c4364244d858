"""Face boxes that a person draws where none was found, and deletes where none should be."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from gallery.config import Settings
from gallery.decisions import Act
from gallery.decode import decode
from gallery.detect import overlap
from gallery.drawn import BY_HAND, as_drawn, drawn_side
from gallery.embed import crops_of, embed_crops
from gallery.errors import (
    GalleryError,
    LibraryError,
    NotFoundError,
    RefusedPhoto,
    TogetherError,
)
from gallery.ingest import face_picture
from gallery.media.files import drawn_face_key
from gallery.people import find_person
from gallery.pipeline import FaceModels
from gallery.records import Box, DecodedPhoto, Photo
from gallery.store import faces as face_store
from gallery.store import photos
from gallery.store.library import Library
from gallery.store.originals import read_original

__all__ = ["BY_HAND", "DrawnFace", "add_face", "drawn_side", "remove_faces"]

_SAME_FACE = 0.5


@dataclass(frozen=True, slots=True)
class DrawnFace:
    """A face that was added by hand.

    Args:
        id: of the face.
        recognisable: whether the detector sees a face in the box when told where to look;
            otherwise its landmarks are those of an average face, and it matches less well.
    """

    id: int
    recognisable: bool


def add_face(
    library: Library,
    photo_id: int,
    box: Box,
    models: FaceModels,
    settings: Settings,
    person_id: int | None = None,
) -> DrawnFace:
    """Add a face where a person drew a box; it is embedded like any other.

    Args:
        library: whose.
        photo_id: the photo.
        box: x0, y0, x1, y1 in pixels of the rotated original.
        models: detector and embedder.
        settings: sizes and limits.
        person_id: who it is, if that is known.

    Raises:
        NotFoundError: There is no such photo or person.
        GalleryError: The box is too small, outside, or around a face that is there already; or
            the person is in the photo already.
        LibraryError: The original cannot be read now.
    """
    photo = photos.need(library, photo_id)
    box = _checked(box, photo, settings.min_face)
    for face in face_store.of_photo(library, photo_id):
        if overlap(face.box, box) >= _SAME_FACE:
            raise GalleryError("There is a face in that place already. Say who it is instead.")
    person = None if person_id is None else find_person(library, person_id)
    there = {face.person_id for face in face_store.of_photo(library, photo_id)}
    if person is not None and person.id in there:
        raise TogetherError(
            f"{person.label} is in that photo already. If the other face is somebody else, say "
            "that first."
        )
    decoded = _pixels(library, photo, box, settings)
    face, recognisable = as_drawn(decoded, box, models.detector)
    vector = embed_crops(crops_of(decoded, [face], models.embedder), models.embedder)
    with library.write() as connection:
        key = drawn_face_key(photo.sha256)
        library.media.put(key, face_picture(decoded, face))
        face_id = face_store.add_removed(library, connection, photo_id, BY_HAND, face, key)
        space = replace(models.space, detector=BY_HAND)
        face_store.add_vectors(library, connection, space, [face_id], vector)
        act = Act(library, connection)
        # From deleted, as it was put in, so that undo deletes it again.
        if person is None:
            act.free([face_id])
        else:
            act.stand_for([person.id])
            act.confirm([face_id], person.id)
        whose = "a face" if person is None else f"a face of {person.label}"
        act.keep(
            "add-face",
            f"Added {whose} to {photo.name}",
            person_id=None if person is None else person.id,
            face_id=face_id,
        )
    return DrawnFace(face_id, recognisable)


def remove_faces(library: Library, face_ids: Sequence[int]) -> None:
    """Delete boxes that are no faces, or that nobody wants.

    Raises:
        NotFoundError: There is no such face.
        GalleryError: No faces were given.
    """
    face_ids = list(dict.fromkeys(face_ids))
    if not face_ids:
        raise GalleryError("Pick the face boxes to delete.")
    found = [face_store.get(library, face) for face in face_ids]
    for face_id, face in zip(face_ids, found, strict=True):
        if face is None:
            raise NotFoundError(f"There is no face {face_id} in this library.")
    names = {
        photo.name
        for face in found
        if face is not None and face.photo_id is not None
        for photo in [photos.get(library, face.photo_id)]
        if photo is not None
    }
    where = names.pop() if len(names) == 1 else f"{len(names)} photos"
    what = "a face box" if len(face_ids) == 1 else f"{len(face_ids)} face boxes"
    with library.write() as connection:
        act = Act(library, connection)
        act.remove(face_ids)
        act.keep("remove-face", f"Deleted {what} from {where}", face_id=face_ids[0])


def _checked(box: Box, photo: Photo, least: int) -> Box:
    if not all(map(math.isfinite, box)):
        raise GalleryError("The corners of a box are four numbers of pixels.")
    x0, x1 = sorted((box[0], box[2]))
    y0, y1 = sorted((box[1], box[3]))
    inside = (
        max(0.0, x0),
        max(0.0, y0),
        min(float(photo.width), x1),
        min(float(photo.height), y1),
    )
    if min(inside[2] - inside[0], inside[3] - inside[1]) < least:
        raise GalleryError(
            f"The box is too small or outside the photo: it needs at least {least} pixels each "
            f"way of the photo's {photo.width} x {photo.height}."
        )
    return inside


def _pixels(library: Library, photo: Photo, box: Box, settings: Settings) -> DecodedPhoto:
    data = read_original(library, photo.id)
    if data is None:
        raise LibraryError(
            f"The original of {photo.name} cannot be read now. If it lies on a disk that is "
            "not connected, connect it and try again."
        )
    try:
        return decode(
            data, settings, longest_side=drawn_side((photo.width, photo.height), box, settings)
        )
    except RefusedPhoto as error:
        raise LibraryError(f"{photo.name} cannot be decoded: {error.reason}") from error
