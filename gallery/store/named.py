"""Who with a name is on which photos."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from gallery.store.batches import rows_of
from gallery.store.faces import present
from gallery.store.library import Library
from gallery.store.tables import faces, memberships, people


def on_photos(
    library: Library, connection: Connection, photos: Sequence[int]
) -> dict[int, tuple[str, ...]]:
    """The names of those on some photos, from left to right; photos without any are left out.

    Whoever is hidden or ignored is not named.
    """
    query = (
        select(faces.c.photo_id, people.c.name)
        .join(memberships, memberships.c.face_id == faces.c.id)
        .join(people, people.c.id == memberships.c.person_id)
        .where(
            faces.c.owner_id == library.owner_id,
            present,
            people.c.name.is_not(None),
            people.c.hidden.is_(False),
            people.c.ignored.is_(False),
        )
        .order_by(faces.c.photo_id, faces.c.x0, faces.c.id)
    )
    named: dict[int, dict[str, None]] = {}
    for row in rows_of(connection, photos, lambda some: query.where(faces.c.photo_id.in_(some))):
        # In a mirror somebody is on a photo twice.
        named.setdefault(row.photo_id, {})[row.name] = None
    return {photo: tuple(names) for photo, names in named.items()}
