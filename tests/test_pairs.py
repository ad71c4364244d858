"""Lists of pairs, LFW's and CSVs, right and wrong ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from synthetic import SPACE

from gallery.errors import SourceError
from gallery.evaluate.labelled import LabelledFaces
from gallery.evaluate.pairs import PairList, read_pairs
from gallery.evaluate.pairwise import score_pairs

PHOTOS = ("Ada/Ada_0001.jpg", "Ada/Ada_0002.jpg", "Bo/Bo_0001.jpg", "Bo/Bo_0003.jpg")


@pytest.fixture
def images(tmp_path: Path) -> Path:
    folder = tmp_path / "images"
    for name in PHOTOS:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    return folder


def listed(images: Path, text: str, name: str = "pairs.txt") -> PairList:
    file = images.parent / name
    file.write_text(text, encoding="utf-8")
    return read_pairs(file, images)


def shown(found: PairList, images: Path) -> list[tuple[str, str, bool, int]]:
    names = [path.relative_to(images).as_posix() for path in found.photos]
    return [
        (names[left], names[right], bool(same), int(fold))
        for left, right, same, fold in zip(
            found.left, found.right, found.genuine, found.fold, strict=True
        )
    ]


def test_the_list_of_lfw(images: Path) -> None:
    text = "2\t1\nAda\t1\t2\nAda\t1\tBo\t1\nBo\t1\t3\nBo\t3\tAda\t2\n"
    found = listed(images, text)
    assert shown(found, images) == [
        (PHOTOS[0], PHOTOS[1], True, 0),
        (PHOTOS[0], PHOTOS[2], False, 0),
        (PHOTOS[2], PHOTOS[3], True, 1),
        (PHOTOS[3], PHOTOS[1], False, 1),
    ]
    assert len(found.photos) == 4, "each photo is listed once"


def test_a_csv(images: Path) -> None:
    text = (
        "Left, right ,same\nAda/Ada_0001.jpg,Bo/Bo_0001.jpg,0\nBo/Bo_0001.jpg,Bo/Bo_0003.jpg,yes\n"
    )
    assert shown(listed(images, text), images) == [
        (PHOTOS[0], PHOTOS[2], False, 0),
        (PHOTOS[2], PHOTOS[3], True, 1),
    ]
    text = "left,right,same,fold\nAda/Ada_0001.jpg,Ada/Ada_0002.jpg,TRUE,7\n"
    assert shown(listed(images, text), images) == [(PHOTOS[0], PHOTOS[1], True, 7)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("", "is empty", id="empty"),
        pytest.param("2\t1\n", "no pair in", id="no pairs"),
        pytest.param("Ada 1 2\n", "no list of pairs", id="no head"),
        pytest.param("2 1\nAda 1\n", "Line 2 of .* is no pair", id="a short line"),
        pytest.param("2 1\nAda one two\n", "Line 2 of .* is no pair", id="words for numbers"),
        pytest.param("2 1\nAda 1 9\n", "1 photos .* Ada/Ada_0009.jpg", id="not there"),
        pytest.param("left,right\na,b\n", "lacks the column same", id="a column short"),
        pytest.param("left,right,same\na,b,perhaps\n", "Line 2 .* same should be", id="no truth"),
        pytest.param("left,right,same\na,,1\n", "Line 2", id="no photo"),
        pytest.param("left,right,same,fold\na,b,1,x\n", "fold should be", id="no fold"),
    ],
)
def test_a_list_that_is_wrong(images: Path, text: str, said: str) -> None:
    with pytest.raises(SourceError, match=said):
        listed(images, text)


def test_a_photo_elsewhere_is_named_whole(images: Path, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"the first is /nowhere/a\.jpg"):
        listed(images, "left,right,same\n/nowhere/a.jpg,Ada/Ada_0001.jpg,1\n", "list.csv")


@pytest.mark.parametrize(
    ("same", "seen", "said"),
    [
        ([1, 1, 1], [True] * 6, "this one has 3 of one person among 3"),
        ([0, 0, 0], [True] * 6, "this one has 0 of one person among 3"),
        ([1, 0, 1], [True, False] * 3, "In no pair was a face found"),
    ],
)
def test_a_list_that_tells_nothing(same: list[int], seen: list[bool], said: str) -> None:
    photos = [Path(f"{'ab'[at % 2]}/{at}.jpg") for at in range(6)]
    pairs = PairList(
        photos, np.array([0, 2, 4]), np.array([1, 3, 5]), np.array(same, bool), np.arange(3)
    )
    shown = [photo for photo, there in zip(photos, seen, strict=True) if there]
    faces = LabelledFaces(photos=shown, vectors=np.ones((len(shown), 1), np.float32))
    with pytest.raises(SourceError, match=said):
        score_pairs(pairs, SPACE, faces)


def test_folds_need_faces_in_the_others() -> None:
    photos = [Path(f"{'ab'[at % 2]}/{at}.jpg") for at in range(4)]
    pairs = PairList(
        photos, np.array([0, 2]), np.array([1, 3]), np.array([True, False]), np.arange(2)
    )
    faces = LabelledFaces(photos=photos[:2], vectors=np.ones((2, 1), np.float32))
    result = score_pairs(pairs, SPACE, faces)
    assert result.folds is None
    assert result.rates(result.threshold).accuracy == 0.5


def test_a_list_that_is_not_there(images: Path) -> None:
    with pytest.raises(SourceError, match="cannot be read"):
        read_pairs(images / "none.txt", images)
    (images / "binary").write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(SourceError, match="cannot be read"):
        read_pairs(images / "binary", images)
