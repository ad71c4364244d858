"""Crops: the landmarks land on the template, and nothing aliases on the way."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest

from gallery.align import (
    TEMPLATE_112,
    BoxCrop,
    DlibChip,
    FivePoint,
    PressedBox,
    find_alignment,
    similarity_transform,
    typical_landmarks,
)
from gallery.errors import ModelError
from gallery.records import Face, Landmarks, Pixels

SQUARE = np.array([(0, 0), (2, 0), (0, 2), (2, 2), (1, 1)], dtype=np.float32)


def rotated(points: np.ndarray, degrees: float) -> np.ndarray:
    turn = math.radians(degrees)
    matrix = np.array([[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]])
    return (points @ matrix.T).astype(np.float32)


@pytest.mark.parametrize(
    ("target", "matrix"),
    [
        (SQUARE, [[1, 0, 0], [0, 1, 0]]),
        (SQUARE + np.float32([5, -3]), [[1, 0, 5], [0, 1, -3]]),
        (SQUARE * 4, [[4, 0, 0], [0, 4, 0]]),
        (rotated(SQUARE, 90), [[0, -1, 0], [1, 0, 0]]),
        (rotated(SQUARE, 180) * np.float32(0.5), [[-0.5, 0, 0], [0, -0.5, 0]]),
    ],
    ids=["identity", "shift", "scale", "quarter turn", "half turn and half size"],
)
def test_similarity_by_hand(target: np.ndarray, matrix: list[list[float]]) -> None:
    np.testing.assert_allclose(similarity_transform(SQUARE, target), matrix, atol=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_similarity_is_the_least_squares_solution(seed: int) -> None:
    rng = np.random.default_rng(seed)
    source = rng.uniform(0, 300, (5, 2)).astype(np.float32)
    target = (rotated(source, 25) * np.float32(0.4) + rng.normal(0, 3, (5, 2))).astype(np.float32)
    # u = a x - b y + c, v = b x + a y + d: linear in a, b, c, d.
    rows, values = [], []
    for (x, y), (u, v) in zip(source.tolist(), target.tolist(), strict=True):
        rows += [[x, -y, 1, 0], [y, x, 0, 1]]
        values += [u, v]
    a, b, c, d = np.linalg.lstsq(np.array(rows), np.array(values), rcond=None)[0]
    np.testing.assert_allclose(
        similarity_transform(source, target), [[a, -b, c], [b, a, d]], rtol=1e-4, atol=1e-3
    )


def test_landmarks_on_one_point_cannot_be_aligned() -> None:
    with pytest.raises(ModelError, match="lie on one point"):
        similarity_transform(np.full((5, 2), 7, np.float32), TEMPLATE_112)


def dots(landmarks: Landmarks, side: int = 900) -> Pixels:
    """Black, with a soft dot of its own brightness on each landmark."""
    ys, xs = np.mgrid[0:side, 0:side].astype(np.float32)
    eyes = landmarks[1] - landmarks[0]
    radius = max(1.5, float(np.hypot(*eyes)) / 14)
    picture = np.zeros((side, side), np.float32)
    for x, y in landmarks:
        picture += 255 * np.exp(-((xs - x) ** 2 + (ys - y) ** 2) / (2 * radius**2))
    return np.repeat(picture.clip(0, 255).astype(np.uint8)[:, :, None], 3, axis=2)


def centre_near(crop: Pixels, point: np.ndarray, reach: float) -> np.ndarray:
    """The centre of brightness around a point."""
    grey = crop[:, :, 0].astype(np.float64)
    ys, xs = np.mgrid[0 : grey.shape[0], 0 : grey.shape[1]]
    weight = grey * ((xs - point[0]) ** 2 + (ys - point[1]) ** 2 < reach**2)
    assert weight.sum() > 0, f"no dot anywhere near {point}"
    return np.array([(weight * xs).sum(), (weight * ys).sum()]) / weight.sum()


@pytest.mark.parametrize("size", [112, 160, 55])
@pytest.mark.parametrize(
    ("degrees", "scale"), [(0, 1), (20, 1), (-75, 1.3), (180, 0.6), (10, 2.6), (-30, 5)]
)
def test_landmarks_land_on_the_template(degrees: float, scale: float, size: int) -> None:
    middle = TEMPLATE_112.mean(axis=0)
    landmarks = (rotated(TEMPLATE_112 - middle, degrees) * np.float32(scale) + 450).astype(
        np.float32
    )
    crop = FivePoint(size).crop(dots(landmarks), Face((300, 300, 600, 600), 1.0, landmarks))
    assert crop.shape == (size, size, 3)
    assert crop.dtype == np.uint8
    share = size / 112
    for point in TEMPLATE_112 * share:
        found = centre_near(crop, point, 9 * share)
        assert np.hypot(*(found - point)) < 0.6, f"{found} instead of {point}"


@pytest.mark.parametrize("scale", [2.5, 4.0, 7.9, 12.0])
def test_a_large_face_is_averaged_not_sampled(scale: float) -> None:
    # One pixel black, one white: whoever picks single pixels gets stripes, or black, or white.
    side = 2200
    checks = (np.indices((side, side)).sum(axis=0) % 2 * 255).astype(np.uint8)
    image = np.repeat(checks[:, :, None], 3, axis=2)
    landmarks = ((TEMPLATE_112 - 56) * np.float32(scale) + side / 2 + 0.3).astype(np.float32)
    crop = FivePoint(112).crop(image, Face((0, 0, side, side), 1.0, landmarks))
    inner = crop[20:-20, 20:-20].astype(float)
    assert abs(inner.mean() - 127.5) < 8
    assert inner.std() < 30, f"moire: grey values spread by {inner.std():.1f}"


def test_outside_the_photo_is_black() -> None:
    image = np.full((60, 60, 3), 200, np.uint8)
    crop = FivePoint(112).crop(image, Face((0, 0, 60, 60), 1.0, TEMPLATE_112))
    assert crop[5, 5].tolist() == [200, 200, 200]
    assert crop[100, 100].tolist() == [0, 0, 0]


def test_a_face_without_landmarks_gets_those_of_its_box() -> None:
    rng = np.random.default_rng(0)
    image = cv2.resize(rng.integers(0, 255, (20, 20, 3), dtype=np.uint8), (200, 200))
    plain = Face((40, 30, 140, 160), 1.0)
    given = Face(plain.box, 1.0, typical_landmarks(plain))
    np.testing.assert_array_equal(
        FivePoint(112).crop(image, plain), FivePoint(112).crop(image, given)
    )


def test_typical_landmarks_make_a_face() -> None:
    points = typical_landmarks(Face((100, 50, 200, 180), 1.0))
    right_eye, left_eye, nose, right_mouth, left_mouth = points
    assert points.shape == (5, 2)
    assert right_eye[0] < nose[0] < left_eye[0]
    assert right_mouth[0] < nose[0] < left_mouth[0]
    assert right_eye[1] == left_eye[1] < nose[1] < right_mouth[1] == left_mouth[1]
    assert points.min(axis=0).tolist() > [100, 50]
    assert points.max(axis=0).tolist() < [200, 180]


@pytest.mark.parametrize(("margin", "size"), [(0.0, 160), (0.2, 160), (0.5, 96)])
def test_a_box_crop_is_the_box_made_square_with_its_margin(margin: float, size: int) -> None:
    image = np.zeros((400, 400, 3), np.uint8)
    box = (150, 100, 250, 260)  # 100 x 160, centred on 200, 180
    image[100:260, 150:250] = 255
    crop = BoxCrop(size, margin).crop(image, Face(box, 1.0))
    assert crop.shape == (size, size, 3)
    white = crop[:, :, 0] > 127
    rows, columns = np.flatnonzero(white.any(axis=1)), np.flatnonzero(white.any(axis=0))
    side = size / (160 * (1 + margin))
    assert len(rows) == pytest.approx(160 * side, abs=2)
    assert len(columns) == pytest.approx(100 * side, abs=2)
    assert rows.mean() == pytest.approx((size - 1) / 2, abs=1)
    assert columns.mean() == pytest.approx((size - 1) / 2, abs=1)


@pytest.mark.parametrize(("margin", "size"), [(0.0, 160), (0.16, 160), (0.5, 96), (0.1, 20)])
def test_a_pressed_box_fills_a_square_whatever_its_shape(margin: float, size: int) -> None:
    image = np.zeros((400, 400, 3), np.uint8)
    image[100:260, 150:250] = 255
    crop = PressedBox(size, margin).crop(image, Face((150, 100, 250, 260), 1.0))
    assert crop.shape == (size, size, 3)
    white = crop[:, :, 0] > 127
    rows, columns = np.flatnonzero(white.any(axis=1)), np.flatnonzero(white.any(axis=0))
    assert len(columns) == pytest.approx(size * 100 / (100 + 200 * margin), abs=2)
    assert len(rows) == pytest.approx(size * 160 / (160 + 200 * margin), abs=2)
    assert rows.mean() == pytest.approx((size - 1) / 2, abs=1)
    assert columns.mean() == pytest.approx((size - 1) / 2, abs=1)


def test_a_dlib_chip_is_laid_by_eyes_and_nose() -> None:
    image = np.zeros((400, 400, 3), np.uint8)
    chip = np.array([(0.313, 0.308), (0.685, 0.308), (0.496, 0.526)], np.float32) * 150
    upper = rotated(chip - 75, 20) * np.float32(1.4) + np.float32(200)
    for x, y in upper[:2]:
        cv2.circle(image, (round(float(x)), round(float(y))), 4, (255, 255, 255), -1)
    # Wherever the mouth is: dlib's own landmarks have none.
    for mouth in ([(150, 300), (250, 300)], [(120, 380), (290, 330)]):
        landmarks = np.vstack([upper, np.array(mouth, np.float32)])
        crop = DlibChip(150).crop(image, Face((100, 60, 300, 300), 1.0, landmarks=landmarks))
        for x, y in chip[:2]:
            assert centre_near(crop, np.array([x, y]), 8) == pytest.approx((x, y), abs=0.6)


@pytest.mark.parametrize(
    "alignment",
    [FivePoint(112), FivePoint(160), BoxCrop(160), BoxCrop(150), DlibChip(150), PressedBox(160)],
)
def test_an_alignment_is_found_by_its_name(alignment: object) -> None:
    assert find_alignment(alignment.name) == alignment


@pytest.mark.parametrize(
    "name", ["", "five-point", "five-point-", "box-x", "seven-point-112", "112"]
)
def test_an_unknown_alignment(name: str) -> None:
    with pytest.raises(ModelError, match="There is no alignment named"):
        find_alignment(name)
