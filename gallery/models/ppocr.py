"""PP-OCRv6 by RapidOCR: where there is text in a picture, and what it says.

RapidOCR brings the weights and what is done before and after the networks. The networks run in
our own session, as all others do, so that runtime, precision and threads are those of the
settings; RapidOCR's own loader, which fetches what is missing, is never called.
"""

from __future__ import annotations

import hashlib
import importlib.util
import math
import threading
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from gallery.errors import ModelError
from gallery.fetch import sha256_file
from gallery.models.session import Session, Shapes
from gallery.protocols import TextLine
from gallery.records import Pixels
from gallery.resize import shrink

FINDER = "PP-OCRv6_det_small.onnx"
RECOGNIZER = "PP-OCRv6_rec_small.onnx"
# Of the files in the wheel of RapidOCR 3.10, as its MODEL_LICENSES.md has them.
SHA256 = {
    FINDER: "090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f",
    RECOGNIZER: "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884",
}
VERSION = hashlib.sha256(" ".join(SHA256.values()).encode()).hexdigest()[:12]

# Longest side at which lines are looked for; see docs/text.md.
FIND_SIDE = 1280
# At a glance: pixels this likely to be text, in a piece this sure, and so much longer than high.
_GLANCE_LIKELY, _GLANCE_SURE, _GLANCE_LONG = 0.3, 0.5, 1.3
_GLANCE_PIXELS = 6

# What RapidOCR's config.yaml has.
_MEAN, _STD = (0.5, 0.5, 0.5), (0.5, 0.5, 0.5)
_LIKELY, _LIKELY_BOX, _WIDER = 0.3, 0.5, 1.6
_HEIGHT, _LEAST_WIDTH = 48, 320

# Few enough shapes that a runtime knows most of them already.
_WIDTH_STEP = 32
# A line that is read less surely may stand on its head: such lines are read with up to 0.9.
_TURN_BELOW = 0.95

Opens = Callable[[Path, Shapes], Session]


class PPOCRv6:
    """Text reader of two networks: one finds lines, the other reads them.

    Args:
        opens: gives the session of a file, compiled for some shapes; called at the first picture,
            since often there is nothing to read.
        precision: of the sessions.
    """

    name = "pp-ocrv6"
    version = VERSION

    def __init__(self, opens: Opens, precision: str) -> None:
        self._opens = opens
        self._lock = threading.Lock()
        self._networks: tuple[_Finder, _Recognizer] | None = None
        self.precision = precision

    def may_have_text(self, picture: Pixels) -> bool:
        """Whether anything in a small RGB picture, such as a thumbnail, looks like a line."""
        finder, _ = self._ready()
        return finder.sees_any(picture)

    def read(self, picture: Pixels) -> list[TextLine]:
        """Every line of an RGB picture, sure or not, in its own pixels, from top to bottom."""
        finder, recognizer = self._ready()
        corners = finder.find(picture, FIND_SIDE)
        read = recognizer.read([finder.cut(picture, one) for one in corners])
        return [
            TextLine(text, confidence, _around(one))
            for one, (text, confidence) in zip(corners, read, strict=True)
            if text
        ]

    def _ready(self) -> tuple[_Finder, _Recognizer]:
        with self._lock:
            if self._networks is None:
                finder = _checked(FINDER)
                self._networks = (
                    _Finder(self._opens(finder, "any"), self._opens(finder, "each")),
                    _Recognizer(self._opens(_checked(RECOGNIZER), "any")),
                )
            return self._networks

    def rest(self) -> None:
        """Let go of the networks; the next picture loads them again."""
        with self._lock:
            self._networks = None


class _Finder:
    """Where there is text: a network that says for every pixel how likely it is part of a line.

    Args:
        glances: session of it for thumbnails, which take little memory in any shape.
        looks: for photos.
    """

    def __init__(self, glances: Session, looks: Session) -> None:
        from rapidocr.ch_ppocr_det.main import TextDetector
        from rapidocr.ch_ppocr_det.utils import DBPostProcess, DetPreProcess
        from rapidocr.utils.process_img import get_rotate_crop_image

        self._glances, self._looks = glances, looks
        self._prepare = DetPreProcess
        self._boxes = DBPostProcess(_LIKELY, _LIKELY_BOX, unclip_ratio=_WIDER, use_dilation=True)
        self._sorted = TextDetector.sorted_boxes
        self.cut: Callable[[Pixels, NDArray[np.float32]], Pixels] = get_rotate_crop_image

    def _likely(self, session: Session, picture: Pixels, side: int) -> NDArray[np.float32]:
        """A map (1, 1, h, w) of how likely each pixel is part of a line, 0 to 1.

        Args:
            session: of the network.
            picture: RGB.
            side: its longest side at most.
        """
        bgr = shrink(picture, side)[:, :, ::-1]
        array = self._prepare(side, "max", _MEAN, _STD)(bgr)
        if array is None:  # narrower than half a cell of the network
            return np.zeros((1, 1, 1, 1), np.float32)
        return session.run(array)[0]

    def sees_any(self, picture: Pixels) -> bool:
        """Whether some piece of the map is likely enough text, and longer than a single sign."""
        likely = self._likely(self._glances, picture, FIND_SIDE)[0, 0]
        count, labels = cv2.connectedComponents((likely > _GLANCE_LIKELY).astype(np.uint8))
        for label in range(1, count):
            own = labels == label
            if own.sum() < _GLANCE_PIXELS or likely[own].mean() < _GLANCE_SURE:
                continue
            _, sides, _ = cv2.minAreaRect(np.argwhere(own).astype(np.float32))
            if (max(sides) + 1) / (min(sides) + 1) >= _GLANCE_LONG:
                return True
        return False

    def find(self, picture: Pixels, side: int) -> list[NDArray[np.float32]]:
        """The lines of a picture: (4, 2) corners of each in its own pixels, top to bottom."""
        found, _ = self._boxes(self._likely(self._looks, picture, side), picture.shape[:2])
        return list(self._sorted(found)) if len(found) else []


class _Recognizer:
    """What a line says: a network that gives for every few columns one of 18,710 signs."""

    def __init__(self, session: Session) -> None:
        from rapidocr.ch_ppocr_rec.utils import CTCLabelDecode

        signs = session.metadata("character")
        if not signs:
            raise ModelError(f"{RECOGNIZER} does not say which signs it knows. {_AGAIN}")
        self._session = session
        self._decode = CTCLabelDecode(character=signs.splitlines())

    def read(self, crops: list[Pixels]) -> list[tuple[str, float]]:
        """Text and confidence of each of some lines, cut out of an RGB picture."""
        read = self._upright(crops)
        unsure = [at for at, (_, confidence) in enumerate(read) if confidence < _TURN_BELOW]
        turned = self._upright([np.ascontiguousarray(crops[at][::-1, ::-1]) for at in unsure])
        for at, other in zip(unsure, turned, strict=True):
            read[at] = max(read[at], other, key=lambda one: one[1])
        return read

    def _upright(self, crops: list[Pixels]) -> list[tuple[str, float]]:
        found = []
        for crop in crops:
            (line,), _ = self._decode(self._session.run(_line_input(crop))[0])
            found.append((" ".join(line[0].split()), float(line[1])))
        return found


def _line_input(crop: Pixels) -> NDArray[np.float32]:
    """A line as the network wants it: (1, 3, 48, w) BGR, -1 to 1, black at its end."""
    height, width = crop.shape[:2]
    width = max(1, math.ceil(_HEIGHT * width / height))
    scaled = cv2.resize(crop[:, :, ::-1], (width, _HEIGHT)).astype(np.float32) / 127.5 - 1
    room = _WIDTH_STEP * math.ceil(max(width, _LEAST_WIDTH) / _WIDTH_STEP)
    array = np.zeros((1, 3, _HEIGHT, room), np.float32)
    array[0, :, :, :width] = scaled.transpose(2, 0, 1)
    return array


def _around(corners: NDArray[np.float32]) -> tuple[float, float, float, float]:
    (x0, y0), (x1, y1) = corners.min(axis=0), corners.max(axis=0)
    return float(x0), float(y0), float(x1), float(y1)


_AGAIN = "Run: pip install --force-reinstall --no-deps rapidocr==3.10.0"


def _checked(name: str) -> Path:
    """A file of RapidOCR's wheel, if it is the one expected.

    Raises:
        ModelError: RapidOCR is not installed, or is another version.
    """
    # Without importing it, which takes a second.
    found = importlib.util.find_spec("rapidocr")
    if found is None or found.origin is None:
        raise ModelError("RapidOCR is not installed. Run: pip install -r requirements.txt")
    path = Path(found.origin).parent / "models" / name
    if not path.is_file() or sha256_file(path) != SHA256[name]:
        raise ModelError(f"{name} is missing, or not the file expected. {_AGAIN}")
    return path
