"""Files that photos were found in, once their folder lies somewhere else."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete, func, select, update

from gallery.source_file import readable
from gallery.store.library import Library
from gallery.store.originals import lies_there
from gallery.store.tables import photo_files


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of the files of a folder.

    Args:
        files: that were written down as being elsewhere now.
        absent: of those, how many are not there with as many bytes.
    """

    files: int
    absent: int


def move(library: Library, old: Path, new: Path) -> Moved:
    """Write down that all files below a folder are below another one now.

    Args:
        library: whose.
        old: the folder as it was.
        new: the folder as it is.
    """
    before, after = _inside(old), _inside(new)
    query = select(photo_files).where(
        photo_files.c.owner_id == library.owner_id,
        func.substr(photo_files.c.key, 1, len(before)) == before,
    )
    absent = 0
    with library.write() as connection:
        rows = connection.execute(query).all()
        for row in rows:
            key = after + row.key[len(before) :]
            same = select(photo_files.c.id).where(
                photo_files.c.owner_id == library.owner_id,
                photo_files.c.key == key,
                photo_files.c.photo_id == row.photo_id,
                photo_files.c.id != row.id,
            )
            if connection.execute(same).first() is not None:
                connection.execute(delete(photo_files).where(photo_files.c.id == row.id))
                continue
            said = row.path
            if said.startswith(readable(old)):
                said = readable(new) + said[len(readable(old)) :]
            connection.execute(
                update(photo_files).where(photo_files.c.id == row.id).values(key=key, path=said)
            )
            if row.on_disk:
                absent += not lies_there(key, row.size_bytes)
    return Moved(len(rows), absent)


def _inside(folder: Path) -> bytes:
    return os.fsencode(folder).rstrip(os.fsencode(os.sep)) + os.fsencode(os.sep)
