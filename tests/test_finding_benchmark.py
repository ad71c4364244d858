"""The score of made copies counts what it says."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture
def finding(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(Path(__file__).resolve().parents[1] / "benchmarks"))
    return importlib.import_module("finding")


def group(*names: str) -> dict[str, object]:
    photos = [{"name": f"{name}.jpg"} for name in names]
    return {"class": "same-picture", "photos": photos, "files": []}


def test_copies_count_where_their_original_is(finding: ModuleType, tmp_path: Path) -> None:
    for name in ("a--0", "a--1", "a--same", "b--0", "b--10", "b--same"):
        (tmp_path / f"{name}.jpg").write_bytes(b"")
    files = {"class": "same-bytes", "photos": [], "files": ["a.jpg", "a--same.jpg"]}
    groups = [group("a--same", "a--0"), group("b--0", "b--10"), group("c", "a--1", "d"), files]
    told = finding.score(groups, tmp_path)
    assert [(row["edit"], row["copies"], row["found"]) for row in told["edits"]] == [
        ("JPEG, quality 90", 2, 1),
        ("JPEG, quality 75", 1, 0),
        ("trimmed by 5 %, all around", 1, 0),
    ]
    assert (told["wrong_pairs"], told["same_bytes"]) == (3, 1)
