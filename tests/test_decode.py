"""Photos of every kind, made on the spot, to pixels; broken ones to reasons."""

from __future__ import annotations

import io
import random
import warnings
from typing import Any

import numpy as np
import pytest
from PIL import Image

from gallery.config import Settings
from gallery.decode import decode
from gallery.errors import RefusedPhoto
from gallery.records import Pixels, RefusalCode, Stage

pytest.importorskip("pillow_heif").register_heif_opener()

SETTINGS = Settings()
RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
LOSSLESS = {"WEBP": {"lossless": True}, "AVIF": {"quality": 100}, "HEIF": {"quality": 100}}
FORMATS = ["JPEG", "PNG", "WEBP", "HEIF", "AVIF", "TIFF", "GIF", "BMP"]


def marked(width: int = 96, height: int = 64) -> Image.Image:
    """Red top left, green top right, blue bottom left, white bottom right."""
    image = Image.new("RGB", (width, height), WHITE)
    image.paste(RED, (0, 0, width // 2, height // 2))
    image.paste(GREEN, (width // 2, 0, width, height // 2))
    image.paste(BLUE, (0, height // 2, width // 2, height))
    return image


def saved(image: Image.Image, name: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, name, **(LOSSLESS.get(name, {}) | options))
    return stream.getvalue()


def corners(pixels: Pixels) -> list[tuple[int, ...]]:
    """The colours a quarter in from each corner, as pure colours, row by row."""
    height, width = pixels.shape[:2]
    found = pixels[[height // 4, height // 4, -height // 4, -height // 4]][
        range(4), [width // 4, -width // 4, width // 4, -width // 4]
    ]
    assert (np.minimum(found, 255 - found) < 40).all(), found
    return [tuple(255 if value > 127 else 0 for value in colour) for colour in found]


def refusal(data: bytes, settings: Settings = SETTINGS) -> RefusedPhoto:
    with pytest.raises(RefusedPhoto) as caught:
        decode(data, settings, longest_side=1000)
    assert caught.value.stage == Stage.DECODE
    assert caught.value.reason.endswith(".")
    return caught.value


@pytest.mark.parametrize("name", FORMATS)
def test_every_format(name: str) -> None:
    photo = decode(saved(marked(), name), SETTINGS, longest_side=1000)
    assert (photo.width, photo.height, photo.format, photo.scale) == (96, 64, name, 1)
    assert photo.pixels.shape == (64, 96, 3)
    assert photo.pixels.dtype == np.uint8
    assert corners(photo.pixels) == [RED, GREEN, BLUE, WHITE]


# Where the corners of the stored picture (red, green, blue, white) lie once it is upright.
UPRIGHT = {
    1: [RED, GREEN, BLUE, WHITE],
    2: [GREEN, RED, WHITE, BLUE],
    3: [WHITE, BLUE, GREEN, RED],
    4: [BLUE, WHITE, RED, GREEN],
    5: [RED, BLUE, GREEN, WHITE],
    6: [BLUE, RED, WHITE, GREEN],
    7: [WHITE, GREEN, BLUE, RED],
    8: [GREEN, WHITE, RED, BLUE],
}


@pytest.mark.parametrize("name", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF"])
@pytest.mark.parametrize("orientation", list(UPRIGHT))
def test_orientation(name: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = saved(marked(), name, exif=exif.tobytes())
    photo = decode(data, SETTINGS, longest_side=1000)
    size = (96, 64) if orientation < 5 else (64, 96)
    assert (photo.width, photo.height) == size
    assert photo.pixels.shape[1::-1] == size
    assert corners(photo.pixels) == UPRIGHT[orientation]


@pytest.mark.parametrize("name", ["JPEG", "TIFF", "PNG"])
def test_orientation_of_a_reduced_photo(name: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    photo = decode(saved(marked(960, 640), name, exif=exif), SETTINGS, longest_side=240)
    assert (photo.width, photo.height) == (640, 960)
    assert photo.pixels.shape == (240, 160, 3)
    assert photo.scale == 0.25
    assert corners(photo.pixels) == UPRIGHT[6]


@pytest.mark.parametrize(
    ("size", "longest_side", "decoded"),
    [
        ((4000, 3000), 1600, (2000, 1500)),
        ((3000, 4000), 1600, (1500, 2000)),
        ((4000, 3000), 2000, (2000, 1500)),
        ((4000, 3000), 2001, (4000, 3000)),
        ((799, 600), 100, (200, 150)),
        ((800, 600), 100, (100, 75)),
        ((801, 601), 100, (101, 76)),
        ((800, 600), 800, (800, 600)),
        ((800, 600), 5000, (800, 600)),
        ((4000, 4), 1000, (1000, 1)),
        # Beyond an eighth the decoder cannot reduce any more.
        ((4000, 3000), 100, (100, 75)),
    ],
)
def test_jpeg_is_decoded_at_the_scale_needed(
    size: tuple[int, int], longest_side: int, decoded: tuple[int, int]
) -> None:
    data = saved(Image.new("RGB", size, "red"), "JPEG")
    photo = decode(data, SETTINGS, longest_side=longest_side)
    assert (photo.width, photo.height) == size
    assert photo.pixels.shape[1::-1] == decoded


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "JPEG"])
def test_other_formats_are_reduced(name: str) -> None:
    photo = decode(saved(marked(960, 640), name), SETTINGS, longest_side=240)
    assert (photo.width, photo.height) == (960, 640)
    assert photo.pixels.shape == (160, 240, 3)
    assert corners(photo.pixels) == [RED, GREEN, BLUE, WHITE]


def half_clear(mode: str) -> Image.Image:
    """The left half see-through red, the right half solid blue."""
    image = Image.new("RGBA", (40, 20), (255, 0, 0, 0))
    image.paste((0, 0, 255, 255), (20, 0, 40, 20))
    return image.convert(mode)


@pytest.mark.parametrize(
    ("mode", "name"), [("RGBA", "PNG"), ("RGBA", "WEBP"), ("RGBA", "TIFF"), ("PA", "GIF")]
)
@pytest.mark.parametrize("longest_side", [1000, 20])
def test_transparency_becomes_white(mode: str, name: str, longest_side: int) -> None:
    photo = decode(saved(half_clear("RGBA"), name), SETTINGS, longest_side=longest_side)
    middle = photo.pixels.shape[1] // 2
    assert (photo.pixels[:, : middle - 1] == 255).all()
    assert (photo.pixels[:, middle + 1 :] == BLUE).all()


def test_transparent_grey_and_palette_become_white() -> None:
    grey = saved(half_clear("LA"), "PNG")
    palette = Image.new("P", (40, 20), 1)
    palette.putpalette([9, 9, 9, 0, 0, 255])
    palette.paste(0, (0, 0, 20, 20))
    for data in (grey, saved(palette, "PNG", transparency=0)):
        pixels = decode(data, SETTINGS, longest_side=1000).pixels
        assert (pixels[:, :20] == 255).all()
        assert (pixels[:, 20:] < 255).any(axis=2).all()


@pytest.mark.parametrize("name", ["JPEG", "TIFF"])
def test_cmyk(name: str) -> None:
    photo = decode(saved(marked().convert("CMYK"), name), SETTINGS, longest_side=1000)
    assert corners(photo.pixels) == [RED, GREEN, BLUE, WHITE]


def test_lab() -> None:
    lab = Image.merge("LAB", [Image.new("L", (8, 8), value) for value in (136, 208, 195)])
    red = decode(saved(lab, "TIFF"), SETTINGS, longest_side=100).pixels[4, 4].astype(int)
    assert red[0] > 220
    assert red[1:].max() < 60


@pytest.mark.parametrize(
    ("values", "name", "expected"),
    [
        (np.array([0, 32768, 65535], np.uint16), "PNG", [0, 128, 255]),
        (np.array([0, 32768, 65535], np.uint16), "TIFF", [0, 128, 255]),
        (np.array([0, 2048, 4095], np.uint16), "TIFF", [0, 128, 255]),
        (np.array([0, 128, 255], np.uint16), "TIFF", [0, 128, 255]),
        (np.array([0, 0, 0], np.uint16), "TIFF", [0, 0, 0]),
        (np.array([0, 502_000, 1_000_000], np.int32), "TIFF", [0, 128, 255]),
        (np.array([-1000, 0, 255], np.int32), "TIFF", [0, 203, 255]),
        (np.array([0, 0.5, 1], np.float32), "TIFF", [0, 128, 255]),
        (np.array([0, 128, 255], np.float32), "TIFF", [0, 128, 255]),
        (np.array([np.nan, 0.5, 1], np.float32), "TIFF", [0, 128, 255]),
        (np.array([np.inf, -np.inf, 1], np.float32), "TIFF", [0, 0, 255]),
    ],
)
def test_deep_grey(values: np.ndarray[Any, Any], name: str, expected: list[int]) -> None:
    data = saved(Image.fromarray(np.tile(values, (4, 1))), name)
    pixels = decode(data, SETTINGS, longest_side=100).pixels
    assert pixels[2].tolist() == [[value] * 3 for value in expected]


def test_black_and_white() -> None:
    image = Image.new("1", (64, 64))
    image.paste(1, (0, 0, 32, 64))
    pixels = decode(saved(image, "PNG"), SETTINGS, longest_side=16).pixels
    assert pixels[8, 2].tolist() == [255] * 3
    assert pixels[8, 13].tolist() == [0] * 3


@pytest.mark.parametrize("name", ["GIF", "WEBP", "TIFF", "PNG", "AVIF"])
def test_first_frame_of_several(name: str) -> None:
    frames = [Image.new("RGB", (32, 32), colour) for colour in ("red", "blue", "lime")]
    data = saved(frames[0], name, save_all=True, append_images=frames[1:])
    pixels = decode(data, SETTINGS, longest_side=100).pixels
    assert pixels[16, 16].astype(int) == pytest.approx(RED, abs=8)


def test_jpeg_with_a_second_picture_is_a_jpeg() -> None:
    second = Image.new("RGB", (32, 32), "blue")
    data = saved(marked(960, 640), "MPO", save_all=True, append_images=[second])
    photo = decode(data, SETTINGS, longest_side=480)
    assert photo.format == "JPEG"
    assert photo.pixels.shape == (320, 480, 3)
    assert corners(photo.pixels) == [RED, GREEN, BLUE, WHITE]


def test_metadata_comes_along() -> None:
    exif = Image.Exif()
    exif.update({0x0112: 6, 0x010F: "Nikon"})
    metadata = decode(saved(marked(), "JPEG", exif=exif), SETTINGS, longest_side=100).metadata
    assert (metadata.orientation, metadata.camera_make) == (6, "Nikon")


def test_corrupt_exif_is_no_reason_to_refuse() -> None:
    data = saved(marked(), "JPEG", exif=b"Exif\0\0II*\0\x08\0\0\0\xff\xff\x12\x01")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        photo = decode(data, SETTINGS, longest_side=100)
    assert corners(photo.pixels) == [RED, GREEN, BLUE, WHITE]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", RefusalCode.EMPTY),
        (b"just some text", RefusalCode.UNSUPPORTED),
        (b"BM is how this text begins", RefusalCode.UNSUPPORTED),
        (b"\0" * 5000, RefusalCode.UNSUPPORTED),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", RefusalCode.UNSUPPORTED),
        (b"\0\0\0\x18ftypisom\0\0\0\0isommp42", RefusalCode.UNSUPPORTED),
        (saved(marked(), "PPM"), RefusalCode.UNSUPPORTED),
        (saved(marked(), "ICO"), RefusalCode.UNSUPPORTED),
        (b"\xff\xd8\xff\xe0\0\x10" + b"nonsense" * 99 + b"\xff\xd9", RefusalCode.DAMAGED),
        (b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR" + bytes(40) + b"IEND", RefusalCode.DAMAGED),
        (b"GIF89a", RefusalCode.DAMAGED),
        (b"II*\0\xff\xff\xff\xff", RefusalCode.DAMAGED),
    ],
)
def test_no_image(data: bytes, code: RefusalCode) -> None:
    assert refusal(data).code == code


def noise(width: int = 320, height: int = 240) -> Image.Image:
    values = np.random.default_rng(7).integers(0, 256, (height, width, 3), np.uint8)
    return Image.fromarray(values)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("kept", [0.3, 0.6, 0.9])
def test_cut_short(name: str, kept: float) -> None:
    data = saved(noise(), name)
    error = refusal(data[: int(len(data) * kept)])
    # A TIFF that lost its directory at the end looks like any other damage.
    allowed = {RefusalCode.TRUNCATED} | ({RefusalCode.DAMAGED} if name == "TIFF" else set())
    assert error.code in allowed, error.reason


@pytest.mark.parametrize("name", FORMATS)
def test_flipped_bytes_give_a_photo_or_a_reason(name: str) -> None:
    chance = random.Random(name)
    data = saved(noise(64, 48), name)
    refused = 0
    for _ in range(150):
        broken = bytearray(data)
        for _ in range(chance.randint(1, 12)):
            # Headers break in more ways than pixels do.
            at = chance.randrange(chance.choice([64, 512, len(broken)]))
            broken[min(at, len(broken) - 1)] = chance.randrange(256)
        try:
            photo = decode(bytes(broken), SETTINGS, longest_side=32)
        except RefusedPhoto as error:
            refused += 1
            assert error.stage == Stage.DECODE  # noqa: PT017 - most are refused, some decode
        else:
            assert photo.pixels.ndim == 3
    assert refused > 5


@pytest.mark.parametrize("name", FORMATS)
def test_too_many_pixels(name: str) -> None:
    settings = Settings(max_pixels=1_000_000)
    error = refusal(saved(Image.new("RGB", (1001, 1000)), name), settings)
    assert error.code == RefusalCode.TOO_LARGE
    assert "1,001,000 pixels" in error.reason
    assert "1,000,000" in error.reason
    assert "GALLERY_MAX_PIXELS" in error.reason


def test_as_many_pixels_as_allowed() -> None:
    data = saved(Image.new("RGB", (1000, 1000)), "PNG")
    photo = decode(data, Settings(max_pixels=1_000_000), longest_side=10)
    assert photo.pixels.shape == (10, 10, 3)


def test_bomb_is_refused_by_its_header() -> None:
    data = bytearray(saved(Image.new("L", (1, 1)), "BMP"))
    data[18:26] = (60_000).to_bytes(4, "little") * 2
    error = refusal(bytes(data))
    assert error.code == RefusalCode.TOO_LARGE
    assert "3,600,000,000 pixels" in error.reason


def test_pixels_that_were_allowed_are_not_pillows_to_refuse(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 1000)
    photo = decode(saved(Image.new("L", (100, 100)), "PNG"), SETTINGS, longest_side=10)
    assert photo.pixels.shape == (10, 10, 3)


def test_longest_side_must_be_positive() -> None:
    with pytest.raises(ValueError, match="at least 1, got 0"):
        decode(saved(marked(), "PNG"), SETTINGS, longest_side=0)
