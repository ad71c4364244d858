"""`gallery explore`: a table or a document of where every face lies."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from small_library import STRICT, Seen, add, album, owner, regroup

from gallery.cli import main
from gallery.people import name_person
from gallery.store.library import Library


def run(library: Library, *arguments: str) -> int:
    with pytest.raises(SystemExit) as stop:
        main(["explore", "--method", "pca", "--library", str(library.root), *arguments])
    return int(stop.value.code or 0)


@pytest.fixture
def faces(library: Library) -> list[int]:
    """Two people, one of them named."""
    one, two = album(library, 4, 3)
    name_person(library, owner(library, one[0]), "Ada")
    return [*one, *two]


def points(library: Library, capsys: pytest.CaptureFixture[str], *more: str) -> list[Any]:
    assert run(library, "--json", *more) == 0
    return list(json.loads(capsys.readouterr().out)["points"])


def test_json_has_every_face(
    library: Library, faces: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    found = points(library, capsys)
    assert [point["face"] for point in found] == faces
    first, last = found[0], found[-1]
    assert first["label"] == "Ada"
    assert first["person"] == owner(library, faces[0])
    assert last["label"] == "Person 2"
    assert (first["group"], last["group"]) == (0, 1)
    assert first["quality"] == 0.9
    assert first["date"].startswith("2024-07-01")
    assert not any(point["later"] for point in found)
    assert abs(first["x"] - found[1]["x"]) < abs(first["x"] - last["x"])


def test_new_faces_are_marked_and_anew_places_all(
    library: Library, faces: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    before = points(library, capsys)
    add(library, [Seen(2)], seed=9)
    after = points(library, capsys)
    assert [(p["x"], p["y"]) for p in after[:-1]] == [(p["x"], p["y"]) for p in before]
    assert [point["later"] for point in after] == [False] * len(faces) + [True]
    assert run(library) == 0
    assert "1 of them beside those there were" in capsys.readouterr().out
    again = points(library, capsys, "--anew")
    assert not any(point["later"] for point in again)
    assert [p["x"] for p in again[:-1]] != [p["x"] for p in before]


def test_a_table_is_written(
    library: Library, faces: list[int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "faces.csv"
    name_person(library, owner(library, faces[-1]), "=1+1")
    assert run(library, "--out", str(file), "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert document["out"] == str(file)
    assert document["faces"] == len(faces)
    assert "points" not in document
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [int(row["face"]) for row in rows] == faces
    assert {"x", "y", "person", "quality", "date"} <= set(rows[0])
    assert {row["label"] for row in rows} == {"Ada", "'=1+1"}, "no formula for a spreadsheet"
    (tmp_path / "file").touch()
    assert run(library, "--out", str(tmp_path / "file" / "map.csv")) == 1
    assert "cannot be written" in capsys.readouterr().err


def test_groups_of_another_run(
    library: Library, faces: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    regroup(library, STRICT)
    assert len({point["group"] for point in points(library, capsys)}) > 2
    assert {point["group"] for point in points(library, capsys, "--run", "1")} == {0, 1}
    assert run(library, "--run", "99", "--json") == 1
    assert "There is no run 99" in capsys.readouterr().err


def test_nothing_was_grouped_so_far(library: Library, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(library) == 1
    assert "Nobody was grouped so far" in capsys.readouterr().err


def test_what_cannot_be_is_said(library: Library, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(library, "--neighbours", "5") == 1
    assert "PCA has no parameter 'neighbours'" in capsys.readouterr().err
