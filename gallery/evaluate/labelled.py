"""Photos of known people -> vectors with the truth beside them."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gallery.config import Settings
from gallery.decode import decode
from gallery.detect import DetectOptions, detect_faces
from gallery.embed import crops_of, embed_crops, with_quality
from gallery.errors import RefusedPhoto, SourceError
from gallery.evaluate.cache import CentralFace, FaceCache
from gallery.formats import PHOTO_SUFFIXES
from gallery.machine import cores
from gallery.pipeline import FaceModels
from gallery.reading import in_order
from gallery.records import Box, Face, Progress, Vectors

# Photos between two reports of progress, and between two times that what was found is kept.
_CHUNK, _KEEP_EVERY = 64, 2048
STAGES = ("read", "decode", "detect", "embed")


@dataclass(slots=True)
class LabelledFaces:
    """One face of each photo in which one was found.

    Args:
        photos: the n photos.
        people: the n names of their folders.
        vectors: (n, dim).
        quality: (n,) overall, 0 to 1.
        sizes: (n,) shorter side of the face in pixels of the photo.
        sharpness: (n,).
        missed: photos without a face, or that could not be decoded.
        stages: seconds spent per stage, over all threads; 0 where everything was known.
        computed: photos that were not known from before.
        seconds: from start to end.
    """

    photos: list[Path] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    vectors: Vectors = field(default_factory=lambda: np.empty((0, 0), np.float32))
    quality: NDArray[np.float32] = field(default_factory=lambda: np.empty(0, np.float32))
    sizes: NDArray[np.float32] = field(default_factory=lambda: np.empty(0, np.float32))
    sharpness: NDArray[np.float32] = field(default_factory=lambda: np.empty(0, np.float32))
    missed: list[Path] = field(default_factory=list)
    stages: dict[str, float] = field(default_factory=lambda: dict.fromkeys(STAGES, 0.0))
    computed: int = 0
    seconds: float = 0.0


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


@dataclass(frozen=True, slots=True, eq=False)
class _Looked:
    """What came of one photo.

    Args:
        content: SHA-256 of its bytes; None where it could not be read.
        face: the face nearest the centre.
        seconds: spent, by stage; nothing where it was known.
    """

    content: bytes | None
    face: CentralFace | None
    seconds: dict[str, float]


def embed_labelled(
    photos: Sequence[Path],
    models: FaceModels,
    settings: Settings,
    on_progress: Callable[[Progress], None] | None = None,
    *,
    cache: Path | None = None,
) -> LabelledFaces:
    """Embed the face nearest the centre of each photo; that is whom the folder names.

    Args:
        photos: files below a folder with the name of the person.
        models: detector and embedder.
        settings: sizes and limits.
        on_progress: told how far it is.
        cache: folder that keeps vectors between runs, by content and space.
    """
    looks = DetectOptions(settings.detect_side, settings.min_score, settings.min_face)
    known = FaceCache(cache, models.space, (looks, settings.max_pixels))
    found = LabelledFaces()
    faces: list[CentralFace] = []
    spent: Counter[str] = Counter()
    started = time.perf_counter()

    def look(path: Path) -> _Looked:
        return _look(path, models, settings, looks, known)

    results = zip(photos, in_order(photos, look, settings.threads or cores()), strict=True)
    done = 0
    while part := list(islice(results, _CHUNK)):
        for path, looked in part:
            if looked.content is not None:
                known.add({looked.content: looked.face})
            spent.update(looked.seconds)
            found.computed += "detect" in looked.seconds
            if looked.face is None:
                found.missed.append(path)
            else:
                faces.append(looked.face)
                found.photos.append(path)
                found.people.append(path.parent.name)
        done += len(part)
        if done % _KEEP_EVERY < _CHUNK:
            known.save()
        if on_progress is not None:
            seconds = time.perf_counter() - started
            on_progress(Progress("Embedding", done, len(photos), seconds))
    known.save()
    found.vectors = np.array([f.vector for f in faces], np.float32).reshape(-1, models.space.dim)
    found.quality = np.array([f.quality for f in faces], np.float32)
    found.sizes = np.array([f.size for f in faces], np.float32)
    found.sharpness = np.array([f.sharpness for f in faces], np.float32)
    found.stages = {stage: spent[stage] for stage in STAGES}
    found.seconds = time.perf_counter() - started
    return found


def _look(
    path: Path, models: FaceModels, settings: Settings, looks: DetectOptions, known: FaceCache
) -> _Looked:
    seconds: dict[str, float] = {}
    clock = time.perf_counter()

    def lap(stage: str) -> None:
        nonlocal clock
        now = time.perf_counter()
        seconds[stage], clock = now - clock, now

    try:
        data = path.read_bytes()
    except OSError:
        return _Looked(None, None, seconds)
    content = hashlib.sha256(data).digest()
    try:
        return _Looked(content, known.look_up(content), seconds)
    except KeyError:
        lap("read")
    try:
        photo = decode(data, settings, longest_side=settings.detect_side)
    except RefusedPhoto:
        return _Looked(content, None, seconds)
    lap("decode")
    face = nearest_centre(detect_faces(photo, models.detector, looks), photo.width, photo.height)
    lap("detect")
    if face is None:
        return _Looked(content, None, seconds)
    graded = with_quality(photo, [face])[0]
    vector = embed_crops(crops_of(photo, [graded], models.embedder), models.embedder)[0]
    lap("embed")
    quality = graded.quality
    x0, y0, x1, y1 = graded.box
    found = CentralFace(
        box=graded.box,
        size=min(x1 - x0, y1 - y0) if quality is None else quality.size,
        sharpness=0.0 if quality is None else quality.sharpness,
        quality=1.0 if quality is None else quality.overall,
        vector=vector,
    )
    return _Looked(content, found, seconds)


def nearest_centre(faces: Sequence[Face], width: int, height: int) -> Face | None:
    """The face whose middle is nearest the middle of the photo."""
    return min(faces, key=lambda face: off_centre(face.box, width, height), default=None)


def off_centre(box: Box, width: int, height: int) -> float:
    """Pixels from the middle of a box to the middle of the photo it is in."""
    x0, y0, x1, y1 = box
    return float(np.hypot((x0 + x1 - width) / 2, (y0 + y1 - height) / 2))
