"""A served app, and a browser that takes pictures of it once nothing moves any more."""

from __future__ import annotations

import io
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[1]
DESKTOP, PHONE = (1280, 800), (390, 844)
# Pixels of the pictures for one of the page, so that they stay sharp on a good screen.
SCALE = 1.5
_PATIENCE = 120.0
_STILL = """() => document.fonts.status === 'loaded'
  && !document.querySelector('[data-testid=stStatusWidget], [data-stale=true]')
  && [...document.images].every(image => image.complete || image.loading === 'lazy')"""


class Visit:
    """One window of the browser, of a size that stays the same."""

    def __init__(self, browser: Browser, address: str, size: tuple[int, int]) -> None:
        """Open a window.

        Args:
            browser: whose.
            address: of the served app.
            size: width and height in pixels of the page.
        """
        self.address = address
        self.page: Page = browser.new_page(
            viewport={"width": size[0], "height": size[1]},
            device_scale_factor=SCALE,
            color_scheme="light",
            reduced_motion="reduce",
            locale="en-GB",
            timezone_id="UTC",
        )
        self.page.set_default_timeout(1000 * _PATIENCE)

    def resize(self, width: int, height: int) -> None:
        """Make the window another size, in pixels of the page."""
        self.page.set_viewport_size({"width": width, "height": height})

    def open(self, path: str) -> None:
        """Go to a page and wait until it is all there."""
        self.page.goto(f"{self.address}/{path}")
        self.page.locator("h1, h3, .view").first.wait_for()
        self.settle()

    def settle(self) -> Image.Image:
        """Wait until two looks half a second apart see the same; what they saw.

        Raises:
            TimeoutError: Something goes on moving.
        """
        until, before = time.monotonic() + _PATIENCE, b""
        while time.monotonic() < until:
            self.page.wait_for_function(_STILL)
            seen = self.page.screenshot(animations="disabled", caret="hide")
            if seen == before:
                return Image.open(io.BytesIO(seen)).convert("RGB")
            before = seen
            self.page.wait_for_timeout(500)
        raise TimeoutError(f"{self.page.url} does not come to rest.")

    def look(self) -> Image.Image:
        """A picture of the window, with nothing under the mouse."""
        self.page.mouse.move(0, 0)
        return self.settle()


@contextmanager
def visits(library: Path) -> Iterator[tuple[Visit, Visit]]:
    """Windows as on a desk and on a phone, onto an app that is served as long as they are open.

    Raises:
        RuntimeError: There is no Chromium, or the app does not start.
    """
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise RuntimeError("There is no Chromium. Run: sudo apt-get install chromium")
    with _served(library) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        )
        yield Visit(browser, address, DESKTOP), Visit(browser, address, PHONE)
        browser.close()


@contextmanager
def _served(library: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gallery", "serve", "--port", str(port)]
    with subprocess.Popen(
        [*command, "--library", str(library)], cwd=ROOT, env=os.environ | {"TZ": "UTC"},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as server:  # fmt: skip
        try:
            _wait_for(f"http://localhost:{port}/_stcore/health", server)
            yield f"http://localhost:{port}"
        finally:
            server.terminate()


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and server.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5)
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise RuntimeError(f"{address} did not answer.")
