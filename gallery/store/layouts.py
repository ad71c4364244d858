"""Where the faces of a library lie on its maps: kept in its folder, to be there at once.

A file for each way to lay out. All of them can be deleted any time; they are made anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import time
import zipfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gallery.records import Space
from gallery.store.library import Library

_FOLDER, _PART = "layouts", ".part"
# What a run that was killed left behind; writing a map takes no time.
_LEFTOVER_SECONDS = 60
# Whoever moves sliders makes many; older ones make room.
KEPT = 12
# How places come about changed: older files do not count.
_VERSION = 1


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Where faces lie.

    Args:
        face_ids: (n,) rising.
        places: (n, 2), finite.
        later: (n,) whether a face came after the others were laid out, and was put beside them.
    """

    face_ids: NDArray[np.int64]
    places: NDArray[np.float32]
    later: NDArray[np.bool_]

    def __post_init__(self) -> None:
        count = len(self.face_ids)
        if self.places.shape != (count, 2) or self.later.shape != (count,):
            raise ValueError(
                f"expected {count} places and {count} marks, got {self.places.shape} and "
                f"{self.later.shape}"
            )
        if not np.isfinite(self.places).all():
            raise ValueError("expected places that are finite")

    def only(self, kept: NDArray[np.bool_]) -> Layout:
        """Some of the faces."""
        return Layout(self.face_ids[kept], self.places[kept], self.later[kept])


def path(library: Library, space: Space, method: str, values: Mapping[str, float]) -> Path:
    """The file of one way to lay out."""
    # Vectors of two detectors are comparable, and lie on one map.
    known = (_VERSION, replace(space, detector=""), method, sorted(values.items()))
    name = hashlib.sha256(repr(known).encode()).hexdigest()[:16]
    return library.root / _FOLDER / f"{library.owner_id}-{method}-{name}.npz"


def load(file: Path) -> Layout | None:
    """What is kept in a file; None where there is none, or it is none of ours."""
    # A file that was cut short is made anew.
    with (
        contextlib.suppress(OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile),
        np.load(file, allow_pickle=False) as stored,
    ):
        return Layout(
            np.asarray(stored["face_ids"], dtype=np.int64),
            np.asarray(stored["places"], dtype=np.float32),
            np.asarray(stored["later"], dtype=np.bool_),
        )
    return None


def save(file: Path, layout: Layout) -> bool:
    """Keep where faces lie; whether there was room for it."""
    try:
        # Not the library's own folder: it may have been deleted meanwhile.
        file.parent.mkdir(exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=file.parent, suffix=_PART)
        try:
            with os.fdopen(handle, "wb") as stream:
                np.savez(stream, face_ids=layout.face_ids, places=layout.places, later=layout.later)
            Path(temporary).replace(file)
        finally:
            Path(temporary).unlink(missing_ok=True)
    except OSError:
        return False
    _let_go(file)
    return True


def save_or_remove(file: Path, layout: Layout) -> None:
    """Keep where faces lie; without room for it, at least no older map stays in its place."""
    if not save(file, layout):
        with contextlib.suppress(OSError):
            file.unlink()


def _let_go(latest: Path) -> None:
    owner = latest.name.split("-", 1)[0]
    # Another program may let the same ones go.
    with contextlib.suppress(OSError):
        mine = sorted(latest.parent.glob(f"{owner}-*.npz"), key=lambda old: old.stat().st_mtime)
        for old in mine[:-KEPT]:
            old.unlink(missing_ok=True)
        for part in latest.parent.glob(f"*{_PART}"):
            if time.time() - part.stat().st_mtime > _LEFTOVER_SECONDS:
                part.unlink(missing_ok=True)


def forget(library: Library, face_ids: Collection[int]) -> None:
    """Take faces off every map, and off what is only half written."""
    folder = library.root / _FOLDER
    for part in folder.glob(f"*{_PART}"):
        part.unlink(missing_ok=True)
    for file in folder.glob(f"{library.owner_id}-*.npz"):
        layout = load(file)
        if layout is not None:
            stay = ~np.isin(layout.face_ids, sorted(face_ids))
            if not stay.all():
                save_or_remove(file, layout.only(stay))
