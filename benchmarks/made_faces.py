"""Vectors of made-up people that resemble each other as SFace's vectors of LFW's people do.

A face is `unit(mean + centre + scale * deviation)`: the centre of a person is Gaussian with
the covariance of LFW's people, the deviation Gaussian with the covariance within them (both
measured with the default pipeline on LFW deep-funneled, and kept here as spectra), the scale
log-normal, since some pictures and some people vary more. What comes out is compared with
LFW by `compare`. The number of faces of a person falls off as in LFW: the share of people
with at least s faces is s ** -1.6 (LFW: 0.29 for 2, 0.027 for 10, 0.0009 for 100).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

DIM = 128

# Eigenvalues of the covariance of people and of the faces within a person, in thousandths,
# every eighth and the last; people with up to 20 faces each.
_BETWEEN = (
    10.49, 8.47, 7.53, 6.58, 5.98, 5.44, 5.02, 4.49, 4.17, 3.72, 3.38, 3.07, 2.69, 2.41, 2.04,
    1.67, 0.70,
)  # fmt: skip
_WITHIN = (
    4.06, 3.63, 3.45, 3.24, 3.06, 2.93, 2.80, 2.65, 2.53, 2.38, 2.24, 2.09, 1.92, 1.75, 1.52,
    1.28, 0.90,
)  # fmt: skip
_MEAN = 0.312  # length of the mean of all people
_PERSON_SPREAD, _FACE_SPREAD = 0.14, 0.22  # of the logarithm of the scale
# People of one kind are more alike: without kinds, far fewer impostors reach 0.45 than in LFW.
_KINDS, _KIND_SHARE = 100, 0.2
_TAIL = 1.6
_WEAK_SHARE, _WEAK_SCALE = 0.05, 1.5


@dataclass(frozen=True, slots=True)
class MadeFaces:
    """Faces in random order.

    Args:
        vectors: (n, 128) unit vectors.
        people: (n,) whose each is.
        photos: (n,) with two faces each, of two people.
        strong: (n,) whether a face is of good quality.
    """

    vectors: np.ndarray
    people: np.ndarray
    photos: np.ndarray
    strong: np.ndarray


def make_faces(count: int, seed: int = 0) -> MadeFaces:
    """Faces of as many people as it takes."""
    rng = np.random.default_rng(seed)
    people = _people(rng, count)
    number = int(people.max()) + 1
    mean = np.zeros(DIM, np.float32)
    mean[-1] = _MEAN  # LFW's mean lies across the directions in which people differ most
    deviation_axes = np.linalg.qr(rng.normal(size=(DIM, DIM)))[0].astype(np.float32)
    kinds = rng.standard_normal((_KINDS, DIM), dtype=np.float32) * np.float32(_KIND_SHARE**0.5)
    centres = rng.standard_normal((number, DIM), dtype=np.float32)
    centres *= np.float32((1 - _KIND_SHARE) ** 0.5)
    centres += kinds[rng.integers(0, _KINDS, number)]
    centres *= _deviations(_BETWEEN)
    person_scale = np.exp(rng.normal(scale=_PERSON_SPREAD, size=number))
    strong = rng.random(count) >= _WEAK_SHARE
    scale = person_scale[people] * np.exp(rng.normal(scale=_FACE_SPREAD, size=count))
    scale *= np.exp(-(_PERSON_SPREAD**2) - _FACE_SPREAD**2)  # so that the mean square is 1
    scale *= np.where(strong, 1, _WEAK_SCALE)
    vectors = np.empty((count, DIM), np.float32)
    for start in range(0, count, 100_000):
        rows = slice(start, start + 100_000)
        own = people[rows]
        deviation = rng.standard_normal((len(own), DIM), dtype=np.float32) * _deviations(_WITHIN)
        deviation *= scale[rows, None].astype(np.float32)
        block = mean + centres[own] + deviation @ deviation_axes
        vectors[rows] = block / np.linalg.norm(block, axis=1, keepdims=True)
    return MadeFaces(vectors, people, _photos(people), strong)


def _deviations(spectrum: tuple[float, ...]) -> np.ndarray:
    """Standard deviations along all axes."""
    places = np.append(np.arange(0, DIM, 8), DIM - 1)
    variances = np.interp(np.arange(DIM), places, spectrum) / 1000
    return np.sqrt(variances).astype(np.float32)


def _people(rng: np.random.Generator, count: int) -> np.ndarray:
    """Whose the faces are, shuffled."""
    sizes = np.floor((1 - rng.random(count)) ** (-1 / _TAIL)).astype(np.int64)
    people = np.repeat(np.arange(count), np.minimum(sizes, count))[:count]
    return rng.permutation(people)


def _photos(people: np.ndarray) -> np.ndarray:
    """Two faces to a photo; two of one person get a photo each."""
    rows = np.arange(len(people))
    photos = rows // 2
    pairs = len(people) // 2
    alike = np.flatnonzero(people[0 : 2 * pairs : 2] == people[1 : 2 * pairs : 2])
    photos[2 * alike + 1] = len(people) + alike
    return photos


# What `likenesses` gives for LFW deep-funneled with the default pipeline.
LFW = {
    "mean of impostors": 0.0972,
    "deviation of impostors": 0.0874,
    "impostors at 0.30": 9.92e-3,
    "impostors at 0.40": 2.56e-4,
    "impostors at 0.48": 7.69e-6,
    "mean of genuine": 0.6794,
    "deviation of genuine": 0.1029,
    "genuine at 0.40": 0.9904,
    "genuine at 0.48": 0.9647,
    "genuine at 0.60": 0.7976,
    "people with 2 faces or more": 0.292,
    "people with 10 faces or more": 0.0275,
}


def likenesses(vectors: np.ndarray, people: np.ndarray) -> dict[str, float]:
    """How alike faces are: one face each of 6,000 people, up to six each of 3,000.

    Args:
        vectors: (n, 128) unit vectors.
        people: (n,) whose each is.
    """
    _, first, sizes = np.unique(people, return_index=True, return_counts=True)
    own = vectors[first[:6000]]
    impostors = (own @ own.T)[np.triu_indices(len(own), 1)]
    order = np.argsort(people, kind="stable")
    starts = np.cumsum(sizes) - sizes
    pairs = []
    for start, size in zip(starts[sizes > 1][:3000], sizes[sizes > 1][:3000], strict=True):
        some = vectors[order[start : start + min(size, 6)]]
        pairs.append((some @ some.T)[np.triu_indices(len(some), 1)])
    genuine = np.concatenate(pairs) if pairs else np.zeros(1, np.float32)
    return {
        "mean of impostors": float(impostors.mean()),
        "deviation of impostors": float(impostors.std()),
        **{f"impostors at {at:.2f}": float((impostors >= at).mean()) for at in (0.3, 0.4, 0.48)},
        "mean of genuine": float(genuine.mean()),
        "deviation of genuine": float(genuine.std()),
        **{f"genuine at {at:.2f}": float((genuine >= at).mean()) for at in (0.4, 0.48, 0.6)},
        **{f"people with {s} faces or more": float((sizes >= s).mean()) for s in (2, 10)},
    }
