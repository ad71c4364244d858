"""Free text on the page Search: only where it can be done, and what it finds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from drawn import Drawn, opened, rerun
from pictured_library import add_picture, jpeg
from small_clip import small_clip

from gallery.looks import LookReport, look_at_missing
from gallery.models.loading import load_scene_embedder
from gallery.store.library import Library


def test_free_text_is_there_once_photos_were_looked_at(
    library: Library, drawn: Drawn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = small_clip(monkeypatch, tmp_path / "models")
    for channel, name in enumerate(("red", "green")):
        pixels = np.full((60, 90, 3), 30, np.uint8)
        pixels[..., channel] = 220
        add_picture(library, jpeg(pixels), f"{name}.jpg")
    assert [field.label for field in opened("search.py").text_input] == []
    for _ in look_at_missing(library, load_scene_embedder(settings), LookReport()):
        pass
    app = opened("search.py")
    app.text_input(key="looks").set_value("a green wall")
    rerun(app)
    (group,) = drawn.shown["photo_grid"]["days"]
    assert group["heading"].startswith("Looks most like that")
    assert [photo["id"] for photo in group["tiles"]] == [2, 1]
