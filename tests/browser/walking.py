"""A served app and a real browser that walks through it."""

from __future__ import annotations

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
expect = sync_api.expect

needs_browser = [
    pytest.mark.browser,
    pytest.mark.skipif(
        BROWSER is None, reason="no Chromium here; run: sudo apt-get install chromium"
    ),
]
_PATIENCE_MS = 60_000


@contextmanager
def served(home: Path, **environment: str) -> Iterator[str]:
    """The address of an app over `home/library` that runs as long as it is looked at."""
    port = _free_port()
    command = [sys.executable, "-m", "gallery", "serve", "--port", str(port)]
    with (home / "log.txt").open("wb") as log:
        server = subprocess.Popen(
            [*command, "--library", str(home / "library")],
            stdout=log,
            stderr=subprocess.STDOUT,
            env=os.environ | environment,
        )
        try:
            _wait_until_healthy(f"http://localhost:{port}/_stcore/health", server)
            yield f"http://localhost:{port}"
        finally:
            server.terminate()
            server.wait(timeout=30)
    assert "Traceback" not in (home / "log.txt").read_text(errors="replace")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait_until_healthy(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(240):
        assert server.poll() is None, "the server ended before it answered"
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.5)
    pytest.fail(f"{url} did not answer")


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
