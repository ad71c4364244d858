"""GPS becomes the town a person would name, anywhere on the globe."""

from __future__ import annotations

import numpy as np
import pytest
from synthetic import add_photo

from gallery import photo_bin, placing
from gallery.places import Towns, places_version
from gallery.placing import find_places
from gallery.records import Locality, Metadata
from gallery.sphere import directions, from_chord, kilometres, to_chord
from gallery.store import photos, places, timeline
from gallery.store.library import Library
from gallery.store.places import Box


@pytest.fixture(scope="module")
def towns() -> Towns:
    return Towns()


@pytest.mark.parametrize(
    ("latitude", "longitude", "city", "country"),
    [
        (48.8584, 2.2945, "Paris", "France"),  # the Eiffel Tower, in the 7th arrondissement
        (45.7612, 4.8518, "Lyon", "France"),  # "Lyon 03" in the table
        (45.7660, 4.8795, "Villeurbanne", "France"),  # a town of its own beside Lyon
        (40.7580, -73.9855, "New York City", "United States"),  # Times Square
        (48.8049, 2.1204, "Versailles", "France"),
        (-37.81, 144.96, "Melbourne", "Australia"),
        (37.5665, 126.9780, "Seoul", "Republic of Korea"),
        (78.2232, 15.6267, "Longyearbyen", "Svalbard and Jan Mayen"),
        # Nearest by degrees is a town on the other side of the date line, 360 degrees away.
        (66.3, 179.9, None, "Russian Federation"),
        (66.32, -179.2, "Egvekinot", "Russian Federation"),
        (43.0, 15.0, None, None),  # the middle of the Adriatic
        (0.0, 0.0, None, None),
        (90.0, 0.0, None, None),
        (-77.85, 166.67, None, None),  # McMurdo Station
    ],
)
def test_where_a_photo_was_taken(
    towns: Towns, latitude: float, longitude: float, city: str | None, country: str | None
) -> None:
    [found] = towns.find([latitude], [longitude])
    assert (found.city, found.country) == (city, country)


def test_the_nearest_is_nearest_on_the_ground(towns: Towns) -> None:
    """At 70 degrees north a degree east is a third of one north."""
    rng = np.random.default_rng(0)
    latitude, longitude = rng.uniform(68, 71, 40), rng.uniform(15, 31, 40)
    here = directions(latitude, longitude)
    _, nearest = towns._tree.query(here)
    all_of_them = np.stack([kilometres(towns._at, one) for one in here])
    np.testing.assert_array_equal(nearest, all_of_them.argmin(axis=1))


def test_distances() -> None:
    paris, lyon = directions([48.8566, 45.7640], [2.3522, 4.8357])
    assert kilometres(paris, lyon) == pytest.approx(392, abs=1)
    east, west = directions([0, 0], [179.5, -179.5])
    assert kilometres(east, west) == pytest.approx(111.2, abs=0.1)
    assert from_chord(to_chord(500)) == pytest.approx(500)
    assert np.isnan(kilometres(paris, directions(np.nan, np.nan)))


def add(library: Library, *positions: tuple[float, float]) -> list[int]:
    with library.write() as connection:
        return [
            add_photo(
                library,
                connection,
                f"{number}.jpg",
                metadata=Metadata(latitude=latitude, longitude=longitude),
            )
            for number, (latitude, longitude) in enumerate(positions)
        ]


def test_missing_places_are_filled_in_and_asked_for_once(
    library: Library, towns: Towns, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded = []
    monkeypatch.setattr(placing, "Towns", lambda: loaded.append(1) or towns)
    monkeypatch.setattr(placing, "_BATCH", 2)
    lyon, sea, island, other = add(library, (45.7612, 4.8518), (43, 15), (0, 0), (45.76, 4.85))
    steps = find_places(library)
    assert (next(steps).done, places.count_waiting(library, places_version())) == (2, 1)
    steps.close()  # killed: the next run goes on
    assert [step.done for step in find_places(library)] == [1]
    assert list(find_places(library)) == []
    assert len(loaded) == 2
    found = {number: photos.get(library, number).locality for number in (lyon, sea, island, other)}
    in_lyon = Locality("Lyon", "Auvergne-Rhône-Alpes", "France")
    assert found == {lyon: in_lyon, sea: Locality(), island: Locality(), other: in_lyon}
    [only] = places.counts(library)
    assert (only.place, only.photos) == (in_lyon, 2)


def test_places_of_another_version_are_looked_up_again(library: Library, towns: Towns) -> None:
    [lyon] = add(library, (45.7612, 4.8518))
    places.keep(library, "older", [(lyon, Locality("Lugdunum", None, "Gaul"))])
    list(find_places(library))
    assert photos.get(library, lyon).locality.city == "Lyon"


@pytest.mark.parametrize(
    ("box", "inside"),
    [
        (Box(45, 4, 46, 5), [0]),
        (Box(-90, -180, 90, 180), [0, 1, 2]),
        (Box(-20, 179, -10, -179), [1, 2]),
        (Box(-20, -179, -10, 179), []),
    ],
)
def test_a_part_of_the_map_can_lie_across_the_date_line(
    library: Library, box: Box, inside: list[int]
) -> None:
    ids = add(library, (45.7612, 4.8518), (-16, 179.5), (-16, -179.5), (0, 0))
    found = sorted(timeline.ids_in_order(library, places.within(library, box)))
    assert found == [ids[number] for number in inside]
    assert places.count_within(library, box)[0] == len(inside)


def test_whether_any_photo_has_a_position_where_its_count_says_so(library: Library) -> None:
    assert not places.any_located(library)
    nowhere, lyon = add(library, (0, 0), (45.7612, 4.8518))
    assert places.any_located(library)
    photo_bin.put(library, [lyon])
    assert places.any_located(library) == bool(places.count_located(library))
    photo_bin.put(library, [nowhere])
    assert not places.any_located(library)


@pytest.mark.parametrize("sides", [(2, 0, 1, 0), (0, 181, 1, 0), (-91, 0, 0, 0)])
def test_a_box_off_the_map_is_refused(sides: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="got Box"):
        Box(*sides)
