"""A served library and a browser that takes the time of what a person does with it."""

from __future__ import annotations

import math
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, TimeoutError, sync_playwright

ROOT = Path(__file__).parents[1]
WIDTHS = {
    "desktop": {"viewport": {"width": 1280, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
}
_PATIENCE = 60.0
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]

# What a person waits for: something that is there, or is gone, and the pictures in sight.
_SEEN = """([selector, text, least, changed, gone]) => {
  const found = [], pictures = [];
  const look = (root) => {
    for (const one of root.querySelectorAll("*")) {
      if (one.shadowRoot) look(one.shadowRoot);
      if (one.matches(selector)) found.push(one);
      if (one.tagName === "IMG") pictures.push(one);
    }
  };
  look(document);
  const matching = found.filter((one) =>
    one.checkVisibility() && (!text || new RegExp(text).test(one.textContent.trim())));
  const print = matching.map((one) => one.src ?? one.textContent).join();
  if (changed === null) return print;
  const there = matching.length >= least && (!changed || print !== changed);
  if (there === gone) return false;
  return pictures.every((one) => {
    const box = one.getBoundingClientRect();
    const inside = box.width > 0 && box.top < innerHeight && box.bottom > 0;
    return !inside || (one.complete && one.naturalWidth > 0);
  });
}"""
_DRAWN = """() =>
  document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState === "notRunning" """


@dataclass(frozen=True, slots=True)
class Shown:
    """What shows that something was done.

    Args:
        selector: CSS of it.
        text: a regular expression that its text matches.
        least: how many of it there are.
        changed: whether it was there before, and is another one now.
        gone: whether it is no longer there.
    """

    selector: str
    text: str = ""
    least: int = 1
    changed: bool = False
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Took:
    """Milliseconds from what a person did until it shows, and until all of the page is drawn."""

    seen: float
    done: float


NEVER = Took(math.inf, math.inf)


class Browsing:
    """One tab of a browser."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        page.set_default_timeout(1000 * _PATIENCE)

    def take(self, act: Callable[[], object], shown: Shown) -> Took:
        """The time of an act.

        Args:
            act: what the person does.
            shown: what shows that it was done.
        """
        sought = [shown.selector, shown.text, shown.least]
        before = self.page.evaluate(_SEEN, [*sought, None, False]) if shown.changed else ""
        started = time.perf_counter()
        try:
            act()
            self.page.wait_for_function(_SEEN, arg=[*sought, before, shown.gone], polling="raf")
            seen = time.perf_counter()
            self.page.wait_for_function(_DRAWN, polling="raf")
        except TimeoutError:
            return NEVER
        return Took(1000 * (seen - started), 1000 * (time.perf_counter() - started))

    def open(self, path: str, shown: Shown) -> Took:
        """The time of opening an address."""
        return self.take(
            lambda: self.page.goto(f"{self.address}/{path}", wait_until="commit"), shown
        )

    def follow(self, page: str, shown: Shown) -> Took:
        """The time of going to a page by the navigation."""
        link = self.page.get_by_role("link", name=page, exact=True)
        if not link.count():
            self.page.get_by_role("button", name="More", exact=True).last.click()
            link = self.page.get_by_role("menuitem").filter(has_text=page)
            link.wait_for()
        return self.take(link.first.click, shown)

    def settle(self) -> None:
        """Wait until nothing goes on any more."""
        self.page.wait_for_function(_DRAWN, polling="raf")
        self.page.wait_for_timeout(300)


@contextmanager
def browsing(library: Path, width: str = "desktop") -> Iterator[Browsing]:
    """A tab in which the app over a library can be opened."""
    found = (shutil.which(name) for name in ("chromium", "google-chrome", "chrome"))
    browser = next(filter(None, found), None)
    if browser is None:
        raise FileNotFoundError("There is no Chromium. Install it: sudo apt-get install chromium")
    with _served(library) as address, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=_ARGUMENTS)
        context = chromium.new_context(**WIDTHS[width])
        yield Browsing(context.new_page(), address)
        chromium.close()


@contextmanager
def _served(library: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://localhost:{port}"
    command = [sys.executable, "-m", "gallery", "serve", "--port", str(port)]
    with subprocess.Popen(
        [*command, "--library", str(library)], cwd=ROOT, env=os.environ,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as server:  # fmt: skip
        try:
            _wait_for(f"{address}/_stcore/health")
            yield address
        finally:
            server.terminate()


def _wait_for(address: str) -> None:
    until = time.perf_counter() + _PATIENCE
    while time.perf_counter() < until:
        try:
            urllib.request.urlopen(address, timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise OSError(f"{address} did not answer in {_PATIENCE:.0f} s")
