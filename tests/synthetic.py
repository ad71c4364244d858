"""Photos, faces, vectors and rows made on the spot, from a seed."""

from __future__ import annotations

import hashlib
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from sqlalchemy import Connection

from gallery.records import Face, FaceQuality, Metadata, Pixels, Space, Vectors
from gallery.store import faces as face_store
from gallery.store import photos as photo_store
from gallery.store.library import Library
from gallery.vectors import unit

DAY = datetime(2024, 5, 4, 9, 0)
SPACE = Space("detector", "five-point-112", "embedder", "0123456789ab", "f32", 8)


def sharp_pixels(seed: int, width: int = 160, height: int = 120) -> Pixels:
    """Rectangles with hard edges: sharp enough to be taken in, and nobody's face."""
    rng = np.random.default_rng(seed)
    pixels = np.full((height, width, 3), rng.integers(0, 255, 3), dtype=np.uint8)
    for _ in range(12):
        x, y = rng.integers(0, width - 8), rng.integers(0, height - 8)
        pixels[y : y + rng.integers(8, 60), x : x + rng.integers(8, 60)] = rng.integers(0, 255, 3)
    return pixels


def encoded(pixels: Pixels, name: str = "JPEG", **options: object) -> bytes:
    """A file of some pixels."""
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, name, **options)
    return stream.getvalue()


def blurred(pixels: Pixels, sigma: float) -> Pixels:
    """The picture out of focus."""
    return np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma), dtype=np.uint8)


def put(path: Path, data: bytes) -> Path:
    """Write a file, with the folders it needs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def random_units(seed: int, count: int, dim: int = 8) -> Vectors:
    """Directions without any structure."""
    return unit(np.random.default_rng(seed).normal(size=(count, dim)))


def blobs(
    seed: int, sizes: list[int], dim: int = 64, noise: float = 0.35
) -> tuple[Vectors, list[int]]:
    """Unit vectors around as many far apart directions as there are sizes, and whose each is."""
    rng = np.random.default_rng(seed)
    centres = np.linalg.qr(rng.normal(size=(dim, dim)))[0][: len(sizes)]
    truth = [group for group, size in enumerate(sizes) for _ in range(size)]
    spread = rng.normal(size=(len(truth), dim)) * noise / np.sqrt(dim)
    return unit(centres[truth] + spread), truth


def sha(name: str) -> str:
    """A SHA-256 nobody else has."""
    return hashlib.sha256(name.encode()).hexdigest()


def add_photo(
    library: Library,
    connection: Connection,
    name: str = "a.jpg",
    *,
    shown_at: datetime = DAY,
    metadata: Metadata | None = None,
) -> int:
    """A photo's row and the place it lies in."""
    photo_id = photo_store.add(
        library,
        connection,
        photo_store.NewPhoto(
            sha256=sha(name),
            size_bytes=1000,
            width=400,
            height=300,
            format="JPEG",
            metadata=metadata or Metadata(),
            shown_at=shown_at,
            dated_by="camera",
            sharpness=100.0,
            perceptual_hash=b"\0" * 32,
            original=f"originals/{name}",
        ),
    )
    place = photo_store.Place(f"/photos/{name}".encode(), f"/photos/{name}", True, 1000, 1)
    photo_store.add_place(library, connection, photo_id, place)
    return photo_id


def face(x: float = 10, *, quality: float | None = 0.9, size: float = 50) -> Face:
    """A face with all its landmarks."""
    box = (x, 20.0, x + size, 20 + size)
    points = np.array([(0.3, 0.4), (0.7, 0.4), (0.5, 0.6), (0.34, 0.77), (0.66, 0.77)])
    landmarks = (np.array([x, 20]) + points * size).astype(np.float32)
    measured = None
    if quality is not None:
        measured = FaceQuality(size, 80.0, 1.0, 2.0, 3.0, quality)
    return Face(box, 0.99, landmarks, measured)


def add_faces(
    library: Library,
    connection: Connection,
    photo_id: int,
    vectors: Vectors,
    space: Space = SPACE,
    quality: float | None = 0.9,
) -> list[int]:
    """One face for each vector, side by side in a photo."""
    found = [face(10 + 60 * index, quality=quality) for index in range(len(vectors))]
    crops = [f"faces/{photo_id}-{index}.jpg" for index in range(len(vectors))]
    ids = face_store.add(library, connection, photo_id, space.detector, found, crops)
    face_store.add_vectors(library, connection, space, ids, vectors)
    return ids


def aware(**ago: float) -> datetime:
    """A time that long after the first of January 2024, in UTC."""
    return datetime(2024, 1, 1, tzinfo=UTC) + timedelta(**ago)
