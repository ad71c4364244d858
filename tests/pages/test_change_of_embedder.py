"""Another embedder is chosen: no grouping mixes its vectors with those of the one before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from gallery import pipeline
from gallery.pipeline import FaceModels
from gallery.protocols import Alignment, Embedder
from gallery.records import Pixels, Vectors
from gallery.store import faces, preferences, runs
from gallery.store.library import Library, open_library

ROOT = Path(__file__).resolve().parents[2]
OTHER = "facenet-20180408"
OFFER = "Describe all faces with it now"

pytestmark = pytest.mark.models


@dataclass
class Renamed:
    """The default embedder under another name: vectors of a space of their own, no download."""

    embedder: Embedder
    name: str = OTHER

    @property
    def version(self) -> str:
        return self.embedder.version

    @property
    def precision(self) -> str:
        return self.embedder.precision

    @property
    def dim(self) -> int:
        return self.embedder.dim

    @property
    def alignment(self) -> Alignment:
        return self.embedder.alignment

    @property
    def mirrored(self) -> bool:
        return self.embedder.mirrored

    def embed(self, crops: Sequence[Pixels]) -> Vectors:
        return self.embedder.embed(crops)


@pytest.fixture
def changed(
    album_copy: Path,
    models: FaceModels,
    use_library: Callable[[Path], None],
    monkeypatch: pytest.MonkeyPatch,
) -> Library:
    """The album's library after the owner has chosen another embedder."""
    use_library(album_copy)
    library = open_library(album_copy)
    preferences.save(library, "embedder", OTHER)
    other = FaceModels(models.detector, Renamed(models.embedder))
    for module in ("choices", "face_models"):
        monkeypatch.setattr(f"gallery.ui.{module}.ready_models", lambda _settings: other)
    return library


def opened(page: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "pages" / page), default_timeout=120).run()
    assert not app.exception
    return app


def click(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception


def offers(app: AppTest) -> bool:
    return any(button.label == OFFER for button in app.button)


def is_grouped_anew(library: Library) -> bool:
    run = runs.current(library)
    return run is not None and run.space.model == OTHER and run.faces == faces.count(library)


@pytest.mark.parametrize("button", [OFFER, "Group again"])
def test_both_buttons_describe_before_they_group(changed: Library, button: str) -> None:
    app = opened("settings.py")
    assert offers(app)
    click(app, button)
    assert not app.error
    assert is_grouped_anew(changed)
    assert not offers(app)


def test_adding_photos_describes_the_older_ones(changed: Library, album: Path) -> None:
    app = opened("add.py")
    app.text_input(key="folder").input(str(album / "portraits"))
    app.button(key="add-folder").click().run()
    assert not app.exception
    assert not app.error
    assert is_grouped_anew(changed)


def test_the_offer_stays_where_nothing_could_be_described(
    changed: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gallery.pipeline.read_original", lambda *_: None)
    before = runs.current(changed)
    app = opened("settings.py")
    click(app, "Group again")
    assert "None of the faces" in app.error[0].value
    assert offers(app)
    assert offers(opened("settings.py"))
    assert runs.current(changed) == before


def test_the_offer_stays_while_some_faces_are_not_described(
    changed: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = runs.current(changed)
    assert run is not None
    unreadable = next(iter(faces.without_vector(changed, replace(run.space, model=OTHER))))
    read = pipeline.read_original
    monkeypatch.setattr(
        "gallery.pipeline.read_original",
        lambda library, photo: None if photo == unreadable else read(library, photo),
    )
    app = opened("settings.py")
    click(app, "Group again")
    assert not app.error
    assert offers(app)
    monkeypatch.setattr("gallery.pipeline.read_original", read)
    click(app, OFFER)
    assert is_grouped_anew(changed)
    assert not offers(app)
