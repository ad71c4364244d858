"""Where a face is found in a smaller, larger or framed picture, it is reported in the original."""

from __future__ import annotations

import numpy as np
import pytest

from gallery.detect import DetectOptions, detect_faces
from gallery.records import DecodedPhoto, Face, Metadata, Pixels

GREEN = (0, 255, 0)


class GreenDetector:
    """Takes each green rectangle for a face, if the picture it sees suits it."""

    name = "green"

    def __init__(self, min_side: int = 0, max_side: int = 10_000, score: float = 0.95) -> None:
        self.min_side, self.max_side, self.score = min_side, max_side, score
        self.seen: list[tuple[int, int]] = []

    def detect(self, image: Pixels) -> list[Face]:
        self.seen.append((image.shape[1], image.shape[0]))
        if not self.min_side <= max(image.shape[:2]) <= self.max_side:
            return []
        import cv2

        green = ((image[:, :, 1] > 128) & (image[:, :, 0] < 128)).astype(np.uint8)
        count, _, stats, _ = cv2.connectedComponentsWithStats(green)
        faces = []
        for x, y, w, h, _ in stats[1:count].tolist():
            corners = [(x, y), (x + w, y), (x + w / 2, y + h / 2), (x, y + h), (x + w, y + h)]
            landmarks = np.array(corners, dtype=np.float32)
            faces.append(Face((x, y, x + w, y + h), self.score, landmarks))
        return faces


def photo(
    width: int, height: int, *boxes: tuple[int, int, int, int], original: int | None = None
) -> DecodedPhoto:
    """Red with green rectangles; `original` is the width it had before decoding."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[:, :, 0] = 255
    for x0, y0, x1, y1 in boxes:
        pixels[y0:y1, x0:x1] = GREEN
    factor = (original or width) / width
    return DecodedPhoto(pixels, round(width * factor), round(height * factor), "PNG", Metadata())


def assert_at(face: Face, box: tuple[float, float, float, float], within: float) -> None:
    assert face.box == pytest.approx(box, abs=within)
    x0, y0, x1, y1 = box
    corners = [(x0, y0), (x1, y0), ((x0 + x1) / 2, (y0 + y1) / 2), (x0, y1), (x1, y1)]
    assert face.landmarks is not None
    np.testing.assert_allclose(face.landmarks, corners, atol=within)


def test_at_full_size() -> None:
    detector = GreenDetector()
    (found,) = detect_faces(photo(600, 400, (100, 50, 200, 190)), detector, DetectOptions())
    assert_at(found, (100, 50, 200, 190), 0.01)
    assert detector.seen == [(600, 400)]


def test_in_a_smaller_look() -> None:
    detector = GreenDetector()
    options = DetectOptions(side=640)
    (found,) = detect_faces(photo(2560, 1920, (400, 800, 800, 1200)), detector, options)
    assert detector.seen == [(640, 480)]
    assert_at(found, (400, 800, 800, 1200), 4)


def test_a_photo_decoded_at_a_quarter() -> None:
    decoded = photo(1000, 750, (100, 200, 200, 350), original=4000)
    (found,) = detect_faces(decoded, GreenDetector(), DetectOptions(side=500))
    assert_at(found, (400, 800, 800, 1400), 8)


@pytest.mark.parametrize(
    ("width", "side", "finer"), [(1200, 600, 1200), (300, 600, 600), (4000, 600, 1200)]
)
def test_in_the_finer_look(width: int, side: int, finer: int) -> None:
    box = (width // 4, width // 4, width // 2, width // 2)
    detector = GreenDetector(min_side=finer)
    (found,) = detect_faces(photo(width, width * 3 // 4, box), detector, DetectOptions(side=side))
    assert [max(size) for size in detector.seen] == [min(side, width), finer]
    assert_at(found, box, max(2.0, 2 * width / finer))


@pytest.mark.parametrize("original", [200, 800])
def test_in_the_framed_look(original: int) -> None:
    class OnlyFromAfar(GreenDetector):
        """Sees nothing in a picture that has no surroundings."""

        def detect(self, image: Pixels) -> list[Face]:
            surrounded = image.shape[1] / image.shape[0] not in (200 / 160, 400 / 320)
            return super().detect(image) if surrounded else []

    decoded = photo(200, 160, (60, 40, 150, 120), original=original)
    (found,) = detect_faces(decoded, OnlyFromAfar(), DetectOptions(side=400))
    factor = original / 200
    assert_at(found, tuple(edge * factor for edge in (60, 40, 150, 120)), 2 * factor)  # type: ignore[arg-type]


def test_the_frame_is_not_reported() -> None:
    # The frame repeats the edge, so a face cut off by the edge seems to go on in it.
    class Framed(GreenDetector):
        def detect(self, image: Pixels) -> list[Face]:
            return super().detect(image) if image.shape[:2] == (360, 400) else []

    decoded = photo(200, 160, (0, 20, 80, 160))
    (found,) = detect_faces(decoded, Framed(), DetectOptions(side=400))
    assert found.box == pytest.approx((0, 20, 80, 160), abs=2)


def test_no_face_is_no_face_in_any_look() -> None:
    detector = GreenDetector()
    assert detect_faces(photo(800, 600), detector, DetectOptions(side=400)) == []
    assert len(detector.seen) == 3


def test_the_largest_comes_first() -> None:
    boxes = [(10, 10, 40, 40), (100, 100, 300, 300), (400, 10, 460, 70)]
    found = detect_faces(photo(500, 400, *boxes), GreenDetector(), DetectOptions())
    assert [face.width for face in found] == [200, 60, 30]


@pytest.mark.parametrize(
    ("box", "original", "kept"),
    [
        ((10, 10, 25, 60), 400, False),
        ((10, 10, 26, 60), 400, True),
        ((10, 10, 60, 25), 400, False),
        # 15 pixels of a photo decoded at a quarter are 60 of the original.
        ((10, 10, 25, 25), 1600, True),
    ],
)
def test_faces_too_small_in_the_original_are_dropped(
    box: tuple[int, int, int, int], original: int, kept: bool
) -> None:
    decoded = photo(400, 300, box, (200, 100, 300, 200), original=original)
    found = detect_faces(decoded, GreenDetector(), DetectOptions(side=400, min_face=16))
    assert len(found) == 1 + kept


def test_doubtful_faces_are_dropped() -> None:
    decoded = photo(400, 300, (200, 100, 300, 200))
    options = DetectOptions(min_score=0.8)
    assert detect_faces(decoded, GreenDetector(score=0.79), options) == []
    assert len(detect_faces(decoded, GreenDetector(score=0.81), options)) == 1


@pytest.mark.parametrize(
    ("box", "clipped"),
    [
        ((-20, -30, 90, 80), (0, 0, 90, 80)),
        ((350, 250, 450, 350), (350, 250, 400, 300)),
        ((-50, -50, 500, 500), (0, 0, 400, 300)),
        ((390, 100, 490, 200), None),
        ((-200, 10, -100, 110), None),
    ],
)
def test_boxes_are_clipped_to_the_photo(
    box: tuple[float, float, float, float], clipped: tuple[float, float, float, float] | None
) -> None:
    class Fixed:
        name = "fixed"

        def detect(self, image: Pixels) -> list[Face]:
            return [Face(box, 0.9)] if image.shape[:2] == (300, 400) else []

    found = detect_faces(photo(400, 300), Fixed(), DetectOptions(side=400))
    assert [face.box for face in found] == ([] if clipped is None else [clipped])
