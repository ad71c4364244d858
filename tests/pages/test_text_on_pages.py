"""Text on the pages: marked where it was searched for, and read beside them, with a pause."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from drawn import Drawn, opened, press, rerun, texts
from searched_library import fill
from synthetic import add_photo

from gallery.config import load_settings
from gallery.protocols import TextLine
from gallery.records import Pixels
from gallery.store import text_lines
from gallery.store.library import Library
from gallery.ui import text_status, text_work
from gallery.workflow import settings_of


class Slow:
    """A reader that finds a word everywhere, and takes its time."""

    name, version, precision = "slow", "1", "f32"
    seconds = 0.0
    rested = False

    def may_have_text(self, _picture: Pixels) -> bool:
        time.sleep(self.seconds)
        return False

    def read(self, _picture: Pixels) -> list[TextLine]:
        raise AssertionError("nothing looks like text")

    def rest(self) -> None:
        self.rested = True


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    slow = Slow()
    monkeypatch.setattr(text_status, "ready_reader", lambda _: slow)
    yield slow
    for work in text_work._works().values():
        work.stop()
        work.wait()
    text_work._works().clear()


def shown_marks(drawn: Drawn) -> list[str]:
    return [mark["text"] for mark in drawn.shown["photo_view"]["marks"]]


def test_searched_words_are_marked_and_all_lines_can_be_copied(
    library: Library, drawn: Drawn
) -> None:
    photo = fill(library)["party.jpg"]
    app = opened("photo.py", photo=photo, q="birth")
    (mark,) = drawn.shown["photo_view"]["marks"]
    assert mark == {
        "text": "BIRTHDAY Ada", "left": 0.0, "top": 3.333, "width": 22.5, "height": 3.0
    }  # fmt: skip
    assert app.code[0].value == "HAPPY\nBIRTHDAY Ada"
    assert "Text in the picture" in texts(app)
    for query in ("(", "faces:2"):
        opened("photo.py", photo=photo, q=query)
        assert shown_marks(drawn) == []


def test_without_text_nothing_is_said_of_it(library: Library, drawn: Drawn) -> None:
    app = opened("photo.py", photo=fill(library)["IMG_1201.JPG"])
    assert shown_marks(drawn) == []
    assert not app.code
    assert "Text in the picture" not in texts(app)


def fill_up(library: Library, count: int) -> None:
    from synthetic import encoded, sha, sharp_pixels

    from gallery.media.files import thumbnail_key

    with library.write() as connection:
        for number in range(count):
            add_photo(library, connection, f"{number}")
            library.media.put(thumbnail_key(sha(f"{number}")), encoded(sharp_pixels(1, 400, 300)))


def test_text_is_read_when_asked_for(library: Library, reader: Slow) -> None:
    fill_up(library, 3)
    app = opened("add.py")
    assert "3 photos have not been looked at for text" in texts(app)
    press(app, "Read text now")
    work = text_work.of(library)
    assert work is not None
    work.wait()
    assert reader.rested  # its memory is given back
    rerun(app)
    assert "looked at for text" not in texts(app)
    assert work.report.read == 3
    assert text_lines.is_read(library, 1)


def test_reading_is_paused_and_gone_on_with(library: Library, reader: Slow) -> None:
    fill_up(library, 30)
    reader.seconds = 0.1
    app = opened("add.py")
    press(app, "Read text now")
    work = text_work.of(library)
    assert work is not None
    press(app, "Pause")
    work.wait()
    assert 0 < work.report.read < 30
    rerun(app)
    left = 30 - work.report.read
    assert f"{left} photos have not been looked at for text" in texts(app)
    reader.seconds = 0.0
    press(app, "Read text now")
    again = text_work.of(library)
    assert again is not None
    again.wait()
    assert again.report.read == left


def test_whether_text_is_read_by_itself_is_kept_with_the_library(
    library: Library, reader: Slow
) -> None:
    fill_up(library, 2)
    app = opened("settings.py")
    (toggle,) = [one for one in app.toggle if "Read it" in one.label]
    assert not toggle.value
    toggle.set_value(True)
    rerun(app)
    assert settings_of(library, load_settings()).read_text
    (toggle,) = [one for one in app.toggle if "Read it" in one.label]
    assert toggle.value
