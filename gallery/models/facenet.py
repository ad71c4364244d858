"""FaceNet 20180408-102900 (Schroff et al., CVPR 2015; D. Sandberg's weights on CASIA-WebFace)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from gallery.align import PressedBox
from gallery.config import Settings
from gallery.models.session import OpenVINOSession, available_runtime
from gallery.records import Pixels, Vectors
from gallery.vectors import unit


def standardise(crop: Pixels) -> np.ndarray[Any, np.dtype[np.float32]]:
    """From 0 to 255 to about -1 to 1, the same for every picture.

    The models of 2018 were trained with this fixed standardisation; that of each picture by its
    own mean and spread, which the older ones want, costs a point on LFW.
    """
    return np.asarray((crop.astype(np.float32) - 127.5) / 128, dtype=np.float32)


class FaceNet20180408:
    """Embedder: OpenVINO reads the frozen TensorFlow graph, and OpenCV does where it is missing."""

    name = "facenet-20180408"
    dim = 512
    mirrored = False

    def __init__(self, weights: Path, version: str, settings: Settings) -> None:
        self.version = version
        self.alignment = PressedBox(160)
        self._session: OpenVINOSession | None = None
        self._net: Any = None
        if available_runtime(settings) == "openvino":
            self._session = OpenVINOSession(weights, settings.precision, settings.threads)
            self.precision = settings.precision
        else:
            self._net = cv2.dnn.readNetFromTensorflow(str(weights))
            self.precision = "f32"

    def embed(self, crops: Sequence[Pixels]) -> Vectors:
        """Embed n RGB 160 x 160 crops into (n, 512) unit vectors."""
        if not len(crops):
            return np.empty((0, self.dim), dtype=np.float32)
        inputs = [standardise(crop)[None] for crop in crops]
        if self._session is not None:
            return unit(np.concatenate([out[0] for out in self._session.run_many(inputs)]))
        rows = []
        for array in inputs:
            self._net.setInput(np.ascontiguousarray(array.transpose(0, 3, 1, 2)))
            rows.append(self._net.forward())
        return unit(np.concatenate(rows))
