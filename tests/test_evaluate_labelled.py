"""From a folder per person to figures, on real photos."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from gallery.config import Settings
from gallery.errors import SourceError
from gallery.evaluate.labelled import embed_labelled, nearest_centre, photos_of_people
from gallery.evaluate.pairs import find_list
from gallery.pipeline import FaceModels
from gallery.records import Face, Progress


def test_a_folder_without_people(tmp_path: Path) -> None:
    (tmp_path / "loose.jpg").touch()
    with pytest.raises(SourceError, match="a folder for each person"):
        photos_of_people(tmp_path)


def test_the_face_in_the_middle_counts() -> None:
    corner, middle = Face((0, 0, 30, 30), 0.99), Face((40, 40, 60, 60), 0.9)
    assert nearest_centre([corner, middle], 100, 100) is middle
    assert nearest_centre([], 100, 100) is None


@pytest.fixture(scope="module")
def people(album: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two persons with two photos each, and one photo of nobody."""
    folder = tmp_path_factory.mktemp("people")
    for name, files in {
        "Barack_Obama": (
            "white-house/2012-portrait.jpg",
            "white-house/2009-address-to-congress.jpg",
        ),
        "Eileen_Collins": ("portraits/eileen-collins.png",),
        "Nobody": ("things/coffee.png",),
    }.items():
        (folder / name).mkdir()
        for file in files:
            shutil.copy(album / file, folder / name)
    return folder


@pytest.mark.models
def test_faces_of_labelled_photos(people: Path, models: FaceModels, settings: Settings) -> None:
    steps: list[Progress] = []
    found = embed_labelled(photos_of_people(people), models, settings, steps.append)
    assert found.people == ["Barack_Obama", "Barack_Obama", "Eileen_Collins"]
    assert [path.name for path in found.missed] == ["coffee.png"]
    assert found.vectors.shape == (3, models.embedder.dim)
    assert (steps[-1].done, steps[-1].total) == (4, 4)
    alike = found.vectors @ found.vectors.T
    assert alike[0, 1] > 0.48 > alike[0, 2]


@pytest.mark.models
def test_what_is_known_is_not_looked_at_again(
    people: Path, models: FaceModels, settings: Settings, tmp_path: Path
) -> None:
    photos = photos_of_people(people)
    first = embed_labelled(photos, models, settings, cache=tmp_path)
    again = embed_labelled(photos, models, settings, cache=tmp_path)
    assert (first.computed, again.computed) == (4, 0)
    assert np.array_equal(first.vectors, again.vectors)
    assert np.array_equal(first.sizes, again.sizes)
    assert (again.people, again.missed) == (first.people, first.missed)
    assert again.stages["detect"] == 0
    # A photo is known by its bytes, wherever it lies.
    elsewhere = shutil.copytree(people, tmp_path / "elsewhere")
    assert (
        embed_labelled(photos_of_people(elsewhere), models, settings, cache=tmp_path).computed == 0
    )
    # Faces are looked for differently: nothing is known of that.
    smaller = settings.with_changes(detect_side=640)
    assert embed_labelled(photos, models, smaller, cache=tmp_path).computed == 4
    for path in tmp_path.glob("*.npz"):
        path.write_bytes(path.read_bytes()[:200])
    assert embed_labelled(photos, models, settings, cache=tmp_path).computed == 4, "cut short"


@pytest.mark.models
@pytest.mark.parametrize("more", [[], ["--hold-back"]], ids=["plain", "with the gate"])
def test_the_command(people: Path, models: FaceModels, settings: Settings, more: list[str]) -> None:
    command = ["evaluate", "clusters", "--images", str(people), "--json", *more]
    done = subprocess.run(
        [sys.executable, "-m", "gallery", *command],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ
        | {
            "GALLERY_MODELS_HOME": str(settings.models_home),
            "GALLERY_CACHE": str(people.parent / "cache"),
        },
    )
    document = json.loads(done.stdout)
    assert (document["people"], document["clusters"], document["faces"]) == (2, 2, 3)
    assert document["pairwise_f"] == document["bcubed_f"] == document["purity"] == 1
    assert document["missed"] == 1
    assert document["without_largest"]["left_out"] == "Barack_Obama"
    assert set(document["seconds"]) == {"read", "decode", "detect", "embed", "cluster"}


PAIRS = """left,right,same
Barack_Obama/2012-portrait.jpg,Barack_Obama/2009-address-to-congress.jpg,1
Barack_Obama/2012-portrait.jpg,Eileen_Collins/eileen-collins.png,0
Barack_Obama/2009-address-to-congress.jpg,Eileen_Collins/eileen-collins.png,0
Barack_Obama/2012-portrait.jpg,Nobody/coffee.png,0
"""


@pytest.mark.models
def test_pairs_by_command(people: Path, models: FaceModels, settings: Settings) -> None:
    (people / "pairs.csv").write_text(PAIRS)
    arguments = ["--images", str(people), "--pairs", str(people / "pairs.csv")]
    command = [sys.executable, "-m", "gallery", "evaluate", "lfw", *arguments]
    environment = os.environ | {
        "GALLERY_MODELS_HOME": str(settings.models_home),
        "GALLERY_CACHE": str(people.parent / "cache-of-pairs"),
    }
    said = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert "4 pairs of 4 photos of 3 people; 1 photo without a face" in said.stdout
    done = subprocess.run(
        [*command, "--threshold", "0.3", "--json"],
        capture_output=True, text=True, check=True, env=environment,
    )  # fmt: skip
    document = json.loads(done.stdout)
    assert (document["pairs"], document["missed"], document["computed"]) == (4, 1, 0)
    # The pair with the photo of nobody is an error.
    assert (document["threshold"], document["far"], document["frr"]) == (0.3, 0.33333, 0)
    assert (document["false_accepts"], document["accuracy_at_threshold"]) == (1, 0.75)
    assert document["tar_at_far"] == {"0.1": None, "0.01": None, "0.001": None}, "3 impostor pairs"
    assert document["remarks"][0] == "Only 3 people; from 10 on there are intervals."
    assert document["intervals"] == {}, "three people are too few"


def test_where_the_list_of_pairs_lies(tmp_path: Path) -> None:
    inside = tmp_path / "lfw-deepfunneled"
    inside.mkdir()
    with pytest.raises(SourceError, match=r"no pairs\.txt"):
        find_list(tmp_path)
    (tmp_path / "pairs.txt").touch()
    for folder in (tmp_path, inside):
        assert find_list(folder) == tmp_path / "pairs.txt"
    assert find_list(tmp_path, tmp_path / "own.csv") == tmp_path / "own.csv"
    with pytest.raises(SourceError, match="There is no folder"):
        find_list(tmp_path / "none")
