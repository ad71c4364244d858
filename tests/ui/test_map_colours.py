"""What the points of the map are coloured by, and what the legend says of it."""

from __future__ import annotations

from datetime import datetime

import pytest

from gallery.records import Person
from gallery.store.facts import Facts
from gallery.ui.map_colours import MARKS, REST, Colours, by_group, by_person, by_quality, by_time


def fact(person: int | None = None, quality: float | None = 0.5, year: int | None = 2020) -> Facts:
    return Facts(1, person, quality, None if year is None else datetime(year, 6, 1))


def person(number: int, faces: int, **more: bool) -> Person:
    return Person(number, number, f"Name {number}", faces, faces, **more)


def labels(colours: Colours) -> list[tuple[str, int]]:
    return [(entry["label"], entry["count"]) for entry in colours.legend["entries"]]


def test_the_largest_persons_have_colours_and_the_others_none() -> None:
    sizes = {number: number + 1 for number in range(1, 16)}
    facts = [fact(who) for who, size in sizes.items() for _ in range(size)] + [fact(None)]
    colours = by_person(facts, {who: person(who, size) for who, size in sizes.items()})
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
    colours = by_person([fact(1)] * 3 + [fact(2)] * 3 + [fact(3)] * 2 + [fact(4), fact(9)], people)
    assert labels(colours) == [("Name 3", 2)]
    assert colours.codes.tolist() == [REST] * 6 + [0, 0, REST, REST]


def test_everybody_with_a_colour_leaves_no_rest() -> None:
    colours = by_person([fact(1), fact(1)], {1: person(1, 2)})
    assert colours.legend["rest"] == ""


def test_groups_of_a_run_go_by_size() -> None:
    colours = by_group([10, 11, 12, 13, 14, 15], {10: 1, 11: 0, 12: 0, 13: 0, 14: 1})
    assert labels(colours) == [("Group 1", 3), ("Group 2", 2)]
    assert colours.codes.tolist() == [1, 0, 0, 0, 1, REST]
    assert "1" in colours.legend["rest"]


def test_quality_grows_lighter_and_what_was_never_measured_is_grey() -> None:
    colours = by_quality([fact(quality=q) for q in (0.2, 0.5, 0.9, None)])
    low, middle, high, missing = colours.codes.tolist()
    assert low < middle < high < REST == missing
    assert colours.legend["scale"]["low"] in ("20%", "21%")
    assert colours.legend["rest"] == "not measured (1)"
    light = [sum(int(colour[at : at + 2], 16) for at in (1, 3, 5)) for colour, _ in colours.palette]
    assert light == sorted(light)


def test_one_odd_date_does_not_take_the_scale() -> None:
    facts = [fact(year=year) for year in [*[2010, 2020] * 100, 1904, None]]
    colours = by_time(facts)
    assert colours.codes[0] < 5
    assert colours.codes[1] > 55
    assert colours.codes[-2] == 0
    assert colours.codes[-1] == REST
    assert colours.legend["scale"]["low"] == "June 2010"


@pytest.mark.parametrize("draw", [by_quality, by_time])
def test_nothing_known_and_all_the_same(draw: object) -> None:
    assert draw([fact(quality=None, year=None)]).codes.tolist() == [REST]
    assert "scale" not in draw([fact(quality=None, year=None)]).legend
    same = draw([fact(), fact()])
    assert same.codes.tolist() == [REST, REST]
    assert same.legend["rest"] in ("all 50% (2)", "all 1 June 2020 (2)")
    assert draw([]).codes.tolist() == []
