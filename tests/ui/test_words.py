"""Plain words."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from gallery.records import Metadata, Photo, Progress, RefusalCode
from gallery.ui import words


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (
            Progress("x", 132, 600, 9.4286, "41 faces"),
            "132 of 600 · 14 a second · 33 s left · 41 faces",
        ),
        (Progress("x", 1500, None, 3.0), "1,500"),
        (Progress("x", 0, 10, 0.0), "0 of 10"),
        (Progress("x", 10, 10, 5.0), "10 of 10"),
        (Progress("x", 1, 100, 20.0), "1 of 100 · 3 a minute · 33 min 0 s left"),
    ],
)
def test_progress(step: Progress, said: str) -> None:
    assert words.progress(step) == said


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "0 bytes"), (999, "999 bytes"), (8600, "8.6 kB"), (3.85e7, "38 MB"), (1.24e9, "1.2 GB")],
)
def test_size(number: float, said: str) -> None:
    assert words.size(number) == said


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0 photos"), (1, "1 photo"), (2310, "2,310 photos")]
)
def test_counted(number: int, said: str) -> None:
    assert words.counted(number, "photo") == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(-1, "0 s"), (59.4, "59 s"), (60, "1 min 0 s"), (130, "2 min 10 s"), (3900, "1 h 5 min")],
)
def test_duration(seconds: float, said: str) -> None:
    assert words.duration(seconds) == said


@pytest.mark.parametrize(
    ("month", "end"),
    [(date(2024, 2, 1), date(2024, 2, 29)), (date(2023, 12, 1), date(2023, 12, 31))],
)
def test_month_end(month: date, end: date) -> None:
    assert words.month_end(month) == end


def test_every_refusal_has_words() -> None:
    assert set(words.WHY_KEPT_OUT) == set(RefusalCode)


def test_plain_escapes_what_markdown_takes() -> None:
    assert words.plain("a_b*c $x$ :red[z]") == r"a\_b\*c \$x\$ \:red\[z\]"


@pytest.mark.parametrize(
    ("offset", "said"),
    [
        (None, "14 June 2024, 15:00"),
        (120, "14 June 2024, 17:00 (UTC+02:00)"),
        (-210, "14 June 2024, 11:30 (UTC-03:30)"),
    ],
)
def test_moment_is_the_cameras_clock(offset: int | None, said: str) -> None:
    taken = datetime(2024, 6, 14, 15, 0, tzinfo=UTC)
    photo = Photo(
        id=1,
        sha256="0" * 64,
        width=4,
        height=3,
        format="JPEG",
        size_bytes=1,
        metadata=Metadata(taken_at=taken, taken_offset=offset),
        sharpness=1.0,
        shown_at=datetime(2024, 6, 14, 15, 0),
        dated_by="camera",
        added_at=taken,
    )
    assert words.moment(photo) == said


def test_place() -> None:
    assert words.place(-33.8568, 151.2153) == "33.8568° S, 151.2153° E"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("It is full.", "It is full."),
        ("\n ⚠️ It  could\tnot\x1b be had:\n🔨 Try\nthis.", "It could not be had."),
        ("18 °C, © Ärzte, 東京, a → b …", "18 °C, © Ärzte, 東京, a → b …"),
        ("👍🏽\n", "Something went wrong."),
        ("", "Something went wrong."),
    ],
)
def test_sentence(text: str, said: str) -> None:
    assert words.sentence(text) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("The library in /srv/a/library: x.", "The library in library: x."),
        ("wanted in /home/me/.deepface/weights. See", "wanted in weights. See"),
        ("[Errno 28] No space: '/tmp/v-1/media/a.jpg'", "[Errno 28] No space: 'a.jpg'"),
        ("https://example.org/a/b.onnx is gone", "https://example.org/a/b.onnx is gone"),
        ("7/8 of trip/day/a.jpg and/or b", "7/8 of trip/day/a.jpg and/or b"),
    ],
)
def test_without_paths(text: str, said: str) -> None:
    assert words.without_paths(text) == said
