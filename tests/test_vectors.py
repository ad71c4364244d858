"""The similarity arithmetic against plain numpy."""

from __future__ import annotations

import numpy as np
import pytest
from synthetic import random_units

from gallery.vectors import cosine, nearest, one_thread, unit


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int64])
def test_unit(dtype: type) -> None:
    rows = np.array([[3, 4], [0, -2], [0, 0]], dtype=dtype)
    found = unit(rows)
    np.testing.assert_allclose(found, [[0.6, 0.8], [0, -1], [0, 0]], atol=1e-7)
    assert found.dtype == np.float32


def test_unit_of_nothing_is_nothing() -> None:
    assert unit(np.empty((0, 4))).shape == (0, 4)


def test_cosine_of_hand_worked_angles() -> None:
    a = unit(np.array([[1.0, 0.0], [1.0, 1.0]]))
    b = unit(np.array([[0.0, 2.0], [-3.0, 0.0], [5.0, 5.0]]))
    half = np.sqrt(0.5)
    np.testing.assert_allclose(cosine(a, b), [[0, -1, half], [half, -half, 1]], atol=1e-6)


@pytest.mark.parametrize(("count", "k"), [(200, 5), (200, 200), (3, 10), (1, 1)])
def test_nearest_is_exact(count: int, k: int) -> None:
    gallery, queries = random_units(1, count, 16), random_units(2, 7, 16)
    similarities, rows = nearest(queries, gallery, k)
    everything = queries @ gallery.T
    wanted = np.argsort(-everything, axis=1)[:, : min(k, count)]
    np.testing.assert_array_equal(rows, wanted)
    np.testing.assert_allclose(
        similarities, np.take_along_axis(everything, wanted, axis=1), atol=1e-6
    )


@pytest.mark.parametrize(("queries", "gallery", "k"), [(0, 5, 3), (4, 0, 3), (4, 5, 0)])
def test_nearest_of_nothing(queries: int, gallery: int, k: int) -> None:
    similarities, rows = nearest(random_units(1, queries), random_units(2, gallery), k)
    assert similarities.shape == rows.shape == (queries, 0)


def test_one_vector_is_searched_in_one_thread_and_the_setting_is_put_back() -> None:
    import faiss

    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(3)
    seen = []

    def searches() -> None:
        with one_thread():
            seen.append(faiss.omp_get_max_threads())
            raise ValueError("in between")

    try:
        with pytest.raises(ValueError, match="in between"):
            searches()
        assert [*seen, faiss.omp_get_max_threads()] == [1, 3]
    finally:
        faiss.omp_set_num_threads(before)
