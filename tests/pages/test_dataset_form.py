"""The data set on the page Settings: written to a folder, or downloaded in the public demo."""

from __future__ import annotations

import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from drawn import opened, press, texts
from small_library import album
from synthetic import SPACE, encoded, sharp_pixels

from gallery.config import load_settings
from gallery.store import faces, photos
from gallery.store.library import Library
from gallery.ui.images import Pictures

WRITE = "Write the data set"


@pytest.fixture
def shown(library: Library) -> Library:
    """Five faces in photos that can be read."""
    album(library, 3, 2)
    for id in faces.embedded(library, SPACE).photo_ids:
        photo = photos.get(library, id)
        assert photo is not None
        library.media.put(f"originals/{photo.name}", encoded(sharp_pixels(id, 400, 300)))
    return library


def folder_field(app: object) -> object:
    return next(field for field in app.text_input if field.label.startswith("Folder"))


def test_without_faces_there_is_nothing_to_write(library: Library) -> None:
    app = opened("settings.py")
    assert "There are no faces yet." in texts(app)
    assert WRITE not in [button.label for button in app.button]


def test_it_is_written_to_a_folder(shown: Library, tmp_path: Path) -> None:
    app = opened("settings.py")
    assert "personal data" in texts(app)
    assert folder_field(app).value == str(tmp_path / "data-set")
    folder_field(app).set_value(str(tmp_path / "out"))
    next(box for box in app.selectbox if box.label == "Whose faces").set_value("confirmed")
    press_and_fail(app, "There is no such face")
    next(box for box in app.selectbox if box.label == "Whose faces").set_value("all")
    press(app, WRITE)
    assert (tmp_path / "out" / "metadata.csv").is_file()
    assert "5 faces of 5 photos written to" in texts(app)
    press_and_fail(app, "is not empty")
    next(box for box in app.checkbox if "Replace" in box.label).set_value(True)
    next(g for g in app.button_group if g.label == "Table").set_value("parquet")
    press(app, WRITE)
    assert (tmp_path / "out" / "metadata.parquet").is_file()


def press_and_fail(app: object, said: str) -> None:
    next(button for button in app.button if button.label == WRITE).click()
    app.run()
    assert not app.exception
    assert [said in error.value for error in app.error] == [True]
    assert "written to" not in texts(app)


def test_what_was_left_out_is_said(shown: Library, tmp_path: Path) -> None:
    photo = photos.get(shown, 1)
    assert photo is not None
    shown.media.remove(f"originals/{photo.name}")
    app = press(opened("settings.py"), WRITE)
    assert "4 faces of 4 photos written to" in texts(app)
    assert [e.label for e in app.expander if "left out" in e.label] == ["1 photo left out"]
    assert "The original cannot be read now" in texts(app).replace("\\", "")


def test_a_visitor_downloads_it(shown: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GALLERY_DEMO", "1")
    load_settings.cache_clear()
    visit = SimpleNamespace(library=shown, pictures=Pictures(shown.media))
    monkeypatch.setattr("gallery.ui.frame.current_visit", lambda: visit)
    app = opened("settings.py")
    assert not [field for field in app.text_input if field.label.startswith("Folder")]
    press(app, WRITE)
    assert str(shown.root.parent) not in texts(app)
    assert [download.proto.label for download in app.get("download_button")] == ["Download"]
    made = shown.root.parent / "data-set.zip"
    with zipfile.ZipFile(made) as archive:
        assert "data-set/embeddings.npy" in archive.namelist()
    press(app, WRITE)
