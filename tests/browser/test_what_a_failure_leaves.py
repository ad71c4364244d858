"""What the end of a walk sees, and what a walk that fails leaves behind."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from walking import Walker, needs_browser

pytestmark = needs_browser


@pytest.fixture
def address() -> str:
    """Nothing is served: the page is written here."""
    return ""


def test_the_end_of_a_walk_sees_what_is_wrong(desktop: Walker) -> None:
    page = desktop.page
    for wrong in (
        '<div data-testid="stException">Traceback</div>',
        '<div role="alert">Something went wrong in the gallery itself.</div>',
        '<div style="width: 3000px">wide</div>',
    ):
        page.set_content(f"<h1>Photos</h1>{wrong}")
        with pytest.raises(AssertionError):
            desktop.assert_well()
    page.set_content('<h1>Photos</h1><img src="http://localhost:9/media/gone.jpg">')
    desktop.missed = ["404 http://localhost:9/media/gone.jpg"]
    with pytest.raises(AssertionError, match=r"gone\.jpg"):
        desktop.assert_well()
    page.set_content("<h1>Photos</h1>")
    desktop.assert_well()
    with page.expect_event("pageerror"):
        page.evaluate("setTimeout(() => { throw new Error('in a script') })")
    with pytest.raises(AssertionError, match="in a script"):
        desktop.assert_well()
    # It was meant here.
    desktop.errors.clear()


def test_a_failure_leaves_a_picture_a_trace_and_words(desktop: Walker, tmp_path: Path) -> None:
    desktop.page.set_content("<h1>Photos</h1><button>Undo</button>")
    desktop.page.get_by_role("button", name="Undo").click()
    with desktop.page.expect_console_message():
        desktop.page.evaluate("console.warn('it looks odd')")
    said = desktop.keep(tmp_path / "kept")
    assert (tmp_path / "kept" / "picture.png").read_bytes()[1:4] == b"PNG"
    with zipfile.ZipFile(tmp_path / "kept" / "trace.zip") as trace:
        assert b'"click"' in trace.read("trace.trace")
    assert "it looks odd" in (tmp_path / "kept" / "console.txt").read_text()
    for words in (str(tmp_path / "kept"), 'button "Undo"', "it looks odd", "show-trace"):
        assert words in said
