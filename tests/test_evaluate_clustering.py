"""Figures of a grouping, against cases worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import silhouette_score
from synthetic import blobs

from gallery.evaluate.clustering import (
    Score,
    bcubed,
    pairwise,
    purity,
    score_clustering,
    silhouette,
    without_largest,
    without_noise,
)

# Two persons, a a a b b. Each row: clusters, then pairwise P and R, BCubed P and R, purity.
CASES = {
    "all right": ([0, 0, 0, 1, 1], 1, 1, 1, 1, 1),
    "all in one": ([0, 0, 0, 0, 0], 4 / 10, 1, (3 * 3 / 5 + 2 * 2 / 5) / 5, 1, 3 / 5),
    "all alone": ([0, 1, 2, 3, 4], 1, 0, 1, (3 / 3 + 2 / 2) / 5, 1),
    "a split": ([0, 0, 1, 2, 2], 1, 2 / 4, 1, (2 / 3 + 2 / 3 + 1 / 3 + 1 + 1) / 5, 1),
    # a a | a b | b: one good pair of two put together, of four there are.
    "mixed": (
        [0, 0, 1, 1, 2],
        1 / 2,
        1 / 4,
        (1 + 1 + 1 / 2 + 1 / 2 + 1) / 5,
        (2 / 3 + 2 / 3 + 1 / 3 + 1 / 2 + 1 / 2) / 5,
        4 / 5,
    ),
}
PEOPLE = ["a", "a", "a", "b", "b"]


@pytest.mark.parametrize("name", CASES)
def test_figures_worked_by_hand(name: str) -> None:
    clusters, pair_p, pair_r, cubed_p, cubed_r, pure = CASES[name]
    if name == "all alone":
        pair_p = 1  # nothing was put together, so nothing was put together wrongly
    found = pairwise(clusters, PEOPLE)
    assert (found.precision, found.recall) == pytest.approx((pair_p, pair_r))
    found = bcubed(clusters, PEOPLE)
    assert (found.precision, found.recall) == pytest.approx((cubed_p, cubed_r))
    assert purity(clusters, PEOPLE) == pytest.approx(pure)


def test_bcubed_of_amigo_and_others() -> None:
    """The example of Amigo et al. (2009), section 5: one item more of noise costs precision."""
    people = ["x"] * 4 + ["y"]
    assert bcubed([0, 0, 0, 0, 0], people).precision == pytest.approx((4 * 4 / 5 + 1 / 5) / 5)


def test_noise_is_clusters_of_one() -> None:
    assert len(set(without_noise([None, None, 0, 0]))) == 3
    scores = score_clustering([0, 0, 0, None, None], PEOPLE)
    assert (scores.clusters, scores.people, scores.faces) == (3, 2, 5)
    assert scores.pairwise == Score(1.0, 3 / 4)


def test_without_the_person_with_most_faces() -> None:
    labels, people, name = without_largest([0, 0, 0, 1, None], PEOPLE)
    assert (labels, people, name) == ([1, None], ["b", "b"], "a")


@pytest.mark.parametrize(("labels", "people"), [([], []), ([0], ["a", "b"])])
def test_nothing_to_score(labels: list[int | None], people: list[str]) -> None:
    with pytest.raises(ValueError, match="must be"):
        score_clustering(labels, people)


def test_rand_index_adjusted_for_chance() -> None:
    """The example of scikit-learn's guide: 0 0 1 1 2 2 of 0 0 0 1 1 1 is 0.24."""
    scores = score_clustering([0, 0, 1, 1, 2, 2], ["a", "a", "a", "b", "b", "b"])
    assert scores.ari == pytest.approx(0.2424, abs=1e-4)
    assert score_clustering([5, 5, 7], ["a", "a", "b"]).ari == 1


def test_silhouette_needs_no_truth() -> None:
    # Two pairs at right angles, the faces of each pair the same: as good as can be.
    vectors = np.eye(8, dtype=np.float32)[[0, 0, 1, 1, 2]]
    assert silhouette(vectors, [0, 0, 1, 1, None]) == pytest.approx(1)
    # Each pair torn apart: every face is nearer to the other group by the whole distance.
    assert silhouette(vectors, [0, 1, 0, 1, 9]) == pytest.approx(-0.5)


@pytest.mark.parametrize("seed", range(3))
def test_silhouette_is_that_of_scikit_learn(seed: int) -> None:
    vectors, labels = blobs(seed, [12, 7, 2, 3, 9], noise=1.2)
    expected = silhouette_score(vectors, labels, metric="cosine")
    assert silhouette(vectors, labels) == pytest.approx(float(expected), abs=1e-5)


def test_silhouette_of_very_many_faces_is_that_of_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Groups stay whole: a draw of faces leaves nobody's fellows out."""
    rng = np.random.default_rng(0)
    vectors = np.repeat(rng.normal(size=(900, 64)), 2, axis=0) + 0.5 * rng.normal(size=(1800, 64))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    pairs = [row // 2 for row in range(1800)]
    whole = silhouette(vectors, pairs)
    monkeypatch.setattr("gallery.evaluate.clustering._SILHOUETTE_FACES", 400)
    assert silhouette(vectors, pairs) == pytest.approx(whole, abs=0.03)


@pytest.mark.parametrize("labels", [[0, 0, 0], [0, 1, 2], [None, None, None], []])
def test_silhouette_of_one_group_or_of_singles_says_nothing(labels: list[int | None]) -> None:
    assert silhouette(np.eye(8, dtype=np.float32)[: len(labels)], labels) is None


@settings(deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=40))
def test_figures_are_shares_and_perfect_only_when_equal(cells: list[tuple[int, int]]) -> None:
    clusters, people = [c for c, _ in cells], [p for _, p in cells]
    scores = score_clustering(clusters, people)
    for score in (scores.pairwise, scores.bcubed):
        assert 0 <= score.precision <= 1 + 1e-9
        assert 0 <= score.recall <= 1 + 1e-9
    one_to_one = len(set(cells)) == len(set(clusters)) == len(set(people))
    assert (scores.bcubed.f == pytest.approx(1)) == one_to_one
    # Renaming clusters changes nothing.
    again = score_clustering([7 - cluster for cluster in clusters], people)
    assert again.bcubed.f == pytest.approx(scores.bcubed.f)
