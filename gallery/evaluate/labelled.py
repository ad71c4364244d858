"""A folder for each person -> vectors with the truth beside them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gallery.config import Settings
from gallery.decode import decode
from gallery.detect import DetectOptions, detect_faces
from gallery.embed import crops_of, embed_crops, with_quality
from gallery.errors import RefusedPhoto, SourceError
from gallery.formats import PHOTO_SUFFIXES
from gallery.protocols import Detector, Embedder
from gallery.records import Face, Progress, Vectors

# Faces embedded at a time: enough to keep the queue full, little enough to show progress.
_CHUNK = 256


@dataclass(slots=True)
class LabelledFaces:
    """One face of each photo in which one was found.

    Args:
        photos: the n photos.
        people: the n names of their folders.
        vectors: (n, dim).
        quality: (n,).
        missed: photos without a face, or that could not be decoded.
        seconds: spent per stage: decode, detect, embed.
    """

    photos: list[Path] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    vectors: Vectors = field(default_factory=lambda: np.empty((0, 0), np.float32))
    quality: NDArray[np.float32] = field(default_factory=lambda: np.empty(0, np.float32))
    missed: list[Path] = field(default_factory=list)
    seconds: dict[str, float] = field(
        default_factory=lambda: {"decode": 0.0, "detect": 0.0, "embed": 0.0}
    )


def photos_of_people(folder: Path) -> list[Path]:
    """The photos in the folders below a folder, by name.

    Raises:
        SourceError: There are none.
    """
    photos = sorted(p for p in folder.glob("*/*") if p.suffix.lower() in PHOTO_SUFFIXES)
    if not photos:
        raise SourceError(
            f"{folder} has no folders with photos in them. Name a folder that has a folder for "
            "each person, such as lfw-deepfunneled."
        )
    return photos


def embed_labelled(
    photos: Sequence[Path],
    detector: Detector,
    embedder: Embedder,
    settings: Settings,
    on_progress: Callable[[Progress], None] | None = None,
) -> LabelledFaces:
    """Embed the face nearest the centre of each photo; that is whom the folder names."""
    found = LabelledFaces()
    rows: list[Vectors] = []
    quality: list[float] = []
    looks = DetectOptions(settings.detect_side, settings.min_score, settings.min_face)
    started = time.perf_counter()
    for start in range(0, len(photos), _CHUNK):
        crops = []
        for path in photos[start : start + _CHUNK]:
            clock = time.perf_counter()
            try:
                photo = decode(path.read_bytes(), settings, longest_side=settings.detect_side)
            except (RefusedPhoto, OSError):
                found.missed.append(path)
                continue
            clock = _spent(found, "decode", clock)
            face = nearest_centre(detect_faces(photo, detector, looks), photo.width, photo.height)
            clock = _spent(found, "detect", clock)
            if face is None:
                found.missed.append(path)
                continue
            graded = with_quality(photo, [face])[0]
            quality.append(1.0 if graded.quality is None else graded.quality.overall)
            crops.extend(crops_of(photo, [face], embedder))
            found.photos.append(path)
            found.people.append(path.parent.name)
            _spent(found, "embed", clock)
        clock = time.perf_counter()
        rows.append(embed_crops(crops, embedder))
        _spent(found, "embed", clock)
        if on_progress is not None:
            done = min(start + _CHUNK, len(photos))
            on_progress(Progress("Embedding", done, len(photos), time.perf_counter() - started))
    found.vectors = np.concatenate(rows) if rows else np.empty((0, embedder.dim), np.float32)
    found.quality = np.array(quality, dtype=np.float32)
    return found


def nearest_centre(faces: Sequence[Face], width: int, height: int) -> Face | None:
    """The face whose middle is nearest the middle of the photo."""

    def distance(face: Face) -> float:
        x0, y0, x1, y1 = face.box
        return float(np.hypot((x0 + x1 - width) / 2, (y0 + y1 - height) / 2))

    return min(faces, key=distance, default=None)


def _spent(found: LabelledFaces, stage: str, since: float) -> float:
    now = time.perf_counter()
    found.seconds[stage] += now - since
    return now
