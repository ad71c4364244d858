"""What a library and files that were written are like, to be compared before and after a kill."""

from __future__ import annotations

import hashlib
import math
import re
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Column, select

from gallery.backup import BackupReport, restore
from gallery.config import Settings
from gallery.errors import LibraryError
from gallery.health.examine import examine
from gallery.health.finding import Examination, Patient
from gallery.photo_bin import empty_old
from gallery.store import tables
from gallery.store.library import Library, open_library

# Moments of writing, and how long something took, are never the same.
_NOT_COMPARED = frozenset(
    {"at", "created_at", "added_at", "since", "since_before", "since_after", "seconds"}
)
# A network computes a hair differently once it was compiled for a shape of photo.
_HAIR = 0.02
_HALF_WRITTEN = ".part"
_MOMENT = re.compile(r"20\d\d-\d\d-\d\dT[\d:.]+\+00:00")
_TIME = re.compile(rb"\d\d:\d\d(:\d\d)?")

State = dict[str, Any]


def rows_of(library: Library) -> dict[str, list[Any]]:
    """All rows of all tables by their keys, but for times of writing; of bytes only the hash.

    Of vectors it is the length: networks make the last digits.
    """
    found: dict[str, list[Any]] = {}
    with library.read() as connection:
        for table in tables.metadata.sorted_tables:
            wanted = [column for column in table.columns if not _is_passing(column)]
            query = select(*wanted).order_by(*table.primary_key.columns)
            found[table.name] = [
                [_plain(column.name, value) for column, value in zip(wanted, row, strict=True)]
                for row in connection.execute(query)
            ]
    return found


def _is_passing(column: Column[Any]) -> bool:
    # A file that is refused again is a new row.
    is_again = column.table.name == "failures" and column.name == "id"
    return is_again or column.name in _NOT_COMPARED


def _plain(name: str, value: Any) -> Any:
    if name == "vector":
        return len(value)
    if name == "binned_at":
        return value is not None
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()[:16]
    if isinstance(value, str):
        return _MOMENT.sub("a moment", value)
    return value.isoformat() if isinstance(value, datetime) else value


def library_state(root: Path) -> State:
    """Rows, media and faults of the library in a folder; nothing where none is."""
    if not (root / "library.db").is_file():
        return {}
    library = open_library(root)
    try:
        empty_old(library)  # as whatever opens a library does
        keys = sorted(file.key for file in library.media.listed())
        return {
            "rows": rows_of(library),
            "media": [key for key in keys if not key.endswith(_HALF_WRITTEN)],
            "half_written": sum(key.endswith(_HALF_WRITTEN) for key in keys),
            "faults": faults(library),
        }
    finally:
        library.close()


def faults(library: Library) -> list[str]:
    """What the doctor finds: database, references, index of words, counts, files, vectors."""
    examination = Examination()
    # The weights of the models are no part of a library, and take long to read.
    settings = Settings(models_home=library.root / "none")
    for _ in examine(Patient(library, settings, thorough=True), examination):
        pass
    return [f"{one.check}: {one.says}" for one in examination.findings if one.check != "models"]


def is_alike(one: Any, other: Any) -> bool:
    """Whether two states are the same, but for the last digits of numbers."""
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=_HAIR, abs_tol=_HAIR)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_alike, one, other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(is_alike(one[key], other[key]) for key in one)
    return bool(one == other)


def difference(one: Any, other: Any, where: str = "") -> str:
    """The first place in which two states differ, in words."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted({*one, *other}):
            if not is_alike(one.get(key), other.get(key)):
                return difference(one.get(key), other.get(key), f"{where} {key}")
    if isinstance(one, list) and isinstance(other, list):
        for at, (left, right) in enumerate(zip(one, other, strict=False)):
            if not is_alike(left, right):
                return f"{where}, row {at}: {left} and {right}"
        return f"{where}: {len(one)} and {len(other)}, such as {(one + other)[-1:]}"
    return f"{where}: {one} and {other}"


def written(path: Path) -> str:
    """What a file, a ZIP or a folder holds, as one hash; empty where it is not there."""
    if not path.exists():
        return ""
    whole = hashlib.sha256()
    for name, data in sorted(_parts(path)):
        whole.update(f"{name} {len(data)} ".encode() + data)
    return whole.hexdigest()[:16]


def _parts(path: Path) -> Iterator[tuple[str, bytes]]:
    if path.is_dir():
        for file in path.rglob("*"):
            if file.is_file():
                yield file.relative_to(path).as_posix(), _timeless(file.read_bytes(), file.name)
    elif path.suffix == ".zip":
        # The times in it are those of writing.
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                yield name, _timeless(archive.read(name), name)
    else:
        yield path.name, _timeless(path.read_bytes(), path.name)


def _timeless(data: bytes, name: str) -> bytes:
    """The bytes of a file, without the times that a document says of its own writing."""
    return _TIME.sub(b"", data) if name.endswith((".html", ".json", ".md")) else data


def backup_state(backup: Path, spare: Path) -> State:
    """The library that a backup gives back; nothing where none was finished."""
    try:
        for _ in restore(backup, spare, BackupReport()):
            pass
    except LibraryError as error:
        if "no backup that was finished" in str(error) or not backup.exists():
            return {}
        raise
    return library_state(spare)
