"""Positions on the earth as unit vectors, which know no poles and no date line, and distances."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

# Mean radius (IUGG); taking the earth for a sphere errs by 0.6 % at most.
EARTH_KM = 6371.0


def directions(latitude: ArrayLike, longitude: ArrayLike) -> NDArray[np.float64]:
    """(n, 3) unit vectors of n positions in degrees; NaN stays NaN."""
    north = np.radians(np.asarray(latitude, dtype=np.float64))
    east = np.radians(np.asarray(longitude, dtype=np.float64))
    flat = np.cos(north)
    return np.stack([flat * np.cos(east), flat * np.sin(east), np.sin(north)], axis=-1)


def kilometres(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n,) kilometres over ground between unit vectors, pair by pair."""
    return from_chord(np.linalg.norm(one - other, axis=-1))


def from_chord(chord: ArrayLike) -> NDArray[np.float64]:
    """Kilometres over ground between two unit vectors that lie so far apart in a straight line."""
    half = np.clip(np.asarray(chord, dtype=np.float64) / 2, 0.0, 1.0)
    return np.asarray(2 * EARTH_KM * np.arcsin(half))


def to_chord(distance: float) -> float:
    """The straight line between two unit vectors that lie so many kilometres apart."""
    return float(2 * np.sin(min(distance / EARTH_KM, np.pi) / 2))
