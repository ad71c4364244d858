"""Photos as a call names them: by their numbers, or by their files."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gallery.store.library import Library


def photo_ids(store: Library, given: Iterable[str]) -> list[int]:
    """The ids of photos, each once.

    Raises:
        NotFoundError: One of them is not in the library.
    """
    from gallery.store import photos
    from gallery.store.binned import no_photo
    from gallery.store.photo_facts import ids_at

    found: dict[int, None] = {}
    for one in given:
        if one.isascii() and one.isdigit():
            ids = [photos.need(store, int(one)).id]
        else:
            ids = ids_at(store, os.fsencode(Path(one).expanduser().absolute()))
        if not ids:
            raise no_photo(store, one)
        found.update(dict.fromkeys(ids))
    return list(found)
