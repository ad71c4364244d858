"""Whether two small pictures show the same picture: part by part, after one is laid on the other.

What a file went through (compression, size, brightness, a turn by a degree, a trim at the edge)
leaves the parts of a picture as they are; another picture of the same thing does not.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.float32]

_SIDE = 128
_COARSE = 64
_PART = 16
# Standard deviation that every picture is brought to, and below which a part of it is plain.
_CONTRAST, _PLAIN = 50.0, 5.0
# A picture with less contrast than this is as good as empty.
_LEAST_CONTRAST = 2.0
# Parts that must have something in them for two pictures to be compared at all.
_FEWEST_PARTS = 8
# Of a picture laid on another one this much at least lies on it.
_LEAST_COVERED = 0.6

# What 70 % and 90 % of the parts must reach. Set between edited copies of LFW's photos and
# different photos of it that are near by hash; benchmarks/duplicates.py checks them, and
# docs/duplicates.md says what that can tell.
MOST_PARTS = 0.97
EVERY_PART = 0.95
# Hard compression and very small copies lose what is fine in the parts, and little of the whole.
_OVERALL, _MOST_COARSE = 0.995, 0.85


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two pictures are, from -1 to 1.

    Args:
        most: correlation that 70 % of the parts reach.
        every: correlation that 90 % of the parts reach.
        overall: correlation of the whole pictures.
    """

    most: float
    every: float
    overall: float

    @property
    def is_same(self) -> bool:
        """Whether it is the same picture, perhaps with something written on it."""
        return self.most >= MOST_PARTS or (self.overall >= _OVERALL and self.most >= _MOST_COARSE)

    @property
    def is_throughout(self) -> bool:
        """Whether nothing was added to it or covered."""
        return self.is_same and self.every >= EVERY_PART


NOTHING_ALIKE = Likeness(-1.0, -1.0, -1.0)


def read_small(thumbnail: bytes) -> Grey | None:
    """A thumbnail in grey, stretched to a square and to one contrast; None if nothing is in it."""
    encoded = np.frombuffer(thumbnail, dtype=np.uint8)
    # At half its size a JPEG is read in half the time; a small one has no detail to spare.
    pixels = cv2.imdecode(encoded, cv2.IMREAD_REDUCED_GRAYSCALE_2)
    if pixels is not None and max(pixels.shape) < 2 * _SIDE:
        pixels = cv2.imdecode(encoded, cv2.IMREAD_GRAYSCALE)
    if pixels is None:
        return None
    small = cv2.resize(pixels, (_SIDE, _SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
    smooth = cv2.GaussianBlur(small, (0, 0), 1.0)
    spread = float(smooth.std())
    if spread < _LEAST_CONTRAST:
        return None
    return np.asarray((smooth - smooth.mean()) * (_CONTRAST / spread), dtype=np.float32)


def compare(one: Grey, other: Grey, turns: int = 0) -> Likeness:
    """How alike two pictures from `read_small` are.

    Args:
        one: first.
        other: second.
        turns: quarter turns to the left that bring the first to the second.
    """
    if turns:
        one = np.ascontiguousarray(np.rot90(one, turns))
    as_it_is = _likeness(one, other, np.ones_like(other))
    if as_it_is.is_throughout:
        return as_it_is
    laid = _lay(one, other)
    if laid is None:
        return as_it_is
    return max(as_it_is, _likeness(one, *laid), key=lambda likeness: likeness.most)


def _lay(one: Grey, other: Grey) -> tuple[Grey, Grey] | None:
    """The second picture laid on the first, and what it covers of it; None where it does not fit.

    By maximising the enhanced correlation coefficient over affine maps (Evangelidis and
    Psarakis, 2008), first on smaller pictures.
    """
    warp: NDArray[np.floating] = np.eye(2, 3, dtype=np.float32)
    for side, steps in ((_COARSE, 40), (_SIDE, 12)):
        size = (side, side)
        below = cv2.resize(one, size, interpolation=cv2.INTER_AREA)
        above = cv2.resize(other, size, interpolation=cv2.INTER_AREA)
        stop = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, steps, 1e-4)
        try:
            found = cv2.findTransformECC(below, above, warp, cv2.MOTION_AFFINE, stop)[1]
        except cv2.error:
            return None  # it does not converge: they have nothing in common
        warp = np.asarray(found, dtype=np.float32)
        if side == _COARSE:
            warp[:, 2] *= _SIDE / _COARSE
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    covered = cv2.warpAffine(np.ones_like(other), warp, (_SIDE, _SIDE), flags=how)
    if covered.mean() < _LEAST_COVERED:
        return None
    return np.asarray(cv2.warpAffine(other, warp, (_SIDE, _SIDE), flags=how)), np.asarray(covered)


def _likeness(one: Grey, other: Grey, covered: Grey) -> Likeness:
    """Correlation part by part, of the parts that have something in them."""
    mean_one, mean_other = _parts(one), _parts(other)
    spread_one = _parts(one * one) - mean_one**2
    spread_other = _parts(other * other) - mean_other**2
    both = _parts(one * other) - mean_one * mean_other
    counts = (_parts(covered) > 0.99) & (np.maximum(spread_one, spread_other) > _PLAIN**2)
    if counts.sum() < _FEWEST_PARTS:
        return NOTHING_ALIKE
    correlation = both / np.sqrt(np.maximum(spread_one, 1.0) * np.maximum(spread_other, 1.0))
    every, most = np.quantile(correlation[counts], (0.1, 0.3))
    inside = covered > 0.99
    overall = np.corrcoef(one[inside], other[inside])[0, 1]
    return Likeness(float(most), float(every), float(overall))


def _parts(values: Grey) -> Grey:
    """Means of squares of 16 x 16 pixels that overlap by half."""
    means = cv2.boxFilter(values, -1, (_PART, _PART), borderType=cv2.BORDER_REFLECT)
    half = _PART // 2
    return np.asarray(means[half::half, half::half], dtype=np.float32)
