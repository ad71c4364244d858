"""What tests share: the sample album, the models, LFW, and libraries made of them."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import small_library as small
from asked_library import fill
from hypothesis import settings as hypothesis_settings

from gallery.config import Settings, load_settings
from gallery.errors import GalleryError
from gallery.models.loading import default_cards
from gallery.models.weights import ensure
from gallery.pipeline import FaceModels, ingest
from gallery.records import IngestReport
from gallery.samples import pull_album
from gallery.sources import find_photos
from gallery.store.library import Library, open_library
from gallery.workflow import group_library, load_models

_ROOT = Path(__file__).resolve().parent.parent

# A busy machine is slow, and nothing here is about time.
hypothesis_settings.register_profile("any machine", deadline=None)
hypothesis_settings.load_profile("any machine")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take long begin first, so that no worker is left alone with one in the end."""

    def rank(item: pytest.Item) -> int:
        return 0 if item.get_closest_marker("browser") else 1 if item.path in with_models else 2

    with_models = {item.path for item in items if item.get_closest_marker("models")}
    items.sort(key=rank)


@pytest.fixture(scope="session", autouse=True)
def _no_settings_from_outside() -> Iterator[None]:
    """Tests see the defaults, whatever the shell of the person who runs them says."""
    patch = pytest.MonkeyPatch()
    for name in list(os.environ):
        if name.startswith("GALLERY_") and name not in ("GALLERY_MODELS_HOME", "GALLERY_LFW"):
            patch.delenv(name)
    # The slowest stage: those that are about it ask for it.
    patch.setenv("GALLERY_READ_TEXT", "false")
    load_settings.cache_clear()
    yield
    patch.undo()


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Defaults, with a library folder nobody else uses."""
    return load_settings().with_changes(library=tmp_path_factory.mktemp("default") / "library")


@pytest.fixture(scope="session")
def models(settings: Settings) -> FaceModels:
    """The real default models; a test that needs them is skipped where they cannot be had."""
    try:
        for card in default_cards(settings):
            ensure(card, settings)
    except GalleryError as error:
        pytest.skip(f"the models cannot be had: {error}")
    return load_models(settings)


@pytest.fixture(scope="session")
def album(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The sample album, fetched once a session. Never change it: copy what is to be changed."""
    folder = tmp_path_factory.mktemp("samples") / "album"
    try:
        files = pull_album(folder)
    except GalleryError as error:
        pytest.skip(f"the sample album cannot be had: {error}")
    yield folder
    # A test that takes a photo away breaks another one, and which depends on their order.
    assert [file for file in files if not file.is_file()] == []


@pytest.fixture(scope="session")
def album_library(
    album: Path, models: FaceModels, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Folder of a library with the sample album taken in and grouped. Never change it: copy it."""
    root = tmp_path_factory.mktemp("album-library") / "library"
    library = open_library(root)
    for _ in ingest(library, find_photos([album], settings), models, settings, IngestReport()):
        pass
    group_library(library, settings, models.space)
    library.close()
    return root


@pytest.fixture
def album_copy(album_library: Path, tmp_path: Path) -> Path:
    """A copy of the album's library that a test may change."""
    return Path(shutil.copytree(album_library, tmp_path / "library"))


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """An empty open library."""
    yield from small.opened(tmp_path / "library")


@pytest.fixture(scope="session")
def asked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, int]]:
    """Folder of a library about which every kind of question is open, and its persons by name.

    Never change it: copy it.
    """
    root = tmp_path_factory.mktemp("asked") / "library"
    library = small.empty(root)
    who = fill(library)
    library.close()
    return root, who


@pytest.fixture(scope="module")
def benchmarks() -> Iterator[Path]:
    """The folder of the benchmarks, which are scripts: on the path only while it is asked for."""
    folder = _ROOT / "benchmarks"
    patch = pytest.MonkeyPatch()
    patch.syspath_prepend(str(folder))
    yield folder
    patch.undo()
    for path in folder.glob("*.py"):
        sys.modules.pop(path.stem, None)


@pytest.fixture
def use_library(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], None]]:
    """Make a folder the library that settings name, for code that reads the environment."""

    def use(path: Path) -> None:
        monkeypatch.setenv("GALLERY_LIBRARY", str(path))
        load_settings.cache_clear()

    yield use
    monkeypatch.undo()
    load_settings.cache_clear()


@pytest.fixture(scope="session")
def lfw() -> Path:
    """A folder with a sub-folder per person of LFW, unpacked if need be; skips without LFW."""
    named = Path(os.environ.get("GALLERY_LFW", _ROOT.parent / "shared" / "data" / "lfw"))
    if (named / "lfw-deepfunneled").is_dir():
        return named / "lfw-deepfunneled"
    archive = named / "lfw-deepfunneled.tar"
    if not archive.is_file():
        pytest.skip(f"LFW is not at {named}; set GALLERY_LFW to a folder that has it")
    import tarfile
    import tempfile

    # Kept between runs: unpacking 13,233 files takes a while.
    folder = Path(tempfile.gettempdir()) / "gallery-tests-lfw"
    if not (folder / "complete").is_file():
        with tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")
        (folder / "complete").touch()
    return folder / "lfw-deepfunneled"
