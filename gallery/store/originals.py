"""The bytes of a photo, wherever they lie."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from gallery.store import photos
from gallery.store.library import Library


def read_original(library: Library, photo_id: int) -> bytes | None:
    """The bytes of a photo, or None where they cannot be had now.

    A file referenced in place is believed only if its bytes are still those of the photo.
    """
    found = photos.originals(library, [photo_id])
    if not found:
        return None
    original = found[0]
    if original.kept is not None:
        data = library.media.get(original.kept)
        if data is not None:
            return data
    for key in original.keys:
        try:
            data = Path(os.fsdecode(key)).read_bytes()
        except OSError:
            continue  # unplugged or moved; another place may have it
        if hashlib.sha256(data).hexdigest() == original.sha256:
            return data
    return None
