"""A real browser on the map: faces are pointed at, drawn around, named, and chosen by keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from asked_library import fill, lay_out
from walking import Walker, expect, needs_browser, served

from gallery.store import people
from gallery.store.library import Library, open_library

pytestmark = needs_browser


@dataclass
class Mapped:
    """The app over a small library, whose people lie on a line, each in a heap."""

    address: str
    library: Library
    faces: dict[int, list[int]]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapped]:
    home = tmp_path_factory.mktemp("mapped")
    library = open_library(home / "library")
    fill(library, pictures=True)
    faces = lay_out(library)
    with served(Path(home)) as url:
        yield Mapped(url, library, faces)
    library.close()


@pytest.fixture
def address(app: Mapped) -> str:
    return app.address


class OnMap:
    """What a user does on the map of a page."""

    def __init__(self, walker: Walker) -> None:
        self.walker, self.page = walker, walker.page
        walker.open("explore")
        self.map = self.page.locator(".map")
        expect(self.map.locator(".entry").first).to_be_visible()
        self.stage = self.map.locator(".stage")
        expect(self.page.locator('[data-testid="stStatusWidget"]')).to_have_count(0)

    def at(self, face: int) -> tuple[float, float]:
        """Where a face is on the screen."""
        find = "(map, face) => map.faces?.rows && map.faces.pixelOf(map.faces.rows.get(face))"
        # The component may be drawn anew just now.
        while (pixel := self.map.evaluate(find, face)) is None:
            self.page.wait_for_timeout(100)
        box = self.stage.bounding_box()
        return box["x"] + pixel[0], box["y"] + pixel[1]

    def zoom(self) -> float:
        """Pixels a unit of the plane."""
        return float(self.map.evaluate("map => map.faces.view.zoom"))

    def point_at(self, face: int) -> None:
        """Move the mouse there until the face is shown: the page may still settle at first."""
        card = self.map.locator(".card")
        for _ in range(20):
            x, y = self.at(face)
            self.page.mouse.move(x + 1, y)
            self.page.mouse.move(x, y)
            with suppress(AssertionError):
                expect(card).to_be_visible(timeout=3000)
                return
        expect(card).to_be_visible(timeout=1)

    def draw_around(self, faces: list[int], room: float = 12) -> None:
        """Draw a box as a line around the places of faces."""
        places = np.array([self.at(face) for face in faces])
        (x0, y0), (x1, y1) = places.min(axis=0) - room, places.max(axis=0) + room
        self.page.mouse.move(x0, y0)
        self.page.mouse.down()
        for x, y in ((x1, y0), (x1, y1), (x0, y1), (x0, y0)):
            self.page.mouse.move(x, y, steps=4)
        self.page.mouse.up()

    def expect_chosen(self, count: int) -> None:
        """So many are, on the map and beside it."""
        some = f"{count} face" + ("s" if count != 1 else "")
        expect(self.map.locator(".status")).to_contain_text(f"{some} chosen")
        expect(self.page.locator("h1", has_text=re.compile(rf"^{some}$"))).to_be_visible()
        self.walker.see_pictures()


def test_faces_are_seen_drawn_around_and_named(desktop: Walker, app: Mapped) -> None:
    on = OnMap(desktop)
    person = people.everyone(app.library)[0]
    faces = app.faces[person.id]
    on.point_at(faces[0])
    card = on.map.locator(".card")
    expect(card).to_contain_text(person.label)
    zoom = on.zoom()
    desktop.page.mouse.wheel(0, -100)
    desktop.page.wait_for_timeout(100)
    assert on.zoom() == zoom, "the page scrolls until somebody clicks into the map"
    expect(card.locator("img")).to_have_js_property("complete", value=True)
    assert card.locator("img").evaluate("image => image.naturalWidth") > 0
    on.draw_around(faces)
    on.expect_chosen(len(faces))
    expect(desktop.page.get_by_role("option")).to_have_count(len(faces))
    on.stage.focus()
    desktop.page.mouse.wheel(0, -100)
    desktop.page.wait_for_function(
        "([map, zoom]) => map.faces.view.zoom > zoom", arg=[on.map.element_handle(), zoom]
    )
    field = desktop.page.get_by_label(f"Name of {person.label}")
    field.fill("Ada")
    field.press("Enter")
    expect(on.map.locator(".entry", has_text="Ada")).to_be_visible()
    on.expect_chosen(len(faces))
    desktop.until(lambda: people.get(app.library, person.id).name == "Ada")
    on.draw_around(faces[:1], 4)
    desktop.page.get_by_role("button", name="Say who they are").click()
    expect(desktop.page.get_by_role("dialog")).to_contain_text("Whose face is this?")
    desktop.page.keyboard.press("Escape")
    expect(desktop.page.get_by_role("dialog")).to_have_count(0)
    desktop.settle()
    desktop.page.get_by_role("button", name=re.compile("Undo$")).click()
    expect(on.map.locator(".entry", has_text="Ada")).to_have_count(0)


def test_the_keyboard_chooses_too(desktop: Walker, app: Mapped) -> None:
    on = OnMap(desktop)
    on.stage.focus()
    desktop.page.keyboard.press("ArrowRight")
    expect(on.map.locator(".card")).to_be_visible()
    desktop.page.keyboard.press("Enter")
    on.expect_chosen(1)
    desktop.page.keyboard.press("ArrowLeft")
    desktop.page.keyboard.press("Shift+Enter")
    on.expect_chosen(2)
    desktop.page.keyboard.press("Escape")
    expect(on.map.locator(".status")).to_be_empty()
    entry = on.map.locator(".entry").first
    entry.focus()
    desktop.page.keyboard.press("Enter")
    on.expect_chosen(max(map(len, app.faces.values())))


def test_on_a_phone_the_map_fits_taps_add_up_and_faces_are_drawn_around(
    phone: Walker, app: Mapped
) -> None:
    on = OnMap(phone)
    phone.assert_fits()
    on.map.get_by_role("button", name="Drag the map").click()
    one, other = list(app.faces.values())[:2]
    for face in (one[0], other[0]):
        x, y = on.at(face)
        on.stage.evaluate(
            """(stage, [x, y]) => {
              const at = { clientX: x, clientY: y };
              const how = { ...at, pointerId: 7, pointerType: "touch", bubbles: true };
              stage.setPointerCapture = () => {};
              stage.dispatchEvent(new PointerEvent("pointerdown", how));
              stage.dispatchEvent(new PointerEvent("pointerup", how));
            }""",
            [x, y],
        )
    on.expect_chosen(2)
    phone.assert_fits()
    on.map.get_by_role("button", name="Draw around faces").click()
    on.draw_around(app.faces[max(app.faces, key=lambda person: len(app.faces[person]))])
    on.expect_chosen(max(map(len, app.faces.values())))
