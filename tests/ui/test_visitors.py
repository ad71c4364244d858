"""A visitor's library and its end."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest
import streamlit as st
from streamlit.runtime.caching import cache_utils

from gallery.errors import LibraryError
from gallery.ui import visitors
from gallery.ui.visitors import Visit


def test_a_visit_leaves_nothing_behind() -> None:
    visit = Visit()
    visit.library.media.put("thumbnails/a.jpg", b"picture")
    folder = visit.folder
    assert visit.is_open
    visit.close_unless_used_since(time.monotonic())
    assert not folder.exists()
    assert not visit.is_open


def test_a_visitor_who_comes_back_keeps_everything() -> None:
    visit = Visit()
    left = time.monotonic()
    visit.touch()
    visit.close_unless_used_since(left)
    assert visit.is_open
    visit.close_unless_used_since(time.monotonic())


def test_a_visit_ends_with_the_session_that_held_it() -> None:
    visit = Visit()
    folder = visit.folder
    del visit
    assert not folder.exists()


def test_two_visitors_share_nothing() -> None:
    first, second = Visit(), Visit()
    assert first.folder != second.folder
    first.library.media.put("a", b"1")
    assert second.library.media.get("a") is None


def test_an_upload_still_running_does_not_bring_the_folder_back() -> None:
    visit = Visit()
    media = visit.library.media
    visit.close_unless_used_since(time.monotonic())
    with pytest.raises(LibraryError, match="The library was closed"):
        media.put("originals/a.jpg", b"picture")
    assert not visit.folder.exists()


def test_the_folder_is_deleted_after_the_picture_that_is_being_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    visit = Visit()
    media = visit.library.media
    write = media._write_whole
    begun, may_go_on = threading.Event(), threading.Event()

    def slowly(path: str, data: bytes) -> None:
        begun.set()
        assert may_go_on.wait(10)
        write(path, data)

    monkeypatch.setattr(media, "_write_whole", slowly)
    writer = threading.Thread(target=media.put, args=("a", b"1"))
    closer = threading.Thread(target=visit.close_unless_used_since, args=(time.monotonic(),))
    writer.start()
    assert begun.wait(10)
    closer.start()
    closer.join(0.2)
    assert closer.is_alive()
    assert visit.folder.exists()
    may_go_on.set()
    writer.join(10)
    closer.join(10)
    assert not visit.folder.exists()


def test_leftovers_are_swept_every_hour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.monotonic()
    clock = [now]
    monkeypatch.setattr(cache_utils, "TTLCACHE_TIMER", lambda: clock[0])
    monkeypatch.setattr(visitors.tempfile, "gettempdir", lambda: str(tmp_path))
    # A cache keeps the clock it began with.
    st.cache_resource.clear()

    def leftover_after(seconds: float) -> bool:
        folder = tmp_path / "gallery-visitor-left"
        folder.mkdir(exist_ok=True)
        os.utime(folder, (0, 0))
        clock[0] = now + seconds
        visitors._sweep()
        return folder.exists()

    assert [leftover_after(seconds) for seconds in (0, 1800, 3700)] == [False, True, False]
    st.cache_resource.clear()
