"""Merging by whole arrays gives what merging the best pair first gives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gallery import linkage, neighbours
from gallery.constraints import Constraints
from gallery.linkage import average_linkage
from gallery.records import Vectors
from gallery.vectors import unit


def by_the_book(vectors: Vectors, constraints: Constraints, link: float) -> set[frozenset[int]]:
    """Average linkage over all pairs, the best pair that may merge first."""
    groups = [{row} for row in range(len(vectors))]
    similarities = vectors.astype(np.float64) @ vectors.T.astype(np.float64)

    def allowed(a: set[int], b: set[int]) -> bool:
        if set(constraints.photos[[*a]]) & set(constraints.photos[[*b]]):
            return False
        persons = [set(constraints.person[[*group]].tolist()) - {-1} for group in (a, b)]
        bans = [set().union(*(constraints.banned_from(row) for row in group)) for group in (a, b)]
        if len(persons[0] | persons[1]) > 1:
            return False
        return not (persons[0] & bans[1] or persons[1] & bans[0])

    while True:
        best = max(
            (
                (float(similarities[np.ix_([*a], [*b])].mean()), i, j)
                for i, a in enumerate(groups)
                for j, b in enumerate(groups[:i])
                if allowed(a, b)
            ),
            default=(-1.0, 0, 0),
        )
        if best[0] < link:
            return {frozenset(group) for group in groups}
        groups[best[2]] |= groups.pop(best[1])


def partition(labels: np.ndarray) -> set[frozenset[int]]:
    return {frozenset(np.flatnonzero(labels == label).tolist()) for label in np.unique(labels)}


@st.composite
def cases(draw: st.DrawFn) -> tuple[Vectors, Constraints]:
    count = draw(st.integers(2, 20))
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    middles = rng.normal(size=(3, 8))
    vectors = unit(middles[rng.integers(0, 3, count)] + rng.normal(size=(count, 8)))
    photos = rng.integers(0, draw(st.sampled_from([8, 40, 1000])), count)
    person = np.where(rng.random(count) < draw(st.sampled_from([0, 0.3])), 0, -1)
    person = np.where(person == 0, rng.integers(0, 3, count), -1)
    banned = {
        row: frozenset(rng.integers(0, 4, 2).tolist()) for row in range(count) if rng.random() < 0.2
    }
    return vectors, Constraints(photos, person, banned)


@pytest.mark.parametrize("few", [1, 1000], ids=["by arrays", "one by one"])
@given(case=cases(), link=st.sampled_from([0.1, 0.4]))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_it_is_average_linkage_by_the_book(
    few: int, case: tuple[Vectors, Constraints], link: float
) -> None:
    vectors, constraints = case
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(linkage, "_FEW", few)
        patch.setattr(linkage, "_SHARE_OF_TURN", 0)
        labels = average_linkage(vectors, constraints, link, len(vectors))
    assert partition(labels) == by_the_book(vectors, constraints, link)


@given(case=cases())
@settings(max_examples=40, deadline=None, derandomize=True)
def test_few_neighbours_miss_no_pair_of_groups(case: tuple[Vectors, Constraints]) -> None:
    """However few edges the faces bring: no two groups stay that should have merged."""
    vectors, _ = case
    labels = average_linkage(vectors, Constraints.of_photos(range(len(vectors))), 0.3, 1)
    groups = np.unique(labels)
    for a in groups:
        for b in groups[groups > a]:
            assert float((vectors[labels == a] @ vectors[labels == b].T).mean()) < 0.3 + 1e-5


def test_cells_lose_next_to_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(5)
    people = np.repeat(np.arange(600), 3)
    vectors = unit(rng.normal(size=(600, 64))[people] + 0.6 * rng.normal(size=(1800, 64)))
    constraints = Constraints.of_photos(range(1800))
    exact = average_linkage(vectors, constraints, 0.5, 64)
    monkeypatch.setattr(neighbours, "EXACT_UP_TO", 100)
    found = average_linkage(vectors, constraints, 0.5, 64)
    assert len(partition(found) & partition(exact)) >= 0.98 * len(partition(exact))
    np.testing.assert_array_equal(found, average_linkage(vectors, constraints, 0.5, 64))


def test_equal_faces_are_one_group() -> None:
    """All averages are equal, so that every order of merging is right."""
    vectors = np.repeat(unit(np.array([[1.0, 0, 0], [0, 1, 0]])), 50, axis=0)
    labels = average_linkage(vectors, Constraints.of_photos(range(100)), 0.5, 8)
    assert partition(labels) == {frozenset(range(50)), frozenset(range(50, 100))}


def test_a_photo_full_of_one_face_parts_it() -> None:
    vectors = np.repeat(unit(np.array([[1.0, 0, 0]])), 12, axis=0)
    labels = average_linkage(vectors, Constraints.of_photos([0, 1, 2, 3] * 3), 0.5, 64)
    assert len(np.unique(labels)) == 3
    assert all(len(group) == 4 for group in partition(labels))


def test_a_loose_group_is_held_to_less() -> None:
    """Two halves of one varied person stay apart by the book, and two single faces do as well."""
    rng = np.random.default_rng(3)
    middle = unit(np.eye(2, 24) * 0.62 + 0.38 * np.ones((2, 24)) / np.sqrt(24))
    noise = rng.normal(size=(40, 24)) / np.sqrt(24)
    vectors = unit(np.repeat(middle, 20, axis=0) + 0.75 * noise)
    between = float((vectors[:20] @ vectors[20:].T).mean())
    lengths = [float(np.linalg.norm(part.mean(axis=0))) for part in (vectors[:20], vectors[20:])]
    link = between * 1.05
    assert link < between / min(lengths) ** 0.5, "or nothing is tested"
    nothing = Constraints.of_photos(range(40))
    by_the_book_apart = average_linkage(vectors, nothing, link, 40)
    assert len(np.unique(by_the_book_apart)) > 1
    assert len(np.unique(average_linkage(vectors, nothing, link, 40, 0.5))) == 1
    pair = unit(np.array([[1.0, 0.0], [0.5, np.sqrt(0.75)]]))
    alone = Constraints.of_photos(range(2))
    assert len(np.unique(average_linkage(pair, alone, 0.51, 2, 0.5))) == 2
    assert len(np.unique(average_linkage(pair, alone, 0.49, 2, 0.5))) == 1


def test_a_child_and_the_adult_are_one_person_by_decision_only() -> None:
    """A new face is held against the group that is like it, not against the average of both."""
    from gallery.cluster import GraphOptions

    rng = np.random.default_rng(1)
    middles = np.linalg.qr(rng.normal(size=(32, 32)))[0][:2]
    vectors = unit(np.repeat(middles, 6, axis=0) + 0.5 * rng.normal(size=(12, 32)) / np.sqrt(32))
    person = np.full(12, -1)
    person[[0, 6]] = 4
    constraints = Constraints(np.arange(12), person, {})
    labels = GraphOptions(0.5, 0.5).label(vectors, np.ones(12, dtype=bool), constraints)
    assert labels == [0] * 12
