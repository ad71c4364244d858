"""The algorithms to choose from: what all of them keep to, and their parameters as data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gallery.algorithms import (
    ALGORITHMS,
    alone_where_noise,
    choose,
    propose_k,
)
from gallery.constraints import Constraints
from gallery.errors import GalleryError
from gallery.evaluate.clustering import score_clustering
from gallery.vectors import unit

DOCS = (Path(__file__).resolve().parent.parent / "docs" / "grouping.md").read_text()
GIVEN = {"kmeans": {"k": 6.0}}


def people(count: int, faces: int, spread: float = 0.04) -> tuple[np.ndarray, list[int]]:
    """Vectors of people who are far apart, and who each is."""
    rng = np.random.default_rng(3)
    middles = unit(rng.normal(size=(count, 64)))
    noise = rng.normal(scale=spread, size=(count, faces, 64))
    return unit((middles[:, None] + noise).reshape(-1, 64)), np.repeat(range(count), faces).tolist()


@pytest.mark.parametrize("name", ALGORITHMS)
def test_people_far_apart_are_told_apart(name: str) -> None:
    vectors, truth = people(6, 8)
    method = choose(name, GIVEN.get(name, {}), 0.5, 0.5)
    labels = method.label(vectors, np.ones(48, dtype=bool), Constraints.of_photos(range(48)))
    assert score_clustering(labels, truth).bcubed.f == 1
    assert labels == method.label(
        vectors, np.ones(48, dtype=bool), Constraints.of_photos(range(48))
    )


@pytest.mark.parametrize("name", ALGORITHMS)
def test_two_faces_of_one_photo_are_never_one_person(name: str) -> None:
    vectors, _ = people(3, 6)
    photos = [0, 0, *range(1, 17)]
    labels = choose(name, {"k": 3.0} if name == "kmeans" else {}, 0.5, 0.5).label(
        vectors, np.ones(18, dtype=bool), Constraints.of_photos(photos)
    )
    assert None not in labels
    assert labels[0] != labels[1]


@pytest.mark.parametrize("name", ALGORITHMS)
def test_weak_faces_join_and_never_start(name: str) -> None:
    vectors, truth = people(3, 6)
    strangers = unit(np.random.default_rng(9).normal(size=(2, 64)))
    strong = np.array([row % 6 != 5 for row in range(18)] + [False, False])
    labels = choose(name, {"k": 3.0} if name == "kmeans" else {}, 0.5, 0.5).label(
        np.concatenate([vectors, strangers]), strong, Constraints.of_photos(range(20))
    )
    assert labels[18:] == [None, None]
    assert score_clustering(labels[:18], truth).bcubed.f == 1


@pytest.mark.parametrize("name", ALGORITHMS)
@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_faces(name: str, count: int) -> None:
    vectors, _ = people(2, 1)
    labels = choose(name, {}, 0.5, 0.5).label(
        vectors[:count], np.ones(count, dtype=bool), Constraints.of_photos(range(count))
    )
    assert len(labels) == count
    if name != "kmeans":  # which has no notion of too far apart
        assert len(set(labels)) == count


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("nothing", {}, "There is no algorithm 'nothing'"),
        ("dbscan", {"k": 3}, "dbscan has no parameter 'k'"),
        ("dbscan", {"link": 1.5}, "link must be a number from 0 to 0.99"),
        ("kmeans", {"k": 2.5}, "k must be a whole number"),
    ],
)
def test_wrong_choices(name: str, given: dict[str, float], message: str) -> None:
    with pytest.raises(GalleryError, match=message):
        choose(name, given, 0.5, 0.5)


@pytest.mark.parametrize("name", ALGORITHMS)
def test_parameters_are_documented_and_kept_with_a_run(name: str) -> None:
    row = next(line for line in DOCS.splitlines() if line.startswith(f"| `{name}`"))
    method = choose(name, {}, 0.5, 0.4)
    for parameter in ALGORITHMS[name].parameters:
        assert f"`{parameter.name}`" in row
        assert parameter.name in method.parameters
        if parameter.default is not None:
            assert parameter.low <= parameter.default <= parameter.high
    assert method.parameters["join"] == 0.4


def test_noise_becomes_people_seen_once() -> None:
    assert alone_where_noise(np.array([0, -1, 0, -1, 1])).tolist() == [0, 2, 0, 3, 1]


def test_the_number_of_groups_is_proposed() -> None:
    vectors, _ = people(6, 20)
    assert 4 <= propose_k(vectors) <= 9


@pytest.mark.parametrize("name", ALGORITHMS)
def test_two_named_persons_are_never_one(name: str) -> None:
    """However loose the parameters: what a user said always wins."""
    vectors, truth = people(3, 6)
    named = np.array([person if row % 3 else -1 for row, person in enumerate(truth)])
    given = {"kmeans": {"k": 1.0}}.get(name, {"link": 0.0})
    labels = choose(name, given, 0.5, 0.5).label(
        vectors, np.ones(18, dtype=bool), Constraints(np.arange(18), named, {})
    )
    for label in set(labels):
        inside = {named[row] for row in range(18) if labels[row] == label} - {-1}
        assert len(inside) <= 1
    if name in ("kmeans", "agglomerative"):  # which put all in one before they are parted
        assert score_clustering(labels, truth).bcubed.f == 1
