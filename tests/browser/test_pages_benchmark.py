"""The benchmark that takes the time of pages and clicks, on a small library."""

from __future__ import annotations

import importlib
import json
import math
from pathlib import Path

import pytest
from walking import needs_browser

from gallery.store.library import open_library

pytestmark = [*needs_browser, pytest.mark.usefixtures("benchmarks")]


def test_pages_and_clicks_are_timed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = tmp_path / "library"
    importlib.import_module("whole_library").make_whole_library(root, 400, 1000).close()
    only = ["Browse", "Photo"]
    code = importlib.import_module("pages").main(
        [str(root), "--rounds", "1", "--only", *only, "--json"]
    )
    assert code == 0
    said = json.loads(capsys.readouterr().out)
    assert said["library"]["photos"] > 300
    rows = {(row["page"], row["what"]): row for row in said["rows"]}
    assert all((page, "opened by its address") in rows for page in only)
    assert ("Browse", "come to from another page") in rows
    clicked = ("Browse", "open a photo"), ("Photo", "add a tag"), ("Photo", "undo it")
    for page, what in clicked:
        assert 0 < rows[page, what]["seen_ms"] < math.inf
        assert rows[page, what]["done_ms"] >= rows[page, what]["seen_ms"]


def test_a_library_that_was_not_made_for_it_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    open_library(tmp_path / "library").close()
    assert importlib.import_module("pages").main([str(tmp_path / "library")]) == 1
    assert "whole_library.py" in capsys.readouterr().err
