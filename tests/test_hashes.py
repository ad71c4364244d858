"""Near hashes: the same ones that comparing all with all finds, also of turned pictures."""

from __future__ import annotations

import numpy as np
import pytest
from pictured_library import scene

from gallery.hashes import BYTES, HashIndex, turned
from gallery.ingest import perceptual_hash


def drawn(seed: int, count: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, BYTES), dtype=np.uint8)


def flipped(hashes: np.ndarray, bits: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    changed = np.unpackbits(hashes, axis=1)
    for row in changed:
        row[rng.choice(8 * BYTES, bits, replace=False)] ^= 1
    return np.packbits(changed, axis=1)


def distances(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    apart = np.unpackbits(one[:, None] ^ other[None], axis=2)
    return np.asarray(apart.sum(axis=2))


def pairs(found: tuple[np.ndarray, np.ndarray]) -> set[tuple[int, int]]:
    return set(zip(*(side.tolist() for side in found), strict=True))


@pytest.mark.parametrize("radius", [0, 100, 110, 256])
def test_all_that_are_near_are_found(radius: int) -> None:
    rows, queries = drawn(0, 60), drawn(1, 40)
    expected = np.argwhere(distances(queries, rows) <= radius)
    assert pairs(HashIndex(rows).near(queries, radius)) == set(map(tuple, expected.tolist()))


def test_the_radius_belongs_to_it() -> None:
    rows = drawn(0, 5)
    queries = flipped(rows, 9)
    assert pairs(HashIndex(rows).near(queries, 9)) == {(at, at) for at in range(5)}
    assert pairs(HashIndex(rows).near(queries, 8)) == set()


@pytest.mark.parametrize("bits", [0, 8, 16, 24])
def test_by_pieces_nearly_all_that_are_near_are_found(bits: int) -> None:
    rows = drawn(2, 3000)
    found = pairs(HashIndex(rows, exact=0).near(flipped(rows[:400], bits), 72))
    assert len(found & {(at, at) for at in range(400)}) >= 398


def test_of_a_picture_that_is_there_a_thousand_times_the_nearest_are_given() -> None:
    one = drawn(3, 1)
    rows = np.concatenate([flipped(np.repeat(one, 150, axis=0), 4), one])
    queries, near = HashIndex(rows).near(one, 40)
    assert len(near) == 64
    assert near[0] == 150
    assert set(queries.tolist()) == {0}


def test_a_large_library_is_looked_up_in_portions() -> None:
    rows = drawn(4, 2500)
    assert pairs(HashIndex(rows).near(rows, 0)) == {(at, at) for at in range(2500)}


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_the_hash_of_a_turned_picture_is_near_the_turned_hash(turns: int) -> None:
    pictures = [scene(seed) for seed in range(20)]
    before = np.stack([np.frombuffer(perceptual_hash(p), np.uint8) for p in pictures])
    after = np.stack(
        [
            np.frombuffer(perceptual_hash(np.ascontiguousarray(np.rot90(p, turns))), np.uint8)
            for p in pictures
        ]
    )
    assert np.diag(distances(turned(before, turns), after)).max() <= 40
    assert np.diag(distances(before, after)).min() > 72


def test_four_turns_are_none() -> None:
    hashes = drawn(5, 10)
    assert (turned(hashes, 4) == hashes).all()
    assert (turned(turned(hashes, 1), 3) == hashes).all()


def test_hashes_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match=r"expected \(n, 32\) bytes, got \(3, 8\)"):
        HashIndex(np.zeros((3, 8), np.uint8))
