"""Pixels + detector -> faces, in pixels of the rotated original."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np

from gallery.protocols import Detector
from gallery.records import Box, DecodedPhoto, Face, Pixels
from gallery.resize import resize

# A face that fills the picture has no surroundings, which detectors are trained to see:
# the last look gives it a frame of this share of the longer side.
_FRAME = 0.5

# Pictures that are made smaller than this are averaged, since a mean of four would miss pixels.
_AVERAGED = 0.5

# Around a drawn box, so that the detector sees surroundings; share of the box on each side.
_SURROUNDINGS = 0.75
# A detector shrinks or enlarges what it is shown; a face is found best at some 100 pixels.
_DRAWN_SIDE = 320
_DRAWN_OVERLAP = 0.3


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
    width, height = round(pixels.shape[1] * scale), round(pixels.shape[0] * scale)
    if scale > _AVERAGED:
        # Averaging areas that cut through pixels takes a third as long as the detector itself.
        return np.asarray(cv2.resize(pixels, (width, height)), dtype=np.uint8)
    return resize(pixels, width, height)


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


def face_in_box(photo: DecodedPhoto, drawn: Face, detector: Detector) -> Face | None:
    """The face a detector sees when shown only the surroundings of a drawn box.

    Args:
        photo: decoded.
        drawn: the box, in pixels of the rotated original.
        detector: any score will do, since a person says that there is a face.

    Returns:
        The face that overlaps the box most, or None where there is none.
    """
    x0, y0, x1, y1 = drawn.scaled(photo.scale).box
    height, width = photo.pixels.shape[:2]
    wide, high = (x1 - x0) * _SURROUNDINGS, (y1 - y0) * _SURROUNDINGS
    left, top = max(0, round(x0 - wide)), max(0, round(y0 - high))
    right, bottom = min(width, round(x1 + wide)), min(height, round(y1 + high))
    patch = photo.pixels[top:bottom, left:right]
    zoom = _DRAWN_SIDE / max(patch.shape[:2])
    found = []
    for face in detector.detect(_resize(np.ascontiguousarray(patch), zoom)):
        at = face.scaled(1 / zoom)
        shift = np.array([left, top], dtype=np.float32)
        landmarks = None if at.landmarks is None else at.landmarks + shift
        box = (at.box[0] + left, at.box[1] + top, at.box[2] + left, at.box[3] + top)
        found.append(replace(at, box=box, landmarks=landmarks).scaled(1 / photo.scale))
    best = max(found, key=lambda face: overlap(face.box, drawn.box), default=None)
    if best is None or overlap(best.box, drawn.box) < _DRAWN_OVERLAP:
        return None
    return best


def overlap(a: Box, b: Box) -> float:
    """Shared area over joint area of two boxes, 0 to 1."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    shared = width * height
    areas = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1])
    return float(shared / (areas - shared))
