"""Pairs that are alike, against multiplying everything with everything."""

from __future__ import annotations

import numpy as np
import pytest
from synthetic import blobs, random_units

from gallery import neighbours
from gallery.neighbours import Near, near
from gallery.records import Vectors


def pairs(found: Near) -> set[tuple[int, int]]:
    return set(zip(found.queries.tolist(), found.rows.tolist(), strict=True))


def by_the_book(queries: Vectors, gallery: Vectors, least: float) -> set[tuple[int, int]]:
    rows, columns = np.nonzero(queries @ gallery.T >= least)
    return set(zip(rows.tolist(), columns.tolist(), strict=True))


@pytest.mark.parametrize(("count", "asked"), [(5000, 1500), (3, 5), (1, 1)])
def test_all_pairs_that_reach_a_similarity(count: int, asked: int) -> None:
    gallery, queries = random_units(1, count), random_units(2, asked)
    found = near(queries, gallery, 0.8, count)
    assert pairs(found) == by_the_book(queries, gallery, 0.8)
    assert len(found.rows) == len(pairs(found))
    assert found.complete
    np.testing.assert_allclose(
        found.similarities,
        np.einsum("ij,ij->i", queries[found.queries], gallery[found.rows]),
        atol=1e-6,
    )


def test_only_the_most_alike_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    gallery, queries = random_units(1, 5000), random_units(2, 20)
    found = near(queries, gallery, 0.5, 10)
    order = np.argsort(-(queries @ gallery.T), axis=1)[:, :10]
    assert pairs(found) == {(row, int(one)) for row in range(20) for one in order[row]}
    assert not found.complete
    # The same where the pairs of a block are too many to hold.
    monkeypatch.setattr(neighbours, "_MOST_HELD", 300)
    assert pairs(near(queries, gallery, 0.5, 10)) == pairs(found)


@pytest.mark.parametrize(("queries", "gallery"), [(0, 4), (4, 0), (0, 0)])
def test_nothing_is_near_nothing(queries: int, gallery: int) -> None:
    found = near(random_units(1, queries), random_units(2, gallery), -1, 5)
    assert pairs(found) == set()
    assert found.complete


def test_cells_find_nearly_all_and_the_same_every_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "EXACT_UP_TO", 100)
    vectors, _ = blobs(3, [3] * 1000, dim=1024, noise=0.7)
    found = near(vectors, vectors, 0.5, 64)
    wanted = by_the_book(vectors, vectors, 0.5)
    either_way = pairs(found) | {(b, a) for a, b in pairs(found)}
    assert len(wanted) > 8000
    assert len(wanted & either_way) >= 0.99 * len(wanted)
    assert pairs(found) <= wanted, "what is found is right"
    assert not found.complete
    again = near(vectors, vectors, 0.5, 64)
    np.testing.assert_array_equal(found.rows, again.rows)
    np.testing.assert_array_equal(found.similarities, again.similarities)
    assert pairs(near(vectors, vectors, 0.5, 64, breadth=100)) == wanted, "all cells are all rows"
