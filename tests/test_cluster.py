"""Grouping finds the groups there are, as average linkage by the book would."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform
from synthetic import blobs, random_units

from gallery.cluster import GraphOptions, cluster_faces
from gallery.constraints import Constraints
from gallery.records import Vectors
from gallery.vectors import unit

OPTIONS = GraphOptions(link=0.5, join=0.5)


def grouped(
    vectors: Vectors,
    photos: list[int] | None = None,
    strong: list[bool] | None = None,
    options: GraphOptions = OPTIONS,
) -> list[int | None]:
    count = len(vectors)
    return cluster_faces(
        vectors,
        np.ones(count, bool) if strong is None else np.array(strong, bool),
        Constraints.of_photos(range(count) if photos is None else photos),
        options,
    )


def partition(labels: list[int | None], order: list[int] | None = None) -> set[frozenset[int]]:
    """Which faces are together, whatever the groups are called."""
    groups: dict[int, set[int]] = {}
    for position, label in enumerate(labels):
        if label is not None:
            groups.setdefault(label, set()).add(order[position] if order else position)
    return {frozenset(group) for group in groups.values()}


@pytest.mark.parametrize("seed", range(4))
def test_blobs_are_recovered(seed: int) -> None:
    vectors, truth = blobs(seed, [30, 20, 10, 5, 1, 1])
    assert grouped(vectors) == truth


def test_labels_go_by_size_then_by_first_face() -> None:
    vectors, _ = blobs(1, [2, 5, 3, 3])
    assert grouped(vectors) == [3, 3, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2]


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("link", [0.2, 0.35, 0.5])
def test_equals_average_linkage_by_the_book(seed: int, link: float) -> None:
    rng = np.random.default_rng(seed)
    # Overlapping clouds: many merges are close calls, and graph and dendrogram must agree.
    vectors = unit(rng.normal(size=(6, 12))[rng.integers(0, 6, 60)] + rng.normal(size=(60, 12)))
    distances = np.clip(1 - vectors.astype(np.float64) @ vectors.T.astype(np.float64), 0, 2)
    np.fill_diagonal(distances, 0)
    tree = linkage(squareform(distances, checks=False), method="average")
    book = fcluster(tree, t=1 - link, criterion="distance").tolist()
    options = GraphOptions(link=link, join=link, neighbours=60, tightness=0)
    found = grouped(vectors, options=options)
    assert partition(found) == partition(book)
    assert 1 < len(partition(book)) < 60


def test_a_few_neighbours_are_enough_for_large_groups() -> None:
    vectors, truth = blobs(3, [150, 100])
    assert grouped(vectors, options=GraphOptions(link=0.5, join=0.5, neighbours=8)) == truth


def test_faces_of_one_photo_are_never_one_person() -> None:
    vectors = np.repeat(random_units(0, 1), 4, axis=0)
    labels = grouped(vectors, photos=[1, 1, 2, 2])
    assert labels[0] != labels[1]
    assert labels[2] != labels[3]
    assert set(labels) == {0, 1}


@pytest.mark.parametrize("seed", range(5))
def test_no_group_ever_has_two_faces_of_a_photo(seed: int) -> None:
    rng = np.random.default_rng(seed)
    vectors, _ = blobs(seed, [40, 40], noise=0.8)
    photos = rng.integers(0, 25, 80).tolist()
    strong = (rng.random(80) < 0.7).tolist()
    labels = grouped(vectors, photos, strong, GraphOptions(link=0.3, join=0.3))
    seen = [
        (photo, label) for photo, label in zip(photos, labels, strict=True) if label is not None
    ]
    assert len(seen) == len(set(seen))
    assert len(seen) > 50


def between(a: np.ndarray, b: np.ndarray) -> Vectors:
    return unit((a + b)[None])


def test_a_weak_face_never_joins_two_groups() -> None:
    two, _ = blobs(2, [1, 1], noise=0)
    faces = np.concatenate([two, between(two[0], two[1])])
    options = GraphOptions(link=0.3, join=0.3)
    assert grouped(faces, options=options) == [0, 0, 0], "as a strong face it joins them"
    labels = grouped(faces, strong=[True, True, False], options=options)
    assert labels[0] != labels[1]
    assert labels[2] in (0, 1)


def test_weak_faces_join_the_group_they_are_like_and_no_other() -> None:
    vectors, truth = blobs(4, [6, 5])
    stranger = random_units(9, 1, 64)
    faces = np.concatenate([vectors, vectors[:1], vectors[7:8], stranger])
    labels = grouped(faces, strong=[True] * 11 + [False] * 3)
    assert labels == [*truth, 0, 1, None]


def test_weak_faces_alone_are_nobodys() -> None:
    vectors, _ = blobs(4, [6])
    assert grouped(vectors, strong=[False] * 6) == [None] * 6


def test_a_weak_face_does_not_join_its_own_photo() -> None:
    vectors, _ = blobs(4, [5])
    faces = np.concatenate([vectors, vectors[:1]])
    labels = grouped(faces, photos=[1, 2, 3, 4, 5, 3], strong=[True] * 5 + [False])
    assert labels == [0, 0, 0, 0, 0, None]


def test_of_two_weak_faces_of_a_photo_the_likelier_joins() -> None:
    vectors, _ = blobs(4, [5], noise=0.2)
    close = between(vectors[0], vectors[1])
    far = unit(close + 0.6 * random_units(7, 1, 64))
    faces = np.concatenate([vectors, far, close])
    labels = grouped(faces, photos=[1, 2, 3, 4, 5, 6, 6], strong=[True] * 5 + [False] * 2)
    assert labels[5:] == [None, 0]


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_the_faces_does_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    vectors, _ = blobs(seed, [12, 9, 7, 3], noise=0.9)
    photos = rng.integers(0, 20, len(vectors)).tolist()
    strong = (rng.random(len(vectors)) < 0.8).tolist()
    order = rng.permutation(len(vectors)).tolist()
    options = GraphOptions(link=0.4, join=0.4)
    straight = grouped(vectors, photos, strong, options)
    shuffled = grouped(
        vectors[order], [photos[i] for i in order], [strong[i] for i in order], options
    )
    assert partition(shuffled, order) == partition(straight)


def test_equal_input_gives_equal_labels() -> None:
    vectors, _ = blobs(8, [20, 20, 20], noise=1.2)
    assert grouped(vectors) == grouped(vectors.copy())


def test_nobody_and_one() -> None:
    assert grouped(np.empty((0, 8), np.float32)) == []
    assert grouped(random_units(1, 1)) == [0]
    assert grouped(random_units(1, 1), strong=[False]) == [None]


@pytest.mark.parametrize(("similarity", "together"), [(0.52, True), (0.48, False)])
def test_the_link_threshold_decides(similarity: float, together: bool) -> None:
    angle = np.arccos(similarity)
    vectors = np.array([[1, 0], [np.cos(angle), np.sin(angle)]], np.float32)
    assert (len(partition(grouped(vectors))) == 1) is together


def test_it_is_the_average_pair_that_links() -> None:
    # 0-40-80 degrees: each neighbour is close enough, the two ends are not, their average is not.
    angles = np.radians([0, 40, 80])
    vectors = np.column_stack([np.cos(angles), np.sin(angles)]).astype(np.float32)
    assert len(partition(grouped(vectors, options=GraphOptions(link=0.6, join=0.6)))) == 2
    assert len(partition(grouped(vectors, options=GraphOptions(link=0.4, join=0.4)))) == 1
