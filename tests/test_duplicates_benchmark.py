"""The benchmark of duplicates: the same photos for a seed, and right figures on a small set."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from pictured_library import jpeg, scene
from PIL import Image
from synthetic import put

pytestmark = pytest.mark.usefixtures("benchmarks")


@pytest.fixture
def benchmark() -> ModuleType:
    return importlib.import_module("duplicates")


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight people with two different pictures each."""
    root = tmp_path_factory.mktemp("people")
    for seed in range(16):
        name = f"Person_{seed // 2}"
        put(root / name / f"{name}_{seed % 2:04d}.jpg", jpeg(scene(seed)))
    return root


def test_the_halves_have_no_one_in_common(benchmark: ModuleType, people: Path) -> None:
    tune, report = (
        benchmark.different_photos(people, None, 99, tune=half) for half in (True, False)
    )
    assert len(tune) == len(report) == 8
    assert not {p.parent for p in tune} & {p.parent for p in report}
    assert benchmark.different_photos(people, None, 3, tune=True) == tune[:3]


def test_every_edit_makes_a_picture_that_is_another_file(
    people: Path, benchmark: ModuleType
) -> None:
    edits = importlib.import_module("photo_edits")
    picture = Image.fromarray(scene(0))
    made = [edit.make(picture) for edit in edits.EDITS]
    assert len(set(made)) == len({edit.name for edit in edits.EDITS}) == 20
    assert all(benchmark.small(data).grey is not None for data in made)


def test_figures_are_counted(
    benchmark: ModuleType, people: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    benchmark.main(["--lfw", str(people), "--edited", "2", "--tune", "--json"])
    document = json.loads(capsys.readouterr().out)
    rows: dict[str, Any] = {row["edit"]: row for row in document["rows"]}
    assert (document["photos"], document["edited"]) == (8, 2)
    assert rows["JPEG, quality 50"]["recall"] == 1.0
    assert rows["all re-encoded or resized"]["copies"] == 20
    assert rows["all re-encoded or resized"]["precision"] == 1.0
    assert rows["the photos themselves"]["wrong"] == 0
    assert set(document["limits"]) == {f"{limit:g}" for limit in benchmark._LIMITS}
    line = "| JPEG, quality 50 | 2 | 1.0000 | 1.0000 | 1.0000 | 0 |"
    assert line in benchmark.as_table(document["rows"])


def test_made_hashes_are_like_real_ones(benchmark: ModuleType) -> None:
    rng = np.random.default_rng(0)
    common = rng.random(256) < 0.5
    real = np.packbits((rng.random((500, 256)) < 0.3) ^ common, axis=1)
    made = benchmark.made_hashes(real, 800, rng)
    share = [np.unpackbits(hashes, axis=1).mean(axis=0) for hashes in (real, made)]
    assert made.shape == (800, 32)
    assert np.abs(share[0] - share[1]).max() < 0.1
