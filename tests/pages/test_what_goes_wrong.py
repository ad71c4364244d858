"""What goes wrong is a sentence, and the rest of the page is there."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from gallery.errors import LibraryError, ModelError
from gallery.records import Refusal, RefusalCode, Stage
from gallery.store import failures as failure_store
from gallery.store import people
from gallery.store.library import open_library

ROOT = Path(__file__).resolve().parents[2]
UseLibrary = Callable[[Path], None]


def opened(page: str, **parameters: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "pages" / page), default_timeout=60)
    for name, value in parameters.items():
        app.query_params[name] = value
    return app.run()


def fail(error: Exception) -> Callable[..., None]:
    def raise_it(*_given: object, **_named: object) -> None:
        raise error

    return raise_it


def test_a_model_that_cannot_be_had_leaves_the_page(
    tmp_path: Path, use_library: UseLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_library(tmp_path / "library")
    monkeypatch.setenv("GALLERY_MODELS_HOME", str(tmp_path / "none"))
    error = ModelError("ArcFace could not be fetched: ⚠️ An exception occurred,\n  \n🔨 do this.")
    monkeypatch.setattr("gallery.ui.model_cards.fetch", fail(error))
    app = opened("settings.py")
    before = len(app.button), len(app.expander)
    get = next(button for button in app.button if str(button.key).startswith("get-"))
    get.click().run()
    assert not app.exception
    assert [said.value for said in app.error] == [
        "ArcFace could not be fetched\\: An exception occurred\\."
    ]
    assert (len(app.button), len(app.expander)) == before


def test_a_folder_that_is_not_there_leaves_the_page(
    tmp_path: Path, models: object, use_library: UseLibrary
) -> None:
    use_library(tmp_path / "library")
    library = open_library(tmp_path / "library")
    with library.write() as connection:
        refusal = Refusal("a.jpg", Stage.SOURCE, RefusalCode.EMPTY, "It is empty.")
        failure_store.record(library, connection, b"a.jpg", refusal, None, False)
    app = opened("add.py")
    app.text_input(key="folder").input("/no/such")
    app.button(key="add-folder").click().run()
    assert len(app.error) == 1
    assert any(box.label.startswith("a\\.jpg") for box in app.checkbox)


@pytest.mark.models
def test_an_undo_that_fails_is_said(
    album_copy: Path, use_library: UseLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    from gallery import decisions
    from gallery import people as people_decisions

    use_library(album_copy)
    library = open_library(album_copy)
    people_decisions.name_person(library, people.everyone(library)[0].id, "Grace")
    app = opened("people.py")
    monkeypatch.setattr(decisions, "undo", fail(LibraryError("It is locked.")))
    next(button for button in app.button if button.label == "Undo").click().run()
    assert not app.exception
    assert [toast.value for toast in app.toast] == ["It is locked\\."]
    assert any(button.label == "Undo" for button in app.button)


@pytest.mark.parametrize("page", ["browse.py", "add.py", "people.py", "settings.py"])
def test_a_library_that_cannot_be_opened_is_said(
    tmp_path: Path, use_library: UseLibrary, page: str
) -> None:
    """By SQLite's own word, as it says it of a read-only disk."""
    (tmp_path / "library" / "library.db").mkdir(parents=True)
    use_library(tmp_path / "library")
    app = opened(page)
    assert not app.exception
    [error] = app.error
    assert "must be writable" in error.value


def test_a_fault_is_a_friendly_sentence_and_in_the_log(
    tmp_path: Path,
    use_library: UseLibrary,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    use_library(tmp_path / "library")
    monkeypatch.setattr("gallery.store.photos.count", fail(KeyError("inner workings")))
    with caplog.at_level(logging.ERROR):
        app = opened("settings.py")
    assert not app.exception
    [error] = app.error
    assert error.value.startswith("Something went wrong in the gallery itself")
    assert "inner workings" in caplog.text
    assert "Traceback" in caplog.text
