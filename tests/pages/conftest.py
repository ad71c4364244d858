"""What the tests of pages share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from drawn import Drawn
from small_library import empty

from gallery.store.library import Library
from gallery.ui import layout_work


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Drawn:
    """What the components are given, and answers in a user's place."""
    return Drawn(monkeypatch)


@pytest.fixture
def library(tmp_path: Path, use_library: Callable[[Path], None]) -> Library:
    """The empty library that the pages open."""
    use_library(tmp_path / "library")
    return empty(tmp_path / "library")


@pytest.fixture(autouse=True)
def _no_map_is_in_the_making_afterwards() -> Iterator[None]:
    """A page that is opened begins one, which would go on beside the next tests."""
    yield
    for work in layout_work._works().values():
        work.stop()
    layout_work._works().clear()
