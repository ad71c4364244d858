"""The browser, and pages of it; a test module says what is served with a fixture `address`."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from walking import ARGUMENTS, BROWSER, Walker, sync_api


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=BROWSER, args=ARGUMENTS)
        yield chromium
        chromium.close()


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
