"""DeepFace as its documentation calls it, on photos of known people and the gallery's own weights.

`represent` is called with its defaults: DeepFace detects, aligns and embeds by itself. Of several
faces the one nearest the centre is taken, as `gallery.evaluate.labelled` does for ours; DeepFace
has no such rule, so this is in its favour.
"""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from contestants import Represent, box_of_deepface, load_deepface
from PIL import Image, ImageOps

from gallery.config import Settings
from gallery.errors import ModelError
from gallery.evaluate.cache import CentralFace, FaceCache
from gallery.evaluate.labelled import LabelledFaces, off_centre
from gallery.fetch import download_distribution, read_member, write_verified
from gallery.models.registry import find_card
from gallery.models.weights import ensure
from gallery.records import Progress, Space
from gallery.vectors import unit

# OpenCV 5 comes without its cascades, and DeepFace then looks for them on GitHub.
_CASCADES_FROM = "opencv-python-headless==4.10.0.84"
_CASCADES = {
    "haarcascade_frontalface_default.xml": (
        "0f7d4527844eb514d4a4948e822da90fbb16a34a0bbbbc6adc6498747a5aafb0"
    ),
    "haarcascade_eye.xml": "71cc64fc305a355dc60067880f6fbbd43dd155bd63ee3844661a1bda34b2fd8c",
}
# Detectors whose weights the gallery's registry has too, by DeepFace's name.
_CARDS = {"yunet": "yunet", "dlib": "dlib-hog"}
# Photos between two reports of progress, and between two times that what was found is kept.
_TELL_EVERY, _KEEP_EVERY = 16, 256


@dataclass(frozen=True, slots=True)
class DeepFaceFaces:
    """What DeepFace made of photos.

    Args:
        space: of the vectors.
        enforced: with its default `enforce_detection=True`; where it raises, a photo is missed.
        anyway: with `enforce_detection=False`, where it embeds the whole photo instead.
    """

    space: Space
    enforced: LabelledFaces
    anyway: LabelledFaces


def embed_with_deepface(
    photos: Sequence[Path],
    backend: str,
    settings: Settings,
    on_progress: Callable[[Progress], None] | None = None,
    *,
    cache: Path | None = None,
) -> DeepFaceFaces:
    """Embed the face nearest the centre of each photo with DeepFace.

    Args:
        photos: files below a folder with the name of the person.
        backend: the detector, by DeepFace's name.
        settings: where the weights lie.
        on_progress: told how far it is.
        cache: folder that keeps vectors between runs, by content.

    Raises:
        ModelError: The detector does not run here.
    """
    represent = _load(backend, settings)
    space = _space_of(backend)
    enforced = _Asked(represent, True, FaceCache(cache, space, ("enforced",)))
    anyway = _Asked(represent, False, FaceCache(cache, space, ("anyway",)))
    started = time.perf_counter()
    for done, path in enumerate(photos, start=1):
        face = enforced.look(path)
        if face is None:
            anyway.look(path)
        else:  # it gives the same either way
            anyway.take(path, face)
        is_last = done == len(photos)
        if is_last or done % _KEEP_EVERY == 0:
            enforced.known.save()
            anyway.known.save()
        if on_progress is not None and (is_last or done % _TELL_EVERY == 0):
            seconds = time.perf_counter() - started
            on_progress(Progress(f"DeepFace, {backend}", done, len(photos), seconds))
    return DeepFaceFaces(space, enforced.labelled(), anyway.labelled())


@dataclass(slots=True)
class _Asked:
    """DeepFace asked for one photo after the other.

    Args:
        represent: DeepFace.
        enforce: whether a photo without a face is an error.
        known: what was found in an earlier run.
    """

    represent: Represent
    enforce: bool
    known: FaceCache
    _found: LabelledFaces = field(default_factory=LabelledFaces)
    _vectors: list[Any] = field(default_factory=list)

    def look(self, path: Path) -> CentralFace | None:
        """The face nearest the centre of a photo; None where DeepFace finds none."""
        content = hashlib.sha256(path.read_bytes()).digest()
        try:
            face = self.known.look_up(content)
        except KeyError:
            started = time.perf_counter()
            face = self._represented(path)
            self._found.seconds += time.perf_counter() - started
            self._found.computed += 1
            self.known.add({content: face})
        self.take(path, face)
        return face

    def take(self, path: Path, face: CentralFace | None) -> None:
        """Note what was found in a photo."""
        if face is None:
            self._found.missed.append(path)
            return
        self._found.photos.append(path)
        self._found.people.append(path.parent.name)
        self._vectors.append(face.vector)

    def labelled(self) -> LabelledFaces:
        """Everything that was noted."""
        self._found.vectors = np.array(self._vectors, np.float32).reshape(-1, self.known.space.dim)
        return self._found

    def _represented(self, path: Path) -> CentralFace | None:
        try:
            found = self.represent(str(path), enforce=self.enforce)
        except (ValueError, cv2.error):  # its FaceNotDetected is a ValueError, among others
            return None
        if len(found) > 1:
            with Image.open(path) as image:
                width, height = ImageOps.exif_transpose(image).size
            found.sort(key=lambda one: off_centre(box_of_deepface(one), width, height))
        x0, y0, x1, y1 = box = box_of_deepface(found[0])
        vector = unit(np.asarray(found[0]["embedding"], np.float32).reshape(1, -1))[0]
        return CentralFace(box, min(x1 - x0, y1 - y0), sharpness=0.0, quality=1.0, vector=vector)


def _load(backend: str, settings: Settings) -> Represent:
    """DeepFace with a detector, tried on a plain picture."""
    ensure(find_card("sface", "embedder"), settings)
    if backend in _CARDS:
        ensure(find_card(_CARDS[backend], "detector"), settings)
    if backend == "opencv":
        _fetch_cascades(settings.weights)
    represent = load_deepface(backend, settings)
    try:
        # Some detectors load their weights only when they are used.
        represent(np.full((250, 250, 3), 127, np.uint8), enforce=False)
    except Exception as error:  # ImportError, ValueError, bare Exception: DeepFace has them all
        reason = str(error).strip().partition("\n")[0]
        raise ModelError(f"DeepFace's detector {backend} does not run here: {reason}") from error
    return represent


def _space_of(backend: str) -> Space:
    card = find_card("sface", "embedder")
    return Space(
        detector=f"{backend} of DeepFace {version('deepface')}",
        alignment="its own",
        model=card.name,
        version=(card.sha256 or "")[:12],
        precision="f32",
        dim=card.dim or 0,
    )


def _fetch_cascades(folder: Path) -> None:
    """Put OpenCV's cascades where DeepFace looks for weights, out of an older OpenCV."""
    missing = [name for name in _CASCADES if not (folder / name).is_file()]
    if not missing:
        return
    with tempfile.TemporaryDirectory(prefix="gallery-benchmark-") as temporary:
        wheel = download_distribution(_CASCADES_FROM, Path(temporary))
        for name in missing:
            data = read_member(wheel, f"cv2/data/{name}")
            write_verified(folder / name, data, _CASCADES[name])
