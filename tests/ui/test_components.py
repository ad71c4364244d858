"""What the browser says is taken for what it is: anything."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from gallery.ui import components


@pytest.mark.parametrize(
    ("said", "looked", "chosen"),
    [
        ({"look": [3, 4], "chosen": None}, [[3, 4]], []),
        ({"look": [], "chosen": {"turn": 2, "faces": [5]}}, [], [(2, [5])]),
        ({"look": [1], "chosen": {"turn": 3, "faces": []}}, [[1]], [(3, [])]),
        ({"look": [True, "x", 7], "chosen": {"turn": "2", "faces": [5]}}, [[7]], []),
        ({"look": "all", "chosen": [1]}, [], []),
        (None, [], []),
    ],
)
def test_what_is_said_on_the_map(
    said: Any, looked: list[Any], chosen: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    events: dict[str, Callable[[], None]] = {}
    monkeypatch.setattr(components, "mount", lambda *_, **given: events.update(given))
    monkeypatch.setattr(components.st, "session_state", {"map": {"said": said}})
    heard: tuple[list[Any], list[Any]] = ([], [])
    components.face_map("map", {}, heard[0].append, lambda *what: heard[1].append(what))
    events["said"]()
    assert heard == (looked, chosen)


@pytest.mark.parametrize(
    ("said", "area"),
    [
        ({"south": 1, "west": 2.5, "north": 3, "east": 4}, (1, 2.5, 3, 4)),
        ({"south": 1, "west": 2.5, "north": 3}, None),
        ({"south": 1, "west": "2", "north": 3, "east": 4}, None),
        ({"south": 1, "west": True, "north": 3, "east": 4}, None),
        ({"south": 1, "west": float("nan"), "north": 3, "east": 4}, None),
        ([1, 2, 3, 4], None),
        (None, None),
    ],
)
def test_what_part_of_the_map_is_asked_for(
    said: Any, area: tuple[float, ...] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(components, "mount", lambda *_, **__: SimpleNamespace(area=said))
    found = components.photo_map("map", {})
    assert found == (area and dict(zip(("south", "west", "north", "east"), area, strict=True)))
