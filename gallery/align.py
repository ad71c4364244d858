"""Landmarks -> crop: the picture an embedder was trained to see.

SFace, ArcFace and GhostFaceNet were trained on faces moved onto five fixed points; turning
the eyes level and letter-boxing the box instead costs them several points of accuracy on
LFW. FaceNet 20180408 was trained on boxes pressed into a square, neither turned nor kept in
shape.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from gallery.errors import ModelError
from gallery.protocols import Alignment
from gallery.records import Face, Landmarks, Pixels

# Ends the alignment of a space in which a face counts with its mirror image.
MIRRORED = "-mirrored"

# The five points of a 112 x 112 crop (InsightFace's template; also that of SFace).
TEMPLATE_112: NDArray[np.float32] = np.array(
    [
        (38.2946, 51.6963),
        (73.5318, 51.5014),
        (56.0252, 71.7366),
        (41.5493, 92.3655),
        (70.7299, 92.2041),
    ],
    dtype=np.float32,
)


def similarity_transform(source: Landmarks, target: Landmarks) -> NDArray[np.float64]:
    """The rotation, uniform scale and shift that bring `source` nearest to `target`.

    Least squares in closed form (Umeyama, PAMI 1991), so the same landmarks always give the
    same crop.

    Args:
        source: (n, 2) points.
        target: (n, 2) points.

    Returns:
        (2, 3) matrix for `cv2.warpAffine`.
    """
    source_mean, target_mean = source.mean(axis=0), target.mean(axis=0)
    a, b = (source - source_mean).astype(np.float64), (target - target_mean).astype(np.float64)
    spread = float((a**2).sum())
    if spread < 1e-9:
        raise ModelError("All landmarks of a face lie on one point; it cannot be aligned.")
    cosine = float((a * b).sum()) / spread
    sine = float((a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]).sum()) / spread
    linear = np.array([[cosine, -sine], [sine, cosine]])
    return np.column_stack([linear, target_mean - linear @ source_mean])


@dataclass(frozen=True, slots=True)
class FivePoint:
    """The five-point crop at any size; other sizes scale the 112 template.

    Args:
        size: side of the crop in pixels.
    """

    size: int = 112

    @property
    def name(self) -> str:
        """Goes into the space of the vectors."""
        return f"five-point-{self.size}"

    def crop(self, image: Pixels, face: Face) -> Pixels:
        """Cut one (size, size, 3) crop; a face without landmarks gets those of its box."""
        return warp(image, landmarks_of(face), TEMPLATE_112 * (self.size / 112), self.size)


@dataclass(frozen=True, slots=True)
class BoxCrop:
    """The box with a margin, made square and resized.

    Args:
        size: side of the crop in pixels.
        margin: share of the box's longer side added around it, half on each side.
    """

    size: int = 160
    margin: float = 0.2

    @property
    def name(self) -> str:
        """Goes into the space of the vectors."""
        return f"box-{self.size}"

    def crop(self, image: Pixels, face: Face) -> Pixels:
        """Cut one (size, size, 3) crop."""
        x0, y0, x1, y1 = face.box
        centre = np.array([(x0 + x1) / 2, (y0 + y1) / 2], dtype=np.float32)
        half = max(face.width, face.height) * (1 + self.margin) / 2
        corners = np.array([(-1, -1), (1, -1), (-1, 1), (1, 1)], dtype=np.float32)
        target = ((corners + 1) / 2 * self.size).astype(np.float32)
        return warp(image, centre + corners * np.float32(half), target, self.size)


# Where eyes and nose of our landmarks lie in dlib's face chip with the padding of 0.25 that its
# network was trained with, as shares of its side: medians over 397 photos of LFW, of which dlib's
# own detector and landmarks (corners of the eyes, base of the nose) made the chips. It lays chips
# by those, so the mouth does not count; of the ways to count the others, this one is nearest.
_DLIB_CHIP: NDArray[np.float32] = np.array(
    [(0.313, 0.308), (0.685, 0.308), (0.496, 0.526)], dtype=np.float32
)
_DLIB_COUNTS = [0, 0, 1, 1, 2]


@dataclass(frozen=True, slots=True)
class DlibChip:
    """dlib's face chip, laid by our landmarks: each eye counts twice, the nose once.

    Args:
        size: side of the crop in pixels.
    """

    size: int = 150

    @property
    def name(self) -> str:
        """Goes into the space of the vectors."""
        return f"dlib-eyes-{self.size}"

    def crop(self, image: Pixels, face: Face) -> Pixels:
        """Cut one (size, size, 3) crop; a face without landmarks gets those of its box."""
        target = (_DLIB_CHIP * self.size).astype(np.float32)
        return warp(image, landmarks_of(face)[_DLIB_COUNTS], target[_DLIB_COUNTS], self.size)


@dataclass(frozen=True, slots=True)
class PressedBox:
    """The box with a margin, pressed into a square whatever its shape, and not turned.

    So FaceNet's own preparation does it (align_dataset_mtcnn.py of D. Sandberg's repository: 32
    pixels more than the box, which is 0.16 of a face's width on each side in LFW, resized to
    160 x 160). A crop that keeps the shape, or turns the eyes level, costs a point on LFW.

    Args:
        size: side of the crop in pixels.
        margin: share of the box's width added on every side.
    """

    size: int = 160
    margin: float = 0.16

    @property
    def name(self) -> str:
        """Goes into the space of the vectors."""
        return f"pressed-box-{self.size}"

    def crop(self, image: Pixels, face: Face) -> Pixels:
        """Cut one (size, size, 3) crop."""
        more = face.width * self.margin
        x0, y0, x1, y1 = face.box
        corners = np.array(
            [(x0 - more, y0 - more), (x1 + more, y0 - more), (x0 - more, y1 + more)],
            dtype=np.float32,
        )
        wide = max(face.width, face.height) + 2 * more
        # A crop much smaller than the face is taken larger and averaged down, as in `warp`.
        over = int(np.clip(np.floor(wide / self.size), 1, 8))
        side = self.size * over
        # Corners of pictures lie half a pixel outside the centres of their corner pixels.
        target = np.array([(0, 0), (side, 0), (0, side)], dtype=np.float32) - 0.5
        matrix = cv2.getAffineTransform(corners - 0.5, target)
        crop = cv2.warpAffine(
            image, matrix, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT
        )
        if over > 1:
            crop = cv2.resize(crop, (self.size, self.size), interpolation=cv2.INTER_AREA)
        return np.asarray(crop, dtype=np.uint8)


def warp(image: Pixels, source: Landmarks, target: Landmarks, size: int) -> Pixels:
    """Move `source` points of an image onto `target` points of a square crop.

    A crop much smaller than the face is taken larger and then averaged down: sampling a
    big face at every fourth pixel would alias.
    """
    matrix = similarity_transform(source, target)
    shrink = 1 / float(np.hypot(matrix[0, 0], matrix[1, 0]))
    over = int(np.clip(np.floor(shrink), 1, 8))
    side = size * over
    # Pixel centres lie at half pixels: scaling the target keeps them in place.
    matrix = matrix * over
    matrix[:, 2] += (over - 1) / 2
    crop = cv2.warpAffine(
        image, matrix, (side, side), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT
    )
    if over > 1:
        crop = cv2.resize(crop, (size, size), interpolation=cv2.INTER_AREA)
    return np.asarray(crop, dtype=np.uint8)


def landmarks_of(face: Face) -> Landmarks:
    """The five landmarks of a face; those that are typical of its box where it has none."""
    return typical_landmarks(face) if face.landmarks is None else face.landmarks


def typical_landmarks(face: Face) -> Landmarks:
    """Where the five landmarks of a frontal face usually lie in its box.

    Used for detectors that give none and for boxes drawn by hand when no detector sees a
    face in them. Shares of the box's sides, averaged over RetinaFace's boxes on LFW.
    """
    shares = np.array(
        [(0.30, 0.40), (0.70, 0.40), (0.50, 0.60), (0.34, 0.77), (0.66, 0.77)], dtype=np.float32
    )
    origin = np.array(face.box[:2], dtype=np.float32)
    sides = np.array([face.width, face.height], dtype=np.float32)
    return np.asarray(origin + shares * sides, dtype=np.float32)


_BY_NAME: dict[str, Callable[[int], Alignment]] = {
    "five-point": FivePoint,
    "box": BoxCrop,
    "dlib-eyes": DlibChip,
    "pressed-box": PressedBox,
}


def find_alignment(name: str) -> Alignment:
    """The alignment of a card or of a space by its name.

    Raises:
        ModelError: No such alignment.
    """
    kind, _, size = name.removesuffix(MIRRORED).rpartition("-")
    if kind not in _BY_NAME or not size.isdigit():
        raise ModelError(
            f"There is no alignment named {name!r}; try one of {', '.join(_BY_NAME)} with a size, "
            "such as five-point-112."
        )
    return _BY_NAME[kind](int(size))
