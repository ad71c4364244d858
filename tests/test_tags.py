"""Probabilities of classes -> tags of a photo."""

from __future__ import annotations

import numpy as np
import pytest

from gallery.people_tags import people_tag
from gallery.tags import Tagged, calibrated, tags_of
from gallery.vocabulary import Term, Vocabulary

WORDS = Vocabulary(
    (
        Term("animal", (0, 1, 2), (), 0.6),
        Term("cat", (0, 1), ("animal",), 0.6),
        Term("kitten", (0,), ("cat", "animal"), 0.6),
        Term("car", (3,), (), 0.6),
        Term("wedding", (4,), (), 0.9),
    ),
    temperature=1.0,
    least_beside_face=0.8,
    most=6,
    version="v",
)


def probabilities(**by_class: float) -> np.ndarray:
    row = np.full(1000, (1 - sum(by_class.values())) / 1000, dtype=np.float32)
    for name, share in by_class.items():
        row[int(name[1:])] = share
    return row[None]


def found(row: np.ndarray, *, face: bool = False, words: Vocabulary = WORDS) -> list[str]:
    (tags,) = tags_of(row, words, [face])
    return [tag.name for tag in tags]


def test_classes_of_a_tag_are_summed_up() -> None:
    row = probabilities(c0=0.35, c1=0.3, c2=0.2)
    (tags,) = tags_of(row, WORDS, [False])
    assert [tag.name for tag in tags] == ["animal", "cat"]
    assert [tag.confidence for tag in tags] == pytest.approx([0.85, 0.65], abs=0.001)


def test_a_wider_tag_comes_with_a_narrower_one() -> None:
    assert found(probabilities(c0=0.7)) == ["animal", "cat", "kitten"]


@pytest.mark.parametrize(
    ("row", "face", "tags"),
    [
        ({"c3": 0.55}, False, []),
        ({"c3": 0.65}, False, ["car"]),
        ({"c3": 0.65}, True, []),
        ({"c3": 0.85}, True, ["car"]),
        ({"c4": 0.85}, False, []),
        ({"c4": 0.95}, False, ["wedding"]),
    ],
)
def test_how_sure_it_has_to_be(row: dict[str, float], face: bool, tags: list[str]) -> None:
    assert found(probabilities(**row), face=face) == tags


def test_where_there_are_too_many_what_says_most_stays() -> None:
    few = Vocabulary(WORDS.terms, 1.0, 0.8, 2, "v")
    assert found(probabilities(c0=0.7), words=few) == ["animal", "cat"]


def test_a_higher_temperature_is_less_sure_of_the_same() -> None:
    row = probabilities(c0=0.7, c1=0.2)
    hot, cold = calibrated(row, 2.0), calibrated(row, 0.5)
    assert hot.argmax() == cold.argmax() == 0
    assert hot.max() < 0.7 < cold.max()
    assert hot.sum() == pytest.approx(1, abs=1e-4)
    assert calibrated(row, 1.0) is row


def test_no_pictures_no_tags() -> None:
    assert tags_of(np.empty((0, 1000), np.float32), WORDS, []) == []
    assert Tagged("x", None).confidence is None


@pytest.mark.parametrize(
    ("faces", "share", "tag"),
    [
        (0, 0.0, "nobody"), (1, 0.19, None), (1, 0.2, "portrait"), (2, 0.1, "couple"),
        (3, 0.1, "group"), (9, 0.5, "group"), (10, 0.1, "crowd"), (80, 0.01, "crowd"),
    ],
)  # fmt: skip
def test_what_faces_make_of_a_photo(faces: int, share: float, tag: str | None) -> None:
    assert people_tag(faces, share) == tag
