"""A clock that is set back, or ran ahead, changes no order and loses nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import pytest
import small_library as small
from pictured_library import faces_of, filled, state
from small_library import Seen
from synthetic import SPACE
from test_photo_bin import six

from gallery import decisions, photo_bin
from gallery.grouping import join_new
from gallery.join import JoinOptions
from gallery.people import name_person
from gallery.store import binned, members, runs
from gallery.store.library import Library

DAY = timedelta(days=1)
Set = Callable[[timedelta], None]


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    opened = filled(tmp_path / "library", six)
    yield opened
    opened.close()


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Set:
    """Set the clock forward or back, for whatever in the store and in decisions asks for it."""
    off = timedelta()

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return datetime.now(tz) + off

    for module in ("clock", "history", "runs", "photos", "people"):
        monkeypatch.setattr(f"gallery.store.{module}.datetime", Clock)
    monkeypatch.setattr("gallery.decisions.datetime", Clock)

    def turn(by: timedelta) -> None:
        nonlocal off
        off = by

    return turn


def steady(library: Library) -> set[int]:
    with library.read() as connection:
        return members.steady(library, connection)


def test_history_and_undo_go_by_what_was_said_last(library: Library, clock: Set) -> None:
    before = state(library)["people"]
    person = small.owner(library, faces_of(library, 1)[0])
    name_person(library, person, "Ada")
    clock(-400 * DAY)
    name_person(library, person, "Beth")
    clock(-800 * DAY)
    name_person(library, person, "Cleo")
    said = [one.sentence for one in decisions.standing(library)]
    assert [sentence.split("“")[-1] for sentence in said] == ["Ada”", "Beth”", "Cleo”"]
    decisions.undo(library)
    assert next(p for p in state(library)["people"] if p[0] == person)[1] == "Beth"
    decisions.undo(library, 2)
    assert state(library)["people"] == before


@pytest.mark.parametrize("by", [-DAY, DAY])
def test_what_a_user_has_seen_with_a_person_is_told_from_what_came_later(
    library: Library, clock: Set, by: timedelta
) -> None:
    """By the order of things, not by a clock that was set in between."""
    [first, other] = faces_of(library, 1)
    person = small.owner(library, first)
    clock(by)
    name_person(library, person, "Ada")
    mine = set(small.faces_of(library, person))
    assert steady(library) == mine
    clock(2 * by)
    [new] = small.add(library, [Seen(0)], seed=9)
    join_new(library, SPACE, small.OPTIONS, small.WEAK, JoinOptions(small.LINK))
    assert small.owner(library, new) == person
    assert steady(library) == mine
    with library.read() as connection:
        run = runs.current(library)
        assert run is not None
        assert runs.joined(library, connection, run.id) == {new}
    clock(3 * by)
    name_person(library, person, "Ada Lovelace")
    assert steady(library) == mine | {new}
    assert other not in steady(library)


def test_what_was_put_into_the_bin_by_a_clock_set_back_is_kept(
    library: Library, clock: Set
) -> None:
    clock(-10_000 * DAY)
    photo_bin.put(library, [1])
    clock(timedelta())
    assert photo_bin.empty_old(library).photos == 0
    [kept] = binned.listed(library)
    assert datetime.now(UTC) - kept.binned_at < DAY


def test_a_clock_that_ran_ahead_empties_no_bin(library: Library, clock: Set) -> None:
    photo_bin.put(library, [1])
    clock(400 * DAY)
    assert photo_bin.empty_old(library).photos == 0
    clock(timedelta())
    assert photo_bin.restore(library) == 1
    photo_bin.put(library, [2])
    clock(40 * DAY)
    name_person(library, small.owner(library, faces_of(library, 1)[0]), "Ada")
    assert photo_bin.empty_old(library).photos == 1, "it was used again after the thirty days"
