"""Vectors of evaluated photos, kept by the bytes of the photo and by space.

Embedding a data set takes minutes, and what it is evaluated for next, such as another threshold,
needs the same vectors. A file for each space holds what was found; it can be deleted any time.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from gallery.records import Box, Space, Vectors

# What a face is measured by, or how it is found, changed: older files do not count.
_VERSION = 2


@dataclass(frozen=True, slots=True, eq=False)
class CentralFace:
    """The face nearest the centre of a photo.

    Args:
        box: in pixels of the rotated original.
        size: shorter side of the face in such pixels.
        sharpness: of the face, as `gallery.quality` has it.
        quality: overall, 0 to 1.
        vector: (dim,).
    """

    box: Box
    size: float
    sharpness: float
    quality: float
    vector: Vectors


@dataclass(slots=True)
class FaceCache:
    """What is known of photos in one space; None for a photo without a face.

    Args:
        folder: where files lie; None keeps nothing.
        space: of the vectors.
        options: whatever else the result depends on, such as the size faces are looked for at.
    """

    folder: Path | None
    space: Space
    options: tuple[object, ...] = ()
    _known: dict[bytes, CentralFace | None] = field(default_factory=dict)
    _saved: int = 0

    def __post_init__(self) -> None:
        path = self._path
        if path is None or not path.is_file():
            return
        # A file that was cut short, or comes from another version, is made anew.
        with contextlib.suppress(OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            self._read(path)

    @property
    def _path(self) -> Path | None:
        if self.folder is None:
            return None
        said = repr((_VERSION, self.space, self.options))
        name = hashlib.sha256(said.encode()).hexdigest()[:16]
        return self.folder / f"{self.space.model}-{name}.npz"

    def _read(self, path: Path) -> None:
        with np.load(path, allow_pickle=False) as stored:
            keys, has, faces, vectors = (
                stored[name] for name in ("keys", "has", "faces", "vectors")
            )
        rows = iter(zip(faces.tolist(), vectors, strict=True))
        for key, found in zip(keys, has.tolist(), strict=True):
            face: CentralFace | None = None
            if found:
                (x0, y0, x1, y1, size, sharpness, quality), vector = next(rows)
                face = CentralFace((x0, y0, x1, y1), size, sharpness, quality, vector)
            self._known[key.tobytes()] = face
        self._saved = len(self._known)

    def look_up(self, content: bytes) -> CentralFace | None:
        """What is known of a photo.

        Args:
            content: SHA-256 of its bytes.

        Raises:
            KeyError: Nothing is.
        """
        return self._known[content]

    def add(self, found: Mapping[bytes, CentralFace | None]) -> None:
        """Remember what was found, by the SHA-256 of the bytes."""
        self._known.update(found)

    def save(self) -> None:
        """Write what is new to disk; without room for it, it is found out again next time."""
        path = self._path
        if path is None or len(self._known) == self._saved:
            return
        faces = [face for face in self._known.values() if face is not None]
        with contextlib.suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
            try:
                with os.fdopen(handle, "wb") as stream:
                    np.savez(
                        stream,
                        keys=np.frombuffer(b"".join(self._known), np.uint8).reshape(-1, 32),
                        has=np.array([face is not None for face in self._known.values()]),
                        faces=np.array(
                            [[*f.box, f.size, f.sharpness, f.quality] for f in faces], np.float32
                        ).reshape(-1, 7),
                        vectors=np.array([f.vector for f in faces], np.float32).reshape(
                            -1, self.space.dim
                        ),
                    )
                Path(temporary).replace(path)
            finally:
                Path(temporary).unlink(missing_ok=True)
            self._saved = len(self._known)
