"""How long things take is measured on real photos; that it is, not how long, is checked here."""

from __future__ import annotations

from pathlib import Path

import pytest

from gallery.config import Settings
from gallery.errors import LibraryError
from gallery.evaluate.speed import measure_speed
from gallery.pipeline import FaceModels
from gallery.records import Progress
from gallery.store import evaluations
from gallery.store.library import Library, open_library
from gallery.store.originals import some_photos


def test_every_stage_of_photos_spread_over_the_library_is_timed_and_kept(
    album_copy: Path, models: FaceModels, settings: Settings
) -> None:
    album_library = open_library(album_copy)
    steps: list[Progress] = []
    found = measure_speed(album_library, models, settings, steps.append)
    assert set(found["milliseconds"]) == {
        "read", "decode", "detect", "judge", "embed", "whole photo", "first page", "people",
    }  # fmt: skip
    for times in found["milliseconds"].values():
        assert 0 < times["median"] <= times["p95"]
    assert found["photos"] == found["milliseconds"]["decode"]["times"] == len(steps) - 1
    [kept] = evaluations.listed(album_library, "speed")
    assert kept.document == found
    everything = some_photos(album_library, 10_000)
    assert some_photos(album_library, 3) == everything[:: -(-len(everything) // 3)]
    album_library.close()


def test_nothing_to_time(library: Library, models: FaceModels, settings: Settings) -> None:
    with pytest.raises(LibraryError, match="no photo that can be read"):
        measure_speed(library, models, settings)
