"""What speaks for keeping a photo: its size, its date, and what is known of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from gallery.store.batches import rows_of
from gallery.store.binned import in_sight
from gallery.store.library import Library
from gallery.store.named import on_photos
from gallery.store.tables import faces, memberships, photo_files, photo_tags, photos
from gallery.store.tags import SAID
from gallery.wording import file_name


@dataclass(frozen=True, slots=True)
class Worth:
    """What speaks for keeping a photo.

    Args:
        id: of the photo.
        sha256: by which its thumbnail lies.
        path: of its file, or the first of several.
        format: of the file.
        width: pixels across.
        height: pixels down.
        size_bytes: of the file.
        shown_at: wall clock.
        dated_by: camera, file or added.
        sharpness: see `gallery.quality.photo_sharpness`.
        described: what is known of it, of camera, lens, place, title and description.
        tags: how many somebody gave it.
        confirmed: faces of which a user said whose they are.
        added_at: when it came into the library.
        faces: on it.
        named: those of them who have a name, from left to right.
    """

    id: int
    sha256: str
    path: str
    format: str
    width: int
    height: int
    size_bytes: int
    shown_at: datetime
    dated_by: str
    sharpness: float
    described: tuple[str, ...]
    tags: int
    confirmed: int
    added_at: datetime
    faces: int = 0
    named: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Of its file."""
        return file_name(self.path)

    @property
    def pixels(self) -> int:
        """Of the picture."""
        return self.width * self.height


_DESCRIBED = {
    "camera_model": "camera",
    "lens": "lens",
    "latitude": "place",
    "title": "title",
    "description": "description",
}


def worth(library: Library, photo_ids: Iterable[int]) -> dict[int, Worth]:
    """What speaks for keeping each of some photos."""
    ids = sorted(set(photo_ids))
    path = (
        select(func.min(photo_files.c.path))
        .where(photo_files.c.photo_id == photos.c.id)
        .correlate(photos)
        .scalar_subquery()
    )
    tagged = (
        select(func.count())
        .where(
            photo_tags.c.photo_id == photos.c.id,
            photo_tags.c.source.in_(SAID),
            photo_tags.c.removed.is_(False),
        )
        .correlate(photos)
        .scalar_subquery()
    )
    confirmed = (
        select(func.count())
        .select_from(faces)
        .join(memberships, memberships.c.face_id == faces.c.id)
        .where(faces.c.photo_id == photos.c.id, memberships.c.confirmed)
        .correlate(photos)
        .scalar_subquery()
    )
    query = select(
        photos, path.label("path"), tagged.label("tags"), confirmed.label("confirmed")
    ).where(photos.c.owner_id == library.owner_id, in_sight)
    with library.read() as connection:
        named = on_photos(library, connection, ids)
        rows = rows_of(connection, ids, lambda some: query.where(photos.c.id.in_(some)))
        return {
            row.id: Worth(
                id=row.id,
                sha256=row.sha256,
                path=row.path or f"photo {row.id}",
                format=row.format,
                width=row.width,
                height=row.height,
                size_bytes=row.size_bytes,
                shown_at=row.shown_at,
                dated_by=row.dated_by,
                sharpness=row.sharpness,
                described=tuple(
                    name for field, name in _DESCRIBED.items() if getattr(row, field) is not None
                ),
                tags=row.tags,
                confirmed=row.confirmed,
                added_at=row.added_at,
                faces=row.face_count,
                named=named.get(row.id, ()),
            )
            for row in rows
        }
