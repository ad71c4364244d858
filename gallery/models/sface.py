"""SFace (Zhong et al., IEEE TIP 2021), the default embedder: 128 numbers a face."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gallery.align import FivePoint
from gallery.models.session import Session
from gallery.records import Pixels, Vectors
from gallery.vectors import unit


class SFace:
    """Embedder on a loaded session."""

    name = "sface"
    dim = 128
    mirrored = True

    def __init__(self, session: Session, version: str) -> None:
        self._session = session
        self.version = version
        self.precision = session.precision
        self.alignment = FivePoint(112)

    def embed(self, crops: Sequence[Pixels]) -> Vectors:
        """Embed n RGB 112 x 112 crops into (n, 128) unit vectors."""
        if not len(crops):
            return np.empty((0, self.dim), dtype=np.float32)
        blobs = [
            np.ascontiguousarray(crop.transpose(2, 0, 1)[None], dtype=np.float32) for crop in crops
        ]
        return unit(np.concatenate([outputs[0] for outputs in self._session.run_many(blobs)]))
