"""YuNet (Wu et al., Machine Intelligence Research 2023) through OpenCV's own wrapper."""

from __future__ import annotations

import threading
from pathlib import Path

import cv2
import numpy as np

from gallery.records import Face, Pixels
from gallery.resize import resize

_NMS_OVERLAP = 0.3
_CANDIDATES = 5000

# YuNet was trained on faces of 10 to 300 pixels: large photos are shrunk to meet it.
_LONGEST_SIDE = 640


class YuNet:
    """Detector on OpenCV's `FaceDetectorYN`."""

    name = "yunet"

    def __init__(self, weights: Path, min_score: float) -> None:
        # OpenCV 5 warns on standard error about a setting that its own wrapper makes.
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
        self._detector = cv2.FaceDetectorYN.create(
            str(weights), "", (320, 320), min_score, _NMS_OVERLAP, _CANDIDATES
        )
        self._lock = threading.Lock()  # the input size is state of the detector

    def detect(self, image: Pixels) -> list[Face]:
        """Faces of an RGB image, best score first."""
        scale = min(1.0, _LONGEST_SIDE / max(image.shape[:2]))
        small = image
        if scale < 1.0:
            small = resize(image, round(image.shape[1] * scale), round(image.shape[0] * scale))
        with self._lock:
            self._detector.setInputSize((small.shape[1], small.shape[0]))
            _, rows = self._detector.detect(np.ascontiguousarray(small[:, :, ::-1]))
        if rows is None:
            return []
        faces = [
            Face(
                box=(float(row[0]), float(row[1]), float(row[0] + row[2]), float(row[1] + row[3])),
                score=float(row[14]),
                # YuNet's order is right eye, left eye, nose, right mouth, left mouth: ours.
                landmarks=row[4:14].reshape(5, 2).astype(np.float32),
            ).scaled(1 / scale)
            for row in np.asarray(rows)
            if row[2] > 0 and row[3] > 0
        ]
        return sorted(faces, key=lambda face: -face.score)
