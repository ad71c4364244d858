"""A real browser walks the main path: album in, people named, undone, a ZIP with bad files."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from walking import Walker, expect, needs_browser, served

from gallery.config import Settings
from gallery.pipeline import FaceModels

pytestmark = [*needs_browser, pytest.mark.models]


@pytest.fixture(scope="module")
def address(
    models: FaceModels, settings: Settings, album: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A served app with an empty library; the album lies where the app would fetch it to."""
    home = tmp_path_factory.mktemp("served")
    shutil.copytree(album, home / "samples" / "album")
    with served(home, GALLERY_MODELS_HOME=str(settings.models_home)) as url:
        yield url


def test_1_the_sample_album_in_one_click(desktop: Walker) -> None:
    desktop.open()
    expect(desktop.page.get_by_role("heading", name="No photos yet")).to_be_visible()
    desktop.page.get_by_role("button", name="Try the sample album").click()
    expect(desktop.page.locator(".tile").first).to_be_visible()
    expect(
        desktop.page.get_by_text(re.compile(r"\d+ photos, \d+ faces, \d+ people"))
    ).to_be_visible()
    pictures = desktop.page.locator(".tile img")
    expect(pictures.first).to_have_js_property("complete", value=True)
    assert pictures.first.evaluate("image => image.naturalWidth") > 100


def test_2_from_a_photo_to_the_person_in_it(desktop: Walker) -> None:
    desktop.open()
    desktop.page.locator(".tile:has(.badge)").first.click()
    expect(desktop.page).to_have_url(re.compile(r"photo\?photo=\d+"))
    desktop.page.get_by_role("button", name=re.compile("^Person")).first.click()
    expect(desktop.page).to_have_url(re.compile(r"person\?"))
    expect(desktop.page.get_by_role("heading", level=1, name="Person").first).to_be_visible()


def test_3_naming_and_undoing_with_the_keyboard(desktop: Walker) -> None:
    desktop.open("people")
    field = desktop.page.get_by_label(re.compile("^Name of Person")).first
    field.fill("Eileen Collins")
    field.press("Enter")
    expect(desktop.page.get_by_text("People you know")).to_be_visible()
    expect(desktop.page.get_by_text("1 with a name")).to_be_visible()
    desktop.page.get_by_role("button", name=re.compile("Undo")).first.click()
    expect(desktop.page.get_by_text("nobody has a name yet")).to_be_visible()


def zip_with_bad_files() -> bytes:
    whole = io.BytesIO()
    Image.effect_noise((400, 300), 80).convert("RGB").save(whole, "JPEG")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("good/noise.jpg", whole.getvalue())
        archive.writestr("bad/cut.jpg", whole.getvalue()[:2000])
        archive.writestr("bad/empty.jpg", b"")
        archive.writestr("../outside.jpg", whole.getvalue())
    return packed.getvalue()


def test_4_a_zip_with_bad_files(desktop: Walker) -> None:
    desktop.open("add")
    add_bad_files(desktop)


def test_5_a_tag_is_taken_away_brought_back_and_browsed_by(desktop: Walker) -> None:
    desktop.open("photo?photo=1")
    chips = desktop.page.locator(".tags .chip")
    name = chips.first.locator(".name").inner_text()
    desktop.page.get_by_label(f"Take the tag {name} away").click()
    taken = f"Took the tag “{name}” away from 1 photo."
    expect(desktop.page.get_by_text(taken)).to_be_visible()
    expect(desktop.page.get_by_label(f"Photos with the tag {name}", exact=True)).to_have_count(0)
    desktop.page.get_by_role("button", name="Undo").click()
    expect(desktop.page.get_by_label(f"Photos with the tag {name}", exact=True)).to_be_visible()
    desktop.page.get_by_label("Add a tag").fill("Summer trip")
    desktop.page.get_by_label("Add a tag").press("Enter")
    expect(desktop.page.get_by_text("Similar photos")).to_be_visible()
    # One more may be typed at once.
    expect(desktop.page.get_by_label("Add a tag")).to_be_focused()
    desktop.page.get_by_label("Photos with the tag Summer trip").click()
    expect(desktop.page.get_by_role("heading", level=1, name="Search", exact=True)).to_be_visible()
    expect(desktop.page.locator(".tile")).to_have_count(1)
    expect(desktop.page.locator(".tile")).to_contain_text("Summer trip")


@pytest.fixture(scope="module")
def demo(
    address: str, settings: Settings, album: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The public demo, with the album where it would be fetched to."""
    home = tmp_path_factory.mktemp("demo")
    shutil.copytree(album, home / "samples" / "album")
    with served(home, GALLERY_DEMO="true", GALLERY_MODELS_HOME=str(settings.models_home)) as url:
        yield url


def test_6_a_visitor_of_the_demo_on_a_phone(phone: Walker, demo: str) -> None:
    """Reloading would make another visitor of them, so that they go from page to page."""
    page = phone.page
    phone.address = demo
    phone.open()
    page.get_by_role("button", name="Try the sample album").click()
    expect(page.locator(".tile").first).to_be_visible()
    page.locator(".tile:has(.badge)").first.click()
    page.get_by_role("button", name=re.compile("^Person")).first.click()
    expect(page.get_by_role("heading", level=1, name="Person").first).to_be_visible()
    page.get_by_role("link", name="People").click()
    field = page.get_by_label(re.compile("^Name of Person")).first
    field.fill("Eileen Collins")
    field.press("Enter")
    expect(page.get_by_text("1 with a name")).to_be_visible()
    page.get_by_role("button", name=re.compile("Undo")).first.click()
    expect(page.get_by_text("nobody has a name yet")).to_be_visible()
    page.get_by_role("link", name="Add").click()
    add_bad_files(phone)


def add_bad_files(walker: Walker) -> None:
    """Upload a ZIP with one good photo in it."""
    page = walker.page
    page.locator('input[type="file"]').first.set_input_files(
        {"name": "holiday.zip", "mimeType": "application/zip", "buffer": zip_with_bad_files()}
    )
    page.get_by_role("button", name="Add 1 file").click()
    expect(page.get_by_text(re.compile("1 photo added.*3 kept out"))).to_be_visible()
    for name in ("cut.jpg", "empty.jpg", "outside.jpg"):
        expect(page.get_by_text(name).first).to_be_attached()
