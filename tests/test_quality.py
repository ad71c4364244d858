"""Sharpness falls with blur; the pose of a modelled head comes back with the right sign."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import cv2
import numpy as np
import pytest
from synthetic import blurred, face, sharp_pixels

from gallery.quality import crop_sharpness, face_quality, photo_sharpness, pose
from gallery.records import Pixels

# A head, seen from the front, in eye distances: x to the picture's right, y down, z to us.
HEAD = np.array(
    [(-0.5, -0.57, 0), (0.5, -0.57, 0), (0, 0, 0.45), (-0.41, 0.57, 0), (0.41, 0.57, 0)]
)


def seen(yaw: float = 0, pitch: float = 0, roll: float = 0) -> np.ndarray:
    """Landmarks of the head turned to its own left, up, and clockwise in the picture."""
    y, p, r = np.radians([yaw, pitch, roll])
    left = np.array([[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]])
    up = np.array([[1, 0, 0], [0, np.cos(p), -np.sin(p)], [0, np.sin(p), np.cos(p)]])
    clockwise = np.array([[np.cos(r), -np.sin(r), 0], [np.sin(r), np.cos(r), 0], [0, 0, 1]])
    points = HEAD @ (clockwise @ up @ left).T
    return (points[:, :2] * 60 + 200).astype(np.float32)


def test_a_frontal_head_has_no_angles() -> None:
    assert pose(seen()) == pytest.approx((0, 0, 0), abs=0.01)


@pytest.mark.parametrize("angle", [-45, -30, -15, 15, 30, 45])
@pytest.mark.parametrize("index", [0, 1, 2], ids=["yaw", "pitch", "roll"])
def test_each_angle_has_its_sign_and_size(index: int, angle: float) -> None:
    found = pose(seen(**{("yaw", "pitch", "roll")[index]: angle}))
    assert found[index] == pytest.approx(angle, abs=15), "the angle itself"
    others = [value for other, value in enumerate(found) if other != index]
    assert np.abs(others).max() < 12, f"the other angles: {others}"


def test_a_head_that_turns_further_has_more_yaw() -> None:
    found = [pose(seen(yaw=angle))[0] for angle in range(-80, 81, 10)]
    assert found == sorted(found)


@pytest.mark.parametrize("roll", [-170, -90, 90, 170])
def test_yaw_and_pitch_hold_in_a_photo_that_lies_on_its_side(roll: float) -> None:
    yaw, _, found = pose(seen(yaw=25, roll=roll))
    assert yaw == pytest.approx(25, abs=8)
    assert found == pytest.approx(roll, abs=3)


def test_a_mirrored_face_looks_the_other_way() -> None:
    points = seen(yaw=30)
    mirrored = points[[1, 0, 2, 4, 3]] * np.float32([-1, 1])
    assert pose(mirrored)[0] == pytest.approx(-pose(points)[0], abs=0.01)


def test_landmarks_on_one_point_have_finite_angles() -> None:
    assert np.isfinite(pose(np.full((5, 2), 9, np.float32))).all()


@pytest.mark.parametrize("measure", [photo_sharpness, crop_sharpness])
def test_blur_lowers_sharpness(measure: object) -> None:
    picture = sharp_pixels(0, 512, 512)
    found = [measure(picture)]  # type: ignore[operator]
    found += [measure(blurred(picture, sigma)) for sigma in (0.7, 1, 1.5, 2.5)]  # type: ignore[operator]
    assert all(sharper > 1.2 * softer for sharper, softer in pairwise(found)), found


def test_one_colour_has_no_sharpness() -> None:
    assert photo_sharpness(np.full((300, 200, 3), 90, np.uint8)) == 0


def test_a_portrait_before_a_soft_background_is_sharp() -> None:
    picture = sharp_pixels(3, 512, 512)
    portrait = blurred(picture, 12)
    portrait[192:320, 192:320] = picture[192:320, 192:320]
    assert photo_sharpness(portrait) > 10 * photo_sharpness(blurred(picture, 12))


def test_the_same_picture_larger_is_about_as_sharp() -> None:
    picture = blurred(sharp_pixels(5, 512, 384), 1.5)
    larger = np.asarray(
        cv2.resize(picture, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC), np.uint8
    )
    assert photo_sharpness(larger) == pytest.approx(photo_sharpness(picture), rel=0.1)


@pytest.mark.parametrize("shape", [(1, 1), (1, 900), (3, 2), (2000, 1)])
def test_odd_shapes_have_a_sharpness(shape: tuple[int, int]) -> None:
    assert photo_sharpness(np.zeros((*shape, 3), np.uint8)) == 0


def sharp_crop() -> Pixels:
    return sharp_pixels(1, 112, 112)


def test_a_good_face_is_good() -> None:
    good = replace(face(size=120), landmarks=seen())
    quality = face_quality(good, sharp_crop())
    assert quality.overall == pytest.approx(1.0)
    assert quality.size == 120
    assert quality.sharpness == pytest.approx(crop_sharpness(sharp_crop()))


@pytest.mark.parametrize(
    ("change", "crop"),
    [
        ({"box": (0, 0, 20, 20)}, sharp_crop()),
        ({"landmarks": seen(yaw=70)}, sharp_crop()),
        ({"score": 0.6}, sharp_crop()),
        ({}, blurred(sharp_crop(), 6)),
    ],
    ids=["small", "profile", "doubtful", "blurred"],
)
def test_each_fault_lowers_the_quality(change: dict[str, object], crop: Pixels) -> None:
    good = replace(face(size=120), landmarks=seen())
    assert face_quality(replace(good, **change), crop).overall < 0.6  # type: ignore[arg-type]


def test_a_face_without_landmarks_has_a_quality() -> None:
    quality = face_quality(replace(face(size=120), landmarks=None), sharp_crop())
    assert (quality.yaw, quality.pitch, quality.roll) == (0, 0, 0)
    assert quality.overall == pytest.approx(1.0)
