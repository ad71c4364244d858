"""Tables as files: CSV that no spreadsheet takes for formulas, and Parquet.

Rows are written as they come, so that a long table takes no more memory than a short one.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

Kind = Literal["text", "texts", "whole", "number", "flag", "wall clock", "moment"]
Format = Literal["csv", "parquet"]
Cell = str | tuple[str, ...] | int | float | bool | datetime | None
Row = Sequence[Cell]
Write = Callable[[Sequence[Row]], None]

# What begins a formula (OWASP, "CSV Injection"), full-width signs included. A semicolon parts
# cells where a spreadsheet's language says so, and a new line begins a cell there, so what
# follows one counts as a beginning.
_FORMULA = re.compile(r"(^|[;\n\r])(?=\s*[=+\-@\t\r\n＝＋－＠])|^(?=')")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Args:
        name: in the first line.
        kind: `wall clock` is a time without a zone, `moment` one in UTC.
        meaning: for people, with the unit.
    """

    name: str
    kind: Kind
    meaning: str


def open_table(
    path: Path, columns: Sequence[Column], format: Format
) -> AbstractContextManager[Write]:
    """Begin a table; in a `with` block it gives the function to write rows with."""
    return _csv(path, columns) if format == "csv" else _parquet(path, columns)


@contextmanager
def _csv(path: Path, columns: Sequence[Column]) -> Iterator[Write]:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow([column.name for column in columns])

        def write(rows: Sequence[Row]) -> None:
            writer.writerows([_said(cell) for cell in row] for row in rows)

        yield write


def _said(cell: Cell) -> str | int | float:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        return cell
    if isinstance(cell, datetime):
        return cell.isoformat()
    if isinstance(cell, tuple):
        return harmless(json.dumps(cell, ensure_ascii=False)) if cell else ""
    return harmless(cell)


def harmless(text: str) -> str:
    """Text that a spreadsheet shows as text: an apostrophe is put before what begins a formula.

    One is put before an apostrophe at the beginning as well: taking one leading apostrophe away
    gives the text back, but where a formula follows a semicolon or a new line inside of it.
    """
    return _FORMULA.sub(r"\g<1>'", text)


@contextmanager
def _parquet(path: Path, columns: Sequence[Column]) -> Iterator[Write]:
    import pyarrow as pa
    from pyarrow import parquet

    types = {
        "text": pa.string(),
        "texts": pa.list_(pa.string()),
        "whole": pa.int64(),
        "number": pa.float64(),
        "flag": pa.bool_(),
        "wall clock": pa.timestamp("ms"),
        "moment": pa.timestamp("ms", tz="UTC"),
    }
    schema = pa.schema([(column.name, types[column.kind]) for column in columns])
    with parquet.ParquetWriter(path, schema) as file:

        def write(rows: Sequence[Row]) -> None:
            cells = zip(*rows, strict=True) if rows else ([] for _ in columns)
            arrays = [
                pa.array(list(column), field.type)
                for column, field in zip(cells, schema, strict=True)
            ]
            file.write_table(pa.Table.from_arrays(arrays, schema=schema))

        yield write
