"""Pictures for a made library: some hundred real ones, each under many names.

A file with a hundred thousand names takes hardly more room than one, and is read like any other.
Thumbnails and faces are of the sizes the gallery makes; originals are JPEGs of 12 megapixels.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image
from sqlalchemy import select

from gallery.media.files import thumbnail_key
from gallery.store.library import MEDIA, Library
from gallery.store.tables import faces, photos

_THUMBNAILS, _FACES, _ORIGINALS = 200, 200, 4
_THUMBNAIL_SIZE, _FACE_SIZE, _ORIGINAL_SIZE = (512, 384), (112, 112), (4000, 3000)
_QUALITY = 85
# What a picture is blurred up from: broad patches and some detail.
_COARSE, _FINE = (8, 6), (64, 48)


def add_pictures(library: Library, seed: int = 0) -> None:
    """Put thumbnail, original and faces of every photo where the library looks for them."""
    rng = np.random.default_rng(seed)
    with library.read() as connection:
        rows = connection.execute(select(photos.c.sha256, photos.c.original)).all()
        crops = connection.execute(select(faces.c.crop)).scalars().all()
    root = library.root / MEDIA
    for keys, many, size in (
        ([thumbnail_key(row.sha256) for row in rows], _THUMBNAILS, _THUMBNAIL_SIZE),
        ([row.original for row in rows], _ORIGINALS, _ORIGINAL_SIZE),
        (crops, _FACES, _FACE_SIZE),
    ):
        _name_all(root, keys, [_jpeg(rng, size) for _ in range(min(many, len(keys)))])


def _jpeg(rng: np.random.Generator, size: tuple[int, int]) -> bytes:
    def patches(cells: tuple[int, int], strength: int) -> np.ndarray:
        drawn = rng.integers(0, strength, (cells[1], cells[0], 3), dtype=np.uint8)
        return np.asarray(Image.fromarray(drawn).resize(size, Image.Resampling.BICUBIC))

    buffer = BytesIO()
    picture = Image.fromarray(patches(_COARSE, 200) + patches(_FINE, 56))
    picture.save(buffer, "JPEG", quality=_QUALITY)
    return buffer.getvalue()


def _name_all(root: Path, keys: Sequence[str], pictures: Sequence[bytes]) -> None:
    """Write pictures and give each all of its names, in turn."""
    for folder in sorted({Path(key).parent for key in keys}):
        (root / folder).mkdir(parents=True, exist_ok=True)
    for at, data in enumerate(pictures):
        _name(root, keys[at :: len(pictures)], data)


def _name(root: Path, keys: Iterable[str], data: bytes) -> None:
    first: Path | None = None
    for key in keys:
        path = root / key
        if first is None:
            path.write_bytes(data)
            first = path
            continue
        try:
            os.link(first, path)
        except OSError:
            # A file system without links, or one that allows no more of them: another copy.
            path.write_bytes(data)
            first = path
