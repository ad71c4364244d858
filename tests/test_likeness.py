"""Averages over all pairs of faces, without forming any pair."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from synthetic import random_units

from gallery.likeness import Groups, Pair, scores_of, similar_persons
from gallery.oddness import average_to_others


def averages(vectors: np.ndarray, persons: list[int]) -> dict[tuple[int, int], float]:
    """By forming every pair."""
    found = {}
    for one in sorted(set(persons) - {-1}):
        for other in sorted(set(persons) - {-1}):
            if one < other:
                a = vectors[[p == one for p in persons]]
                b = vectors[[p == other for p in persons]]
                found[one, other] = float(np.mean([x @ y for x in a for y in b]))
    return found


@given(st.lists(st.sampled_from([-1, 3, 5, 8, 9]), min_size=1, max_size=20), st.integers(0, 99))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_similar_persons_are_those_of_all_pairs(persons: list[int], seed: int) -> None:
    vectors = random_units(seed, len(persons))
    groups = Groups.of(vectors, np.array(persons, dtype=np.int64))
    assert dict(zip(groups.ids.tolist(), groups.sizes.tolist(), strict=True)) == {
        person: persons.count(person) for person in set(persons) - {-1}
    }
    expected = averages(vectors, persons)
    found = similar_persons(groups, -2.0)
    assert {(p.one, p.other) for p in found} == expected.keys()
    for pair in found:
        assert pair.score == pytest.approx(expected[pair.one, pair.other], abs=1e-5)
    assert [p.score for p in found] == sorted((p.score for p in found), reverse=True)
    some = {(p.one, p.other) for p in similar_persons(groups, 0.2)}
    assert some == {(p.one, p.other) for p in found if p.score >= 0.2}


def test_only_the_largest_look_for_neighbours() -> None:
    vectors = np.eye(4, 8, dtype=np.float32)[[0, 0, 1, 2, 3]]
    vectors[2] = vectors[0] * 0.8 + vectors[2] * 0.6
    groups = Groups.of(vectors, np.array([1, 1, 2, 3, 4], dtype=np.int64))
    assert similar_persons(groups, 0.5, most=1) == [Pair(1, 2, pytest.approx(0.8))]
    assert similar_persons(groups, 0.9) == []


def test_nobody_is_like_nobody() -> None:
    nobody = Groups.of(random_units(0, 3), np.full(3, -1, dtype=np.int64))
    assert (len(nobody.ids), similar_persons(nobody, -1)) == (0, [])
    alone = Groups.of(random_units(0, 3), np.full(3, 7, dtype=np.int64))
    assert similar_persons(alone, -1) == []


def test_scores_of_a_face() -> None:
    vectors = random_units(3, 6)
    persons = np.array([4, 4, 9, -1, 9, 2], dtype=np.int64)
    similarities, ids, scores = scores_of(vectors[0], vectors, persons, but=0)
    np.testing.assert_allclose(similarities, vectors @ vectors[0], rtol=1e-5)
    assert ids.tolist() == [2, 4, 9]
    dot = vectors @ vectors[0]
    np.testing.assert_allclose(scores, [dot[5], dot[1], (dot[2] + dot[4]) / 2], rtol=1e-5)
    assert persons.tolist() == [4, 4, 9, -1, 9, 2]
    _, ids, _ = scores_of(vectors[5], vectors, persons, but=5)
    assert ids.tolist() == [4, 9], "who has no other face is not compared"


@pytest.mark.parametrize("count", [0, 1, 2, 7])
def test_average_to_the_others(count: int) -> None:
    vectors = dict(enumerate(random_units(1, count))) if count else {}
    found = average_to_others(vectors)
    if count < 2:
        assert found == {}
        return
    for face, score in found.items():
        others = [float(v @ vectors[face]) for other, v in vectors.items() if other != face]
        assert score == pytest.approx(np.mean(others), abs=1e-5)
