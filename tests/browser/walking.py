"""A served app and a real browser that walks through it."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright import sync_api

BROWSER = next((p for p in map(shutil.which, ("chromium", "google-chrome", "chrome")) if p), None)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"viewport": {"width": 1280, "height": 900}}
# A finger instead of a mouse, as well as a small window: some of the app asks for the one, some
# for the other.
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
expect = sync_api.expect

needs_browser = [
    pytest.mark.browser,
    pytest.mark.skipif(
        BROWSER is None, reason="no Chromium here; run: sudo apt-get install chromium"
    ),
]
_PATIENCE_MS = 60_000
_DRAWN = """() => {
  const app = document.querySelector('[data-testid="stApp"]');
  return app?.dataset.testScriptState === "notRunning" && document.querySelector("h1, h2");
}"""
_LOADED = """pictures => Promise.all(pictures.map((picture) => {
  picture.loading = "eager";
  return picture.complete || new Promise((then) => {
    picture.addEventListener("load", then);
    picture.addEventListener("error", then);
  });
}))"""
# What the servers said, by their addresses.
_LOGS: dict[str, Path] = {}


@contextmanager
def served(home: Path, **environment: str) -> Iterator[str]:
    """The address of an app over `home/library` that runs as long as it is looked at."""
    port = _free_port()
    address = f"http://localhost:{port}"
    command = [sys.executable, "-m", "gallery", "serve", "--port", str(port)]
    _LOGS[address] = home / "log.txt"
    with _LOGS[address].open("wb") as log:
        server = subprocess.Popen(
            [*command, "--library", str(home / "library")],
            stdout=log,
            stderr=subprocess.STDOUT,
            env=os.environ | environment,
        )
        try:
            _wait_until_healthy(f"{address}/_stcore/health", server)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=30)
    assert "Traceback" not in (home / "log.txt").read_text(errors="replace")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait_until_healthy(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(1200):
        assert server.poll() is None, "the server ended before it answered"
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"{url} did not answer")


class Walker:
    """A page that remembers what went wrong on it."""

    def __init__(self, context: sync_api.BrowserContext, address: str) -> None:
        self.context, self.address = context, address
        self.page = context.new_page()
        self.width = self.page.viewport_size["width"]
        self.page.set_default_timeout(_PATIENCE_MS)
        expect.set_options(timeout=_PATIENCE_MS)
        self.errors: list[str] = []
        self.missed: list[str] = []
        self.said: list[str] = []
        self.page.on("pageerror", self._fall)
        self.page.on("console", self._hear)
        # Until it is kept or not: what is written down here is thrown away where all is well.
        context.tracing.start_chunk()

    def _fall(self, error: sync_api.Error) -> None:
        self.errors.append(str(error))
        self.said.append(f"error: {error}")

    def _hear(self, message: sync_api.ConsoleMessage) -> None:
        where = message.location.get("url", "")
        self.said.append(f"{message.type}: {message.text} {where}")
        # Streamlit looks for its own server below every part of an address, and asks its own
        # site for a version; the first is not there and the second cannot be reached.
        if message.type == "error" and "_stcore" not in where and "localhost" in where:
            faults = self.missed if "/media/" in where else self.errors
            faults.append(f"{message.text} {where}")

    def open(self, path: str = "") -> None:
        self.page.goto(f"{self.address}/{path}", wait_until="commit")
        self.settle()

    def settle(self) -> None:
        """Wait until the app has drawn all of the page."""
        # Looked at with every frame: what `expect` looks at again and again, it does in steps
        # of up to a second.
        self.page.wait_for_function(_DRAWN, polling="raf")

    def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until something is so beyond the page: what it shows may be of before."""
        left = _PATIENCE_MS
        while not is_so():
            assert left > 0, "what was done on the page never came about"
            self.page.wait_for_timeout(50)
            left -= 50
        self.settle()

    def see_pictures(self) -> None:
        """Wait for every picture: one on its way when others take its place is a fault."""
        self.page.locator("img").evaluate_all(_LOADED)

    def resize(self, size: dict[str, dict[str, int]]) -> None:
        """Make the window as large as another device's."""
        self.page.set_viewport_size(size["viewport"])
        self.width = size["viewport"]["width"]

    def assert_well(self) -> None:
        """No exception box, nothing wrong in the console, nothing beyond the window's edge."""
        assert self.page.locator('[data-testid="stException"]').count() == 0
        own = self.page.get_by_role("alert").filter(has_text="Something went wrong")
        assert own.count() == 0, own.first.inner_text()
        assert not self.errors, self.errors
        # The server lets go of a picture once a run did without it, and whoever is quick asks for
        # it still. One that is on the page has to be there.
        shown = self.page.locator("img").evaluate_all("pictures => pictures.map((one) => one.src)")
        missing = [one for one in self.missed if one.rsplit(" ", 1)[-1] in shown]
        assert not missing, missing
        self.assert_fits()

    def assert_fits(self) -> None:
        wide = self.page.evaluate("document.documentElement.scrollWidth") - self.width
        assert wide <= 0, f"the page is {wide} pixels wider than the window"

    def keep(self, folder: Path) -> str:
        """Write down what can be seen of a failure; gives what to say of it."""
        folder.mkdir(parents=True, exist_ok=True)
        console = folder / "console.txt"
        console.write_text("\n".join(self.said), encoding="utf-8")
        if self.address in _LOGS:
            shutil.copyfile(_LOGS[self.address], folder / "server.txt")
        try:
            self.page.screenshot(path=folder / "picture.png")
            seen = self.page.locator("body").aria_snapshot(timeout=5000)
        except sync_api.Error as error:
            seen = f"(the page could not be looked at: {error})"
        trace = folder / "trace.zip"
        self.context.tracing.stop_chunk(path=trace)
        self.kept = True
        return (
            f"{folder}/picture.png shows the page, server.txt and console.txt what was said.\n"
            f"Step through it with: playwright show-trace --port 9323 {trace}\n"
            f"At {self.page.url} was seen:\n{_shortened(seen)}\n"
            f"The console:\n{_shortened(chr(10).join(self.said))}"
        )

    kept = False

    def close(self) -> None:
        if not self.kept:
            self.context.tracing.stop_chunk()
        self.page.close()


def _shortened(text: str, most: int = 60) -> str:
    lines = text.splitlines()
    left = len(lines) - most
    return "\n".join([*lines[:most], *([f"... and {left} more lines"] if left > 0 else [])])


def folder_name(test: str) -> str:
    """A name for a folder that tells which test it is about."""
    return re.sub(r"[^\w.]+", "-", test.rsplit("/", 1)[-1]).strip("-")
