"""EfficientNet-Lite0 (Tan and Le, ICML 2019; TensorFlow's Lite variant): what is in a picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from gallery.models.efficientnet_graph import CLASSES, DIM, SIDE
from gallery.models.session import Session
from gallery.protocols import Scene
from gallery.records import Pixels
from gallery.resize import resize
from gallery.vectors import unit


class EfficientNetLite0:
    """Tagger whose graph takes one picture at a time.

    Args:
        opens: gives the session; called at the first look, since often there is nothing to tag.
        version: of the weights.
        precision: of the session.
    """

    name = "efficientnet-lite0"
    dim = DIM

    def __init__(self, opens: Callable[[], Session], version: str, precision: str) -> None:
        self._opens = opens
        self._session: Session | None = None
        self.version = version
        self.precision = precision

    def look(self, pictures: Sequence[Pixels]) -> Scene:
        """ImageNet's classes and a scene vector for each of n RGB pictures of any size."""
        if not len(pictures):
            return Scene(np.empty((0, CLASSES), np.float32), np.empty((0, DIM), np.float32))
        if self._session is None:
            self._session = self._opens()
        outputs = self._session.run_many([_input(picture) for picture in pictures])
        probabilities = np.concatenate([output[0] for output in outputs])
        return Scene(probabilities, unit(np.concatenate([output[1] for output in outputs])))


def _input(picture: Pixels) -> NDArray[np.float32]:
    """The middle of a picture as the network wants it: (1, 3, 224, 224), (x - 127) / 128."""
    height, width = picture.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    square = resize(picture[top : top + side, left : left + side], SIDE, SIDE)
    scaled = (square.astype(np.float32) - 127) / 128
    return np.ascontiguousarray(scaled.transpose(2, 0, 1)[None], dtype=np.float32)
