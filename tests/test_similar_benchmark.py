"""The benchmark of photos that look alike: views that differ, figures of a small library."""

from __future__ import annotations

import importlib
import json

import numpy as np
import pytest
from pictured_library import scene
from PIL import Image
from synthetic import random_units

pytestmark = pytest.mark.usefixtures("benchmarks")


def test_every_view_is_another_picture() -> None:
    benchmark = importlib.import_module("similar_photos")
    made = [np.asarray(make(Image.fromarray(scene(0)))) for make in benchmark.VIEWS.values()]
    assert len({pixels.tobytes() for pixels in made}) == len(benchmark.VIEWS) == 9
    assert all(min(pixels.shape[:2]) > 100 for pixels in made)


def test_strangers_are_counted_once() -> None:
    benchmark = importlib.import_module("similar_photos")
    vectors = np.repeat(random_units(0, 2, 64), 2, axis=0)
    assert benchmark.strangers(vectors)["pairs"]["0.92"] == pytest.approx(2 / 6, abs=1e-4)
    assert benchmark.strangers(vectors)["photos"]["0.92"] == 1.0


def test_a_made_library_is_compared(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    benchmark = importlib.import_module("similar_photos")
    monkeypatch.setattr(benchmark, "_DIM", 160)
    benchmark.main(["--scale", "400", "--json"])
    document = json.loads(capsys.readouterr().out)
    assert document["photos"] == 400
    found, there = document["found by cells from 0.85"]
    assert 0.9 * there < found <= there
    assert 0 < document["pairs"] <= there
