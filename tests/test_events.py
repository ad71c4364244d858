"""Made-up days fall into the events that people would name."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest
from made_days import FLORENCE, LAKE, LOS_ANGELES, LYON, PARIS, ROME, TOKYO, ZOO, Days

from gallery.events import NONE, EventOptions, find_events
from gallery.moments import Moments, instants


def groups(days: Days, options: EventOptions = EventOptions()) -> list[list[int]]:  # noqa: B008
    """The photos of each event, in the order of events."""
    labels = find_events(days.moments, options)
    return [np.flatnonzero(labels == event).tolist() for event in range(labels.max() + 1)]


def test_nothing_is_no_event() -> None:
    assert find_events(Days().moments).tolist() == []


def test_a_wedding_with_a_pause_is_one_event_and_the_day_after_another() -> None:
    days = Days()
    church = days.shoot("2024-06-14 13:00", 90, 120)
    party = days.shoot("2024-06-14 18:00", 480, 200, seed=1)
    brunch = days.shoot("2024-06-15 10:30", 60, 15, seed=2)
    assert groups(days) == [church + party, brunch]


@pytest.mark.parametrize(("place", "events"), [(LAKE, 2), (ZOO, 1), (None, 1)])
def test_two_trips_on_one_day_are_told_apart_by_the_way_between(
    place: tuple[float, float] | None, events: int
) -> None:
    days = Days()
    days.shoot("2024-05-04 09:00", 120, 60, LYON)
    days.shoot("2024-05-04 12:30", 180, 80, place, seed=1)
    assert len(groups(days)) == events


def test_a_photo_without_a_place_between_them_changes_nothing() -> None:
    days = Days()
    morning = days.shoot("2024-05-04 09:00", 120, 60, LYON)
    camera = days.shoot("2024-05-04 10:58", 2, 3)
    lake = days.shoot("2024-05-04 12:30", 180, 80, LAKE, seed=1)
    assert groups(days) == [morning + camera, lake]


def test_a_year_of_single_shots_has_no_events() -> None:
    days = Days()
    days.live_in(LYON)
    days.at(datetime(2024, 1, 1, 12) + timedelta(days=day) for day in range(365))
    assert groups(days) == []


def test_a_night_parts_dense_days_but_not_those_of_few_photos() -> None:
    dense, sparse = Days(), Days()
    for day in range(1, 4):
        dense.shoot(f"2024-07-0{day} 10:00", 660, 200, seed=day)
        sparse.at(datetime(2024, 7, day, hour) for hour in range(9, 23, 2))
    assert len(groups(dense)) == 3
    assert len(groups(sparse)) == 1


def test_a_day_of_bursts_has_the_pace_of_its_bursts() -> None:
    """Ten photos in a second, every two hours: the pauses of the day are two hours long."""
    days = Days()
    for hour in (8, 10, 12, 17, 19, 21):
        start = datetime(2024, 5, 4, hour)
        days.at(start + timedelta(seconds=shot / 10) for shot in range(10))
    assert len(groups(days)) == 1
    days.taken = days.taken[:30] + [(at + timedelta(days=2), *rest) for at, *rest in days.taken]
    assert len(groups(days)) == 2


@pytest.mark.parametrize(("start", "end"), [(TOKYO, LOS_ANGELES), (LOS_ANGELES, TOKYO)])
def test_a_flight_parts_what_the_clocks_of_two_continents_mix(
    start: tuple[float, float], end: tuple[float, float]
) -> None:
    days = Days()
    before = days.shoot("2024-05-04 08:00", 540, 90, start)
    # Ten hours in the air. From Tokyo one arrives in Los Angeles before one left.
    landed = datetime(2024, 5, 5, 3) + timedelta(hours=-17 if end == LOS_ANGELES else 17)
    after = days.shoot(landed.isoformat(), 240, 60, end, seed=1)
    assert groups(days) == [before, after]


def test_photos_out_of_the_window_of_a_plane_stay_together() -> None:
    days = Days()
    gate = days.shoot("2024-05-04 08:00", 60, 30, (50.0, 8.6))
    for step in range(1, 12):
        days.at(
            [datetime(2024, 5, 4, 9, 30) + timedelta(minutes=20 * step)], (50.0, 8.6 - 2 * step)
        )
    found = groups(days)
    assert found[0][: len(gate)] == gate
    assert sum(map(len, found)) == len(days.taken)
    assert len(found) <= 2


def test_a_place_that_a_phone_remembers_from_yesterday_is_not_believed() -> None:
    days = Days()
    days.shoot("2024-05-04 09:00", 60, 40, LYON)
    days.taken[20] = (days.taken[20][0], PARIS, True)
    assert len(groups(days)) == 1


def test_the_days_of_a_journey_are_one_event_and_the_next_town_another() -> None:
    days = Days()
    days.live_in(LYON)
    rome = [
        photo
        for day in range(3, 7)
        for photo in days.shoot(f"2024-05-0{day} 10:00", 600, 80, ROME, seed=day)
    ]
    florence = [
        photo
        for day in range(7, 10)
        for photo in days.shoot(f"2024-05-0{day} 13:00", 400, 80, FLORENCE, seed=day)
    ]
    back = days.shoot("2024-05-10 15:00", 60, 20, LYON, seed=20)
    again = days.shoot("2024-05-11 15:00", 60, 20, LYON, seed=21)
    assert groups(days) == [rome, florence, back, again]


def test_who_stays_for_months_lives_there() -> None:
    days = Days()
    days.live_in(LYON)
    for day in range(30):
        start = datetime(2024, 5, 1, 12) + timedelta(days=day)
        days.shoot(start.isoformat(), 300, 60, ROME, seed=day)
    assert len(groups(days)) == 30


def test_nobody_is_away_while_nobody_knows_where_home_is() -> None:
    days = Days()
    for day in (3, 4):
        days.shoot(f"2024-05-0{day} 10:00", 600, 80, ROME, seed=day)
    assert len(groups(days)) == 2


def test_files_with_dates_of_their_own_join_an_event_and_never_bridge_two() -> None:
    days = Days()
    morning = days.shoot("2024-05-04 09:00", 60, 40)
    evening = days.shoot("2024-05-04 19:00", 60, 40, seed=1)
    sent = days.at([datetime(2024, 5, 4, 10, 30)], by_camera=False)
    times = [datetime(2024, 5, 4, 12), datetime(2024, 5, 4, 14), datetime(2024, 5, 4, 16)]
    between = days.at([*times, datetime(2024, 5, 4, 18, 30)], by_camera=False)
    [one, files, other] = groups(days)
    assert one == morning + sent
    assert files == between[:3]
    assert other == evening + between[3:]


def test_the_order_photos_come_in_is_of_no_account() -> None:
    days = Days()
    days.shoot("2024-05-04 09:00", 60, 40, LYON)
    days.shoot("2024-05-04 19:00", 60, 40, LYON, seed=1)
    moments = days.moments
    turned = np.random.default_rng(0).permutation(len(moments))
    np.testing.assert_array_equal(find_events(moments.only(turned)), find_events(moments)[turned])


def test_few_photos_are_by_themselves() -> None:
    days = Days()
    days.shoot("2024-05-04 09:00", 5, 2)
    assert find_events(days.moments).tolist() == [NONE, NONE]
    assert find_events(days.moments, EventOptions(least=2)).tolist() == [0, 0]


def test_zones_follow_the_longitude_of_long_ways_only() -> None:
    longitude = np.array([np.nan, 4.8, 7.6, 139.7, np.nan, 179.0, -179.0])
    at = instants(Moments(np.zeros(7), np.zeros(7), longitude, np.ones(7, dtype=np.bool_)))
    assert (-at / 3600).tolist() == [0, 0, 0, 9, 9, 12, 12]


@pytest.mark.parametrize(
    "wrong", [{"factor": 1}, {"window": 0}, {"shortest": 9e9}, {"speed": 0}, {"least": 0}]
)
def test_options_that_make_no_sense_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="got EventOptions"):
        EventOptions(**wrong)
