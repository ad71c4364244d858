"""The records refuse what cannot be, and reckon rightly."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest

from gallery.records import (
    OVERRULABLE,
    DecodedPhoto,
    Face,
    IngestReport,
    Metadata,
    Person,
    Photo,
    Progress,
    Refusal,
    RefusalCode,
    Space,
    Stage,
)

TAKEN = datetime(2024, 5, 4, 1, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"taken_at": datetime(2024, 5, 4)}, "taken_at must be aware"),
        ({"latitude": 90.01}, "latitude must be within -90 to 90, got 90.01"),
        ({"latitude": -91.0}, "got -91.0"),
        ({"longitude": 180.5}, "longitude must be within -180 to 180, got 180.5"),
        ({"longitude": float("nan")}, "got nan"),
    ],
)
def test_metadata_refuses(values: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Metadata(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "values", [{"latitude": 90.0, "longitude": -180.0}, {"latitude": -90.0}, {"longitude": 180.0}]
)
def test_metadata_takes_the_ends_of_the_earth(values: dict[str, float]) -> None:
    metadata = Metadata(**values)  # type: ignore[arg-type]
    assert {name: getattr(metadata, name) for name in values} == values


@pytest.mark.parametrize(
    ("box", "landmarks", "message"),
    [
        ((10, 0, 10, 5), None, "x1 > x0"),
        ((0, 5, 10, 5), None, "y1 > y0"),
        ((10, 0, 5, 5), None, "got"),
        ((0, 0, float("nan"), 5), None, "box must have"),
        ((0, 0, 10, 10), np.zeros((4, 2), np.float32), r"landmarks must be \(5, 2\), got \(4, 2\)"),
        ((0, 0, 10, 10), np.zeros(10, np.float32), r"got \(10,\)"),
    ],
)
def test_face_refuses(
    box: tuple[float, float, float, float], landmarks: np.ndarray | None, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        Face(box, 0.9, landmarks)


def test_face_has_sides() -> None:
    face = Face((10.5, 20, 40, 80), 0.9)
    assert (face.width, face.height) == (29.5, 60)


@pytest.mark.parametrize("factor", [0.5, 1.0, 3.0])
def test_a_scaled_face_has_everything_scaled(factor: float) -> None:
    landmarks = np.arange(10, dtype=np.float32).reshape(5, 2)
    face = Face((1, 2, 30, 40), 0.9, landmarks, id=7, photo_id=8, person_id=9)
    scaled = face.scaled(factor)
    assert scaled.box == tuple(edge * factor for edge in face.box)
    assert scaled.landmarks is not None
    np.testing.assert_array_equal(scaled.landmarks, landmarks * np.float32(factor))
    assert scaled.landmarks.dtype == np.float32
    assert (scaled.score, scaled.id, scaled.photo_id, scaled.person_id) == (0.9, 7, 8, 9)
    assert face.box == (1, 2, 30, 40)


def test_a_face_without_landmarks_scales() -> None:
    assert Face((0, 0, 2, 2), 0.9).scaled(2).landmarks is None


def test_records_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        Face((0, 0, 1, 1), 0.9).score = 1.0  # type: ignore[misc]


@pytest.mark.parametrize(
    ("pixels", "width", "scale"),
    [((300, 400), 400, 1.0), ((300, 400), 1600, 0.25), ((100, 333), 1000, 0.333)],
)
def test_the_scale_of_a_decoded_photo(pixels: tuple[int, int], width: int, scale: float) -> None:
    array = np.zeros((*pixels, 3), np.uint8)
    photo = DecodedPhoto(array, width, round(pixels[0] / scale), "JPEG", Metadata())
    assert photo.scale == pytest.approx(scale)


@pytest.mark.parametrize(
    ("offset", "wall"),
    [
        (480, datetime(2024, 5, 4, 9, 12, 30)),
        (-240, datetime(2024, 5, 3, 21, 12, 30)),
        (345, datetime(2024, 5, 4, 6, 57, 30)),
        (0, datetime(2024, 5, 4, 1, 12, 30)),
        (None, datetime(2024, 5, 4, 1, 12, 30)),
    ],
)
def test_wall_clock(offset: int | None, wall: datetime) -> None:
    photo = _photo(Metadata(taken_at=TAKEN, taken_offset=offset))
    assert photo.wall_clock == wall
    if offset is not None:
        zone = timezone(timedelta(minutes=offset))
        assert photo.wall_clock == TAKEN.astimezone(zone).replace(tzinfo=None)


def test_no_wall_clock_without_a_time() -> None:
    assert _photo(Metadata()).wall_clock is None


def _photo(metadata: Metadata) -> Photo:
    return Photo(1, "0" * 64, 4, 3, "JPEG", 10, metadata, 1.0, datetime(2024, 1, 1), "added", TAKEN)


@pytest.mark.parametrize(
    ("done", "total", "seconds", "rate", "remaining"),
    [
        (20, 100, 10.0, 2.0, 40.0),
        (100, 100, 10.0, 10.0, 0.0),
        (120, 100, 10.0, 12.0, 0.0),
        (0, 100, 10.0, None, None),
        (5, 100, 0.0, None, None),
        (5, None, 10.0, 0.5, None),
        (0, 0, 0.0, None, None),
    ],
)
def test_progress(
    done: int, total: int | None, seconds: float, rate: float | None, remaining: float | None
) -> None:
    progress = Progress("stage", done, total, seconds)
    assert (progress.rate, progress.remaining) == (rate, remaining)


def test_the_rate_of_an_ingest() -> None:
    assert IngestReport(added=30, seconds=4.0).photos_per_second == 7.5
    assert IngestReport().photos_per_second == 0.0
    assert IngestReport().failed is not IngestReport().failed


def test_what_can_be_overruled() -> None:
    refusal = Refusal("a.jpg", Stage.CHECK, RefusalCode.TOO_BLURRY, "Too blurry.")
    assert refusal.can_be_overruled
    others = set(RefusalCode) - OVERRULABLE
    assert not [code for code in others if replace(refusal, code=code).can_be_overruled]


@pytest.mark.parametrize(
    ("name", "label"), [("Grace", "Grace"), (None, "Person 7"), ("", "Person 7")]
)
def test_the_label_of_a_person(name: str | None, label: str) -> None:
    assert Person(3, 7, name, 1, 1).label == label


def test_the_name_of_a_space_says_all_that_sets_it_apart() -> None:
    space = Space("retinaface", "five-point-112", "sface", "0ba9fbfa01b5", "f32", 128)
    assert space.name == "retinaface / five-point-112 / sface 0ba9fbfa01b5 / f32"
    assert len({space, replace(space, precision="bf16"), replace(space, dim=64)}) == 3
