"""A library to try things on: who is in the album, which people of LFW are drawn, ready ones."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import small_library as small
from small_library import Seen
from synthetic import add_faces, add_photo, put, random_units

from gallery.config import Settings
from gallery.errors import SampleError
from gallery.sample_library import (
    draw_lfw,
    face_strip,
    known_truth,
    people_of_album,
    sample_library,
)
from gallery.store import photos
from gallery.store.library import Library

ALBUM = {
    "Eileen Collins": 11, "Grace Hopper": 9, "Barack Obama": 6, "an unnamed photographer": 1,
    "Joe Biden": 1,
}  # fmt: skip


def test_who_is_in_the_album() -> None:
    album = people_of_album()
    assert album["portraits/grace-hopper.jpg"] == ("Grace Hopper",)
    assert album["copies/grace-hopper-smaller.png"] == ("Grace Hopper",)
    assert album["portraits/two-portraits.jpg"] == ("Eileen Collins", "Grace Hopper")
    assert album["things/coffee.png"] == album["text/notice.png"] == ()


@pytest.mark.models
def test_a_ready_library_is_copied_and_everybody_in_it_known(
    album_library: Path, settings: Settings, tmp_path: Path
) -> None:
    sample = sample_library(tmp_path, settings, ready=album_library)
    sample.library.close()
    assert sample.library.root == tmp_path / "library"
    assert {name: len(faces) for name, faces in sample.people.items()} == ALBUM
    assert list(sample.people) == list(ALBUM), "those with most faces first"
    assert sample.settings.library == tmp_path / "library"


@pytest.mark.models
def test_one_is_made_where_none_is_ready(
    models: object, album: Path, settings: Settings, tmp_path: Path
) -> None:
    """Photos that are there already are not fetched again."""
    shutil.copytree(album, tmp_path / "photos")
    steps: list[str] = []
    sample = sample_library(tmp_path, settings, on_progress=lambda step: steps.append(step.stage))
    assert {name: len(faces) for name, faces in sample.people.items()} == ALBUM
    assert set(steps) == {"samples", "Taking in photos"}
    assert photos.count(sample.library) == 52
    sample.library.close()


def test_a_ready_one_has_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(SampleError, match="no library in"):
        sample_library(tmp_path, Settings(), ready=tmp_path / "nothing")
    assert not list(tmp_path.iterdir())


def test_faces_of_lfw_have_the_name_of_their_folder(library: Library) -> None:
    with library.write() as connection:
        alone = add_photo(library, connection, "Ada_Byron/Ada_Byron_0001.jpg")
        [one] = add_faces(library, connection, alone, random_units(0, 1))
        # In a photo of 400 pixels the fourth of these faces is nearest the middle.
        several = add_photo(library, connection, "Bo_Li/Bo_Li_0002.jpg")
        faces = add_faces(library, connection, several, random_units(1, 5))
        add_faces(
            library, connection, add_photo(library, connection, "IMG_0001.jpg"), random_units(2, 1)
        )
        two = add_photo(library, connection, "portraits/two-portraits.jpg")
        add_faces(library, connection, two, random_units(3, 3))
    assert known_truth(library) == {one: "Ada Byron", faces[3]: "Bo Li"}, "three are not two"


def test_people_of_lfw_are_drawn_by_a_seed(tmp_path: Path) -> None:
    for number in range(9):
        for photo in range(1 if number % 3 else 2 + number):
            name = f"Person_{number}"
            put(tmp_path / "lfw-deepfunneled" / name / f"{name}_{photo:04}.jpg", b"")
    drawn = draw_lfw(tmp_path, people=2, each=3, seed=1)
    assert drawn == draw_lfw(tmp_path / "lfw-deepfunneled", people=2, each=3, seed=1)
    of = [path.parent.name for path in drawn]
    assert sorted(of.count(name) for name in set(of)) in ([1, 1, 2, 3], [1, 1, 3, 3])
    assert len(draw_lfw(tmp_path, people=50, each=99)) == 6 + 2 + 5 + 8


def test_a_strip_of_faces(library: Library) -> None:
    first, second = small.add(library, [Seen(0), Seen(1)])
    strip = face_strip(library, [first, second], side=20)
    assert strip.size == (40, 20)
    assert strip.getpixel((5, 5)) == (128, 128, 128), "without a picture it is grey"
    assert face_strip(library, [], side=20).size == (20, 20)


@pytest.mark.models
def test_a_strip_shows_pictures(album_library: Path, settings: Settings, tmp_path: Path) -> None:
    sample = sample_library(tmp_path, settings, ready=album_library)
    strip = face_strip(sample.library, sample.people["Grace Hopper"][:2], side=20)
    sample.library.close()
    for place in (0, 20):
        assert len(strip.crop((place, 0, place + 20, 20)).getcolors(400)) > 50
