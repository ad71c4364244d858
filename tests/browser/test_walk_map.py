"""A real browser on the events and the map: names in place, clusters by mouse and by keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from dated_library import a_summer
from walking import PHONE, Walker, expect, needs_browser, served

from gallery.store import events
from gallery.store.library import Library

pytestmark = needs_browser


@dataclass
class Summer:
    """The app over a summer's photos."""

    address: str
    library: Library
    photos: dict[str, list[int]]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Summer]:
    home = tmp_path_factory.mktemp("summer")
    library, found = a_summer(home / "library")
    with served(Path(home)) as url:
        yield Summer(url, library, found)
    library.close()


@pytest.fixture
def address(app: Summer) -> str:
    return app.address


def on_map(walker: Walker) -> object:
    """The map, with the clusters on it."""
    found = walker.page.locator(".map")
    expect(found.locator(".stage")).to_be_visible()
    walker.page.wait_for_function(
        "map => map.photos?.paths && map.photos.clusters.length", arg=found.element_handle()
    )
    return found


def place(found: object, town: str) -> tuple[float, float]:
    """Where the cluster of a town is on the screen."""
    x, y = found.evaluate(
        """(map, town) => {
          const own = map.photos;
          return own.pixelOf(own.clusters.find((one) => own.names[one.town] === town));
        }""",
        town,
    )
    box = found.locator(".stage").bounding_box()
    return box["x"] + x, box["y"] + y


def zoom(found: object) -> float:
    return float(found.evaluate("map => map.photos.view.zoom"))


def test_an_event_is_renamed_on_its_card_and_opened(desktop: Walker, app: Summer) -> None:
    lake = events.of_photo(app.library, app.photos["lake"][0])
    desktop.open("events")
    desktop.page.get_by_role("button", name="Rename Anna and Ben").click()
    field = desktop.page.get_by_label("Name of Anna and Ben")
    field.fill("Sailing")
    field.press("Enter")
    card = desktop.page.locator(".card", has_text="Sailing")
    expect(card).to_contain_text("6 July 2024, Annecy")
    desktop.until(lambda: events.get(app.library, lake).name == "Sailing")
    card.get_by_role("button", name="Open Sailing").click()
    expect(desktop.page.get_by_role("heading", level=1, name="Sailing", exact=True)).to_be_visible()
    settled(desktop, 10)
    desktop.page.get_by_role("button", name="Undo").click()
    expect(desktop.page.get_by_role("heading", level=1, name="Anna and Ben").first).to_be_visible()
    desktop.page.locator(".tile").first.click()
    desktop.page.get_by_role("button", name="Anna and Ben").click()
    settled(desktop, 10)
    desktop.page.get_by_role("button", name="All events").click()
    expect(desktop.page.locator(".card")).to_have_count(4)
    desktop.resize(PHONE)
    desktop.assert_fits()


def test_a_month_is_jumped_to_and_left_again(walker: Walker, app: Summer) -> None:
    page = walker.page
    walker.open()
    months = page.get_by_role("combobox", name=re.compile("Jump to a month"))
    newest = page.locator(".day .date").first.inner_text()
    back = page.get_by_role("button", name="Back to the newest")
    walker.see_pictures()
    for month in ("June 2024 (24)", "July 2024 (10)"):
        months.click()
        page.get_by_role("option", name=month).click()
        expect(page.locator(".day .date").first).to_contain_text(month.split(" (")[0])
        expect(back).to_be_visible()
        walker.see_pictures()
    back.click()
    expect(back).to_have_count(0)
    expect(page.locator(".day .date").first).to_have_text(newest)


def settled(walker: Walker, tiles: int) -> None:
    """So many photos, all of them seen."""
    expect(walker.page.locator(".tile")).to_have_count(tiles)
    walker.see_pictures()


def test_places_are_opened_by_mouse_by_keyboard_and_on_a_phone(
    desktop: Walker, app: Summer
) -> None:
    desktop.open("map")
    found = on_map(desktop)
    # A coast across the date line that is not unrolled is a band around the world.
    assert found.evaluate(
        "map => map.photos.paths.land.every(({ box }) => box[2] - box[0] < 0.6 || box[3] >= 1)"
    )
    x, y = place(found, "Annecy")
    desktop.page.mouse.move(x, y)
    card = found.locator(".card")
    expect(card).to_contain_text("10 photos")
    before = zoom(found)
    desktop.page.mouse.wheel(0, -100)
    desktop.page.wait_for_timeout(100)
    assert zoom(found) == before, "the page scrolls until somebody clicks into the map"
    desktop.page.mouse.click(x, y)
    settled(desktop, 10)
    expect(desktop.page.locator("h1", has_text="10 photos")).to_be_visible()
    found.locator(".stage").focus()
    desktop.page.mouse.wheel(0, -100)
    desktop.page.wait_for_function(
        "([map, zoom]) => map.photos.view.zoom > zoom", arg=[found.element_handle(), before]
    )
    desktop.page.locator(".tile").first.click()
    desktop.page.locator(".st-key-back button").click()
    settled(desktop, 10)
    found = on_map(desktop)
    desktop.page.get_by_role("button", name="Close").click()
    expect(desktop.page.locator(".tile")).to_have_count(0)
    found.locator(".stage").focus()
    for key in ("Escape", "0", "ArrowLeft"):
        desktop.page.keyboard.press(key)
    for key, town in (("ArrowLeft", "Lyon"), ("ArrowRight", "Annecy"), ("ArrowRight", "Rome")):
        desktop.page.keyboard.press(key)
        expect(card).to_contain_text(town)
    desktop.page.keyboard.press("Enter")
    settled(desktop, 30)
    desktop.resize(PHONE)
    desktop.assert_fits()
    found.get_by_role("button", name="Show all photos").click()
    found.get_by_role("button", name="Show the photos of this part of the map").click()
    expect(desktop.page.locator("h1", has_text="84 photos")).to_be_visible()
    settled(desktop, 84)
    desktop.assert_fits()
