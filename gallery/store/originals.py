"""The bytes of a photo, wherever they lie."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from gallery.store.binned import in_sight
from gallery.store.library import Library
from gallery.store.tables import photo_files, photos


@dataclass(frozen=True, slots=True)
class _Original:
    """Where the bytes of a photo are: in the library, or in files elsewhere."""

    sha256: str
    kept: str | None
    keys: list[bytes]


def _where(library: Library, photo_id: int) -> _Original | None:
    with library.read() as connection:
        photo = connection.execute(
            select(photos.c.sha256, photos.c.original).where(
                photos.c.owner_id == library.owner_id, photos.c.id == photo_id, in_sight
            )
        ).one_or_none()
        if photo is None:
            return None
        keys = connection.execute(
            select(photo_files.c.key).where(
                photo_files.c.owner_id == library.owner_id,
                photo_files.c.photo_id == photo_id,
                photo_files.c.on_disk,
            )
        ).scalars()
        return _Original(photo.sha256, photo.original, list(keys))


def read_original(library: Library, photo_id: int) -> bytes | None:
    """The bytes of a photo, or None where they cannot be had now.

    A file referenced in place is believed only if its bytes are still those of the photo.
    """
    original = _where(library, photo_id)
    if original is None:
        return None
    if original.kept is not None:
        data = library.media.get(original.kept)
        if data is not None:
            return data
    return bytes_elsewhere(original.keys, original.sha256)


def bytes_elsewhere(keys: Iterable[bytes], sha256: str) -> bytes | None:
    """The bytes of a photo from one of the files it was found in, or None where none has them.

    Args:
        keys: of the files.
        sha256: of the bytes.
    """
    for key in keys:
        try:
            data = Path(os.fsdecode(key)).read_bytes()
        except OSError:
            continue  # unplugged or moved; another place may have it
        if hashlib.sha256(data).hexdigest() == sha256:
            return data
    return None


def lies_there(key: bytes, size: int) -> bool:
    """Whether a file of so many bytes is in a place; a look at it, without reading."""
    try:
        return Path(os.fsdecode(key)).stat().st_size == size
    except OSError:
        return False


def some_photos(library: Library, most: int) -> list[int]:
    """Photos spread evenly over a library in the order they came, at most so many."""
    query = (
        select(photos.c.id)
        .where(photos.c.owner_id == library.owner_id, in_sight)
        .order_by(photos.c.id)
    )
    with library.read() as connection:
        ids = list(connection.execute(query).scalars())
    step = max(1, -(-len(ids) // most))
    return ids[::step]
