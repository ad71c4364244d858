"""Kept maps: read as they were written, made anew where a file is damaged, and let go."""

from __future__ import annotations

import os
import resource
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from synthetic import SPACE, put

from gallery.store import layouts
from gallery.store.layouts import Layout
from gallery.store.library import Library


def made(*face_ids: int) -> Layout:
    count = len(face_ids)
    places = np.random.default_rng(0).normal(size=(count, 2)).astype(np.float32)
    return Layout(np.array(face_ids), places, np.arange(count) % 2 == 1)


def file_of(library: Library, neighbours: float = 15) -> Path:
    return layouts.path(library, SPACE, "umap", {"neighbours": neighbours, "min_dist": 0.5})


def test_a_map_is_read_as_it_was_written(library: Library) -> None:
    layout = made(3, 5, 8)
    layouts.save(file_of(library), layout)
    again = layouts.load(file_of(library))
    assert again is not None
    for name in ("face_ids", "places", "later"):
        assert np.array_equal(getattr(again, name), getattr(layout, name))
    assert [path.suffix for path in (library.root / "layouts").iterdir()] == [".npz"]


def test_every_way_to_lay_out_has_a_file(library: Library) -> None:
    space = replace(SPACE, model="another")
    files = {
        file_of(library),
        file_of(library, 16),
        layouts.path(library, SPACE, "pca", {}),
        layouts.path(library, space, "pca", {}),
    }
    assert len(files) == 4
    # Vectors of two detectors are comparable.
    other = replace(SPACE, detector="another")
    assert layouts.path(library, other, "pca", {}) in files


@pytest.mark.parametrize("content", [b"", b"no map", None])
def test_a_damaged_file_counts_for_nothing(content: bytes | None, library: Library) -> None:
    file = file_of(library)
    layouts.save(file, made(1, 2))
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2] if content is None else content)
    assert layouts.load(file) is None
    np.savez(file, face_ids=np.arange(3), places=np.zeros((2, 2)), later=np.zeros(3, bool))
    assert layouts.load(file) is None


@contextmanager
def no_room() -> Iterator[None]:
    """A disk that takes no more than some bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_where_there_is_no_room_the_older_map_stays_unless_it_must_not(library: Library) -> None:
    file = file_of(library)
    assert layouts.save(file, made(1, 2, 3))
    with no_room():
        kept = layouts.save(file, made(1, 2, 3, 4))
    assert not kept
    assert layouts.load(file).face_ids.tolist() == [1, 2, 3]
    with no_room():
        layouts.forget(library, [2])
    assert list(file.parent.iterdir()) == []


def test_a_map_without_a_place_for_a_face_counts_for_nothing(library: Library) -> None:
    file = file_of(library)
    layouts.save(file, made(1, 2))
    places = np.array([[0, 0], [np.nan, 1]], np.float32)
    np.savez(file, face_ids=np.arange(2), places=places, later=np.zeros(2, bool))
    assert layouts.load(file) is None


def test_what_a_killed_run_left_is_swept(library: Library) -> None:
    layouts.save(file_of(library), made(1))
    old, new = (put(library.root / "layouts" / f"{name}.part", b"PK") for name in ("old", "new"))
    os.utime(old, (1, 1))
    layouts.save(file_of(library), made(1))
    assert not old.exists()
    assert new.exists(), "somebody may be writing it"
    layouts.forget(library, [5])
    assert not new.exists()


def test_older_maps_make_room(library: Library) -> None:
    for number in range(layouts.KEPT + 3):
        file = file_of(library, number)
        layouts.save(file, made(1))
        os.utime(file, (number, number))
    left = sorted((library.root / "layouts").iterdir())
    # The one that was just written counts as the newest only once its time is set.
    assert len(left) == layouts.KEPT
    assert file_of(library, 0) not in left
    assert file_of(library, layouts.KEPT + 2) in left


def test_nothing_is_written_where_the_library_is_gone(library: Library) -> None:
    file = file_of(library)
    library.close()
    shutil.rmtree(library.root)
    layouts.save(file, made(1))
    assert not library.root.exists()


def test_faces_are_taken_off_every_map(library: Library) -> None:
    pca = layouts.path(library, SPACE, "pca", {})
    layouts.save(file_of(library), made(1, 2, 3))
    layouts.save(pca, made(2))
    before = layouts.load(file_of(library))
    layouts.forget(library, [2])
    after = layouts.load(file_of(library))
    assert after.face_ids.tolist() == [1, 3]
    assert np.array_equal(after.places, before.places[[0, 2]])
    assert not len(layouts.load(pca).face_ids)


def test_numbers_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="expected 2 places"):
        Layout(np.array([1, 2]), np.zeros((3, 2), np.float32), np.zeros(2, bool))
