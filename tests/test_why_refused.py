"""Reasons that say what a file is, what is not refused for its odd parts, and what bombs cost."""

from __future__ import annotations

import io
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from PIL import Image
from synthetic import encoded, sharp_pixels

from gallery import decode as decoding
from gallery import jpeg_parts, plain_pixels
from gallery.config import Settings
from gallery.decode import decode
from gallery.errors import RefusedPhoto
from gallery.records import RefusalCode

SETTINGS = Settings()
PLAIN = encoded(sharp_pixels(1))
PROGRESSIVE = encoded(sharp_pixels(1), progressive=True)


def reason(data: bytes) -> tuple[RefusalCode, str]:
    with pytest.raises(RefusedPhoto) as caught:
        decode(data, SETTINGS, longest_side=100)
    return RefusalCode(caught.value.code), caught.value.reason


def with_segment(marker: int, inside: bytes) -> bytes:
    length = (len(inside) + 2).to_bytes(2, "big")
    return PLAIN[:2] + bytes((0xFF, marker)) + length + inside + PLAIN[2:]


def framed(offset: int, value: int) -> bytes:
    """A JPEG with another byte in the header of its frame."""
    changed = bytearray(PLAIN)
    changed[PLAIN.index(b"\xff\xc0") + offset] = value
    return bytes(changed)


def scanned(times: int) -> bytes:
    """A progressive JPEG whose last scan comes that many more times."""
    last = PROGRESSIVE[PROGRESSIVE.rindex(b"\xff\xda") : -2]
    return PROGRESSIVE[:-2] + last * times + PROGRESSIVE[-2:]


def tiff(pixels: np.ndarray[Any, Any]) -> bytes:
    return cv2.imencode(".tiff", pixels)[1].tobytes()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\n <!doctype HTML><html>404</html>", "a web page"),
        (b"\xef\xbb\xbf<html></html>", "a web page"),
        (b"PK\x03\x04" + bytes(60), "Rename it to end in .zip"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"\0\0\0\x18ftypmp42" + bytes(60), "a video"),
        (b"\0\0\0\x18ftypwhat" + bytes(60), "not an image"),
        (framed(4, 12), "12 bits a channel"),
        (framed(1, 0xC5), "in layers"),
        (tiff(np.zeros((80, 80, 3), np.float32)), "its kind of pixels"),
        (tiff(np.zeros((80, 80), np.float64)), "its kind of pixels"),
    ],
)
def test_what_is_not_read_is_not_called_damaged(data: bytes, said: str) -> None:
    code, text = reason(data)
    assert code == RefusalCode.UNSUPPORTED
    assert said in text


@pytest.mark.parametrize("cut", [4, 30, 400, len(PLAIN) // 2, len(PLAIN) - 3])
def test_a_jpeg_without_its_end_is_cut_short(cut: int) -> None:
    assert reason(PLAIN[:cut])[0] == RefusalCode.TRUNCATED


@pytest.mark.parametrize(
    "data",
    [
        with_segment(0xE2, b"ICC_PROFILE\0\1"),
        with_segment(0xE2, b"MPF\0" + b"\xff" * 40),
        with_segment(0xE2, b"MPF\0II*\0" + bytes(40)),
    ],
)
def test_broken_lists_of_profiles_or_pictures_are_no_reason_to_refuse(data: bytes) -> None:
    expected = decode(PLAIN, SETTINGS, longest_side=100).pixels
    assert (decode(data, SETTINGS, longest_side=100).pixels == expected).all()


def test_scans_are_counted() -> None:
    usual = jpeg_parts.scans(PROGRESSIVE)
    assert jpeg_parts.scans(PLAIN) == 1
    assert usual == 10
    assert jpeg_parts.scans(scanned(500)) == usual + 500
    video = bytes((0xFF, 0xDA)) * 500
    assert jpeg_parts.scans(PROGRESSIVE + video) == usual, "what is behind the picture is no scan"


def test_a_jpeg_that_would_take_minutes_is_refused() -> None:
    code, text = reason(scanned(500))
    assert code == RefusalCode.DAMAGED
    assert "510 times" in text
    assert decode(scanned(20), SETTINGS, longest_side=100).width == 160


def test_deep_pixels_are_the_same_in_strips(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.arange(40 * 30, dtype=np.uint16).reshape(30, 40) * 54
    stream = io.BytesIO()
    Image.fromarray(values).save(stream, "PNG")
    whole = decode(stream.getvalue(), SETTINGS, longest_side=100).pixels
    assert whole[:, :, 0] == pytest.approx(values / 257, abs=0.51)
    monkeypatch.setattr(plain_pixels, "_STRIP", 100)
    assert (decode(stream.getvalue(), SETTINGS, longest_side=100).pixels == whole).all()


@pytest.mark.parametrize(
    ("values", "expected"),
    [([0, 0.5, 2], [0, 64, 255]), ([-1, 0, 1], [0, 128, 255]), ([0, 60, 120], [0, 60, 120])],
)
def test_floats_may_reach_beyond_one(values: list[float], expected: list[int]) -> None:
    stream = io.BytesIO()
    Image.fromarray(np.tile(np.array(values, np.float32), (4, 1))).save(stream, "TIFF")
    assert decode(stream.getvalue(), SETTINGS, longest_side=9).pixels[2, :, 0].tolist() == expected


@pytest.mark.parametrize(
    ("data", "waits"),
    [
        (encoded(sharp_pixels(1), "PNG"), True),
        (PROGRESSIVE, True),
        (PLAIN, False),
        (encoded(sharp_pixels(1, 80, 60), "PNG"), False),
        (encoded(sharp_pixels(1, 120, 90), "PNG"), False),
        (encoded(sharp_pixels(1, 120, 90), "WEBP"), True),
    ],
)
def test_large_pictures_are_decoded_one_at_a_time(
    data: bytes, waits: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoding, "_LARGE", 160 * 120 * 8 - 1)
    lock = threading.Lock()
    monkeypatch.setattr(decoding, "_ONE_LARGE", lock)
    done = threading.Event()

    def work() -> None:
        decode(data, SETTINGS, longest_side=100)
        done.set()

    lock.acquire()
    thread = threading.Thread(target=work)
    thread.start()
    if waits:
        assert not done.wait(0.3)
    else:
        assert done.wait(60)
    lock.release()
    thread.join(60)
    assert done.is_set()


@pytest.mark.skipif(not Path("/proc/self/status").is_file(), reason="only Linux says how much")
def test_the_memory_of_a_large_picture_goes_back_to_the_system() -> None:
    """In a process of its own: what others left behind would be used again."""
    said = subprocess.run(
        [sys.executable, "-c", _HELD], capture_output=True, text=True, check=True
    ).stdout
    assert float(said) < 40, "of the 150 MB that it has"


_HELD = """
import io, re, threading
from pathlib import Path
from PIL import Image
from gallery.config import Settings
from gallery.decode import decode

def held():
    return int(re.search(r"VmRSS:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) / 1000

def work(side):
    stream = io.BytesIO()
    Image.new("L", (side, side)).save(stream, "TIFF", compression="tiff_adobe_deflate")
    decode(stream.getvalue(), Settings(), longest_side=500)

def in_a_thread(side):
    thread = threading.Thread(target=work, args=(side,))
    thread.start()
    thread.join()

in_a_thread(500)
before = held()
in_a_thread(12_250)
print(held() - before)
"""
