"""`gallery events` and `gallery places` as they are called."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from dated_library import a_summer

from gallery.cli import main
from gallery.config import load_settings

Run = Callable[..., Any]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """What a command prints over a summer's photos: text, or with `json=True` its document."""
    library, _ = a_summer(tmp_path / "summer")

    def call(*arguments: object, json_: bool = True) -> Any:
        load_settings.cache_clear()
        capsys.readouterr()
        words = [*map(str, arguments), "--library", str(library.root)]
        with pytest.raises(SystemExit) as stop:
            main([*words, "--json"] if json_ else words)
        assert not stop.value.code
        said = capsys.readouterr().out
        return json.loads(said) if json_ else said

    yield call
    library.close()


def test_events_are_listed(run: Run) -> None:
    found = run("events", "list")
    assert [event["title"] for event in found] == [
        "7 September 2024",
        "Rome, 3 to 5 August 2024",
        "Anna and Ben, 6 July 2024, Annecy",
        "Wedding, 14 June 2024, Lyon",
    ]
    wedding = found[-1]
    assert (wedding["what"], wedding["when"], wedding["where"]) == (
        "Wedding", "14 June 2024", "Lyon"
    )  # fmt: skip
    assert (wedding["photos"], wedding["held"], wedding["name"]) == (24, False, None)
    assert "Wedding, 14 June 2024, Lyon" in run("events", "list", json_=False)


def test_events_are_renamed_merged_split_and_put_back(run: Run) -> None:
    before = run("events", "list")
    one, other = before[1]["id"], before[2]["id"]
    [named] = run("events", "rename", one, "Holidays")
    assert (named["title"], named["held"]) == ("Holidays", True)
    [merged] = run("events", "merge", one, other)
    assert (merged["id"], merged["photos"]) == (one, 40)
    assert run("events", "undo") == {
        "undone": "Merged “Holidays” and “Anna and Ben, 6 July 2024, Annecy”"
    }
    assert "Taken back: Called" in run("events", "undo", json_=False)
    assert run("events", "list") == before
    assert run("events", "undo") == {"undone": None}


def test_places_and_events_are_found_again(run: Run) -> None:
    assert run("places", "update") == {"located": 84, "named": 84}
    report = run("events", "update")
    assert {key: report[key] for key in ("events", "new", "photos", "alone", "undated")} == {
        "events": 4, "new": 0, "photos": 73, "alone": 20, "undated": 0
    }  # fmt: skip
    assert run("places", "list")[0] == {
        "city": "Lyon", "region": "Auvergne-Rhône-Alpes", "country": "France", "photos": 44
    }  # fmt: skip
    assert "Annecy" in run("places", "list", json_=False)
