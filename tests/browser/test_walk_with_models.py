"""A real browser on the album's library: faces put right and searched by, rates, files too many."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from walking import Walker, expect, needs_browser, served

from gallery.config import Settings
from gallery.corrections import confirm
from gallery.people import name_person
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


@pytest.fixture
def address(app: Corrected) -> str:
    return app.address


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
    walker.settle()
    page.get_by_role("button", name=re.compile("Undo$")).click()
    walker.until(lambda: app.person.faces == person.faces)
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


def menu(walker: Walker, option: str) -> None:
    """Choose something of a person's menu, once the page is there."""
    walker.settle()
    walker.page.locator(".st-key-head-acts").get_by_role("button", name="More").click()
    walker.page.get_by_text(option, exact=True).click()


@pytest.mark.parametrize("option", ["Merge with …", "Birth year …"])
def test_a_dialog_of_a_menu_gives_the_focus_back(
    desktop: Walker, app: Corrected, option: str
) -> None:
    desktop.open(f"person?person={app.person.id}")
    menu(desktop, option)
    expect(desktop.page.get_by_role("dialog")).to_be_visible()
    desktop.page.keyboard.press("Escape")
    expect(desktop.page.get_by_role("dialog")).to_have_count(0)
    more = desktop.page.locator(".st-key-head-acts").get_by_role("button", name="More")
    expect(more).to_be_focused()
    desktop.settle()
    expect(more).to_be_focused()


def test_two_people_are_made_one_and_parted_again(walker: Walker, app: Corrected) -> None:
    page = walker.page
    listed = people.everyone(app.library)
    larger, smaller = listed[0], listed[2]
    walker.open(f"person?person={smaller.id}")
    menu(walker, "Merge with …")
    field = page.get_by_role("dialog").get_by_label("Name, or number of a person")
    field.fill(str(larger.number))
    page.get_by_role("dialog").locator(f'.person[data-id="{larger.id}"]').click()
    expect(page).to_have_url(re.compile(rf"person={larger.id}\b"))
    both = larger.faces + smaller.faces
    expect(page.get_by_text(f"{both} faces").first).to_be_visible()
    menu(walker, "Split …")
    page.get_by_role("dialog").get_by_role("button", name="Split into 2 people").click()
    expect(page.get_by_role("dialog")).to_have_count(0)

    def sizes() -> list[int]:
        return [person.faces for person in people.everyone(app.library)]

    walker.until(lambda: both not in sizes())
    assert sum(sizes()) == sum(person.faces for person in listed)
    page.get_by_role("button", name=re.compile("Undo$")).click()
    walker.until(lambda: both in sizes())
    expect(page.get_by_text(f"{both} faces").first).to_be_visible()
    page.get_by_role("button", name=re.compile("Undo$")).click()
    walker.until(lambda: people.everyone(app.library) == listed)
    expect(page.get_by_text(f"{larger.faces} faces").first).to_be_visible()


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


@pytest.fixture(scope="module")
def known(app: Corrected) -> None:
    """Three people are named and confirmed, so that there is something to measure."""
    for person, name in zip(people.everyone(app.library), ("Ada", "Grace", "Joan"), strict=False):
        name_person(app.library, person.id, name)
        confirm(app.library, person.id)


def test_the_threshold_moves_and_the_report_is_taken_along(walker: Walker, known: None) -> None:
    page = walker.page
    walker.open("evaluate")
    slider = page.get_by_role("slider", name="One person from this similarity on")
    rate = page.locator('[data-testid="stMetric"]', has_text="FRR").get_by_test_id("stMetricValue")
    before, measured = rate.inner_text(), slider.input_value()
    slider.focus()
    page.keyboard.press("End")
    expect(slider).to_have_value("1")
    expect(rate).to_have_text("100.00 %")
    page.get_by_role("button", name="Measured value").click()
    expect(rate).to_have_text(before)
    expect(slider).to_have_value(measured)
    page.get_by_role("radio", name="Report").click()
    first = page.get_by_role("button", name="Measure now")
    html = page.get_by_role("button", name="HTML")
    expect(first.or_(html)).to_be_visible()
    if first.is_visible():
        first.click()
    expect(html).to_be_visible()
    walker.settle()
    with page.expect_download() as waiting:
        html.click()
    report = waiting.value
    assert re.fullmatch(r"gallery-report-\d{4}-\d\d-\d\d\.html", report.suggested_filename)
    text = Path(report.path()).read_text(encoding="utf-8")
    assert "</html>" in text
    assert "Grouping" in text


def test_a_face_is_searched_by_and_its_photos_opened(
    walker: Walker, known: None, album: Path
) -> None:
    page = walker.page
    walker.open("search")
    page.get_by_text("Search by a face").click()
    page.locator('input[type="file"]').set_input_files(album / "portraits" / "grace-hopper.jpg")
    expect(page.get_by_text("Photos with a face like this")).to_be_visible()
    tiles = page.locator(".tile")
    expect(page.get_by_role("heading", name="Most likely the same person")).to_be_visible()
    expect(tiles.first).to_have_accessible_name(re.compile("Grace"))
    assert tiles.count() > 3
    found = tiles.first.locator(".note").inner_text()
    tiles.first.click()
    page.get_by_role("button", name="What was found").click()
    expect(tiles.first.locator(".note")).to_have_text(found)
    page.get_by_role("button", name="Another face").click()
    expect(page.get_by_text("Search by a face")).to_be_visible()


def test_duplicates_are_looked_at_closely_kept_and_brought_back(
    walker: Walker, known: None
) -> None:
    page = walker.page
    walker.open("duplicates")
    groups = page.locator(".group")
    expect(groups.first).to_be_visible()
    before = groups.count()
    groups.first.locator(".look").first.click()
    pair = page.get_by_role("dialog").locator(".frame")
    expect(pair).to_have_count(2)
    pair.first.focus()
    page.keyboard.press("+")
    expect(pair.last.locator("img")).to_have_attribute("style", re.compile(r"scale\(1\.5\)"))
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    groups.first.get_by_role("button", name=re.compile("^Keep this")).first.click()
    expect(groups).to_have_count(before - 1)
    page.get_by_role("button", name=re.compile("Undo$")).click()
    expect(groups).to_have_count(before)
