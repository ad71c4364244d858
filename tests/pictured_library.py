"""Libraries of made-up photos that have real thumbnails, hashes and originals."""

from __future__ import annotations

import atexit
import functools
import hashlib
import io
import shutil
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from small_library import empty
from sqlalchemy import text
from synthetic import SPACE, encoded, face

from gallery.ingest import SMALL_SIDE, perceptual_hash, shrink, thumbnail
from gallery.media.files import original_key, thumbnail_key
from gallery.quality import photo_sharpness
from gallery.records import Metadata, Pixels, Vectors
from gallery.store import faces as face_store
from gallery.store import photos as photo_store
from gallery.store.library import Library, open_library

NOON = datetime(2024, 5, 4, 12, 0, tzinfo=UTC)


def scene(seed: int, width: int = 320, height: int = 240) -> Pixels:
    """A picture with soft shapes everywhere, like a photo and unlike any other."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 255, (12, 16, 3), dtype=np.uint8)
    fine = rng.integers(0, 255, (48, 64, 3), dtype=np.uint8)
    size = (width, height)
    big, small = (
        np.asarray(Image.fromarray(p).resize(size, Image.Resampling.BICUBIC), dtype=np.float32)
        for p in (coarse, fine)
    )
    return np.asarray((0.7 * big + 0.3 * small).clip(0, 255), dtype=np.uint8)


def jpeg(pixels: Pixels, quality: int = 90, factor: float = 1.0) -> bytes:
    """A JPEG of some pixels, resized."""
    picture = Image.fromarray(pixels)
    size = (round(picture.width * factor), round(picture.height * factor))
    return encoded(np.asarray(picture.resize(size)), quality=quality)


def add_picture(
    library: Library,
    data: bytes,
    name: str,
    metadata: Metadata | None = None,
    *,
    vectors: Vectors | None = None,
    in_place: bool = False,
    shown_at: datetime | None = None,
) -> int:
    """Take a file in without looking for faces; with one face for each vector.

    Faces are side by side, at the same shares of every picture.
    """
    with Image.open(io.BytesIO(data)) as image:
        pixels = np.asarray(image.convert("RGB"))
        kind = image.format or "JPEG"
    small = shrink(pixels, SMALL_SIDE)
    sha256 = hashlib.sha256(data).hexdigest()
    key = None if in_place else library.media.put(original_key(sha256, ".jpg"), data)
    library.media.put(thumbnail_key(sha256), thumbnail(pixels, small, SMALL_SIDE))
    metadata = metadata or Metadata()
    taken = metadata.taken_at
    new = photo_store.NewPhoto(
        sha256=sha256,
        size_bytes=len(data),
        width=pixels.shape[1],
        height=pixels.shape[0],
        format=kind,
        metadata=metadata,
        shown_at=shown_at or (taken or NOON).replace(tzinfo=None),
        dated_by="camera" if taken else "file",
        sharpness=photo_sharpness(small),
        perceptual_hash=perceptual_hash(small),
        original=key,
    )
    place = photo_store.Place(f"/photos/{name}".encode(), f"/photos/{name}", True, len(data), 1)
    with library.write() as connection:
        photo = photo_store.add(library, connection, new)
        photo_store.add_place(library, connection, photo, place)
        vectors = np.empty((0, SPACE.dim), np.float32) if vectors is None else vectors
        scale = pixels.shape[1] / 320
        found = [face(10 + 100 * at, size=80).scaled(scale) for at in range(len(vectors))]
        crops = [
            library.media.put(f"faces/{sha256}-{at}.jpg", b"a face") for at in range(len(vectors))
        ]
        ids = face_store.add(library, connection, photo, SPACE.detector, found, crops)
        face_store.add_vectors(library, connection, SPACE, ids, vectors)
    return photo


@functools.cache
def _template(fill: Callable[[Library], object]) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="gallery-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    library = empty(folder / "library")
    fill(library)
    library.close()
    return folder / "library"


def filled(root: Path, fill: Callable[[Library], object]) -> Library:
    """A new open library that something filled, which is done once for all tests."""
    return open_library(Path(shutil.copytree(_template(fill), root)))


def faces_of(library: Library, photo: int) -> list[int]:
    """The faces of a photo, from left to right."""
    return [face.id for face in face_store.of_photo(library, photo) if face.id is not None]


# All that a user can see, and what grouping goes by; times of changes are left out.
_STATE = {
    "photos": "id, title, description, latitude, longitude, altitude, camera_make, camera_model, "
    "lens, taken_at, taken_offset, shown_at, dated_by, binned_at IS NULL",
    "photo_tags": "photo_id, tag_id, source",
    "faces": "id, removed",
    "memberships": "face_id, person_id, confirmed, run_id, decision_id, since",
    "people": "id, name, hidden, ignored, birth_year, cover_face_id",
    "rejections": "face_id, person_id, holds",
}


def state(library: Library) -> dict[str, list[Any]]:
    """Everything about photos, faces and people, to be compared before and after."""
    with library.read() as connection:
        found = {
            table: [
                tuple(row)
                for row in connection.execute(text(f"SELECT {columns} FROM {table} ORDER BY 1, 2"))
            ]
            for table, columns in _STATE.items()
        }
        apart = "SELECT first_id, second_id FROM told_apart WHERE holds ORDER BY 1, 2"
        found["told_apart"] = [tuple(row) for row in connection.execute(text(apart))]
    found["rejections"] = [row for row in found["rejections"] if row[2]]
    return found
