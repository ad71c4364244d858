"""File names as they are said."""

from __future__ import annotations

import pytest

from gallery.wording import file_name


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/photos/ada.jpg", "ada.jpg"),
        (r"C:\photos\ada.jpg", "ada.jpg"),
        (r"C:\photos\xabel.jpg", "xabel.jpg"),
        (r"\\server\photos\ada.jpg", "ada.jpg"),
        (r"made by Windows.zip/photos\ada.jpg", "ada.jpg"),
        (r"/photos/caf\xe9 \xff.jpg", r"caf\xe9 \xff.jpg"),  # bytes that are no letters
    ],
)
def test_the_last_part_of_a_path_of_any_system(path: str, name: str) -> None:
    assert file_name(path) == name
