"""What the points of the map are coloured by, and what the legend says of it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from gallery.records import Person
from gallery.store.facts import NOBODY
from gallery.ui.map_colours import MARKS, REST, Colours, by_group, by_quality, by_time
from gallery.ui.map_colours import by_person as coloured_by_person


def by_person(whose: list[int], people: Mapping[int, Person]) -> Colours:
    def some(ids: list[int]) -> dict[int, Person]:
        return {one: people[one] for one in ids if one in people}

    return coloured_by_person(np.array(whose, dtype=np.int64), some)


def years(*given: int | None) -> np.ndarray:
    said = ["NaT" if year is None else f"{year}-06-01" for year in given]
    return np.array(said, dtype="datetime64[us]")


def person(number: int, faces: int, **more: bool) -> Person:
    return Person(number, number, f"Name {number}", faces, faces, **more)


def labels(colours: Colours) -> list[tuple[str, int]]:
    return [(entry["label"], entry["count"]) for entry in colours.legend["entries"]]


def test_the_largest_persons_have_colours_and_the_others_none() -> None:
    sizes = {number: number + 1 for number in range(1, 16)}
    whose = [who for who, size in sizes.items() for _ in range(size)] + [NOBODY]
    colours = by_person(whose, {who: person(who, size) for who, size in sizes.items()})
    assert labels(colours)[0] == ("Name 15", 16)
    assert len(labels(colours)) == len(colours.palette) == len(MARKS)
    assert len(set(colours.palette)) == len(MARKS)
    assert colours.codes[-2] == 0
    assert colours.codes[0] == colours.codes[-1] == REST
    assert colours.legend["rest"] == "everybody else (10)"


def test_hidden_ignored_and_single_ones_have_no_colour() -> None:
    people = {
        1: person(1, 3, hidden=True),
        2: person(2, 3, ignored=True),
        3: person(3, 2),
        4: person(4, 1),
    }
    colours = by_person([1] * 3 + [2] * 3 + [3] * 2 + [4, 9], people)
    assert labels(colours) == [("Name 3", 2)]
    assert colours.codes.tolist() == [REST] * 6 + [0, 0, REST, REST]


def test_everybody_with_a_colour_leaves_no_rest() -> None:
    colours = by_person([1, 1], {1: person(1, 2)})
    assert colours.legend["rest"] == ""


def test_groups_of_a_run_go_by_size() -> None:
    colours = by_group(np.arange(10, 16), {10: 1, 11: 0, 12: 0, 13: 0, 14: 1})
    assert labels(colours) == [("Group 1", 3), ("Group 2", 2)]
    assert colours.codes.tolist() == [1, 0, 0, 0, 1, REST]
    assert "1" in colours.legend["rest"]


def test_quality_grows_lighter_and_what_was_never_measured_is_grey() -> None:
    colours = by_quality(np.array([0.2, 0.5, 0.9, np.nan]))
    low, middle, high, missing = colours.codes.tolist()
    assert low < middle < high < REST == missing
    assert colours.legend["scale"]["low"] in ("20%", "21%")
    assert colours.legend["rest"] == "not measured (1)"
    light = [sum(int(colour[at : at + 2], 16) for at in (1, 3, 5)) for colour, _ in colours.palette]
    assert light == sorted(light)


def test_one_odd_date_does_not_take_the_scale() -> None:
    colours = by_time(years(*[2010, 2020] * 100, 1904, None))
    assert colours.codes[0] < 5
    assert colours.codes[1] > 55
    assert colours.codes[-2] == 0
    assert colours.codes[-1] == REST
    assert colours.legend["scale"]["low"] == "June 2010"


@pytest.mark.parametrize(
    ("draw", "nothing", "same", "said"),
    [
        (by_quality, np.array([np.nan]), np.array([0.5, 0.5]), "all 50% (2)"),
        (by_time, years(None), years(2020, 2020), "all 1 June 2020 (2)"),
    ],
)
def test_nothing_known_and_all_the_same(
    draw: object, nothing: np.ndarray, same: np.ndarray, said: str
) -> None:
    assert draw(nothing).codes.tolist() == [REST]
    assert "scale" not in draw(nothing).legend
    assert draw(same).codes.tolist() == [REST, REST]
    assert draw(same).legend["rest"] == said
    assert draw(nothing[:0]).codes.tolist() == []


def test_hidden_people_before_the_largest_do_not_take_their_colours() -> None:
    people = {number: person(number, 2, hidden=number <= 120) for number in range(1, 140)}
    colours = by_person([who for who in people for _ in range(2)], people)
    assert [text for text, _ in labels(colours)] == [f"Name {who}" for who in range(121, 133)]
