"""Impure groups and fragmented people, against cases worked by hand."""

from __future__ import annotations

from gallery.evaluate.mistakes import Mistake, fragmented_people, impure_groups

#         0    1    2    3    4    5    6    7    8
PEOPLE = ["a", "a", "a", "a", "b", "b", "b", "c", "d"]
LABELS = [0, 0, 0, None, 0, 0, 5, 5, 7]


def test_the_group_with_most_faces_of_others_comes_first() -> None:
    # Group 1 is a a a b b, group 2 is b c; the rest is alone.
    assert impure_groups(LABELS, PEOPLE) == [
        Mistake(1, [("a", [0, 1, 2]), ("b", [4, 5])]),
        Mistake(2, [("b", [6]), ("c", [7])]),
    ]
    assert [one.wrong for one in impure_groups(LABELS, PEOPLE)] == [2, 1]


def test_a_face_of_nobody_is_a_group_of_its_own() -> None:
    assert fragmented_people(LABELS, PEOPLE) == [
        Mistake("a", [(1, [0, 1, 2]), (3, [3])]),
        Mistake("b", [(1, [4, 5]), (2, [6])]),
    ]


def test_nothing_wrong_is_nothing_found() -> None:
    assert impure_groups([0, 0, 1], ["a", "a", "b"]) == []
    assert fragmented_people([0, 0, 1], ["a", "a", "b"]) == []
    assert impure_groups([], []) == []
