"""Kill -9 at random moments, and what the deletions for good leave that are cut off."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pictured_library import faces_of, filled, state
from small_library import owner
from synthetic import SPACE, encoded, put, sharp_pixels
from test_photo_bin import six

from gallery import decisions, photo_bin
from gallery.config import Settings
from gallery.errors import LibraryError
from gallery.forgetting import forget_person
from gallery.health.examine import examine
from gallery.health.finding import Examination, Patient
from gallery.media.files import Media
from gallery.people import name_person
from gallery.pipeline import FaceModels
from gallery.store import checks, face_index, leaving
from gallery.store.library import Library, open_library

_SCRIPT = Path(__file__).resolve().parent.parent / "benchmarks" / "kill.py"
# Twenty files: people to be merged and parted, copies of one picture, and two that are refused.
_ALBUM = (
    "portraits/eileen-collins.png", "portraits/eileen-collins-close.jpg",
    "portraits/eileen-collins-turned-6.jpg", "portraits/eileen-collins-turned-8.jpg",
    "portraits/grace-hopper.jpg", "portraits/grace-hopper-mirrored.jpg",
    "portraits/grace-hopper-turned-3.jpg", "portraits/two-portraits.jpg",
    "copies/eileen-collins-smaller.jpg", "white-house/2012-portrait.jpg",
    "white-house/2012-portrait-left-part-missing.jpg",
    "white-house/2012-portrait-right-part-missing.jpg",
    "refused/cut-off.jpg", "refused/too-small.png",
)  # fmt: skip


@pytest.mark.models
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork a process")
def test_killed_at_random_moments(album: Path, models: FaceModels, tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    for name in _ALBUM:
        shutil.copy2(album / name, photos)
    for number in range(6):
        put(photos / f"nobody-{number}.png", encoded(sharp_pixels(number), "PNG"))
    command = [sys.executable, str(_SCRIPT), "--photos", str(photos), "--kills", "10", "--json"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    said = json.loads(done.stdout)
    assert [kill for kill in said["kills"] if kill["faults"]] == []
    assert said["ends"] == []
    assert done.returncode == 0
    assert len(said["kills"]) == 10
    scenes = {kill["scene"] for kill in said["kills"]}
    assert scenes == {"ingest", "cluster", "decisions", "export", "backup"}


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    opened = filled(tmp_path / "library", six)
    yield opened
    opened.close()


class _Killed(BaseException):
    """Nothing in the gallery catches it, as nothing catches a kill."""


def stop(*_given: object) -> None:
    raise _Killed


def media(library: Library) -> set[str]:
    return {file.key for file in library.media.listed()}


def used(library: Library) -> set[str]:
    with library.read() as connection:
        return checks.used_media(connection)


def test_what_was_in_the_bin_goes_all_the_same(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    face_index.opened(library, SPACE)
    before = media(library)
    photo_bin.put(library, [1, 2])
    # Between the rows and the files.
    monkeypatch.setattr(leaving, "finish", stop)
    with pytest.raises(_Killed):
        photo_bin.empty(library)
    assert media(library) == before
    assert used(library) < before
    monkeypatch.undo()
    photo_bin.empty_old(library)  # as every command and every page does first
    assert media(library) == used(library)
    assert list(library.root.glob("index/*.faiss")) == []
    after = state(library)
    photo_bin.empty_old(library)
    assert (state(library), media(library)) == (after, used(library))


def test_pictures_of_who_is_forgotten_go_all_the_same(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leaving, "finish", stop)
    person = owner(library, faces_of(library, 1)[0])
    with pytest.raises(_Killed):
        forget_person(library, person)
    left = media(library) - used(library)
    assert left
    assert all(key.startswith("faces/") for key in left)
    monkeypatch.undo()
    again = open_library(library.root)
    photo_bin.empty_old(again)
    assert media(again) == used(again)
    again.close()


def test_a_file_that_cannot_be_deleted_stops_nobody(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = owner(library, faces_of(library, 1)[0])
    remove = Media.remove
    stuck: list[str] = []

    def refuse(self: Media, key: str) -> None:
        if not stuck:
            stuck.append(key)
        if key in stuck:
            raise PermissionError(13, "Operation not permitted", key)
        remove(self, key)

    monkeypatch.setattr(Media, "remove", refuse)
    with pytest.raises(LibraryError, match=r"still on the disk, such as: .*not permitted"):
        forget_person(library, person)
    assert media(library) - used(library) == set(stuck)
    again = open_library(library.root)
    photo_bin.empty_old(again)  # as every command and every page does first
    assert media(again) - used(again) == set(stuck)
    for file in library.root.joinpath("media").rglob("*"):
        os.utime(file, (0, 0))  # what is young may be in the making
    examination = Examination()
    list(examine(Patient(again, Settings(), repair=True), examination))
    [found] = [one for one in examination.findings if one.check == "spare-files"]
    assert (found.many, found.repaired) == (1, 0)
    assert "right to delete" in found.advice
    monkeypatch.undo()
    photo_bin.empty_old(again)
    assert media(again) == used(again)
    again.close()


def test_events_follow_a_decision_in_its_own_transaction(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    name_person(library, owner(library, faces_of(library, 1)[0]), "Ada")
    before, told = state(library), decisions.standing(library)
    monkeypatch.setattr(decisions, "follow_dates", stop)
    with pytest.raises(_Killed):
        decisions.undo(library)
    assert (state(library), decisions.standing(library)) == (before, told)
