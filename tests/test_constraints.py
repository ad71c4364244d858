"""What a user said always wins: every algorithm obeys, and any labelling can be made to."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gallery.algorithms import ALGORITHMS, choose
from gallery.constraints import Constraints, Labels, honour
from gallery.vectors import unit

DIM = 8
LOOSE = {
    "graph": {"link": 0.2},
    "hdbscan": {"link": 0.2},
    "dbscan": {"link": 0.3},
    "kmeans": {"k": 3.0},
    "agglomerative": {"link": 0.2},
}


@st.composite
def cases(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, Constraints]:
    """Faces of overlapping people on few photos, with decisions that fit nobody's looks."""
    count = draw(st.integers(1, 30))
    rng = np.random.default_rng(draw(st.integers(0, 2**16)))
    middles = rng.normal(size=(4, DIM))
    vectors = unit(middles[rng.integers(0, 4, count)] + rng.normal(size=(count, DIM)))
    photos = rng.integers(0, draw(st.integers(1, 40)), count)
    person = np.where(rng.random(count) < draw(st.sampled_from([0, 0.2, 0.7])), 1, 0)
    person = np.where(person == 1, rng.integers(0, 4, count), -1)
    share = draw(st.sampled_from([0, 0.3]))
    banned = {
        row: frozenset(rng.integers(0, 5, rng.integers(1, 4)).tolist())
        for row in range(count)
        if rng.random() < share
    }
    strong = rng.random(count) < draw(st.sampled_from([0.5, 0.9, 1.0]))
    return vectors, strong, Constraints(photos, person, banned)


def assert_obeys(labels: Labels, constraints: Constraints) -> None:
    """No label breaks a rule."""
    count = len(constraints)
    assert len(labels) == count
    whose: dict[int, int] = {}
    for row, person in enumerate(constraints.person.tolist()):
        if person >= 0:
            label = labels[row]
            assert label is not None, "a user vouches for the face"
            assert whose.setdefault(label, person) == person, "two persons in a group"
    homes = {(person, label) for label, person in whose.items()}
    assert len(homes) == len({person for person, _ in homes}), "a person in two groups"
    for row, persons in constraints.banned.items():
        label = labels[row]
        if constraints.person[row] < 0 and label is not None:
            assert whose.get(label) not in persons, "a face with a person it is not"
    seen: dict[tuple[int, int], list[int]] = {}
    for row, label in enumerate(labels):
        if label is not None:
            seen.setdefault((label, int(constraints.photos[row])), []).append(row)
    for rows in seen.values():
        assert len(rows) == 1 or all(constraints.person[row] >= 0 for row in rows)


def partition(labels: Labels, order: list[int] | None = None) -> set[frozenset[int]]:
    """Which faces are together, whatever the groups are called."""
    groups: dict[int, set[int]] = {}
    for position, label in enumerate(labels):
        if label is not None:
            groups.setdefault(label, set()).add(order[position] if order else position)
    return {frozenset(group) for group in groups.values()}


@pytest.mark.parametrize("name", ALGORITHMS)
@given(case=cases())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_every_algorithm_obeys(name: str, case: tuple[np.ndarray, np.ndarray, Constraints]) -> None:
    vectors, strong, constraints = case
    method = choose(name, LOOSE[name], 0.2, 0.2)
    labels = method.label(vectors, strong, constraints)
    assert_obeys(labels, constraints)
    assert labels == method.label(vectors.copy(), strong.copy(), constraints)
    stands = {label for label, one in zip(labels, strong, strict=True) if one}
    stands |= {labels[row] for row in np.flatnonzero(constraints.confirmed)}
    assert set(labels) - {None} == stands, "weak faces never start a group, strong ones are in one"


@given(case=cases(), data=st.data())
@settings(max_examples=200, deadline=None, derandomize=True)
def test_any_labelling_can_be_made_to_obey(
    case: tuple[np.ndarray, np.ndarray, Constraints], data: st.DataObject
) -> None:
    vectors, strong, constraints = case
    given_labels = data.draw(
        st.lists(
            st.none() | st.integers(0, 5), min_size=len(constraints), max_size=len(constraints)
        )
    )
    labels = honour(given_labels, vectors, strong, constraints)
    assert_obeys(labels, constraints)
    assert honour(labels, vectors, strong, constraints) == labels, "it obeys already"
    for row, label in enumerate(given_labels):
        if constraints.person[row] < 0:
            assert label is not None or labels[row] is None, "nobody's faces stay nobody's"
            assert not strong[row] or (label is None) == (labels[row] is None)
    order = data.draw(st.permutations(range(len(constraints))))
    shuffled = honour(
        [given_labels[row] for row in order],
        vectors[order],
        strong[order],
        constraints.subset(np.array(order)),
    )
    assert partition(shuffled, order) == partition(labels)


@pytest.mark.parametrize("name", ["graph", "dbscan", "agglomerative"])
@given(case=cases(), data=st.data())
@settings(max_examples=40, deadline=None, derandomize=True)
def test_the_order_of_the_faces_does_not_matter(
    name: str, case: tuple[np.ndarray, np.ndarray, Constraints], data: st.DataObject
) -> None:
    """K-Means begins with random faces, and HDBSCAN settles equal distances by their order."""
    vectors, strong, constraints = case
    order = data.draw(st.permutations(range(len(constraints))))
    method = choose(name, LOOSE[name], 0.2, 0.2)
    straight = method.label(vectors, strong, constraints)
    shuffled = method.label(vectors[order], strong[order], constraints.subset(np.array(order)))
    assert partition(shuffled, order) == partition(straight)


def made(
    photos: list[int] | None = None,
    person: list[int] | None = None,
    banned: dict[int, set[int]] | None = None,
    count: int = 4,
) -> Constraints:
    return Constraints(
        np.array(photos if photos is not None else range(count)),
        np.array(person if person is not None else [-1] * count),
        {row: frozenset(persons) for row, persons in (banned or {}).items()},
    )


FAN = unit(np.array([[1, 0.1], [1, 0], [1, -0.1], [1, 0.9]]))
STRONG = np.ones(4, dtype=bool)


@pytest.mark.parametrize(
    ("labels", "constraints", "expected"),
    [
        pytest.param([0, 0, 1, None], made(), [0, 0, 1, None], id="nothing is known"),
        pytest.param([0] * 4, made(photos=[0, 1, 2, 2]), [0, 0, 0, 1], id="the farther leaves"),
        pytest.param(
            [0] * 4, made(photos=[0, 1, 2, 2], person=[-1, -1, -1, 5]), [0, 0, 1, 0],
            id="the unconfirmed leaves",
        ),
        pytest.param(
            [0] * 4, made(photos=[0, 1, 2, 2], person=[-1, -1, 5, 5]), [0, 0, 0, 0],
            id="both are confirmed",
        ),
        pytest.param(
            [0] * 4, made(person=[-1, 7, -1, 9]), [0, 0, 0, 1], id="to whom they are most like",
        ),
        pytest.param(
            [0] * 4, made(person=[-1, 7, -1, 9], banned={0: {7}}), [1, 0, 0, 1],
            id="or to the next they are not banned from",
        ),
        pytest.param(
            [0] * 4, made(person=[-1, 7, -1, 9], banned={0: {7, 9}}), [2, 0, 0, 1], id="or to none",
        ),
        pytest.param(
            [0, 0, 1, 1], made(person=[7, 7, 7, -1]), [0, 0, 0, 0], id="the others come along",
        ),
        pytest.param([None, 1, 1, None], made(person=[7, -1, -1, 7]), [2, 1, 1, 2], id="new group"),
        pytest.param(
            [0] * 4, made(person=[-1, 7, -1, -1], banned={2: {7}}), [0, 0, 1, 0], id="ban",
        ),
        pytest.param([0] * 4, made(person=[-1, 7, -1, -1], banned={2: {8}}), [0] * 4, id="other's"),
        pytest.param([0] * 4, made(person=[-1, 7, -1, -1], banned={1: {7}}), [0] * 4, id="own ban"),
        pytest.param([0] * 4, made(banned={1: {7}}), [0] * 4, id="ban from nobody here"),
    ],
)  # fmt: skip
def test_honour(labels: Labels, constraints: Constraints, expected: Labels) -> None:
    assert honour(labels, FAN, STRONG, constraints) == expected


def test_weak_faces_do_not_stay_behind_as_a_group() -> None:
    """The strong face of a photo leaves, since the weak one is nearer to the middle."""
    strong = np.array([True, False, False, True])
    labels = honour([0, 0, 0, 1], FAN, strong, made(photos=[0, 0, 2, 3]))
    assert labels == [2, None, None, 1]


def test_a_weak_face_that_is_banned_is_nobodys() -> None:
    constraints = made(person=[7, -1, -1, -1], banned={3: {7}})
    assert honour([0] * 4, FAN, np.array([1, 1, 1, 0], bool), constraints) == [0, 0, 0, None]


def test_confirmed_faces_are_strong_whatever_their_quality() -> None:
    vectors = unit(np.random.default_rng(0).normal(size=(5, 64)))
    constraints = made(person=[3, 3, -1, -1, -1], count=5)
    for name in ALGORITHMS:
        method = choose(name, {"k": 3.0} if name == "kmeans" else {}, 0.9, 0.9)
        labels = method.label(vectors, np.array([0, 0, 1, 1, 0], bool), constraints)
        assert labels[0] == labels[1] is not None
        # K-Means leaves nobody alone: who shares a cluster with one of them comes along.
        assert Counter(labels)[labels[0]] == 2 or name == "kmeans"
        assert labels[4] is None


def test_a_subset_keeps_what_is_known() -> None:
    constraints = made(photos=[5, 6, 7, 8], person=[-1, 2, -1, 3], banned={0: {2}, 2: {3, 4}})
    some = constraints.subset(np.array([3, 2]))
    assert some.photos.tolist() == [8, 7]
    assert some.person.tolist() == [3, -1]
    assert some.banned == {1: frozenset({3, 4})}
    assert len(some) == 2


def test_arrays_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match=r"got \(2,\) and \(3,\)"):
        Constraints(np.zeros(2, int), np.zeros(3, int), {})
