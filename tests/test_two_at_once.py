"""A library that several open at the same time: each takes its turn, and nothing is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pictured_library import add_picture, faces_of, filled, jpeg, scene, state
from small_library import owner, regroup
from synthetic import encoded, put, sharp_pixels
from test_bad_disk import faults
from test_photo_bin import six

from gallery import decisions
from gallery.config import Settings
from gallery.errors import LibraryError
from gallery.people import name_person
from gallery.pipeline import FaceModels, ingest
from gallery.records import IngestReport
from gallery.search import read_query
from gallery.sources import find_photos
from gallery.store import found, people, timeline
from gallery.store import library as library_store
from gallery.store.library import open_library
from gallery.tagging import add_tag


def at_once(*works: Callable[[], object]) -> None:
    """Each in a thread; what goes wrong in any of them is raised."""
    ready = threading.Barrier(len(works))

    def work(one: Callable[[], object]) -> None:
        ready.wait()
        one()

    with ThreadPoolExecutor(len(works)) as pool:
        for done in [pool.submit(work, one) for one in works]:
            done.result()


@pytest.mark.models
def test_two_take_the_same_photos_in(
    album: Path, models: FaceModels, settings: Settings, tmp_path: Path
) -> None:
    """Into a library that neither of them finds, with connections of their own."""
    for number in range(20):
        put(tmp_path / "in" / f"{number:02}.png", encoded(sharp_pixels(number), "PNG"))
    for name in ("portraits/grace-hopper.jpg", "portraits/two-portraits.jpg"):
        put(tmp_path / "in" / Path(name).name, (album / name).read_bytes())
    reports = [IngestReport(), IngestReport()]

    def take_in(report: IngestReport) -> None:
        library = open_library(tmp_path / "library")
        for _ in ingest(
            library, find_photos([tmp_path / "in"], settings), models, settings, report
        ):
            pass
        library.close()

    at_once(*(lambda report=report: take_in(report) for report in reports))
    assert sum(report.added for report in reports) == 22
    assert sum(report.already_known for report in reports) == 22
    library = open_library(tmp_path / "library")
    assert len(state(library)["photos"]) == 22
    assert len(state(library)["faces"]) == 3
    assert faults(library) == []
    library.close()


def test_some_decide_group_and_add_while_others_look(tmp_path: Path) -> None:
    filled(tmp_path / "library", six).close()
    first = open_library(tmp_path / "library")
    person = owner(first, faces_of(first, 1)[0])
    stop = threading.Event()

    def decide() -> None:
        for number in range(12):
            name_person(first, person, f"Ada {number}")
            add_tag(first, f"said {number}", [1, 2, 3])
            if number % 3 == 0:
                decisions.undo(first)

    def group() -> None:
        other = open_library(tmp_path / "library")
        for _ in range(6):
            regroup(other)
        other.close()

    def add() -> None:
        other = open_library(tmp_path / "library")
        for number in range(10):
            add_picture(other, jpeg(scene(100 + number)), f"new{number}x.jpg")
        other.close()

    def write() -> None:
        try:
            at_once(decide, group, add)
        finally:
            stop.set()

    def look() -> None:
        other = open_library(tmp_path / "library")
        photos = 0
        while not stop.is_set():
            seen = len(timeline.browse(other, limit=99))
            assert seen >= photos
            photos = seen
            assert [one.id for one in people.everyone(other)][:1] == [person]
            assert found.count(other, read_query("file:0.jpg")) == 1
        other.close()

    at_once(write, look)
    rows = state(first)
    assert len(rows["photos"]) == 16
    assert next(row for row in rows["people"] if row[0] == person)[1] == "Ada 11"
    assert len(rows["photo_tags"]) == 3 * 8 + 6, "two tags come with the photos"
    assert faults(first) == []
    first.close()


def test_who_waits_too_long_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library_store, "_BUSY_SECONDS", 0.1)
    first = filled(tmp_path / "library", six)
    second = open_library(tmp_path / "library")
    before = state(second)
    with first.write():
        assert state(second) == before, "looking is never kept from anybody"
        with pytest.raises(LibraryError, match=r"Another program has been writing.* try again"):
            add_tag(second, "late", [1])
    add_tag(second, "late", [1])
    assert len(state(first)["photo_tags"]) == len(before["photo_tags"]) + 1
    for library in (first, second):
        library.close()
