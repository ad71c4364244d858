"""The benchmark of searching makes a library, asks everything of it, and says how long it took."""

from __future__ import annotations

import importlib
import json
import re
from types import ModuleType

import pytest

pytestmark = pytest.mark.usefixtures("benchmarks")


@pytest.fixture
def benchmark() -> ModuleType:
    return importlib.import_module("search")


SMALL = ["--photos", "300", "--faces", "500", "--rounds", "1"]


def test_everything_is_timed(benchmark: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert benchmark.main([*SMALL, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    kinds = [row["kind"] for row in document["results"]]
    assert kinds.count("page") == kinds.count("counts") == len(benchmark.QUERIES)
    assert kinds.count("counts after a change") == 1
    assert kinds.count("list") == kinds.count("beside") == 6
    assert kinds.count("by face, exact") == 3
    [index] = [row for row in document["results"] if "recall_at_10" in row]
    assert index["recall_at_10"] == 1
    assert all(0 < row["p50_ms"] <= row["p95_ms"] for row in document["results"])
    benchmark.print_table(document)
    assert "| counts | `tag:beach -tag:night` |" in capsys.readouterr().out


def test_plans_are_shown(benchmark: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert benchmark.main([*SMALL, "--plans"]) == 0
    said = capsys.readouterr().out
    for index in (
        "photos_owner_id_shown_at_id_binned_at",
        "photos_owner_id_country_region_city",
        "photos_owner_id_latitude_longitude",
        "photos_owner_id_face_count_face_share",
        "photo_tags_owner_id_tag_id_removed_photo_id",
    ):
        assert f"USING COVERING INDEX ix_{index}" in said
    # Nothing goes through all photos of everybody.
    assert not re.search(r"SCAN (photos|faces|photo_tags|event_photos|album_photos)\b", said)
