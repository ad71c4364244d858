"""Which perceptual hashes are near each other: candidates for pictures that are alike."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

# (n, 32): 256 bits a row.
Hashes = NDArray[np.uint8]
Rows = NDArray[np.int64]

BYTES = 32
_SIDE = 16

# Comparisons up to which every hash is held against every other: 100,000 photos at once.
EXACT = 10_000_000_000
# Above, hashes are looked up by 12 pieces of 20 bits with at most one bit wrong in a piece: of 500
# that differ in 28 bits none was missed, in 44 bits a quarter (benchmarks/duplicates.py --scale).
_PIECES, _PIECE_BITS, _WRONG = 12, 20, 1
# At a time, so that what is found fits into memory even where all hashes are alike.
_PORTION = 1024
# Of a picture that there is a thousand times, the nearest will do.
_MOST = 64


class HashIndex:
    """Hashes among which near ones are looked up.

    Args:
        hashes: (n, 32).
        exact: how many comparisons may be made before near hashes are looked up by pieces.
    """

    def __init__(self, hashes: Hashes, exact: int = EXACT) -> None:
        if hashes.ndim != 2 or hashes.shape[1] != BYTES:
            raise ValueError(f"expected (n, {BYTES}) bytes, got {hashes.shape}")
        self._hashes = np.ascontiguousarray(hashes)
        self._exact = exact

    @cached_property
    def _flat(self) -> Any:
        import faiss  # takes a tenth of a second to import

        index = faiss.IndexBinaryFlat(BYTES * 8)
        index.add(self._hashes)
        return index

    @cached_property
    def _by_pieces(self) -> Any:
        import faiss

        index = faiss.IndexBinaryMultiHash(BYTES * 8, _PIECES, _PIECE_BITS)
        index.nflip = _WRONG
        index.add(self._hashes)
        return index

    def near(self, queries: Hashes, radius: int, expected: int | None = None) -> tuple[Rows, Rows]:
        """The hashes that differ from others in at most some bits, the nearest of each.

        Args:
            queries: (n, 32).
            radius: bits.
            expected: queries there will be in all, where these are a part of them.

        Returns:
            Numbers of queries, rising, and of the hashes near them.
        """
        comparisons = max(expected or 0, len(queries)) * len(self._hashes)
        index = self._flat if comparisons <= self._exact else self._by_pieces
        found_queries, found_rows = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
        for start in range(0, len(queries), _PORTION):
            some = np.ascontiguousarray(queries[start : start + _PORTION])
            # The index gives those below a distance.
            ends, distances, rows = index.range_search(some, radius + 1)
            for at in range(len(some)):
                part = slice(int(ends[at]), int(ends[at + 1]))
                nearest = np.lexsort((rows[part], distances[part]))[:_MOST]
                found_rows.append(rows[part][nearest])
                found_queries.append(np.full(len(nearest), start + at, np.int64))
        return np.concatenate(found_queries), np.concatenate(found_rows).astype(np.int64)


def turned(hashes: Hashes, turns: int) -> Hashes:
    """Nearly the hashes that the pictures have after quarter turns to the left.

    A bit says whether a coefficient of the cosine transform is above the median of all, which is
    close to 0. Turning a picture swaps rows with columns and changes the sign of every other
    one, so that only the few bits of coefficients between the median and 0 are wrong.
    """
    bits = np.unpackbits(hashes, axis=1).reshape(-1, _SIDE, _SIDE)
    if turns % 2:
        bits = bits.transpose(0, 2, 1)
    bits = bits.copy()
    if turns % 4 in (1, 2):
        bits[:, 1::2] ^= 1
    if turns % 4 in (2, 3):
        bits[:, :, 1::2] ^= 1
    return np.packbits(bits.reshape(-1, BYTES * 8), axis=1)
