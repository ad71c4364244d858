"""Events are called what people would call them, and nothing where nobody can be sure."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from gallery.event_names import Facts, days_in_words, name_of
from gallery.records import Locality

LYON = Locality("Lyon", "Auvergne-Rhône-Alpes", "France")
ANNECY = Locality("Annecy", "Auvergne-Rhône-Alpes", "France")
NICE = Locality("Nice", "Provence-Alpes-Côte d'Azur", "France")
TURIN = Locality("Turin", "Piedmont", "Italy")
TOKYO = Locality("Tokyo", "Tokyo", "Japan")


def name(start: str = "2024-06-14 13:00", end: str | None = None, **known: Any) -> str:
    starts = datetime.fromisoformat(start)
    ends = datetime.fromisoformat(end) if end else starts
    return str(name_of(Facts(**{"photos": 20, "starts": starts, "ends": ends} | known)))


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({}, "14 June 2024"),
        ({"places": {LYON: 1}}, "Lyon, 14 June 2024"),
        ({"tags": {"Wedding": 3}, "places": {LYON: 9}}, "Wedding, 14 June 2024, Lyon"),
        ({"tags": {"groom": 2}}, "Wedding, 14 June 2024"),
        ({"tags": {"groom": 1}}, "14 June 2024"),
        ({"tags": {"groom": 2}, "photos": 200}, "14 June 2024"),
        ({"tags": {"mortarboard": 4}}, "Graduation, 14 June 2024"),
        ({"tags": {"beach": 4}}, "14 June 2024"),
        ({"tags": {"beach": 7}}, "Beach, 14 June 2024"),
        ({"tags": {"beach": 20, "groom": 2}}, "Wedding, 14 June 2024"),
        ({"tags": {"Christmas stocking": 9}}, "14 June 2024"),
        ({"people": {"Anna": 10, "Ben": 9}}, "Anna, 14 June 2024"),
        ({"people": {"Ben": 12, "Anna": 12, "Eve": 11}}, "Anna and Ben, 14 June 2024"),
        ({"people": {"Anna": 2}, "photos": 3}, "14 June 2024"),
        ({"people": {"Anna": 20}, "tags": {"birthday": 2}}, "Birthday, 14 June 2024"),
        ({"by_camera": False}, "Files of 14 June 2024"),
        ({"by_camera": False, "places": {LYON: 1}}, "Lyon, files of 14 June 2024"),
        ({"by_camera": False, "people": {"Anna": 20}}, "Anna, files of 14 June 2024"),
    ],
)
def test_what_is_in_it_names_an_event(known: dict[str, Any], said: str) -> None:
    assert name(**known) == said


@pytest.mark.parametrize(
    ("places", "where"),
    [
        ({LYON: 6, ANNECY: 4}, "Lyon"),
        ({LYON: 5, ANNECY: 5}, "Auvergne-Rhône-Alpes"),
        ({LYON: 5, NICE: 5}, "France"),
        ({LYON: 5, TURIN: 5}, "France and Italy"),
        ({LYON: 5, TURIN: 5, TOKYO: 5}, None),
        ({Locality(None, None, "France"): 5}, "France"),
    ],
)
def test_the_smallest_area_most_photos_are_from(
    places: dict[Locality, int], where: str | None
) -> None:
    at = datetime(2024, 6, 14)
    assert name_of(Facts(20, at, at, places=places)).where == where


@pytest.mark.parametrize(
    ("start", "end", "places", "said"),
    [
        ("2024-12-25 10:00", "2024-12-25 20:00", {LYON: 3}, "Christmas, 25 December 2024, Lyon"),
        ("2024-12-25 10:00", "2024-12-25 20:00", {TOKYO: 3}, "Tokyo, 25 December 2024"),
        ("2024-12-25 10:00", "2024-12-25 20:00", {}, "25 December 2024"),
        ("2024-12-20 10:00", "2024-12-25 20:00", {LYON: 3}, "Lyon, 20 to 25 December 2024"),
        ("2023-12-31 22:00", "2024-01-01 02:00", {}, "New Year's Eve, 31 December 2023"),
        ("2023-12-31 12:00", "2023-12-31 13:00", {}, "31 December 2023"),
        ("2024-01-01 12:00", "2024-01-01 13:00", {}, "1 January 2024"),
    ],
)
def test_a_date_alone_names_a_holiday_only_where_it_is_sure(
    start: str, end: str, places: dict[Locality, int], said: str
) -> None:
    assert name(start, end, places=places) == said


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("2024-06-14 13:00", "2024-06-15 04:30", "14 June 2024"),
        ("2024-06-14 13:00", "2024-06-15 09:00", "14 to 15 June 2024"),
        ("2024-05-30 13:00", "2024-06-02 09:00", "30 May to 2 June 2024"),
        ("2023-12-30 13:00", "2024-01-02 09:00", "30 December 2023 to 2 January 2024"),
        ("2024-06-14 03:00", "2024-06-14 04:00", "14 June 2024"),
    ],
)
def test_a_day_ends_when_people_go_to_bed(start: str, end: str, said: str) -> None:
    assert days_in_words(datetime.fromisoformat(start), datetime.fromisoformat(end)) == said
