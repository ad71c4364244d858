"""Tables as files: no cell is a formula, and what is read back is what was written."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gallery.table_files import Column, harmless, open_table

COLUMNS = (
    Column("who", "text", ""),
    Column("tags", "texts", ""),
    Column("count", "whole", ""),
    Column("yaw", "number", ""),
    Column("sure", "flag", ""),
    Column("taken", "wall clock", ""),
    Column("added", "moment", ""),
)
ROWS = [
    ("=1+1", ("=cmd", "a, b"), 3, -12.5, True, datetime(2024, 5, 4, 9, 12), None),
    ('Ünal "x"\nÖz', (), None, None, False, None, datetime(2024, 5, 4, 1, 12, tzinfo=UTC)),
    (None, ("süß",), -1, 0.25, False, None, None),
]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Grace Hopper", "Grace Hopper"),
        ("Anne-Marie + Bo = 2", "Anne-Marie + Bo = 2"),
        ("=HYPERLINK(A1)", "'=HYPERLINK(A1)"),
        ("+49", "'+49"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        (" =1+1", "' =1+1"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r'=1"),
        ("＝1+1", "'＝1+1"),
        ("'t Hooft", "''t Hooft"),
        ("'=1", "''=1"),
        ("a;=1+1", "a;'=1+1"),
        ("a\n@b", "a\n'@b"),
        ("", ""),
    ],
)
def test_text_is_never_a_formula(text: str, said: str) -> None:
    assert harmless(text) == said


def test_csv_reads_back(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with open_table(path, COLUMNS, "csv") as write:
        write(ROWS[:2])
        write([])
        write(ROWS[2:])
    with path.open(encoding="utf-8", newline="") as stream:
        first, second, third = csv.DictReader(stream)
    assert first == {
        "who": "'=1+1",
        "tags": '["=cmd", "a, b"]',
        "count": "3",
        "yaw": "-12.5",
        "sure": "true",
        "taken": "2024-05-04T09:12:00",
        "added": "",
    }
    assert (second["who"], second["tags"], second["count"]) == ('Ünal "x"\nÖz', "", "")
    assert second["added"] == "2024-05-04T01:12:00+00:00"
    assert (third["who"], json.loads(third["tags"]), third["yaw"]) == ("", ["süß"], "0.25")


def test_parquet_keeps_types_and_text_as_they_are(tmp_path: Path) -> None:
    from pyarrow import parquet

    path = tmp_path / "a.parquet"
    with open_table(path, COLUMNS, "parquet") as write:
        write(ROWS[:2])
        write([])
        write(ROWS[2:])
    table = parquet.read_table(path)
    names = [column.name for column in COLUMNS]
    expected = [dict(zip(names, row, strict=True)) for row in ROWS]
    for row in expected:
        row["tags"] = list(row["tags"])
    assert table.to_pylist() == expected
    assert [str(type) for type in table.schema.types] == [
        "string", "list<element: string>", "int64", "double", "bool", "timestamp[ms]",
        "timestamp[ms, tz=UTC]",
    ]  # fmt: skip
