"""The vectors of a library's faces, ready to be searched: kept in its folder, made from the store.

A file for each space, which can be deleted any time. Its name says for which rows it was made;
where those have changed, it is brought up to date or made anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Select, func, select

from gallery.records import Space, Vectors
from gallery.store.faces import comparable
from gallery.store.library import Library
from gallery.store.tables import spaces, vectors
from gallery.vector_index import EXACT_UP_TO, VectorIndex

_FOLDER = "index"
# How files come about changed: older ones do not count.
_VERSION = 2
# More faces than this share of an index are gone: it is made anew, as finding nobody costs time.
_GONE = 0.05
_PORTION = 20_000
# So many vectors tell whether a file is what the store says.
_COMPARED = 200

Tell = Callable[[int, int], None]


def opened(library: Library, space: Space, tell: Tell | None = None) -> VectorIndex:
    """The index of all faces with a vector comparable to those of a space.

    It may hold faces that are gone or were deleted since: look up what it finds.

    Args:
        library: whose.
        space: of the vectors.
        tell: hears how many of how many are in while it is made, which takes some seconds for
            a million faces.
    """
    file = path(library, space)
    with contextlib.suppress(OSError):
        return VectorIndex.load(file)
    with library.read() as connection:
        ids = _face_ids(library, connection, space)
        index = _grown(_older(file), ids)
        known = index.ids if index is not None else np.empty(0, np.int64)
        new = np.setdiff1d(ids, known)
        if index is None:
            index = VectorIndex.empty(space.dim, len(ids))
        added = _vectors(library, connection, space, new)
    for done in index.add(new, added):
        if tell is not None:
            tell(len(known) + done, len(known) + len(new))
    _save(index, file, [_name(library, space, version) for version in range(1, _VERSION + 1)])
    return index


def path(library: Library, space: Space) -> Path:
    """The file of the index as the rows are now."""
    with library.read() as connection:
        state = _state(library, connection, space)
    return library.root / _FOLDER / f"{_name(library, space, _VERSION)}-{state}.faiss"


def _name(library: Library, space: Space, version: int) -> str:
    """The beginning of the names of the owner's files for a space, as a version made them."""
    known = (version, replace(space, detector=""))
    return f"{library.owner_id}-{hashlib.sha256(repr(known).encode()).hexdigest()[:16]}"


def forget(library: Library) -> None:
    """Delete the owner's files: somebody in them is to be forgotten. They are made anew."""
    for file in (library.root / _FOLDER).glob(f"{library.owner_id}-*.faiss"):
        file.unlink(missing_ok=True)


def broken(library: Library, space: Space | None) -> list[Path]:
    """The owner's files that cannot be read, or hold other vectors of a space than the store.

    Args:
        library: whose.
        space: in which some of the vectors are compared; None where there is none yet.
    """
    found = []
    current = None if space is None else path(library, space)
    for file in sorted((library.root / _FOLDER).glob(f"{library.owner_id}-*.faiss")):
        try:
            index = VectorIndex.load(file)
        except OSError:
            found.append(file)
            continue
        if space is not None and file == current and not _agrees(library, space, index):
            found.append(file)
    return found


def _agrees(library: Library, space: Space, index: VectorIndex) -> bool:
    with library.read() as connection:
        ids = _face_ids(library, connection, space)
        if not np.isin(ids, index.ids).all():
            return False
        some = ids[:: max(1, len(ids) // _COMPARED)]
        stored = _vectors(library, connection, space, some)
    kept = [index.vector(int(face)) for face in some]
    return all(np.allclose(one, other, atol=1e-4) for one, other in zip(kept, stored, strict=True))


def _mine(library: Library, space: Space) -> Select[tuple[int]]:
    """Vectors of the owner in the spaces that can be compared with this one."""
    return select(vectors.c.face_id).where(
        vectors.c.space_id.in_(select(spaces.c.id).where(comparable(space))),
        vectors.c.owner_id == library.owner_id,
    )


def _state(library: Library, connection: Connection, space: Space) -> str:
    """Something else whenever vectors came or went; told by indexes alone."""
    count = connection.execute(
        _mine(library, space).with_only_columns(func.count(), maintain_column_froms=True)
    ).scalar_one()
    # Not by owner, nor by the index of spaces: either would read every vector.
    of_space = (vectors.c.space_id + 0).in_(select(spaces.c.id).where(comparable(space)))
    total = connection.execute(select(func.sum(vectors.c.face_id)).where(of_space)).scalar()
    return f"{count}-{total or 0}"


def _face_ids(library: Library, connection: Connection, space: Space) -> NDArray[np.int64]:
    found = connection.execute(_mine(library, space)).scalars()
    return np.unique(np.fromiter(found, dtype=np.int64))


def _vectors(
    library: Library, connection: Connection, space: Space, ids: NDArray[np.int64]
) -> Vectors:
    """(n, dim) the vectors of some faces, in the order of their ids."""
    query = select(vectors.c.face_id, vectors.c.vector).where(
        vectors.c.space_id.in_(select(spaces.c.id).where(comparable(space))),
        vectors.c.owner_id == library.owner_id,
    )
    found = np.zeros((len(ids), space.dim), dtype=np.float32)
    for start in range(0, len(ids), _PORTION):
        part = ids[start : start + _PORTION]
        # Faces in between that are in the index already are few, or their vectors are read twice.
        rows = connection.execute(
            query.where(vectors.c.face_id.between(int(part[0]), int(part[-1])))
        )
        for row in rows:
            at = int(np.searchsorted(ids, row.face_id))
            if at < len(ids) and ids[at] == row.face_id:
                found[at] = np.frombuffer(row.vector, dtype=np.float32)
    return found


def _older(file: Path) -> VectorIndex | None:
    """The index of the same space as it was made for other rows."""
    alike = file.name.rsplit("-", 2)[0]
    for old in file.parent.glob(f"{alike}-*.faiss"):
        with contextlib.suppress(OSError):
            return VectorIndex.load(old)
    return None


def _grown(index: VectorIndex | None, ids: NDArray[np.int64]) -> VectorIndex | None:
    """An index that can be added to; a small one is sooner made anew, without who is gone."""
    if index is None or len(ids) <= EXACT_UP_TO or len(index) <= EXACT_UP_TO:
        return None
    gone = len(np.setdiff1d(index.ids, ids))
    return None if gone > _GONE * len(index) else index


def _save(index: VectorIndex, file: Path, beginnings: list[str]) -> None:
    """Keep it in place of files that begin so; without room for it, do without."""
    with contextlib.suppress(OSError, RuntimeError):
        # Not the library's own folder: it may have been deleted meanwhile.
        file.parent.mkdir(exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=file.parent, suffix=".part")
        os.close(handle)
        try:
            index.save(Path(temporary))
            Path(temporary).replace(file)
            for beginning in beginnings:
                for old in file.parent.glob(f"{beginning}-*.faiss"):
                    if old != file:
                        old.unlink(missing_ok=True)
        finally:
            Path(temporary).unlink(missing_ok=True)
