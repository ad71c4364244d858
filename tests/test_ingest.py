"""What is found out about a file before any model looks at it."""

from __future__ import annotations

import hashlib
import io
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from synthetic import aware, blurred, encoded, put, sharp_pixels

from gallery.config import Settings
from gallery.errors import GalleryError, RefusedPhoto
from gallery.ingest import (
    SMALL_SIDE,
    extension_of,
    face_picture,
    perceptual_hash,
    prepare,
    shown_under,
    small_picture,
    thumbnail,
)
from gallery.reading import overruled_codes
from gallery.records import DecodedPhoto, Face, Metadata, Pixels, RefusalCode, Stage
from gallery.resize import shrink
from gallery.source_file import SourceFile
from gallery.sources import find_photos

SETTINGS = Settings()


def source(path: Path) -> SourceFile:
    (item,) = find_photos([path], SETTINGS)
    assert isinstance(item, SourceFile)
    return item


def test_a_small_picture_of_any_file_is_upright(tmp_path: Path) -> None:
    turned = Image.Exif()
    turned[0x0112] = 6
    picture = Image.fromarray(sharp_pixels(1, 80, 40))
    picture.save(tmp_path / "turned.jpg", exif=turned)
    data = small_picture(tmp_path / "turned.jpg", SETTINGS, 40)
    assert data is not None
    with Image.open(io.BytesIO(data)) as small:
        assert small.size == (20, 40)
    put(tmp_path / "cut.jpg", encoded(sharp_pixels(1, 80, 40))[:300])
    assert small_picture(tmp_path / "cut.jpg", SETTINGS, 40) is None
    assert small_picture(tmp_path / "gone.jpg", SETTINGS, 40) is None
    few = SETTINGS.with_changes(max_pixels=1_000_000)
    Image.new("1", (1200, 1000)).save(tmp_path / "large.png")
    assert small_picture(tmp_path / "large.png", few, 40) is None


def test_a_good_file(tmp_path: Path) -> None:
    data = encoded(sharp_pixels(1, 400, 300))
    prepared = prepare(source(put(tmp_path / "a.jpg", data)), SETTINGS, set())
    assert prepared.sha256 == hashlib.sha256(data).hexdigest()
    assert prepared.photo is not None
    assert (prepared.photo.width, prepared.photo.height) == (400, 300)
    assert len(prepared.perceptual_hash) == 32
    assert prepared.sharpness > SETTINGS.min_sharpness
    with Image.open(io.BytesIO(prepared.thumbnail)) as small:
        assert (small.format, small.size) == ("JPEG", (400, 300))


def test_known_bytes_are_not_decoded_again(tmp_path: Path) -> None:
    data = b"\xff\xd8\xff these bytes would be refused"
    known = {hashlib.sha256(data).hexdigest()}
    assert prepare(source(put(tmp_path / "a.jpg", data)), SETTINGS, known).photo is None


@pytest.mark.parametrize(
    ("pixels", "code", "setting"),
    [
        (blurred(sharp_pixels(1, 400, 300), 20), RefusalCode.TOO_BLURRY, "Too blurry"),
        (sharp_pixels(1, 63, 200), RefusalCode.TOO_SMALL, "63 x 200"),
    ],
)
def test_what_a_person_may_overrule(
    tmp_path: Path, pixels: Pixels, code: RefusalCode, setting: str
) -> None:
    file = source(put(tmp_path / "a.png", encoded(pixels, "PNG")))
    with pytest.raises(RefusedPhoto) as error:
        prepare(file, SETTINGS, set())
    assert (error.value.stage, error.value.code) == (Stage.CHECK, code)
    assert setting in error.value.reason
    assert "can be taken in all the same" in error.value.reason
    assert prepare(file, SETTINGS, set(), {code}).photo is not None


def test_overruling_by_name() -> None:
    assert overruled_codes(["too-blurry", "too-small"]) == {
        RefusalCode.TOO_BLURRY,
        RefusalCode.TOO_SMALL,
    }
    with pytest.raises(GalleryError, match=r"'damaged' cannot be accepted.*too-blurry, too-small"):
        overruled_codes(["damaged"])


NOON = int(datetime(2024, 7, 1, 12, 0).timestamp()) * 1_000_000_000


@pytest.mark.parametrize(
    ("metadata", "mtime", "shown", "dated_by"),
    [
        (
            Metadata(taken_at=aware(hours=1), taken_offset=480),
            NOON,
            datetime(2024, 1, 1, 9),
            "camera",
        ),
        (Metadata(taken_at=aware(hours=1)), NOON, datetime(2024, 1, 1, 1), "camera"),
        (Metadata(), NOON, datetime(2024, 7, 1, 12), "file"),
    ],
)
def test_the_time_a_photo_is_shown_under(
    metadata: Metadata, mtime: int, shown: datetime, dated_by: str
) -> None:
    assert shown_under(metadata, mtime) == (shown, dated_by)


@pytest.mark.parametrize("mtime", [None, 0, -5])
def test_without_any_time_it_is_now(mtime: int | None) -> None:
    before = datetime.now().replace(microsecond=0)
    shown, dated_by = shown_under(Metadata(), mtime)
    assert dated_by == "added"
    assert before <= shown <= datetime.now()


def distance(a: bytes, b: bytes) -> int:
    return (int.from_bytes(a, "big") ^ int.from_bytes(b, "big")).bit_count()


def test_copies_of_a_picture_have_hashes_close_to_each_other() -> None:
    pixels = sharp_pixels(4, 640, 480)
    own = perceptual_hash(pixels)
    smaller = np.asarray(Image.fromarray(pixels).resize((320, 240)))
    squeezed = np.asarray(Image.open(io.BytesIO(encoded(pixels, quality=30))))
    assert distance(own, perceptual_hash(pixels.copy())) == 0
    assert max(distance(own, perceptual_hash(copy)) for copy in (smaller, squeezed)) < 40
    assert distance(own, perceptual_hash(sharp_pixels(5, 640, 480))) > 80


@pytest.mark.parametrize(
    ("size", "expected"),
    [((2000, 1000), (512, 256)), ((100, 90), (100, 90)), ((3, 3000), (1, 512))],
)
def test_thumbnails(size: tuple[int, int], expected: tuple[int, int]) -> None:
    pixels = np.zeros((size[1], size[0], 3), np.uint8)
    data = thumbnail(pixels, shrink(pixels, SMALL_SIDE), 512)
    with Image.open(io.BytesIO(data)) as small:
        assert small.size == expected


@pytest.mark.parametrize(
    "box", [(100, 80, 200, 200), (0, 0, 60, 60), (380, 280, 400, 300), (0, 0, 400, 300)]
)
def test_the_picture_of_a_face_is_square_and_has_no_bars(
    box: tuple[float, float, float, float],
) -> None:
    pixels = np.full((300, 400, 3), 200, np.uint8)
    photo = DecodedPhoto(pixels, 400, 300, "PNG", Metadata())
    with Image.open(io.BytesIO(face_picture(photo, Face(box, 0.9)))) as picture:
        assert picture.size == (160, 160)
        assert np.asarray(picture).min() > 190


def test_a_face_at_the_edge_is_in_the_middle_of_its_picture() -> None:
    pixels = np.zeros((300, 400, 3), np.uint8)
    pixels[100:200, 10:90] = 255
    photo = DecodedPhoto(pixels, 400, 300, "PNG", Metadata())
    with Image.open(io.BytesIO(face_picture(photo, Face((10, 100, 90, 200), 0.9)))) as picture:
        lit = np.asarray(picture.convert("L")) > 128
    columns = np.flatnonzero(lit.any(axis=0))
    assert (columns[0] + columns[-1]) / 2 == pytest.approx(79.5, abs=2)


@pytest.mark.parametrize(
    ("name", "extension"),
    [("a.JPG", ".jpg"), ("a.heic", ".heic"), ("a", ".png"), ("a.b c", ".png"),
     ("a.ümlaut", ".png"), ("x\\y.jpeg", ".jpeg"), ("a.verylongone", ".png")],
)  # fmt: skip
def test_the_extension_of_an_original(tmp_path: Path, name: str, extension: str) -> None:
    file = SourceFile(name, b"k", name, 1, None, None, lambda: b"")
    photo = DecodedPhoto(np.zeros((2, 2, 3), np.uint8), 2, 2, "PNG", Metadata())
    assert extension_of(file, photo.format) == extension
