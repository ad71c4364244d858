"""A visitor's library and its end."""

from __future__ import annotations

import time

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
