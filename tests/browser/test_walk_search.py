"""A real browser searches: words are completed, chips chosen, a photo opened and come back from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from searched_library import fill
from walking import Walker, expect, needs_browser, served

from gallery.store.library import open_library

pytestmark = needs_browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("searched")
    library = open_library(home / "library")
    fill(library)
    library.close()
    with served(Path(home)) as url:
        yield url


def test_typing_choosing_opening_and_coming_back(desktop: Walker) -> None:
    page = desktop.page
    desktop.open("search")
    field = page.get_by_role("combobox")
    field.press_sequentially("gra")
    option = page.get_by_role("option").filter(has_text="Grace")
    expect(option).to_contain_text("3 photos")
    field.press("ArrowDown")
    field.press("Enter")
    expect(page.locator(".tile")).to_have_count(3)
    expect(field).to_have_value("person:Grace")
    assert page.url.endswith("q=person%3AGrace")
    page.get_by_role("button", name="Years").click()
    page.get_by_role("button", name="2019 1").click()
    expect(page.locator(".tile")).to_have_count(1)
    expect(page.locator(".tile .note")).to_have_text("Grace")
    page.get_by_role("button", name="Leave out date: 2019").click()
    expect(page.locator(".tile")).to_have_count(3)
    page.locator(".tile").first.click()
    page.get_by_role("button", name="What was found").click()
    expect(page.locator(".tile")).to_have_count(3)
    field = page.get_by_role("combobox")
    field.fill("person:Nobody")
    field.press("Enter")
    expect(page.get_by_role("alert").locator("mark")).to_have_text("Nobody")


def test_on_a_phone_the_chips_fit(phone: Walker) -> None:
    phone.open("search?q=beach")
    expect(phone.page.locator(".tile")).to_have_count(3)
    phone.page.get_by_role("button", name="Tags").click()
    expect(phone.page.get_by_role("button", name="sunset 1")).to_be_visible()
    phone.assert_fits()


def test_words_in_a_picture_are_marked_on_it(desktop: Walker) -> None:
    desktop.open("search?q=birth")
    page = desktop.page
    page.locator(".tile").first.click()
    mark = page.get_by_label("Text in the picture: BIRTHDAY Ada")
    expect(mark).to_be_visible()
    mark.focus()
    expect(mark.locator(".tag")).to_have_css("opacity", "1")
    expect(page.locator(".mark")).to_have_count(1)
    expect(page.get_by_text("HAPPY", exact=True)).to_be_visible()
