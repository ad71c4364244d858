"""What changed from one run to another."""

from __future__ import annotations

import pytest
import small_library as small

from gallery.comparing import Change, Difference, compare, difference, labels_of
from gallery.errors import NotFoundError
from gallery.people import name_person
from gallery.store import runs
from gallery.store.library import Library


def persons(**faces: list[int]) -> dict[int, int | None]:
    """Faces by person; `nobody` is none: `persons(p1=[1, 2], nobody=[3])`."""
    return {
        face: None if name == "nobody" else int(name[1:])
        for name, some in faces.items()
        for face in some
    }


CASES = {
    "nothing": (persons(p1=[1, 2], nobody=[3]), persons(p1=[1, 2], nobody=[3]), {}, []),
    "another number is no change": (persons(p1=[1, 2]), persons(p9=[1, 2]), {}, []),
    "merged": (
        persons(p1=[1, 2, 3], p2=[4, 5]), persons(p1=[1, 2, 3, 4, 5]),
        {"merged": [Change((1, 2), (1,), (1, 2, 3, 4, 5))]}, ["2 people became 1 by merging."],
    ),
    "two merges": (
        persons(p1=[1], p2=[2], p3=[3], p4=[4]), persons(p5=[1, 2], p6=[3, 4]),
        {"merged": [Change((1, 2), (5,), (1, 2)), Change((3, 4), (6,), (3, 4))]},
        ["4 people became 2 by merging."],
    ),
    "parted": (
        persons(p1=[1, 2, 3, 4]), persons(p1=[1, 2], p2=[3], p3=[4]),
        {"parted": [Change((1,), (1, 2, 3), (1, 2, 3, 4))]}, ["1 person parted into 3."],
    ),
    "moved": (
        persons(p1=[1, 2, 3, 4], p2=[5, 6]), persons(p1=[1, 2, 3], p2=[4, 5, 6]),
        {"moved": [Change((1,), (2,), (4,))]}, ["1 face left one person for another."],
    ),
    "moved to and fro": (
        persons(p1=[1, 2, 3], p2=[4, 5, 6]), persons(p1=[1, 2, 6], p2=[3, 4, 5]),
        {"moved": [Change((1,), (2,), (3,)), Change((2,), (1,), (6,))]},
        ["2 faces left one person for another."],
    ),
    "freed": (
        persons(p1=[1, 2, 3]), persons(p1=[1], nobody=[2, 3]),
        {"freed": [2, 3]}, ["2 faces of somebody are nobody's now."],
    ),
    "found": (
        persons(p1=[1], nobody=[2]), persons(p1=[1, 2]),
        {"found": [2]}, ["1 face of nobody is somebody's now."],
    ),
    "came in between": (
        persons(p1=[1]), persons(p1=[1, 2, 3]), {"only_second": 2}, ["2 faces came in between."],
    ),
    "gone": (
        persons(p1=[1, 2]), persons(p1=[1]),
        {"only_first": 1}, ["1 face of the first is not in the second."],
    ),
    "empty": ({}, {}, {}, []),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_difference(name: str) -> None:
    first, second, changes, sentences = CASES[name]
    found = difference(first, second)
    expected = Difference(
        common=len(first.keys() & second.keys()),
        merged=[],
        parted=[],
        moved=[],
        freed=[],
        found=[],
        only_first=0,
        only_second=0,
    )
    for field, value in changes.items():
        object.__setattr__(expected, field, value)
    assert found == expected
    assert found.sentences == (sentences or ["Nothing changed."])


def test_merged_and_parted_at_once() -> None:
    first = persons(p1=[1, 2, 3], p2=[4, 5, 6, 7, 8, 9])
    second = persons(p1=[1, 2, 3, 4], p2=[5, 6, 7], p3=[8, 9])
    found = difference(first, second)
    assert [(c.before, c.after) for c in found.parted] == [((2,), (2, 3))]
    assert [(c.before, c.after, c.faces) for c in found.moved] == [((2,), (1,), (4,))]


def test_runs_that_are_kept(library: Library) -> None:
    small.album(library, 4, 3)
    small.regroup(library, small.STRICT)
    strict, first = runs.listed(library)
    compared = compare(library, first.id, strict.id)
    one, two, found = compared.first, compared.second, compared.changes
    assert (one.id, two.id) == (first.id, strict.id)
    assert found.sentences == ["2 people parted into 7."]
    back = compare(library, strict.id, first.id).changes
    assert back.sentences == ["7 people became 2 by merging."]
    assert compare(library, first.id, first.id).changes.sentences == ["Nothing changed."]
    name_person(library, 2, "Ada")
    labels = labels_of(library, found.parted)
    assert labels == {1: "Person 1", 2: "Ada"} | {n: f"Person {n}" for n in range(3, 8)}
    for pair in ((first.id, 99), (99, first.id)):
        with pytest.raises(NotFoundError, match="no run 99"):
            compare(library, *pair)
