"""What hangs on photos and must not go into the bin with them: fields, tags, confirmed people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from gallery.records import Box
from gallery.store.batches import rows_of
from gallery.store.binned import in_sight
from gallery.store.faces import present
from gallery.store.library import Library
from gallery.store.tables import faces, memberships, photo_tags, photos
from gallery.store.tags import GivenTag

FIELDS = (
    "title",
    "description",
    "latitude",
    "longitude",
    "altitude",
    "city",
    "region",
    "country",
    "placed_by",
    "camera_make",
    "camera_model",
    "lens",
    "taken_at",
    "taken_offset",
    "shown_at",
    "dated_by",
)


@dataclass(frozen=True, slots=True)
class FaceAt:
    """A face, where it is in its photo, and whose.

    Args:
        id: of the face.
        box: x0, y0, x1, y1 as shares of the photo's width and height.
        person_id: whose it is; None where nobody's.
        confirmed: whether a user said so.
    """

    id: int
    box: Box
    person_id: int | None
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Belongings:
    """What hangs on a photo.

    Args:
        fields: by name.
        tags: how it has each, by tag; also those a user took away.
        faces: those that were not deleted.
    """

    fields: dict[str, Any]
    tags: dict[int, GivenTag] = field(default_factory=dict)
    faces: list[FaceAt] = field(default_factory=list)


def of_photos(
    library: Library, connection: Connection, photo_ids: Sequence[int]
) -> dict[int, Belongings]:
    """What hangs on some photos; those that do not exist or are in the bin are left out."""
    mine = select(photos).where(photos.c.owner_id == library.owner_id, in_sight)
    found, sizes = {}, {}
    for row in rows_of(connection, photo_ids, lambda some: mine.where(photos.c.id.in_(some))):
        found[row.id] = Belongings({name: getattr(row, name) for name in FIELDS})
        sizes[row.id] = (row.width, row.height)
    ids = sorted(found)
    tagged = select(photo_tags).where(photo_tags.c.owner_id == library.owner_id)
    for row in rows_of(connection, ids, lambda some: tagged.where(photo_tags.c.photo_id.in_(some))):
        given = GivenTag(row.source, row.confidence, row.removed)
        found[row.photo_id].tags[row.tag_id] = given
    seen = (
        select(
            faces.c.id,
            faces.c.photo_id,
            faces.c.x0,
            faces.c.y0,
            faces.c.x1,
            faces.c.y1,
            memberships.c.person_id,
            memberships.c.confirmed,
        )
        .outerjoin(memberships, memberships.c.face_id == faces.c.id)
        .where(faces.c.owner_id == library.owner_id, present)
        .order_by(faces.c.id)
    )
    for row in rows_of(connection, ids, lambda some: seen.where(faces.c.photo_id.in_(some))):
        width, height = sizes[row.photo_id]
        box = (row.x0 / width, row.y0 / height, row.x1 / width, row.y1 / height)
        found[row.photo_id].faces.append(FaceAt(row.id, box, row.person_id, bool(row.confirmed)))
    return found
