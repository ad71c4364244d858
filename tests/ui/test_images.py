"""Addresses of pictures, and what is held of them."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from gallery.media.files import Media
from gallery.ui.images import Pictures, address


def test_without_a_server_the_picture_is_its_own_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streamlit.runtime.exists", lambda: False)
    head, data = address(b"picture", "name").split(",")
    assert head == "data:image/jpeg;base64"
    assert base64.b64decode(data) == b"picture"


def test_a_picture_that_is_not_there_has_no_address(tmp_path: Path) -> None:
    pictures = Pictures(Media(str(tmp_path)))
    assert pictures.url("thumbnails/no.jpg") == ""
    assert pictures.url(None) == ""


def test_pictures_are_held_up_to_a_size(tmp_path: Path) -> None:
    media = Media(str(tmp_path))
    for name in "abc":
        media.put(name, name.encode() * 40)
    pictures = Pictures(media, held=100)
    for name in "abac":
        pictures.data(name)
    for name in "abc":
        media.remove(name)
    # The one not asked for the longest made room for the third.
    assert [pictures.data(name) is not None for name in "abc"] == [True, False, True]
