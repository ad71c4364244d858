"""A real browser puts faces right: chosen by keyboard, moved, taken back; a face is drawn."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from walking import Walker, expect, needs_browser, served

from gallery.config import Settings
from gallery.records import Person
from gallery.store import people, timeline
from gallery.store.library import Library, open_library

pytestmark = [*needs_browser, pytest.mark.models]


@dataclass
class Corrected:
    """The app over a copy of the album's library."""

    address: str
    library: Library

    @property
    def person(self) -> Person:
        """Who is in most photos."""
        return people.everyone(self.library)[0]


@pytest.fixture(scope="module")
def app(
    album_library: Path, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Corrected]:
    home = tmp_path_factory.mktemp("corrected")
    root = Path(shutil.copytree(album_library, home / "library"))
    with served(home, GALLERY_MODELS_HOME=str(settings.models_home)) as url:
        yield Corrected(url, open_library(root))


@pytest.fixture(params=[(1280, 900), (390, 844)], ids=["desktop", "phone"])
def walker(request: pytest.FixtureRequest, browser: object, app: Corrected) -> Iterator[Walker]:
    made = Walker(browser, app.address, *request.param)
    yield made
    made.assert_fits()
    made.assert_well()
    made.page.close()


def test_two_faces_are_moved_to_somebody_new_and_back(walker: Walker, app: Corrected) -> None:
    page, person = walker.page, app.person
    assert person.faces > 3
    walker.open(f"person?person={person.id}")
    page.get_by_role("option").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+Enter")
    bar = page.get_by_role("toolbar")
    expect(bar.get_by_role("status")).to_have_text("2 faces")
    expect(page.get_by_role("option", selected=True)).to_have_count(2)
    bar.get_by_role("button", name="Move to").click()
    field = page.get_by_role("dialog").get_by_label("Name, or number of a person")
    field.fill("Somebody Else")
    field.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_text(f"{person.faces - 2} faces").first).to_be_visible()
    expect(page.get_by_text("somebody new, Somebody Else").first).to_be_visible()
    assert "Somebody Else" in [p.name for p in people.everyone(app.library)]
    page.get_by_role("button", name=re.compile("Undo$")).click()
    expect(page.get_by_text(f"{person.faces} faces").first).to_be_visible()
    assert app.person.faces == person.faces


def test_a_range_is_chosen_with_the_mouse_and_let_go_with_escape(walker: Walker) -> None:
    page = walker.page
    walker.open("person?person=1")
    faces = page.get_by_role("option")
    faces.nth(0).click()
    faces.nth(2).click(modifiers=["Shift"])
    expect(page.get_by_role("toolbar").get_by_role("status")).to_have_text("3 faces")
    page.keyboard.press("Escape")
    expect(page.get_by_role("toolbar")).to_have_count(0)


def test_a_face_is_drawn_added_and_taken_back(walker: Walker, app: Corrected) -> None:
    page = walker.page
    tile = min(timeline.browse(app.library, limit=100), key=lambda tile: (tile.faces, tile.id))
    walker.open(f"photo?photo={tile.id}")
    avatars = page.locator(".avatar")
    add = page.get_by_role("button", name="Add a face")
    add.click()
    page.keyboard.press("Escape")
    expect(add).to_be_focused()
    add.click()
    frame = page.locator(".frame")
    frame.scroll_into_view_if_needed()
    box = frame.bounding_box()
    page.mouse.move(box["x"] + 0.04 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.9 * box["height"], steps=4)
    page.mouse.up()
    page.get_by_role("button", name="Add this face").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="Leave it to the gallery").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(avatars).to_have_count(tile.faces + 1)
    page.get_by_role("button", name=re.compile("Undo$")).click()
    expect(avatars).to_have_count(tile.faces)


@pytest.mark.parametrize("path", ["history", "groupings"])
def test_the_pages_behind_settings_open(path: str, walker: Walker) -> None:
    walker.open(path)
    expect(walker.page.locator("h1, h3").first).to_be_visible()
    expect(walker.page.locator('[data-testid="stStatusWidget"]')).to_have_count(0)
