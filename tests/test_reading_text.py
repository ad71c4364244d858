"""Text in photos: what the real reader sees, and a stage that may be stopped at any moment."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from sqlalchemy import delete, text
from synthetic import encoded, put, sha, sharp_pixels

from gallery import reading_text
from gallery.cli import main
from gallery.config import Settings, load_settings
from gallery.decode import decode
from gallery.errors import ModelError
from gallery.media.files import original_key, thumbnail_key
from gallery.models import ppocr
from gallery.models.loading import load_text_reader
from gallery.models.ppocr import PPOCRv6
from gallery.models.session import open_session
from gallery.protocols import TextLine, TextReader
from gallery.query import parse
from gallery.reading_text import TextReport, lines_found, lines_of, read_missing, waiting
from gallery.records import Metadata, Pixels
from gallery.resize import shrink
from gallery.store import photos, text_index, text_lines
from gallery.store.library import Library
from gallery.store.tables import photos as photo_table
from gallery.store.text_lines import Unread

NOTICE = ("Creme brulee 5.00", "Happy Birthday")


def notice() -> Pixels:
    """A sheet with two lines on it."""
    sheet = Image.new("RGB", (600, 400), (244, 241, 232))
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=36)
    for row, line in enumerate(NOTICE):
        pen.text((60, 100 + 120 * row), line, (30, 30, 40), font)
    return np.asarray(sheet)


@pytest.fixture(scope="module")
def reader() -> TextReader:
    return load_text_reader(Settings())


class Counting:
    """Stands for a reader where only the stage is looked at: any photo says its width."""

    name, version, precision = "counting", "1", "f32"

    def may_have_text(self, picture: Pixels) -> bool:
        return bool(picture.mean() > 0)

    def read(self, picture: Pixels) -> list[TextLine]:
        said = f"width {picture.shape[1]}"
        return [
            TextLine(said, 0.9, (0, 0, 20, 10)),
            TextLine("not sure", 0.5, (0, 20, 20, 30)),
            TextLine("O", 0.99, (0, 40, 20, 50)),
        ]

    def rest(self) -> None:
        """It holds nothing."""


def add(library: Library, name: str, pixels: Pixels, *, small: Pixels | None = None) -> int:
    """A photo with its original and thumbnail."""
    data = encoded(pixels, "PNG")
    original = library.media.put(original_key(sha(name), ".png"), data)
    library.media.put(thumbnail_key(sha(name)), encoded(small if small is not None else pixels))
    with library.write() as connection:
        return photos.add(
            library,
            connection,
            photos.NewPhoto(
                sha256=sha(name), size_bytes=len(data), width=pixels.shape[1],
                height=pixels.shape[0], format="PNG", metadata=Metadata(),
                shown_at=datetime(2024, 5, 4), dated_by="camera", sharpness=99.0,
                perceptual_hash=b"\0" * 32, original=original,
            ),
        )  # fmt: skip


def read_all(library: Library, reader: TextReader, **options: Any) -> TextReport:
    report = TextReport()
    for _ in read_missing(library, reader, Settings(), report, **options):
        pass
    return report


def texts(library: Library, photo: int) -> list[str]:
    return [line.text for line in text_lines.of_photo(library, photo)]


@pytest.mark.models
def test_lines_are_read_in_their_order_and_place(reader: TextReader) -> None:
    lines = reader.read(notice())
    assert tuple(line.text for line in lines) == NOTICE
    assert min(line.confidence for line in lines) > 0.9
    for row, line in enumerate(lines):
        x0, y0, x1, y1 = line.box
        assert x0 == pytest.approx(60, abs=10)
        assert y0 < 100 + 120 * row + 20 < y1
        assert y1 - y0 < 60 < 220 < x1 - x0


@pytest.mark.models
def test_boxes_are_those_of_the_upright_original(reader: TextReader) -> None:
    # Half as large again as what is read.
    large = np.asarray(Image.fromarray(notice()).resize((3000, 2000)))
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter that the viewer turns back
    photo = decode(
        encoded(np.rot90(large), "JPEG", exif=exif),
        Settings(),
        longest_side=reading_text.READ_SIDE,
    )
    assert (photo.width, photo.height) == (3000, 2000)
    lines = lines_of(photo, reader)
    assert tuple(line.text for line in lines) == NOTICE
    assert lines[1].box[0] == pytest.approx(60 * 5, abs=50)
    assert lines[1].box[1] < (220 + 20) * 5 < lines[1].box[3]


@pytest.mark.models
def test_what_stands_on_its_head_or_its_side_is_read(reader: TextReader) -> None:
    for turned in (np.rot90(notice(), 2), np.rot90(notice(), 3)):
        assert {line.text for line in lines_of_pixels(turned, reader)} == set(NOTICE)


def lines_of_pixels(pixels: Pixels, reader: TextReader) -> list[TextLine]:
    return lines_of(decode(encoded(pixels, "PNG"), Settings(), longest_side=2048), reader)


@pytest.mark.models
def test_a_glance_tells_a_sheet_from_a_picture(reader: TextReader) -> None:
    assert reader.may_have_text(shrink(notice(), 512))
    sky = np.tile(np.linspace(60, 250, 384, dtype=np.uint8)[:, None, None], (1, 512, 3))
    assert not reader.may_have_text(sky)
    assert not reader.may_have_text(np.zeros((3, 400, 3), np.uint8))
    assert reader.read(np.zeros((3, 400, 3), np.uint8)) == []


@pytest.mark.models
def test_both_runtimes_read_the_same_and_the_same_again(reader: TextReader) -> None:
    other = load_text_reader(Settings(runtime="onnxruntime"))
    ours, again, theirs = (one.read(notice()) for one in (reader, reader, other))
    assert ours == again
    assert [line.text for line in ours] == [line.text for line in theirs]
    for line, its in zip(ours, theirs, strict=True):
        assert line.confidence == pytest.approx(its.confidence, abs=1e-3)
        assert line.box == pytest.approx(its.box, abs=2)


@pytest.mark.models
def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked for")

    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr("socket.getaddrinfo", refuse)
    assert load_text_reader(Settings()).read(notice())


@pytest.mark.models
def test_what_let_go_of_its_memory_reads_the_same_again() -> None:
    reader = load_text_reader(Settings())
    before = reader.read(notice())
    reader.rest()
    assert before == reader.read(notice())


@pytest.mark.models
def test_other_weights_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ppocr.SHA256, ppocr.RECOGNIZER, "0" * 64)
    fresh = PPOCRv6(lambda path, _: open_session(path, Settings()), "f32")
    with pytest.raises(ModelError, match=r"PP-OCRv6_rec_small.*rapidocr=="):
        fresh.read(notice())


def test_there_is_one_version_of_opencv() -> None:
    # Whichever was installed last brings the cv2 that all of them share.
    builds = ("opencv-contrib-python-headless", "opencv-python-headless", "opencv-python")
    installed = set()
    for build in builds:
        try:
            installed.add(version(build))
        except PackageNotFoundError:
            continue
    assert len(installed) == 1
    import cv2

    assert cv2.FaceDetectorYN is not None


def test_only_sure_lines_of_more_than_a_sign_are_kept(library: Library) -> None:
    photo = add(library, "a", np.full((1500, 3000, 3), 9, np.uint8))
    report = read_all(library, Counting())
    assert (report.read, report.with_text, report.lines) == (1, 1, 1)
    (line,) = text_lines.of_photo(library, photo)
    assert line.text == "width 2048"
    assert line.box == pytest.approx((0, 0, 20 * 3000 / 2048, 10 * 1500 / 1024))


def test_the_original_is_left_alone_where_the_thumbnail_shows_nothing(library: Library) -> None:
    dark, grey = (np.full((450, 600, 3), shade, np.uint8) for shade in (0, 90))
    nothing = add(library, "nothing", dark)
    # Too small to be sure, so the photo is read.
    small = add(library, "small", grey, small=np.zeros((75, 100, 3), np.uint8))
    no_thumbnail = add(library, "none", grey)
    library.media.remove(thumbnail_key(sha("none")))
    with library.read() as connection:
        library.media.remove(
            connection.execute(text("SELECT original FROM photos WHERE id = 1")).scalar_one()
        )
    report = read_all(library, Counting())
    assert (report.read, report.with_text, report.passed_over) == (3, 2, 0)
    assert texts(library, nothing) == []
    assert text_lines.is_read(library, nothing)
    assert texts(library, small) == texts(library, no_thumbnail) == ["width 600"]


def test_a_run_that_is_let_go_keeps_what_it_read_and_is_gone_on_with(library: Library) -> None:
    grey = np.full((30, 40, 3), 90, np.uint8)
    for number in range(12):
        add(library, f"{number}", grey)
    run = read_missing(library, Counting(), Settings(), TextReport(), workers=1)
    steps = [next(run) for _ in range(3)]
    assert [(step.done, step.total) for step in steps] == [(1, 12), (2, 12), (3, 12)]
    run.close()
    assert waiting(library, Counting()) == 9
    assert [one.id for one in text_lines.unread(library, reading_text.version_of(Counting()), 2)] \
        == [4, 5]  # fmt: skip
    assert read_all(library, Counting(), limit=4).read == 4
    assert read_all(library, Counting()).read == 5
    assert read_all(library, Counting()).read == 0


def test_another_version_reads_anew(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    photo = add(library, "a", np.full((30, 40, 3), 90, np.uint8))
    read_all(library, Counting())
    before = text_lines.of_photo(library, photo)
    monkeypatch.setattr(reading_text, "RULES", 99)
    assert waiting(library, Counting()) == 1
    read_all(library, Counting())
    assert text_lines.of_photo(library, photo) == before
    monkeypatch.setattr(Counting, "version", "2")
    assert waiting(library, Counting()) == 1


def test_what_cannot_be_had_waits(library: Library) -> None:
    grey = np.full((30, 40, 3), 90, np.uint8)
    gone, damaged = add(library, "gone", grey), add(library, "damaged", grey)
    library.media.remove(original_key(sha("gone"), ".png"))
    with library.write() as connection:
        connection.execute(text("UPDATE photos SET original = 'refused/x' WHERE id = :id"),
                           {"id": damaged})  # fmt: skip
    library.media.put("refused/x", b"\x89PNG\r\n\x1a\nno more")
    report = read_all(library, Counting())
    assert (report.read, report.passed_over) == (0, 2)
    assert waiting(library, Counting()) == 2
    assert not text_lines.is_read(library, gone)


def test_a_photo_that_is_deleted_takes_its_lines_with_it(library: Library) -> None:
    photo = add(library, "a", np.full((30, 40, 3), 90, np.uint8))
    version = reading_text.version_of(Counting())
    text_lines.keep(library, version, {photo: [TextLine("secret", 0.9, (0, 0, 1, 1))]})
    assert ids(library, "secret") == [photo]
    with library.write() as connection:
        connection.execute(delete(photo_table).where(photo_table.c.id == photo))
    for table in ("text_lines", "photo_words"):
        with library.read() as connection:
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 0
    # It was being read meanwhile.
    text_lines.keep(library, version, {photo: [TextLine("secret", 0.9, (0, 0, 1, 1))]})
    assert ids(library, "secret") == []
    assert text_lines.unread(library, version) == []


def ids(library: Library, words: str) -> list[int]:
    with library.read() as connection:
        return sorted(connection.execute(text_index.photo_ids(words)).scalars())


def test_an_unread_photo_knows_its_size(library: Library) -> None:
    photo = add(library, "a", np.zeros((30, 40, 3), np.uint8))
    assert text_lines.unread(library, "x") == [Unread(photo, sha("a"), 40, 30)]


@pytest.mark.parametrize(
    ("query", "marked"),
    [
        ("birth", ["BIRTHDAY Ada"]),
        ('"birth"', []),
        ("creme", ["Crème brûlée"]),
        ('text:"crème brulee"', ["Crème brûlée"]),
        ('"happy birthday"', ["HAPPY", "BIRTHDAY Ada"]),
        ("happy|total", ["HAPPY"]),
        ("-text:happy", []),
        ("person:Ada tag:happy", []),
    ],
)
def test_lines_with_words_that_were_searched_for(query: str, marked: list[str]) -> None:
    lines = [TextLine(one, 0.9, (0, 0, 1, 1)) for one in ("HAPPY", "BIRTHDAY Ada", "Crème brûlée")]
    given = parse(query, {"text", "person", "tag"})
    assert [line.text for line in lines_found(lines, given)] == marked


@pytest.fixture
def run(library: Library, capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[..., Any]]:
    """The document of a command on the library."""

    def call(*arguments: object) -> Any:
        load_settings.cache_clear()
        capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            main([*map(str, arguments), "--json", "--library", str(library.root)])
        assert stop.value.code in (None, 0, 1)
        return json.loads(capsys.readouterr().out)

    yield call
    load_settings.cache_clear()


@pytest.mark.models
def test_from_the_command_line(
    library: Library, models: object, run: Callable[..., Any], tmp_path: Path
) -> None:
    put(tmp_path / "in" / "notice.png", encoded(notice(), "PNG"))
    put(tmp_path / "in" / "plain.jpg", encoded(sharp_pixels(1, 500, 400)))
    taken = run("ingest", tmp_path / "in", "--no-group", "--no-tag", "--text")
    assert (taken["added"], taken["text_read"], taken["with_text"]) == (2, 2, 1)
    (row,) = run("text", "list")
    assert (row["first"], row["lines"]) == (NOTICE[0], 2)
    shown = run("text", "show", row["photo"])
    assert [line["text"] for line in shown["lines"]] == list(NOTICE)
    for query in ("text:brûlé", 'text:"happy birthday"', "has:text crème"):
        assert [one["id"] for one in run("search", query)["photos"]] == [row["photo"]]
    left = {"read": 0, "with_text": 0, "lines": 0, "passed_over": 0, "left": 0}
    assert run("text", "update", "--limit", 1).items() >= left.items()
    assert set(run("text", "show", 99)) == {"error"}
