"""`gallery duplicates` and `gallery bin`: listed, resolved, brought back, emptied."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pictured_library import NOON, add_picture, filled, jpeg, scene
from test_photo_bin import put_in_by

from gallery.cli import main
from gallery.duplicates import find
from gallery.photo_bin import DAYS, put
from gallery.records import Metadata
from gallery.store import binned
from gallery.store import photos as photo_store
from gallery.store.library import Library


class Command:
    """Runs commands on a library."""

    def __init__(self, library: Library, capsys: pytest.CaptureFixture[str]) -> None:
        self.library, self._capsys, self.err = library, capsys, ""

    def __call__(self, *arguments: object, code: int = 0) -> str:
        """Standard output of a command that ends with a code."""
        with pytest.raises(SystemExit) as stop:
            main([*map(str, arguments), "--library", str(self.library.root)])
        said = self._capsys.readouterr()
        self.err = said.err
        assert int(stop.value.code or 0) == code, said.err
        return said.out

    def json(self, *arguments: object, code: int = 0) -> Any:
        """The document that it prints."""
        return json.loads(self(*arguments, "--json", code=code))


def pairs(library: Library) -> None:
    """Photo 1 with the copy 2, 3 with 4, one file of photo 5 in two places; compared."""
    for seed in (0, 1):
        for quality in (90, 40):
            add_picture(library, jpeg(scene(seed), quality), f"{seed}-{quality}.jpg")
    alone = add_picture(library, jpeg(scene(2)), "alone.jpg")
    with library.write() as connection:
        place = photo_store.Place(b"/again/alone.jpg", "/again/alone.jpg", True, 1, 1)
        photo_store.add_place(library, connection, alone, place)
    for _ in find(library):
        pass


@pytest.fixture
def pictured(tmp_path: Path) -> Iterator[Library]:
    library = filled(tmp_path / "pictured", pairs)
    yield library
    library.close()


@pytest.fixture
def run(pictured: Library, capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(pictured, capsys)


def test_an_empty_library_has_none(library: Library, capsys: pytest.CaptureFixture[str]) -> None:
    run = Command(library, capsys)
    assert run.json("duplicates", "list") == []
    assert "Same picture: 0 groups." in run("duplicates", "list")
    assert run.json("bin", "list") == []
    assert "The bin is empty." in run("bin", "list")
    assert "The bin is empty." in run("bin", "empty")
    assert run.json("bin", "restore", "--all") == {"restored": 0}


def test_groups_are_listed_with_the_one_to_keep(pictured: Library, run: Command) -> None:
    listed = run.json("duplicates", "list")
    assert [group["group"] for group in listed] == [
        "same-bytes-5",
        "same-picture-3",
        "same-picture-1",
    ]
    group = listed[-1]
    assert (group["class"], group["keep"], group["throughout"]) == ("same-picture", 1, True)
    assert "least compressed" in group["reason"]
    assert [photo["name"] for photo in group["photos"]] == ["0-90.jpg", "0-40.jpg"]
    assert group["photos"][0]["width"] == 320
    assert listed[0]["files"] == ["/again/alone.jpg", "/photos/alone.jpg"]
    words = run("duplicates", "list", "--limit", 1)
    assert "keep  photo 3: 1-90.jpg" in words
    assert "and 1 more: --limit" in words
    assert run.json("duplicates", "list", "--class", "burst") == []


def test_one_group_is_resolved_and_brought_back(pictured: Library, run: Command) -> None:
    done = run.json("duplicates", "resolve", "same-picture-1", "--keep", 2)
    assert (done["resolved"], done["binned"]) == (1, 1)
    (waiting,) = run.json("bin", "list")
    assert (waiting["id"], waiting["name"], waiting["copied"]) == (1, "0-90.jpg", True)
    assert "0-90.jpg" in run("bin", "list")
    assert "1 photo in the bin" in run("status")
    assert "Take it back" in run("bin", "restore", 1)
    assert binned.count(pictured) == 0
    assert "in the bin. Take it back" in run("duplicates", "resolve", "same-picture-1")
    assert [photo.id for photo in binned.listed(pictured)] == [2]


def test_photos_are_put_into_the_bin(pictured: Library, run: Command) -> None:
    assert run.json("bin", "put", 1, 2) == {"binned": 2}
    assert "Photo 2 is in the bin" in run.json("bin", "put", 3, 2, code=1)["error"]
    assert binned.count(pictured) == 2
    run("people", "undo")
    assert "1 photo put into the bin. Take it back" in run("bin", "put", 3)


def test_all_are_resolved_at_once_and_undone(pictured: Library, run: Command) -> None:
    assert run.json("duplicates", "resolve", "--all")["binned"] == 2
    assert "no duplicates" in run.json("duplicates", "resolve", "--all", code=1)["error"]
    run("people", "undo")
    assert binned.count(pictured) == 0


def test_what_is_new_is_compared_before_all_are_resolved(
    library: Library, capsys: pytest.CaptureFixture[str]
) -> None:
    for quality in (90, 40):
        add_picture(library, jpeg(scene(0), quality), f"{quality}.jpg")
    assert Command(library, capsys).json("duplicates", "resolve", "--all")["binned"] == 1


def test_different_ones_are_not_listed_again(pictured: Library, run: Command) -> None:
    assert "nobody asks again" in run("duplicates", "resolve", "same-picture-1", "--different")
    left = run.json("duplicates", "list", "--class", "same-picture")
    assert [group["group"] for group in left] == ["same-picture-3"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["duplicates", "resolve"],
        ["duplicates", "resolve", "same-picture-1", "--all"],
        ["duplicates", "resolve", "same-picture-1", "--keep", 1, "--different"],
        ["duplicates", "resolve", "--all", "--different"],
        ["duplicates", "list", "--class", "nonsense"],
        ["bin", "restore"],
        ["bin", "restore", 1, "--all"],
    ],
)
def test_wrong_calls(run: Command, arguments: list[object]) -> None:
    run(*arguments, code=2)


def test_a_group_or_photo_that_is_not_there(pictured: Library, run: Command) -> None:
    assert "duplicates list" in run.json("duplicates", "resolve", "burst-1", code=1)["error"]
    assert "is not in the bin" in run.json("bin", "restore", 1, code=1)["error"]
    files = run.json("duplicates", "resolve", "same-bytes-5", code=1)["error"]
    assert "the gallery never deletes them" in files


def test_emptying_asks(pictured: Library, run: Command) -> None:
    put(pictured, [1, 3])
    assert "--yes" in run.json("bin", "empty", code=1)["error"]
    assert binned.count(pictured) == 2
    assert run.json("bin", "empty", "--yes") == {"deleted": 2, "copies": 2, "elsewhere": 0}
    assert photo_store.count(pictured) == 3


def test_what_is_due_goes_when_a_command_runs(pictured: Library, run: Command) -> None:
    put_in_by(pictured, 1, DAYS + 1)
    assert run.json("status")["in_bin"] == 0
    assert "In the bin for 30 days: Deleted 1 photo for good." in run.err


def test_bursts_are_listed_apart(library: Library, capsys: pytest.CaptureFixture[str]) -> None:
    run = Command(library, capsys)
    for at in range(2):
        when = Metadata(taken_at=NOON.replace(second=at), camera_model="X100")
        add_picture(library, jpeg(np.roll(scene(0), 7 * at, axis=1)), f"{at}.jpg", when)
    (group,) = run.json("duplicates", "list")
    assert (group["class"], group["group"]) == ("burst", "burst-1")
    assert "sharpest" in group["reason"]
