"""Files of what was deleted for good: named in the transaction that deletes, then deleted.

A kill between the two would otherwise leave pictures of a face that was forgotten, or originals
out of the bin, for nobody. What is named is deleted whenever the library is opened next.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, delete, insert, select, update

from gallery.errors import LibraryError
from gallery.store import face_index, layouts
from gallery.store.batches import rows_of
from gallery.store.library import Library
from gallery.store.tables import faces, owners, photos, preferences

# Beside what the owner chose, under names that no setting has.
_NAME = "leaving-"
# So many are deleted in one turn to write.
_PORTION = 500


def announce(
    library: Library, connection: Connection, keys: Iterable[str], face_ids: Iterable[int]
) -> None:
    """Name the pictures and the faces whose rows are deleted in this transaction.

    Args:
        library: whose.
        connection: of the transaction.
        keys: in `media/`, of what the library has nobody's use for any more.
        face_ids: that no map and no index may hold any more.
    """
    told = {"keys": sorted(set(keys)), "faces": sorted(set(face_ids))}
    connection.execute(
        insert(preferences).values(
            owner_id=library.owner_id, name=f"{_NAME}{uuid.uuid4().hex}", value=json.dumps(told)
        )
    )


def finish(library: Library) -> list[str]:
    """Delete what was named and is still there; nothing that a row refers to again.

    Returns:
        Why some of it could not be deleted, a sentence each. That is tried again next time.
    """
    mine = (preferences.c.owner_id == library.owner_id) & preferences.c.name.startswith(_NAME)
    with library.read() as connection:
        named = connection.execute(select(preferences).where(mine)).all()
    if not named:
        return []
    library.wipe()
    reasons: list[str] = []
    for row in named:
        told = json.loads(row.value)
        left = {"keys": _remove_all(library, told["keys"], reasons), "faces": []}
        try:
            if told["faces"]:
                layouts.forget(library, told["faces"])
                face_index.forget(library)
        except OSError as error:
            left["faces"] = told["faces"]
            reasons.append(str(error))
        this = mine & (preferences.c.name == row.name)
        with library.write() as connection:
            if any(left.values()):
                connection.execute(update(preferences).where(this).values(value=json.dumps(left)))
            else:
                connection.execute(delete(preferences).where(this))
    return reasons


def finish_or_say(library: Library) -> None:
    """Delete what was named, and say what could not be.

    Raises:
        LibraryError: Some files are still there.
    """
    reasons = finish(library)
    if reasons:
        raise LibraryError(
            "It is deleted from the library, but files of it are still on the disk, such as: "
            f"{reasons[0]}. Close what uses them or give yourself the right to delete them; that "
            "is tried again whenever the library is opened."
        )


def _remove_all(library: Library, keys: Sequence[str], reasons: list[str]) -> list[str]:
    """Delete files; those that could not be, with the reasons added to some."""
    left = []
    for start in range(0, len(keys), _PORTION):
        # In a transaction: no row can come between the look and the deletion.
        with library.write() as connection:
            some = keys[start : start + _PORTION]
            needed = _needed(connection, some)
            for key in some:
                if key in needed:
                    continue
                try:
                    library.media.remove(key)
                except OSError as error:
                    left.append(key)
                    reasons.append(str(error))
    return left


def _needed(connection: Connection, keys: Sequence[str]) -> set[str]:
    """Those of some keys that belong to a photo somebody has, come in again meanwhile perhaps."""
    by_hash: dict[str, list[str]] = {}
    for key in keys:
        by_hash.setdefault(key.rpartition("/")[2][:64], []).append(key)
    # By owner, as the index of hashes is.
    there = select(photos.c.id, photos.c.sha256, photos.c.original).where(
        photos.c.owner_id.in_(select(owners.c.id))
    )
    hashes = list(by_hash)
    kept = {
        row.id: row
        for row in rows_of(connection, hashes, lambda some: there.where(photos.c.sha256.in_(some)))
    }
    crops = select(faces.c.crop).where(faces.c.crop.is_not(None))
    needed = {
        row.crop
        for row in rows_of(
            connection, list(kept), lambda some: crops.where(faces.c.photo_id.in_(some))
        )
    }
    for row in kept.values():
        # Of a photo that is there everything stays but pictures of faces that are not.
        needed.update(key for key in by_hash[row.sha256] if not key.startswith("faces/"))
    return needed
