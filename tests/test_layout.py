"""Places on a plane: alike faces side by side, the same every time, new ones beside old ones."""

from __future__ import annotations

import numpy as np
import pytest
from synthetic import blobs

from gallery.errors import GalleryError
from gallery.layout import METHODS, Chosen, _with_lone, choose, is_quick, lay_out, place
from gallery.records import Vectors

PCA = choose("pca", {})
UMAP = choose("umap", {})


def apart(places: np.ndarray, truth: list[int]) -> float:
    """How often the nearest other point is of the same group."""
    away = np.linalg.norm(places[:, None] - places[None], axis=2)
    np.fill_diagonal(away, np.inf)
    owner = np.array(truth)
    return float((owner[away.argmin(axis=1)] == owner).mean())


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4])
@pytest.mark.parametrize("chosen", [PCA, UMAP], ids=["pca", "umap"])
def test_a_few_faces_have_places(count: int, chosen: Chosen) -> None:
    vectors, _ = blobs(0, [4])
    places = lay_out(vectors[:count], chosen)
    assert places.shape == (count, 2)
    assert np.isfinite(places).all()
    assert len(np.unique(places, axis=0)) == count
    assert is_quick(chosen, count)


@pytest.mark.parametrize("chosen", [PCA, UMAP], ids=["pca", "umap"])
def test_copies_of_one_face_lie_in_one_place(chosen: Chosen) -> None:
    vectors, _ = blobs(0, [1])
    places = lay_out(np.repeat(vectors, 9, axis=0), chosen)
    assert np.ptp(places, axis=0) == pytest.approx([0, 0], abs=1e-5)


def test_groups_lie_together_by_pca() -> None:
    vectors, truth = blobs(1, [20, 20, 20])
    places = lay_out(vectors, PCA)
    assert apart(places, truth) == 1
    assert np.array_equal(places, lay_out(vectors.copy(), PCA))


def test_a_new_face_goes_by_the_axes_of_pca() -> None:
    vectors, _ = blobs(2, [30, 30, 30], dim=16)
    places = lay_out(vectors, PCA)
    new, old = vectors[::9], np.delete(vectors, np.s_[::9], axis=0)
    found = place(new, old, np.delete(places, np.s_[::9], axis=0), PCA)
    assert found == pytest.approx(places[::9], abs=1e-4)


def corners(vectors: Vectors, truth: list[int]) -> np.ndarray:
    """Groups far from each other, each in a small circle."""
    rng = np.random.default_rng(0)
    middles = np.array([(0, 0), (100, 0), (0, 100)])[truth]
    return (middles + rng.normal(size=(len(vectors), 2))).astype(np.float32)


def test_a_new_face_lies_beside_those_it_is_like() -> None:
    vectors, truth = blobs(3, [12, 12, 12])
    places = corners(vectors, truth)
    rows = [5, 17, 30]
    rest = np.setdiff1d(np.arange(36), rows)
    found = place(vectors[rows], vectors[rest], places[rest], UMAP)
    assert np.linalg.norm(found - np.array([(0, 0), (100, 0), (0, 100)]), axis=1).max() < 5
    alone = place(vectors[[17]], vectors[rest], places[rest], UMAP)
    assert np.linalg.norm(alone - (100, 0)) < 5


def test_new_faces_of_somebody_new_lie_together() -> None:
    vectors, truth = blobs(4, [12, 12, 12, 10])
    old = np.array(truth) < 3
    places = corners(vectors[old], [group for group in truth if group < 3])
    found = place(vectors[~old], vectors[old], places, UMAP)
    assert np.linalg.norm(found - found.mean(axis=0), axis=1).max() < 10


def test_a_face_that_umap_has_no_place_for_goes_where_a_new_one_would() -> None:
    vectors, truth = blobs(3, [12, 12, 12])
    places = corners(vectors, truth)
    before = places.copy()
    places[[5, 30]] = np.nan
    found = _with_lone(places, vectors, UMAP)
    assert np.linalg.norm(found[[5, 30]] - before[[5, 30]], axis=1).max() < 10
    rest = np.setdiff1d(np.arange(36), [5, 30])
    assert np.array_equal(found[rest], before[rest])


def test_a_face_like_nobody_and_a_single_placed_one() -> None:
    placed = np.eye(4, dtype=np.float32)[:1]
    new = -np.eye(4, dtype=np.float32)[:2]
    for chosen in (PCA, UMAP):
        found = place(new, placed, np.array([[3.0, 4.0]], dtype=np.float32), chosen)
        assert found == pytest.approx(np.array([[3, 4], [3, 4]]))


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("tsne", {}, "There is no layout 'tsne'. Known: umap, pca."),
        ("pca", {"neighbours": 3.0}, "PCA has no parameter 'neighbours'. It has none."),
        ("umap", {"spread": 1.0}, "It has: neighbours, min_dist."),
        ("umap", {"neighbours": 1.0}, "must be a whole number from 2 to 100, got 1"),
        ("umap", {"neighbours": 2.5}, "must be a whole number"),
        ("umap", {"min_dist": 1.5}, "must be a number from 0 to 0.99, got 1.5"),
    ],
)
def test_what_cannot_be_chosen_is_said(name: str, given: dict[str, float], said: str) -> None:
    with pytest.raises(GalleryError, match=said.replace(".", r"\.")):
        choose(name, given)


def test_defaults_lie_in_their_ranges() -> None:
    for method in METHODS.values():
        chosen = choose(method.name, {})
        assert choose(method.name, chosen.values) == chosen
