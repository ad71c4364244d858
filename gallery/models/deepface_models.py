"""DeepFace's other models, behind our protocols.

Embedders get our aligned crop and run through DeepFace's own client, with the
normalisation each was trained with. Detectors get our decoded photo.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from importlib.metadata import version as package_version
from typing import Any

import numpy as np

from gallery.align import find_alignment
from gallery.config import Settings
from gallery.errors import ModelError
from gallery.models.cards import ModelCard
from gallery.models.weights import prepare_deepface
from gallery.records import Face, Pixels, Vectors
from gallery.vectors import unit

# What each network was trained on, by DeepFace's names for the normalisations.
_NORMALISATION = {
    "Facenet": "Facenet",
    "Facenet512": "Facenet2018",
    "VGG-Face": "VGGFace2",
    "ArcFace": "ArcFace",
}


# Their scores are margins, not probabilities: what they report, they have decided on.
_DECIDES_ITSELF = frozenset({"dlib-hog", "opencv"})


def build_client(card: ModelCard, settings: Settings) -> Any:
    """DeepFace's client for a model, on the engine of our settings.

    Raises:
        ModelError: A package or the weights are missing.
    """
    prepare_deepface(settings)
    task = "face_detector" if card.task == "detector" else "facial_recognition"
    try:
        from deepface.modules import modeling

        return modeling.build_model(task=task, model_name=card.deepface)
    except Exception as error:  # ImportError, ValueError, bare Exception: DeepFace has them all
        extra = f" It needs: pip install {card.needs}." if card.needs else ""
        raise ModelError(
            f"{card.title} cannot be loaded: {error}.{extra} "
            f"For the weights run: gallery models pull {card.name}"
        ) from error


class DeepFaceEmbedder:
    """Any DeepFace recognition model on our crops."""

    precision = "f32"

    def __init__(self, card: ModelCard, version: str, settings: Settings) -> None:
        self.name = card.name
        self.version = version
        self.mirrored = card.mirrored
        self._client = build_client(card, settings)
        self._normalisation = _NORMALISATION.get(card.deepface or "", "base")
        self.dim = int(self._client.output_shape)
        self.alignment = find_alignment(card.alignment or "five-point-112")
        self._lock = threading.Lock()

    def embed(self, crops: Sequence[Pixels]) -> Vectors:
        """Embed n RGB crops into (n, dim) unit vectors."""
        if not len(crops):
            return np.empty((0, self.dim), dtype=np.float32)
        from deepface.modules.preprocessing import normalize_input

        rows = []
        with self._lock:
            for crop in crops:
                bgr = crop[None, :, :, ::-1].astype(np.float32) / 255.0
                blob = normalize_input(bgr, normalization=self._normalisation)
                rows.append(np.asarray(self._client.forward(blob), dtype=np.float32).reshape(-1))
        return unit(np.stack(rows))


class DeepFaceDetector:
    """Any DeepFace detector; landmarks where it gives all five."""

    def __init__(self, card: ModelCard, settings: Settings) -> None:
        self.name = card.name
        self._min_score = settings.min_score
        self._client = build_client(card, settings)
        self._lock = threading.Lock()

    def detect(self, image: Pixels) -> list[Face]:
        """Faces of an RGB image, best score first."""
        with self._lock:
            regions = self._client.detect_faces(np.ascontiguousarray(image[:, :, ::-1]))
        faces = []
        for region in regions:
            score = 1.0 if region.confidence is None else float(region.confidence)
            if self.name in _DECIDES_ITSELF:
                score = 1.0
            if region.w <= 0 or region.h <= 0 or score < self._min_score:
                continue
            x, y = float(region.x), float(region.y)
            faces.append(
                Face(
                    box=(x, y, x + float(region.w), y + float(region.h)),
                    score=score,
                    landmarks=_landmarks(region),
                )
            )
        return sorted(faces, key=lambda face: -face.score)


def _landmarks(region: Any) -> np.ndarray[Any, np.dtype[np.float32]] | None:
    """Our five points; a detector that gives only the eyes has the rest placed below them."""
    eyes = (region.right_eye, region.left_eye)
    if any(point is None for point in eyes):
        return None
    right, left = (np.asarray(point, dtype=np.float32) for point in eyes)
    rest = (region.nose, region.mouth_right, region.mouth_left)
    if all(point is not None for point in rest):
        return np.array([right, left, *rest], dtype=np.float32)
    # Shares of the eye distance, from the five-point template, turned with the eyes.
    across = left - right
    down = np.array([-across[1], across[0]], dtype=np.float32)
    nose = (right + left) / 2 + 0.57 * down
    mouth_right = (right + left) / 2 - 0.41 * across + 1.15 * down
    mouth_left = (right + left) / 2 + 0.41 * across + 1.15 * down
    return np.array([right, left, nose, mouth_right, mouth_left], dtype=np.float32)


def deepface_version() -> str:
    """Version of the installed package, for models whose weights carry no hash."""
    return f"deepface-{package_version('deepface')}"
