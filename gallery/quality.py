"""How sharp a photo is, and how far a face can be trusted."""

from __future__ import annotations

import cv2
import numpy as np

from gallery.records import Face, FaceQuality, Landmarks, Pixels
from gallery.resize import shrink

# Sharpness is compared between photos, so it is measured at one size.
_PHOTO_SIDE = 512
_TILES = 4


def photo_sharpness(pixels: Pixels) -> float:
    """How sharp the sharpest part of a photo is.

    Variance of the Laplacian (Pech-Pacheco et al., ICPR 2000) of the grey picture at 512
    pixels, the largest over a 4 x 4 grid: a portrait before a soft background is not blurred.

    Returns:
        0 for a single colour; some 10 for a picture out of focus; hundreds for a sharp one.
    """
    grey = cv2.cvtColor(shrink(pixels, _PHOTO_SIDE), cv2.COLOR_RGB2GRAY)
    edges = cv2.Laplacian(grey, cv2.CV_32F)
    tiles = (
        tile
        for row in np.array_split(edges, _TILES, axis=0)
        for tile in np.array_split(row, _TILES, axis=1)
        if tile.size
    )
    return float(max(tile.var() for tile in tiles))


def crop_sharpness(crop: Pixels) -> float:
    """Variance of the Laplacian of an aligned crop, away from its edges."""
    grey = cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY)
    inset = grey.shape[0] // 8
    return float(cv2.Laplacian(grey, cv2.CV_32F)[inset:-inset, inset:-inset].var())


def pose(landmarks: Landmarks) -> tuple[float, float, float]:
    """Yaw, pitch and roll in degrees, estimated from five landmarks.

    A frontal face has its nose over the middle of the eyes, half way down to the mouth; the
    nose stands out of that plane by about 0.45 eye distances, so turning the head by an angle
    moves it by 0.45 tan(angle). Good to some ten degrees, enough to tell profile from front.
    """
    right_eye, left_eye, nose, right_mouth, left_mouth = landmarks.astype(np.float64)
    across = left_eye - right_eye
    roll = float(np.degrees(np.arctan2(across[1], across[0])))
    eyes, mouth = (right_eye + left_eye) / 2, (right_mouth + left_mouth) / 2
    distance = float(np.hypot(*across))
    height = float(np.hypot(*(mouth - eyes)))
    unit_across = across / max(distance, 1e-6)
    unit_down = np.array([-unit_across[1], unit_across[0]])
    moved = (nose - (eyes + mouth) / 2) / 0.45
    # Turning shortens the distance across as it moves the nose, so both give the angle
    # together, up to a full profile; 1.15 eye distances is the height from eyes to mouth.
    yaw = float(np.degrees(np.arctan2(moved @ unit_across, distance)))
    pitch = float(np.degrees(np.arctan2(-moved @ unit_down, height / 1.15)))
    return yaw, pitch, roll


def face_quality(face: Face, crop: Pixels) -> FaceQuality:
    """The quality of a face from its box, landmarks, score and five-point crop.

    Args:
        face: in pixels of the rotated original.
        crop: its aligned crop, 112 x 112.
    """
    size = min(face.width, face.height)
    sharpness = crop_sharpness(crop)
    yaw = pitch = roll = 0.0
    if face.landmarks is not None:
        yaw, pitch, roll = pose(face.landmarks)
    overall = (
        _ramp(size, 16, 56)
        * _ramp(sharpness, 4, 60)
        * _ramp(80 - abs(yaw), 15, 45)
        * _ramp(face.score, 0.5, 0.9)
    )
    return FaceQuality(size, sharpness, yaw, pitch, roll, float(overall))


def _ramp(value: float, low: float, high: float) -> float:
    """0 at `low` and below, 1 at `high` and above, straight in between."""
    return float(np.clip((value - low) / (high - low), 0.0, 1.0))
