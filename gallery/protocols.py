"""What a stage needs from a model, a file source or a progress listener, and no more.

The concrete classes live at the edge, in `gallery.models`; the stages in the middle know
only these.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from gallery.records import Box, Face, Pixels, Vectors


class Model(Protocol):
    """What has weights, of which everything that it made depends."""

    @property
    def name(self) -> str:
        """Registry name."""
        ...

    @property
    def version(self) -> str:
        """Identifies the weights."""
        ...

    @property
    def precision(self) -> str:
        """`f32` or `bf16`."""
        ...


def identity(model: Model) -> str:
    """What vectors depend on that a model made."""
    return f"{model.name} {model.version} {model.precision}"


class Detector(Protocol):
    """Finds faces in one image."""

    @property
    def name(self) -> str:
        """Registry name."""
        ...

    def detect(self, image: Pixels) -> list[Face]:
        """Find the faces of an RGB image, in that image's own pixels, best score first."""
        ...


class Alignment(Protocol):
    """Cuts the crop an embedder was trained on."""

    @property
    def name(self) -> str:
        """Goes into the space of the vectors."""
        ...

    @property
    def size(self) -> int:
        """Side of the square crop in pixels."""
        ...

    def crop(self, image: Pixels, face: Face) -> Pixels:
        """Cut one (size, size, 3) crop; `face` is in the image's own pixels."""
        ...


class Embedder(Model, Protocol):
    """Turns crops into unit vectors."""

    @property
    def dim(self) -> int:
        """Length of a vector."""
        ...

    @property
    def alignment(self) -> Alignment:
        """The crop it was trained on."""
        ...

    @property
    def mirrored(self) -> bool:
        """Whether a face gets the mean of the vectors of its crop and of its mirror image."""
        ...

    def embed(self, crops: Sequence[Pixels]) -> Vectors:
        """Embed n crops into an (n, dim) array of unit vectors."""
        ...


@dataclass(frozen=True, slots=True)
class Scene:
    """What a tagger sees in n pictures.

    Args:
        probabilities: (n, 1000) of ImageNet's classes; each row sums to 1.
        vectors: (n, d) of unit length; alike where the pictures are.
    """

    probabilities: NDArray[np.float32]
    vectors: Vectors


class Tagger(Model, Protocol):
    """Says what is in a picture."""

    def look(self, pictures: Sequence[Pixels]) -> Scene:
        """Look at n RGB pictures of any size."""
        ...


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of text in a picture.

    Args:
        text: as it was read.
        confidence: 0 to 1.
        box: around it; in a library in pixels of the rotated original.
    """

    text: str
    confidence: float
    box: Box


class TextReader(Model, Protocol):
    """Reads what is written in a picture."""

    def may_have_text(self, picture: Pixels) -> bool:
        """Whether a small RGB picture looks as if it were worth reading at full size."""
        ...

    def read(self, picture: Pixels) -> list[TextLine]:
        """Every line of an RGB picture, sure or not, in its own pixels, from top to bottom."""
        ...

    def rest(self) -> None:
        """Let go of the memory that reading took; the next picture takes it again."""
        ...


class SceneEmbedder(Model, Protocol):
    """Lays pictures and words into one space, in which a picture is near what describes it."""

    def embed_pictures(self, pictures: Sequence[Pixels]) -> Vectors:
        """Embed n RGB pictures of any size into (n, d) unit vectors."""
        ...

    def embed_text(self, text: str) -> Vectors:
        """Embed what somebody says of a picture into a (d,) unit vector."""
        ...
