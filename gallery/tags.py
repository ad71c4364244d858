"""ImageNet's probabilities -> a handful of everyday tags, each with how sure it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gallery.vocabulary import Vocabulary

# Below it a probability is as good as none, and its logarithm is still a number.
_TINY = 1e-12


@dataclass(frozen=True, slots=True)
class Tagged:
    """A tag of a photo.

    Args:
        name: for people.
        confidence: 0 to 1; None where it is no guess but was measured or said.
    """

    name: str
    confidence: float | None


def calibrated(probabilities: NDArray[np.float32], temperature: float) -> NDArray[np.float32]:
    """(n, 1000) probabilities as they would be, were the scores divided by a temperature.

    Temperature scaling (Guo et al., ICML 2017); above 1 it makes less sure.
    """
    if temperature == 1.0:
        return probabilities
    scores = np.log(np.maximum(probabilities, _TINY)) / temperature
    scores = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(scores / scores.sum(axis=1, keepdims=True), dtype=np.float32)


def confidences(probabilities: NDArray[np.float32], vocabulary: Vocabulary) -> NDArray[np.float32]:
    """(n, terms): the probabilities of all classes of each tag together."""
    summed = calibrated(probabilities, vocabulary.temperature) @ vocabulary.matrix.T
    return np.asarray(np.minimum(summed, 1.0), dtype=np.float32)


def tags_of(
    probabilities: NDArray[np.float32], vocabulary: Vocabulary, beside_face: Sequence[bool]
) -> list[list[Tagged]]:
    """The tags of n pictures, the surest first.

    A tag is given from its `least` on, with the wider ones it is in; where there are more than
    `most`, those with the fewest classes stay, since they say most, and what is wider with them.

    Args:
        probabilities: (n, 1000), from a tagger.
        vocabulary: the tags.
        beside_face: for each picture, whether a face fills a good part of it.
    """
    rows = confidences(probabilities, vocabulary)
    return [
        _tags(row, vocabulary, vocabulary.least_beside_face if face else 0.0)
        for row, face in zip(rows, beside_face, strict=True)
    ]


def _tags(row: NDArray[np.float32], vocabulary: Vocabulary, least: float) -> list[Tagged]:
    sure = {
        term.name: float(confidence)
        for term, confidence in zip(vocabulary.terms, row, strict=True)
        if confidence >= max(least, term.least)
    }
    narrow_first = sorted(
        (term for term in vocabulary.terms if term.name in sure), key=lambda t: len(t.classes)
    )
    chosen: dict[str, float] = {}
    for term in narrow_first:
        whole = [name for name in (term.name, *term.wider) if name in sure and name not in chosen]
        if len(chosen) + len(whole) <= vocabulary.most:
            chosen.update((name, sure[name]) for name in whole)
    found = [Tagged(name, round(confidence, 3)) for name, confidence in chosen.items()]
    return sorted(found, key=lambda tag: (-(tag.confidence or 0), tag.name))
