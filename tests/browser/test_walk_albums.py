"""A real browser chooses photos and puts them into an album, with the mouse, keys and a finger."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import small_library as small
from synthetic import DAY, add_photo, encoded, sha, sharp_pixels
from walking import Walker, expect, needs_browser, served

from gallery.media.files import thumbnail_key

pytestmark = needs_browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("albums")
    library = small.empty(home / "library")
    with library.write() as connection:
        for index in range(9):
            name = f"{index}.jpg"
            add_photo(library, connection, name, shown_at=DAY + timedelta(hours=8 * index))
            library.media.put(thumbnail_key(sha(name)), encoded(sharp_pixels(index)))
    library.close()
    with served(home) as url:
        yield url


def chosen(walker: Walker) -> int:
    return walker.page.locator('.tile[aria-pressed="true"]').count()


def tag_and_bin(walker: Walker) -> None:
    """Two photos are tagged, the tag is taken back; one goes to the bin and comes back."""
    page = walker.page
    tiles = page.locator(".tile")
    tiles.first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    tag = page.get_by_role("button", name="Add a tag")
    tag.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator(".tile:focus")).to_have_count(1)
    walker.settle()
    tag.click()
    field = page.get_by_role("dialog").get_by_role("combobox")
    expect(field).to_be_visible()
    walker.settle()
    field.fill("regatta")
    field.press("Enter")
    walker.settle()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("Add$")).click()
    expect(page.get_by_text("Tagged 2 photos “regatta”.", exact=True)).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Redo")).to_be_visible()
    tiles.first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Delete")
    expect(tiles).to_have_count(8)
    # Whoever works by keyboard goes on from there.
    expect(page.locator(".tile:focus")).to_have_count(1)
    page.get_by_role("button", name="Undo").click()
    expect(tiles).to_have_count(9)


def test_1_choosing_with_keys_and_the_mouse(desktop: Walker) -> None:
    page = desktop.page
    desktop.open()
    tiles = page.locator(".tile")
    expect(tiles).to_have_count(9)
    begin = page.get_by_role("button", name="Select photos")
    begin.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Select all 9 shown")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(begin).to_be_focused()
    # A grid is one stop on the way by Tab; arrows lead about in it.
    page.keyboard.press("Tab")
    expect(tiles.first).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+Space")
    assert chosen(desktop) == 3
    page.keyboard.press("Control+a")
    assert chosen(desktop) == 9
    page.keyboard.press("Escape")
    assert chosen(desktop) == 0
    tiles.nth(1).hover()
    tiles.nth(1).locator(".mark").click()
    tiles.nth(6).click(modifiers=["Shift"])
    assert chosen(desktop) == 6
    tiles.nth(2).click()
    assert chosen(desktop) == 5
    expect(page.get_by_role("status").filter(has_text="5 photos")).to_be_visible()
    page.get_by_role("button", name="Add to album").click()
    field = page.get_by_role("dialog").get_by_role("combobox")
    field.fill("Summer")
    field.press("Enter")
    page.get_by_role("dialog").get_by_role("button", name=re.compile("Add$")).click()
    expect(page.get_by_text("5 photos in the new album Summer.")).to_be_visible()
    expect(page.locator('.tile[aria-pressed="true"]')).to_have_count(0)
    tag_and_bin(desktop)
    tiles.first.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"photo\?photo=\d+"))


def test_2_an_album_on_a_phone(phone: Walker) -> None:
    page = phone.page
    phone.open("albums")
    page.locator(".album").first.click()
    expect(page.locator(".tile")).to_have_count(5)
    page.get_by_role("button", name="Select photos").click()
    page.locator(".tile").first.click()
    bar = page.get_by_role("toolbar")
    bar.get_by_role("button", name="More").click()
    phone.assert_fits()
    bar.get_by_role("button", name="Take out of the album").click()
    expect(page.locator(".tile")).to_have_count(4)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".tile")).to_have_count(5)
    page.locator(".tile").nth(1).click()
    expect(page).to_have_url(re.compile(r"album=\d+"))
    page.get_by_role("button", name="Summer").click()
    page.locator(".st-key-album-acts").get_by_role("button", name="More").click()
    page.get_by_text("Delete the album").click()
    expect(page.get_by_text("No albums yet")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".album")).to_have_count(1)
