"""A real browser walks the main path: album in, people named, undone, a ZIP with bad files."""

from __future__ import annotations

import io
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from gallery.config import Settings
from gallery.pipeline import FaceModels

ROOT = Path(__file__).resolve().parents[2]
BROWSER = next((p for p in map(shutil.which, ("chromium", "google-chrome", "chrome")) if p), None)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.models,
    pytest.mark.skipif(
        BROWSER is None, reason="no Chromium here; run: sudo apt-get install chromium"
    ),
]
sync_api = pytest.importorskip("playwright.sync_api")
expect = sync_api.expect

_PATIENCE_MS = 60_000
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(scope="module")
def address(
    models: FaceModels, settings: Settings, album: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A served app with an empty library; the album lies where the app would fetch it to."""
    home = tmp_path_factory.mktemp("served")
    shutil.copytree(album, home / "samples" / "album")
    port = free_port()
    environment = os.environ | {"GALLERY_MODELS_HOME": str(settings.models_home)}
    command = [sys.executable, "-m", "gallery", "serve", "--port", str(port)]
    with (home / "log.txt").open("wb") as log:
        server = subprocess.Popen(
            [*command, "--library", str(home / "library")],
            stdout=log,
            stderr=subprocess.STDOUT,
            env=environment,
        )
        try:
            url = f"http://localhost:{port}"
            wait_until_healthy(f"{url}/_stcore/health", server)
            yield url
        finally:
            server.terminate()
            server.wait(timeout=30)
    assert "Traceback" not in (home / "log.txt").read_text(errors="replace")


def wait_until_healthy(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(240):
        assert server.poll() is None, "the server ended before it answered"
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.5)
    pytest.fail(f"{url} did not answer")


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=BROWSER, args=_ARGUMENTS)
        yield chromium
        chromium.close()


class Walker:
    """A page that remembers what went wrong on it."""

    def __init__(self, browser: object, address: str, width: int, height: int) -> None:
        self.address = address
        self.page = browser.new_page(viewport={"width": width, "height": height})
        self.page.set_default_timeout(_PATIENCE_MS)
        expect.set_options(timeout=_PATIENCE_MS)
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._hear)

    def _hear(self, message: object) -> None:
        where = message.location.get("url", "")
        # Streamlit looks for its own server below every part of an address, and asks its own
        # site for a version; the first is not there and the second cannot be reached.
        if message.type == "error" and "_stcore" not in where and "localhost" in where:
            self.errors.append(f"{message.text} {where}")

    def open(self, path: str = "") -> None:
        self.page.goto(f"{self.address}/{path}")

    def assert_well(self) -> None:
        assert self.page.locator('[data-testid="stException"]').count() == 0
        assert not self.errors, self.errors

    def assert_fits(self) -> None:
        wide = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, f"the page is {wide} pixels wider than the window"


@pytest.fixture
def desktop(browser: object, address: str) -> Iterator[Walker]:
    walker = Walker(browser, address, 1280, 900)
    yield walker
    walker.page.close()


@pytest.fixture
def phone(browser: object, address: str) -> Iterator[Walker]:
    walker = Walker(browser, address, 390, 844)
    yield walker
    walker.page.close()


def test_1_the_sample_album_in_one_click(desktop: Walker) -> None:
    desktop.open()
    desktop.page.get_by_role("button", name="Try the sample album").click()
    expect(desktop.page.locator(".tile").first).to_be_visible()
    expect(
        desktop.page.get_by_text(re.compile(r"\d+ photos, \d+ faces, \d+ people"))
    ).to_be_visible()
    pictures = desktop.page.locator(".tile img")
    expect(pictures.first).to_have_js_property("complete", value=True)
    assert pictures.first.evaluate("image => image.naturalWidth") > 100
    desktop.assert_well()


def test_2_from_a_photo_to_the_person_in_it(desktop: Walker) -> None:
    desktop.open()
    desktop.page.locator(".tile:has(.badge)").first.click()
    expect(desktop.page).to_have_url(re.compile(r"photo\?photo=\d+"))
    desktop.page.get_by_role("button", name=re.compile("^Person")).first.click()
    expect(desktop.page).to_have_url(re.compile(r"person\?"))
    expect(desktop.page.locator("h1")).to_contain_text("Person")
    desktop.assert_well()


def test_3_naming_and_undoing_with_the_keyboard(desktop: Walker) -> None:
    desktop.open("people")
    field = desktop.page.get_by_label(re.compile("^Name of Person")).first
    field.fill("Eileen Collins")
    field.press("Enter")
    expect(desktop.page.get_by_text("People you know")).to_be_visible()
    expect(desktop.page.get_by_text("1 with a name")).to_be_visible()
    desktop.page.get_by_role("button", name=re.compile("Undo")).first.click()
    expect(desktop.page.get_by_text("nobody has a name yet")).to_be_visible()
    desktop.assert_well()


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
    desktop.page.locator('input[type="file"]').first.set_input_files(
        {"name": "holiday.zip", "mimeType": "application/zip", "buffer": zip_with_bad_files()}
    )
    desktop.page.get_by_role("button", name="Add 1 file").click()
    expect(desktop.page.get_by_text(re.compile("1 photo added.*3 kept out"))).to_be_visible()
    for name in ("cut.jpg", "empty.jpg", "outside.jpg"):
        assert desktop.page.get_by_text(name).count(), f"{name} is not among the files kept out"
    desktop.assert_well()


@pytest.mark.parametrize("path", ["", "add", "people", "settings", "photo?id=1", "person?person=1"])
def test_5_every_page_on_a_phone(phone: Walker, path: str) -> None:
    phone.open(path)
    expect(phone.page.locator("h1, h3").first).to_be_visible()
    expect(phone.page.locator('[data-testid="stStatusWidget"]')).to_have_count(0)
    phone.assert_fits()
    phone.assert_well()
