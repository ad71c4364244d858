"""Events of a library keep id, name and shape while photos come in, and every change goes back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import small_library as small
from dated_library import a_summer, add_days, show
from made_days import LYON, Days
from sqlalchemy import delete, update
from synthetic import add_photo

from gallery import decisions, photo_bin
from gallery import event_editing as editing
from gallery.errors import GalleryError, NotFoundError
from gallery.event_describing import describe
from gallery.event_settling import settle
from gallery.event_updating import update_events
from gallery.store import events
from gallery.store.event_writing import memberships
from gallery.store.library import Library, open_library
from gallery.store.tables import photos


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[tuple[Library, dict[str, list[int]]]]:
    library, found = a_summer(tmp_path / "summer")
    yield library, found
    library.close()


@pytest.fixture
def library(opened: tuple[Library, dict[str, list[int]]]) -> Library:
    return opened[0]


@pytest.fixture
def summer(opened: tuple[Library, dict[str, list[int]]]) -> dict[str, list[int]]:
    return opened[1]


def inside(library: Library) -> dict[int, list[int]]:
    """The photos of each event."""
    with library.read() as connection:
        found = memberships(library, connection)
    return {event: sorted(p for p, e in found.items() if e == event) for event in found.values()}


def event_of(library: Library, photo: int) -> int:
    found = events.of_photo(library, photo)
    assert found is not None
    return found


def titles(library: Library) -> list[str]:
    return [described.title for described in describe(library, events.listed(library))]


def test_a_summer_falls_into_events_with_names(
    library: Library, summer: dict[str, list[int]]
) -> None:
    assert sorted(inside(library).values()) == sorted(summer.values())
    assert titles(library) == [
        "7 September 2024",
        "Rome, 3 to 5 August 2024",
        "Anna and Ben, 6 July 2024, Annecy",
        "Wedding, 14 June 2024, Lyon",
    ]
    assert events.count(library) == (4, sum(map(len, summer.values())))


def test_doing_it_again_changes_nothing(library: Library, summer: dict[str, list[int]]) -> None:
    before = inside(library), events.listed(library)
    report = update_events(library)
    assert (report.events, report.new, report.alone, report.undated) == (4, 0, 20, 0)
    assert (inside(library), events.listed(library)) == before


def test_events_keep_their_id_when_photos_come_in(
    library: Library, summer: dict[str, list[int]]
) -> None:
    before = {name: event_of(library, ids[0]) for name, ids in summer.items()}
    later = Days()
    guests = later.shoot("2024-06-14 14:00", 600, 30, LYON, seed=7)
    walk = later.shoot("2024-06-20 14:00", 60, 9, LYON, seed=8)
    ids = add_days(library, later, "later-")
    assert update_events(library).new == 1
    assert {name: event_of(library, ids[0]) for name, ids in summer.items()} == before
    assert {event_of(library, ids[photo]) for photo in guests} == {before["wedding"]}
    assert event_of(library, ids[walk[0]]) > max(before.values())


def test_a_name_stays_for_good(library: Library, summer: dict[str, list[int]]) -> None:
    wedding = event_of(library, summer["wedding"][0])
    assert editing.rename(library, wedding, "  Eve &  Bob ").name == "Eve & Bob"
    # Two photos of each minute of the fortnight between join everything to one event.
    gap = Days()
    start = datetime(2024, 6, 14, 12)
    gap.at((start + timedelta(hours=step) for step in range(23 * 24)), LYON)
    add_days(library, gap, "gap-")
    update_events(library)
    assert event_of(library, summer["wedding"][0]) == wedding
    assert events.get(library, wedding).name == "Eve & Bob"
    change = editing.undo(library)
    assert change.sentence == "Called “Wedding, 14 June 2024, Lyon” “Eve & Bob”"
    assert events.get(library, wedding).name is None
    assert editing.undo(library) is None


def test_an_empty_name_gives_an_event_its_own_again(
    library: Library, summer: dict[str, list[int]]
) -> None:
    lake = event_of(library, summer["lake"][0])
    editing.rename(library, lake, "Swimming")
    assert "Swimming" in titles(library)
    editing.rename(library, lake, " ")
    assert "Anna and Ben, 6 July 2024, Annecy" in titles(library)
    assert editing.undo(library).sentence == "Took the name “Swimming” from an event"
    assert "Swimming" in titles(library)
    with pytest.raises(GalleryError, match="at most 200"):
        editing.rename(library, lake, "x" * 201)


def test_a_merge_holds_and_goes_back(library: Library, summer: dict[str, list[int]]) -> None:
    lake, rome = (event_of(library, summer[name][0]) for name in ("lake", "rome"))
    editing.rename(library, rome, "Holidays")
    before = inside(library), events.listed(library)
    merged = editing.merge(library, [lake, rome])
    assert (merged.id, merged.name, merged.photos) == (lake, "Holidays", 40)
    assert events.get(library, rome) is None
    update_events(library)
    assert inside(library)[lake] == sorted(summer["lake"] + summer["rome"])
    late = Days()
    late.shoot("2024-08-04 12:00", 60, 3, seed=5)
    [*new] = add_days(library, late, "late-")
    update_events(library)
    assert {event_of(library, photo) for photo in new} == {lake}
    with library.write() as connection:
        connection.execute(delete(photos).where(photos.c.id.in_(new)))
    said = editing.undo(library).sentence
    assert said == "Merged “Anna and Ben, 6 July 2024, Annecy” and “Holidays”"
    assert (inside(library), events.listed(library)) == before
    update_events(library)
    assert (inside(library), events.listed(library)) == before


def test_a_split_holds_and_goes_back(library: Library, summer: dict[str, list[int]]) -> None:
    wedding = event_of(library, summer["wedding"][0])
    before = inside(library), events.listed(library)
    longest = editing.pauses(library, wedding)[0]
    assert (longest.before_id, longest.photo_id) == (summer["wedding"][11], summer["wedding"][12])
    church, party = editing.split(library, wedding, longest.photo_id)
    assert (church.id, church.photos, party.photos) == (wedding, 12, 12)
    between = Days()
    between.at([longest.begins + timedelta(minutes=1), longest.ends - timedelta(minutes=1)])
    [early, late] = add_days(library, between, "between-")
    update_events(library)
    assert (event_of(library, early), event_of(library, late)) == (church.id, party.id)
    with library.write() as connection:
        connection.execute(delete(photos).where(photos.c.id.in_([early, late])))
    assert editing.undo(library).sentence == "Split “Wedding, 14 June 2024, Lyon” after 12 photos"
    assert (inside(library), events.listed(library)) == before
    update_events(library)
    assert (inside(library), events.listed(library)) == before


def test_changes_go_back_one_after_the_other(
    library: Library, summer: dict[str, list[int]]
) -> None:
    states = [(inside(library), events.listed(library))]
    wedding, lake = (event_of(library, summer[name][0]) for name in ("wedding", "lake"))
    editing.rename(library, lake, "Swimming")
    states.append((inside(library), events.listed(library)))
    merged = editing.merge(library, [wedding, lake])
    states.append((inside(library), events.listed(library)))
    editing.split(library, merged.id, summer["wedding"][5])
    for state in reversed(states):
        editing.undo(library)
        assert (inside(library), events.listed(library)) == state


def test_what_cannot_be_done_is_said(library: Library, summer: dict[str, list[int]]) -> None:
    wedding = event_of(library, summer["wedding"][0])
    with pytest.raises(GalleryError, match="two different events"):
        editing.merge(library, [wedding, wedding])
    with pytest.raises(NotFoundError, match="no event 999"):
        editing.merge(library, [wedding, 999])
    with pytest.raises(NotFoundError, match="is not in event"):
        editing.split(library, wedding, summer["lake"][0])
    with pytest.raises(GalleryError, match="nothing is before it"):
        editing.split(library, wedding, summer["wedding"][0])
    assert editing.undo(library) is None


def test_events_around_one(library: Library, summer: dict[str, list[int]]) -> None:
    ids = {name: event_of(library, photos[0]) for name, photos in summer.items()}
    around = [event.id for event in editing.beside(library, ids["lake"], 1)]
    assert around == [ids["wedding"], ids["rome"]]


def test_photos_that_nobody_can_date_are_in_no_event(tmp_path: Path) -> None:
    library = small.empty(tmp_path / "library")
    days = Days()
    days.shoot("1980-01-01 00:00", 60, 5)
    days.shoot((datetime.now() + timedelta(days=900)).isoformat(), 60, 5)
    add_days(library, days)
    with library.write() as connection:
        added = [add_photo(library, connection, f"a{n}.jpg") for n in range(5)]
        connection.execute(update(photos).where(photos.c.id.in_(added)).values(dated_by="added"))
    report = update_events(library)
    assert (report.events, report.undated, report.alone) == (0, 15, 0)


def test_owners_have_their_own_events(library: Library, summer: dict[str, list[int]]) -> None:
    other = open_library(library.root, owner="other")
    mine = events.listed(library)
    assert events.listed(other) == []
    assert update_events(other).events == 0
    assert events.listed(library) == mine
    with pytest.raises(NotFoundError):
        editing.rename(other, mine[0].id, "Mine")
    assert editing.undo(other) is None
    other.close()


def test_hidden_people_name_no_event(library: Library, summer: dict[str, list[int]]) -> None:
    from gallery.people import hide

    carl = show(library, 7, "Carl", summer["party"])
    assert "Carl, 7 September 2024" in titles(library)
    hide(library, carl)
    assert "7 September 2024" in titles(library)


def test_ids_go_to_those_who_share_most_photos() -> None:
    labels = np.array([0, 0, 0, 1, 1, 1, 2, -1])
    before = np.array([5, 5, 7, 7, 7, 5, 0, 9])
    assert settle(labels, np.arange(8.0), before, set()).tolist() == [5, 5, 5, 7, 7, 7, -1, 0]
    held = settle(labels, np.arange(8.0), before, {7, 9}).tolist()
    assert held == [7, 7, 7, 7, 7, 7, -1, 9]


def test_what_is_in_the_bin_neither_dates_nor_splits_an_event(
    opened: tuple[Library, dict[str, list[int]]],
) -> None:
    library, found = opened
    inside = found["lake"]
    event_id = events.of_photo(library, inside[0])
    assert event_id is not None
    before = events.get(library, event_id)
    assert before is not None
    last = editing.pauses(library, event_id, 100)
    in_order = sorted(inside)
    photo_bin.put(library, in_order[-3:])
    now = events.get(library, event_id)
    assert now is not None
    assert (now.starts, now.photos) == (before.starts, before.photos - 3)
    assert now.ends < before.ends
    offered = {pause.photo_id for pause in editing.pauses(library, event_id, 100)}
    assert offered < {pause.photo_id for pause in last}
    assert not offered & set(in_order[-3:])
    decisions.undo(library)
    assert events.get(library, event_id) == before
    photo_bin.put(library, inside)
    assert events.get(library, event_id) is None
    photo_bin.restore(library)
    assert events.get(library, event_id) == before
