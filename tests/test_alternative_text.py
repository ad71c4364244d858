"""What pictures are called to those who do not see them."""

from __future__ import annotations

from datetime import date

import pytest

from gallery.alternative_text import face_alternative, photo_alternative

JUNE = date(2024, 6, 14)
ADA, GRACE, JOAN, MARY = "Ada Lovelace", "Grace Hopper", "Joan Clarke", "Mary Jackson"


@pytest.mark.parametrize(
    ("names", "faces", "when", "said"),
    [
        ([ADA, GRACE], 4, JUNE, "Ada Lovelace, Grace Hopper and 2 others, 14 June 2024"),
        ([ADA], 1, JUNE, "Ada Lovelace, 14 June 2024"),
        ([ADA, GRACE], 2, JUNE, "Ada Lovelace and Grace Hopper, 14 June 2024"),
        ([ADA], 2, None, "Ada Lovelace and 1 other"),
        ([ADA, GRACE, JOAN], 3, None, "Ada Lovelace, Grace Hopper and Joan Clarke"),
        ([ADA, GRACE, JOAN, MARY], 6, None, "Ada Lovelace, Grace Hopper, Joan Clarke and 3 others"),
        ([], 1, JUNE, "1 person, 14 June 2024"),
        ([], 12, JUNE, "12 people, 14 June 2024"),
        ([], 0, JUNE, "beach.jpg, 14 June 2024"),
        ([], 0, None, "beach.jpg"),
        # In a mirror, a person is on a photo twice.
        ([ADA, ADA], 2, None, "Ada Lovelace and 1 other"),
        # More names than faces cannot be, and are no reason to say "-1 others".
        ([ADA, GRACE], 0, None, "Ada Lovelace and Grace Hopper"),
    ],
)
def test_a_photo_is_called_by_who_is_on_it(
    names: list[str], faces: int, when: date | None, said: str
) -> None:
    assert photo_alternative(names, faces, when, "beach.jpg") == said


def test_a_photo_without_anything_known_of_it_is_a_photo() -> None:
    assert photo_alternative([], 0, None) == "Photo"


@pytest.mark.parametrize(
    ("label", "when", "said"),
    [(ADA, JUNE, "Ada Lovelace, 14 June 2024"), ("Person 3", None, "Person 3")],
)
def test_a_face_is_called_by_whose_it_is(label: str, when: date | None, said: str) -> None:
    assert face_alternative(label, when) == said
