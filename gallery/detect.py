"""Pixels + detector -> faces, in pixels of the rotated original."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np

from gallery.protocols import Detector
from gallery.records import DecodedPhoto, Face, Pixels
from gallery.resize import resize

# A face that fills the picture has no surroundings, which detectors are trained to see:
# the last look gives it a frame of this share of the longer side.
_FRAME = 0.5


@dataclass(frozen=True, slots=True)
class DetectOptions:
    """How faces are looked for.

    Args:
        side: longest side, in pixels, of the first look.
        min_score: faces below are dropped.
        min_face: shorter side of a box in original pixels; smaller faces are dropped.
    """

    side: int = 1280
    min_score: float = 0.8
    min_face: int = 16


def detect_faces(photo: DecodedPhoto, detector: Detector, options: DetectOptions) -> list[Face]:
    """Find the faces of a photo, the largest first.

    The photo is looked at once at a bounded size. Only where that yields nothing does it get
    a second, finer look, and a third from further away for a face that fills the picture.
    """
    for image, scale, shift in _looks(photo.pixels, options.side):
        found = []
        for face in detector.detect(image):
            moved = _move(face, -shift).scaled(1 / (scale * photo.scale))
            kept = _keep(moved, photo, options)
            if kept is not None:
                found.append(kept)
        if found:
            return sorted(found, key=lambda face: -face.width * face.height)
    return []


def _looks(pixels: Pixels, side: int) -> Iterator[tuple[Pixels, float, float]]:
    """Images to look at, each with its scale and the width of its frame."""
    longest = max(pixels.shape[:2])
    first = min(1.0, side / longest)
    yield _resize(pixels, first), first, 0.0
    finer = min(2.0, 2 * side / longest)
    if finer > first:
        yield _resize(pixels, finer), finer, 0.0
    coarse = min(1.0, side / 2 / longest)
    small = _resize(pixels, coarse)
    frame = round(max(small.shape[:2]) * _FRAME)
    framed = cv2.copyMakeBorder(small, frame, frame, frame, frame, cv2.BORDER_REPLICATE)
    yield np.asarray(framed, dtype=np.uint8), coarse, float(frame)


def _resize(pixels: Pixels, scale: float) -> Pixels:
    if scale == 1.0:
        return pixels
    return resize(pixels, round(pixels.shape[1] * scale), round(pixels.shape[0] * scale))


def _move(face: Face, by: float) -> Face:
    if not by:
        return face
    x0, y0, x1, y1 = (edge + by for edge in face.box)
    landmarks = None if face.landmarks is None else face.landmarks + np.float32(by)
    return replace(face, box=(x0, y0, x1, y1), landmarks=landmarks)


def _keep(face: Face, photo: DecodedPhoto, options: DetectOptions) -> Face | None:
    """The face clipped to the photo, or None where it is too weak, small or outside."""
    if face.score < options.min_score:
        return None
    x0, y0, x1, y1 = face.box
    box = (max(0.0, x0), max(0.0, y0), min(float(photo.width), x1), min(float(photo.height), y1))
    if min(box[2] - box[0], box[3] - box[1]) < options.min_face:
        return None
    return replace(face, box=box)
