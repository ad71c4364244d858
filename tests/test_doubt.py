"""The gate holds back the face that does not belong, and nobody else."""

from __future__ import annotations

import numpy as np
import pytest
from synthetic import blobs, random_units

from gallery.doubt import DoubtOptions, doubtful
from gallery.records import Vectors

OPTIONS = DoubtOptions(link=0.5)


def held(
    vectors: Vectors,
    labels: list[int | None],
    quality: list[float] | None = None,
    confirmed: list[int] | None = None,
    options: DoubtOptions = OPTIONS,
) -> list[int]:
    count = len(vectors)
    known = np.zeros(count, bool)
    known[confirmed or []] = True
    good = np.ones(count, np.float32) if quality is None else np.array(quality, np.float32)
    return np.flatnonzero(doubtful(vectors, labels, good, known, options)).tolist()


def pair(cosine: float) -> Vectors:
    return np.array([[1, 0], [cosine, np.sqrt(1 - cosine**2)]], np.float32)


def star(cosine: float, count: int) -> Vectors:
    """Unit vectors of which any two have that cosine."""
    own = np.eye(count, count + 1, dtype=np.float64) * np.sqrt(1 - cosine)
    own[:, -1] = np.sqrt(cosine)
    return own.astype(np.float32)


@pytest.mark.parametrize("seed", range(4))
def test_a_stranger_in_each_group_is_held_back(seed: int) -> None:
    vectors, truth = blobs(seed, [20, 9, 5, 3], noise=0.5)
    strangers = [0, 20, 29, 34]
    vectors[strangers] = random_units(100 + seed, 4, 64)
    assert held(vectors, truth) == strangers


def test_groups_without_strangers_stay_whole() -> None:
    vectors, truth = blobs(0, [20, 9, 5, 2, 1], noise=0.5)
    assert held(vectors, truth) == []


def test_of_a_doubtful_pair_the_worse_picture_goes() -> None:
    assert held(pair(0.52), [0, 0], [0.4, 0.9]) == [0]
    assert held(pair(0.52), [0, 0], [0.9, 0.4]) == [1]
    assert held(pair(0.7), [0, 0], [0.4, 0.9]) == []


@pytest.mark.parametrize(("count", "kept"), [(2, False), (4, False), (16, True), (64, True)])
def test_a_large_group_may_be_looser_than_a_pair(count: int, kept: bool) -> None:
    found = held(star(0.52, count), [0] * count)
    assert len(found) == (0 if kept else count - 1)


def test_confirmed_faces_stay_whoever_else_is_there() -> None:
    assert held(pair(0.52), [0, 0], [0.4, 0.9], confirmed=[0]) == [1]
    assert held(pair(0.52), [0, 0], [0.4, 0.9], confirmed=[0, 1]) == []


def test_one_rule_for_a_model_whose_faces_are_all_alike() -> None:
    # Cosines of dlib: strangers at 0.85, a link at 0.93.
    options = DoubtOptions(link=0.93)
    assert held(pair(0.935), [0, 0], options=options) == [1]
    assert held(pair(0.96), [0, 0], options=options) == []


def test_faces_alone_and_nobody_s_are_never_held_back() -> None:
    assert held(random_units(0, 4), [None, 0, 1, None]) == []
    assert held(np.empty((0, 8), np.float32), []) == []


def test_group_numbers_do_not_matter() -> None:
    vectors = np.concatenate([pair(0.52), pair(0.9)])
    assert held(vectors, [7, 7, 3, 3], [1, 0.5, 1, 1]) == [1]


@pytest.mark.parametrize("values", [{"link": 1.0}, {"link": 0.5, "limit": 0.0}])
def test_options_that_make_no_sense(values: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="got"):
        DoubtOptions(**values)
