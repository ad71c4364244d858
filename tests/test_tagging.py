"""The real tagger over the sample album: what it sees, kept as it goes, from the command line."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gallery import tagging
from gallery.cli import main
from gallery.config import Settings, load_settings
from gallery.decode import decode
from gallery.errors import FetchError
from gallery.fetch import sha256_file
from gallery.media.files import thumbnail_key
from gallery.models import weights
from gallery.models.efficientnet import EfficientNetLite0
from gallery.models.loading import load_tagger
from gallery.models.registry import find_card
from gallery.models.session import OnnxSession, OpenVINOSession
from gallery.pipeline import FaceModels
from gallery.protocols import Scene, Tagger
from gallery.records import Pixels
from gallery.store import photos, tags
from gallery.store.library import Library, open_library
from gallery.tagging import TagReport, tag_missing, version_of
from gallery.vectors import cosine
from gallery.vocabulary import class_words

pytestmark = pytest.mark.models

CARD = find_card("efficientnet-lite0", "tagger")


@pytest.fixture(scope="module")
def tagger(models: FaceModels, settings: Settings) -> Tagger:
    """The default models bring it."""
    return load_tagger(settings)


@pytest.fixture(scope="module")
def tagged(album_library: Path, tagger: Tagger, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the album's library with tags. Never change it: copy it."""
    root = Path(shutil.copytree(album_library, tmp_path_factory.mktemp("tagged") / "library"))
    library = open_library(root)
    report = TagReport()
    steps = list(tag_missing(library, tagger, report))
    assert report.tagged == steps[-1].done == steps[-1].total == photos.count(library)
    library.close()
    return root


@pytest.fixture
def library(tagged: Path, tmp_path: Path) -> Iterator[Library]:
    opened = open_library(Path(shutil.copytree(tagged, tmp_path / "library")))
    yield opened
    opened.close()


@pytest.fixture
def run(library: Library, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """The document of a command on the library."""

    def call(*arguments: object) -> Any:
        load_settings.cache_clear()
        capsys.readouterr()
        rest = ("--json", "--library", str(library.root))
        with pytest.raises(SystemExit) as stop:
            main([*map(str, arguments), *rest])
        assert stop.value.code in (None, 0, 1)
        return json.loads(capsys.readouterr().out)

    return call


def photo_of(library: Library, name: str) -> int:
    everyone = photos.paths(library, range(1, photos.count(library) + 1))
    return next(number for number, path in everyone.items() if path.endswith(name))


def pixels_of(album: Path, name: str) -> Pixels:
    return decode((album / name).read_bytes(), Settings(), longest_side=1600).pixels


@pytest.mark.parametrize(
    ("name", "word", "sure"),
    [
        ("things/coffee.png", "espresso", 0.94),
        ("animals/chelsea-the-cat.png", "Egyptian cat", 0.40),
        ("portraits/photographer.png", "tripod", 0.95),
    ],
)
def test_it_sees_what_it_should(
    tagger: Tagger, album: Path, name: str, word: str, sure: float
) -> None:
    (row,) = tagger.look([pixels_of(album, name)]).probabilities
    assert class_words()[row.argmax()] == word
    assert row.max() == pytest.approx(sure, abs=0.05)
    assert row.sum() == pytest.approx(1, abs=1e-4)


def test_both_runtimes_see_the_same(tagger: Tagger, settings: Settings, album: Path) -> None:
    path = weights.weights_path(CARD, settings)
    pictures = [pixels_of(album, "things/coffee.png"), np.zeros((9, 300, 3), np.uint8)]
    ours, other = (
        EfficientNetLite0(lambda session=session: session, "x", "f32").look(pictures)
        for session in (OpenVINOSession(path, "f32", 0), OnnxSession(path, 2))
    )
    np.testing.assert_allclose(ours.probabilities, other.probabilities, atol=1e-4)
    assert np.diag(cosine(ours.vectors, other.vectors)).min() > 1 - 1e-5
    assert tagger.look([]).vectors.shape == (0, 1280)


def test_a_converted_file_counts_only_with_both_hashes(tagger: Tagger, settings: Settings) -> None:
    path = weights.weights_path(CARD, settings)
    assert sha256_file(path) == CARD.sha256
    assert path.stat().st_size == CARD.size
    (source,) = CARD.sources
    assert "made of" in weights.describe(source)
    with pytest.raises(FetchError, match="not the file expected"):
        weights._converted(b"other weights", source)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "some"),
    [
        ("things/coffee.png", {"espresso", "drink", "food", "nobody"}),
        ("animals/chelsea-the-cat.png", {"cat", "animal", "nobody"}),
        ("portraits/photographer.png", {"photography", "black and white"}),
        ("portraits/grace-hopper.jpg", {"portrait"}),
        ("text/notice.png", {"document"}),
        ("things/clock-moved-while-taken.png", {"blurred", "black and white"}),
    ],
)
def test_tags_of_the_album(library: Library, name: str, some: set[str]) -> None:
    found = {tag.name for tag in tags.of_photo(library, photo_of(library, name))}
    assert some <= found
    assert len(found) <= 8


def test_portraits_get_no_guesses(library: Library) -> None:
    for name in ("portraits/grace-hopper.jpg", "eileen-collins-close.jpg"):
        found = tags.of_photo(library, photo_of(library, name))
        assert [tag for tag in found if tag.confidence is not None] == []


def test_a_run_that_is_cut_short_goes_on(
    album_library: Path, tagger: Tagger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tagging, "_BATCH", 20)
    library = open_library(Path(shutil.copytree(album_library, tmp_path / "library")))
    count = photos.count(library)
    first = next(tag_missing(library, tagger, TagReport()))
    assert (first.done, first.total) == (20, count)
    assert tagging.waiting(library, tagger) == count - 20
    gone = photos.get(library, count)
    assert gone is not None
    library.media.remove(thumbnail_key(gone.sha256))
    rest = TagReport()
    list(tag_missing(library, tagger, rest))
    assert (rest.tagged, rest.passed_over) == (count - 21, 1)
    assert list(tag_missing(library, tagger, TagReport()))[-1].total == 1
    library.close()


def test_another_version_tags_anew_what_it_has_not_seen(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Blind:
        name, version, precision = "blind", "0", "f32"

        def look(self, pictures: list[Pixels]) -> Scene:
            flat = np.full((len(pictures), 1000), 0.001, np.float32)
            return Scene(flat, np.eye(len(pictures), 1280, dtype=np.float32))

    coffee = photo_of(library, "things/coffee.png")
    tagging.add_tag(library, "morning", [coffee])
    tagging.remove_tag(library, "food", [coffee])
    report = TagReport()
    list(tag_missing(library, Blind(), report))
    assert report.tagged == photos.count(library)
    sources = {tag.name: tag.source for tag in tags.of_photo(library, coffee)}
    assert sources["morning"] == "user"
    assert not {"espresso", "drink", "food"} & set(sources)
    monkeypatch.setattr(tagging, "RULES", 99)
    assert version_of(Blind()) not in sources.values()


def test_tags_from_the_command_line(library: Library, run: Callable[..., Any]) -> None:
    cat = photo_of(library, "animals/chelsea-the-cat.png")
    assert {row["tag"] for row in run("tags", "list", "--photo", cat)} >= {"cat", "animal"}
    assert run("tags", "remove", "cat", cat) == {"tag": "cat", "photos": [cat]}
    assert run("tags", "update")["tagged"] == 0
    assert "cat" not in {row["tag"] for row in run("tags", "list", "--photo", cat)}
    assert run("tags", "add", "Cat", cat, 1) == {"tag": "cat", "photos": [1, cat]}
    counts = {row["tag"]: row["photos"] for row in run("tags", "list")}
    assert counts["cat"] == tags.count(library, "cat")
    assert list(counts.values()) == sorted(counts.values(), reverse=True)
    for wrong in (("add", "x", 999), ("remove", "zebra", cat), ("list", "--photo", 999)):
        assert set(run("tags", *wrong)) == {"error"}


def test_similar_from_the_command_line(library: Library, run: Callable[..., Any]) -> None:
    tower = photo_of(library, "places/summer-palace.jpg")
    found = run("similar", tower, "--limit", 3)
    assert len(found) == 3
    assert all(row["similarity"] > 0.8 for row in found)
    assert all("tower" in row["path"] or "palace" in row["path"] for row in found)
    assert set(run("similar", 999)) == {"error"}
