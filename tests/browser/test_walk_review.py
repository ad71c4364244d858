"""A real browser answers the questions of the page Review with the keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from asked_library import fill
from walking import Walker, expect, needs_browser, served

from gallery.store.library import open_library

pytestmark = needs_browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A served app over a library about which every kind of question is open."""
    home = tmp_path_factory.mktemp("reviewed")
    library = open_library(home / "library")
    fill(library, pictures=True)
    library.close()
    with served(home) as url:
        yield url


def left(walker: Walker, count: int) -> None:
    expect(walker.page.get_by_text(re.compile(rf"^{count} questions? left"))).to_be_visible()
    expect(walker.page.locator(".review.busy")).to_have_count(0)


def press(walker: Walker, key: str) -> None:
    """Press a key once the question is there: before, it answers nothing."""
    expect(walker.page.locator(".review:not(.busy)")).to_have_count(1)
    walker.page.keyboard.press(key)


def choose(walker: Walker, kind: str) -> None:
    walker.page.get_by_role("radio", name=kind).click()


def test_1_names_are_typed_and_a_known_one_is_asked_about(desktop: Walker) -> None:
    desktop.open("review")
    left(desktop, 8)
    choose(desktop, "Who is this?")
    ask = desktop.page.locator(".review .ask")
    field = desktop.page.get_by_label("Name of Person 1")
    field.fill("Anna")
    field.press("Enter")
    left(desktop, 7)
    field = desktop.page.get_by_label("Name of Person 2")
    expect(field).to_be_focused()
    # Letters that are answers elsewhere are only letters in a name.
    desktop.page.keyboard.type("anna")
    expect(field).to_have_value("anna")
    desktop.page.keyboard.press("Enter")
    expect(ask).to_have_text("The same person as Anna?")
    press(desktop, "n")
    # That they are two people settles the question whether they are the same as well.
    left(desktop, 5)
    expect(desktop.page.locator(".review .last")).to_have_text(
        "Named Person 2 “anna”, another one than Anna."
    )
    desktop.page.keyboard.press("Escape")
    press(desktop, "u")
    left(desktop, 7)
    press(desktop, "u")
    left(desktop, 8)


def test_2_yes_no_and_not_sure_by_one_key_each(desktop: Walker) -> None:
    desktop.open("review")
    left(desktop, 8)
    ask = desktop.page.locator(".review .ask")
    choose(desktop, "Same person?")
    expect(ask).to_have_text("Is this the same person?")
    # A key is an answer to the question that is seen, not to one that was there before.
    choose(desktop, "Is this …?")
    expect(ask).to_have_text(re.compile("^Is this Person"))
    press(desktop, "n")
    left(desktop, 7)
    desktop.page.get_by_role("button", name=re.compile("^Undo")).click()
    left(desktop, 8)
    choose(desktop, "Same person?")
    expect(ask).to_have_text("Is this the same person?")
    expect(desktop.page.locator(".review .side")).to_have_count(2)
    press(desktop, "y")
    left(desktop, 6)
    press(desktop, "u")
    left(desktop, 8)
    press(desktop, "n")
    left(desktop, 7)
    press(desktop, "s")
    left(desktop, 6)
    expect(desktop.page.get_by_text("None of this kind is left")).to_be_visible()
    choose(desktop, "Is this …?")
    expect(desktop.page.locator(".review .ask")).to_have_text(re.compile("^Is this Person"))
    press(desktop, "n")
    left(desktop, 5)


def test_3_what_was_answered_does_not_come_back(desktop: Walker) -> None:
    desktop.open("review")
    left(desktop, 5)
    expect(desktop.page.get_by_text("5 who is this?")).to_be_visible()
    desktop.page.get_by_role("button", name=re.compile("^Look at Person")).click()
    expect(desktop.page).to_have_url(re.compile(r"person\?person=\d+"))


def test_4_answers_lie_at_the_thumb_on_a_phone(phone: Walker) -> None:
    phone.open("review")
    left(phone, 5)
    button = phone.page.get_by_role("button", name="Not sure")
    box = button.bounding_box()
    assert box["height"] >= 48
    assert 600 < box["y"] < 800
    phone.assert_fits()
    button.click()
    left(phone, 4)
    # Some phones have keys, and tablets more often do.
    press(phone, "u")
    left(phone, 5)
    press(phone, "s")
    left(phone, 4)
