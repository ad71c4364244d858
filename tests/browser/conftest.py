"""The browser, and pages of it; a test module says what is served with a fixture `address`.

Every walk ends with the same look at the page, whether or not its test asks for it, and one that
fails leaves a picture and a trace behind.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from walking import ARGUMENTS, BROWSER, DESKTOP, PHONE, Walker, folder_name, sync_api

# Git ignores it; nothing is written here as long as all is well.
_RESULTS = Path(__file__).resolve().parents[2] / "test-results"


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> object:
    """Look at the page once more where a walk ends."""
    result = yield
    for walker in _walkers(pyfuncitem):
        walker.assert_well()
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> object:
    """Keep what can be seen of a failure, and say where."""
    report = yield
    if report.when == "call" and report.failed:
        folder = _RESULTS / folder_name(item.nodeid)
        shutil.rmtree(folder, ignore_errors=True)
        for walker in _walkers(item):
            report.sections.append(("what the browser saw", walker.keep(folder)))
    return report


def _walkers(item: pytest.Item) -> list[Walker]:
    return [one for one in getattr(item, "funcargs", {}).values() if isinstance(one, Walker)]


@pytest.fixture(scope="module")
def browser() -> Iterator[sync_api.Browser]:
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=BROWSER, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def device(browser: sync_api.Browser) -> Iterator[Callable[[str], sync_api.BrowserContext]]:
    """Contexts by name; a module shares them, so that scripts are fetched once."""
    made: dict[str, sync_api.BrowserContext] = {}

    def of(name: str) -> sync_api.BrowserContext:
        if name not in made:
            made[name] = browser.new_context(**{"desktop": DESKTOP, "phone": PHONE}[name])
            made[name].tracing.start(snapshots=True)
        return made[name]

    yield of
    for context in made.values():
        context.close()


@pytest.fixture
def desktop(device: Callable[[str], sync_api.BrowserContext], address: str) -> Iterator[Walker]:
    walker = Walker(device("desktop"), address)
    yield walker
    walker.close()


@pytest.fixture
def phone(device: Callable[[str], sync_api.BrowserContext], address: str) -> Iterator[Walker]:
    walker = Walker(device("phone"), address)
    yield walker
    walker.close()


@pytest.fixture(params=["desktop", "phone"])
def walker(
    request: pytest.FixtureRequest,
    device: Callable[[str], sync_api.BrowserContext],
    address: str,
) -> Iterator[Walker]:
    """The same walk at both widths."""
    made = Walker(device(request.param), address)
    yield made
    made.close()
