"""CLIP (Radford et al., ICML 2021): pictures and words in one space."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from gallery.errors import ModelError
from gallery.models.session import Session
from gallery.protocols import SceneEmbedder
from gallery.records import Pixels, Vectors
from gallery.vectors import unit

_SIDE, _MOST_TOKENS = 224, 77
# Of the pictures CLIP was trained on, from its code.
_MEAN = np.array([0.48145466, 0.4578275, 0.40821073], np.float32)
_SPREAD = np.array([0.26862954, 0.26130258, 0.27577711], np.float32)


class TextNetwork:
    """Tokens to a vector, on onnxruntime: it is asked for one text at a time.

    Args:
        path: of the graph.
        tokenizer: its JSON file.
        threads: of the processor.
    """

    def __init__(self, path: Path, tokenizer: Path, threads: int) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        try:
            self._session = onnxruntime.InferenceSession(
                str(path), options, providers=["CPUExecutionProvider"]
            )
            self._tokenizer: Any = Tokenizer.from_file(str(tokenizer))
        except Exception as error:  # neither package has a class of its own for it
            raise ModelError(
                f"The words of CLIP cannot be loaded: {error}. Run: gallery models verify"
            ) from error
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(_MOST_TOKENS)

    def run(self, text: str) -> NDArray[np.float32]:
        """The vector of a text, (d,)."""
        # What follows the end of a text changes nothing before it, so none is padded.
        tokens = np.array([self._tokenizer.encode(text).ids], np.int64)
        given = {"input_ids": tokens, "attention_mask": np.ones_like(tokens)}
        wanted = {one.name: given[one.name] for one in self._session.get_inputs()}
        return np.asarray(self._session.run(None, wanted)[0][0], dtype=np.float32)


class Clip(SceneEmbedder):
    """Both networks, each loaded when it is first asked.

    Args:
        name: registry name.
        version: of the weights.
        precision: of the session for pictures.
        pictures: gives that session.
        words: gives the network for texts.
    """

    name, version, precision = "", "", ""

    def __init__(
        self,
        name: str,
        version: str,
        precision: str,
        pictures: Callable[[], Session],
        words: Callable[[], TextNetwork],
    ) -> None:
        self.name, self.version, self.precision = name, version, precision
        self._open_pictures, self._open_words = pictures, words
        self._pictures: Session | None = None
        self._words: TextNetwork | None = None

    def embed_pictures(self, pictures: Sequence[Pixels]) -> Vectors:
        """Embed n RGB pictures of any size into (n, d) unit vectors."""
        if not len(pictures):
            return np.empty((0, 0), np.float32)
        if self._pictures is None:
            self._pictures = self._open_pictures()
        outputs = self._pictures.run_many([_input(picture) for picture in pictures])
        return unit(np.concatenate([output[0] for output in outputs]))

    def embed_text(self, text: str) -> Vectors:
        """Embed what somebody says of a picture into a (d,) unit vector."""
        if self._words is None:
            self._words = self._open_words()
        return np.asarray(unit(self._words.run(text)[None])[0], dtype=np.float32)


def _input(picture: Pixels) -> NDArray[np.float32]:
    """The middle of a picture as the network wants it: (1, 3, 224, 224), shrunk as CLIP does."""
    height, width = picture.shape[:2]
    side = min(height, width)
    left, top = (width - side) / 2, (height - side) / 2
    square = Image.fromarray(picture).resize(
        (_SIDE, _SIDE), Image.Resampling.BICUBIC, box=(left, top, left + side, top + side)
    )
    scaled = (np.asarray(square, dtype=np.float32) / 255 - _MEAN) / _SPREAD
    return np.ascontiguousarray(scaled.transpose(2, 0, 1)[None], dtype=np.float32)
