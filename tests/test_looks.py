"""Free text finds photos: the whole way, with two networks so small that they are made here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pictured_library import add_picture, jpeg
from small_clip import small_clip, tokenizer
from sqlalchemy import text as sql

from gallery.cli import main
from gallery.config import Settings
from gallery.errors import ModelError
from gallery.looks import LookReport, find, look_at_missing
from gallery.models import clip, loading
from gallery.photo_bin import put
from gallery.protocols import SceneEmbedder
from gallery.store.library import Library
from gallery.store.tables import photos


@pytest.fixture
def with_clip(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Settings:
    return small_clip(monkeypatch, tmp_path / "models")


@pytest.fixture
def embedder(with_clip: Settings) -> SceneEmbedder:
    return loading.load_scene_embedder(with_clip)


@pytest.fixture
def coloured(library: Library) -> Iterator[Library]:
    """Photo 1 is red, 2 green, 3 blue."""
    for channel, name in enumerate(("red", "green", "blue")):
        pixels = np.full((60, 90, 3), 30, np.uint8)
        pixels[..., channel] = 220
        add_picture(library, jpeg(pixels), f"{name}.jpg")
    return library


def looked_at(library: Library, embedder: SceneEmbedder) -> int:
    report = LookReport()
    for _ in look_at_missing(library, embedder, report):
        pass
    return report.looked


def test_a_text_finds_what_it_describes(coloured: Library, embedder: SceneEmbedder) -> None:
    assert looked_at(coloured, embedder) == 3
    assert looked_at(coloured, embedder) == 0
    for photo, colour in enumerate(("red", "green", "blue"), start=1):
        found = find(coloured, embedder, f"a {colour} wall", 2)
        assert found[0].photo_id == photo
        assert len(found) == 2
        assert 0.9 < found[0].similarity <= 1
        assert found[1].similarity < 0.5
    only = find(coloured, embedder, "red", 9, photos.c.id.in_([2, 3]))
    assert {one.photo_id for one in only} == {2, 3}


def test_what_is_in_the_bin_is_not_found(coloured: Library, embedder: SceneEmbedder) -> None:
    looked_at(coloured, embedder)
    put(coloured, [1])
    assert {one.photo_id for one in find(coloured, embedder, "red", 9)} == {2, 3}


def test_another_model_looks_anew(
    coloured: Library, embedder: SceneEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at(coloured, embedder)
    monkeypatch.setattr(embedder, "version", "another")
    assert find(coloured, embedder, "red", 9) == []
    assert looked_at(coloured, embedder) == 3
    with coloured.read() as connection:
        assert connection.execute(sql("SELECT count(*) FROM look_vectors")).scalar() == 3


def test_a_long_text_is_cut_off(embedder: SceneEmbedder) -> None:
    vector = embedder.embed_text("red " * 300)
    np.testing.assert_allclose(np.linalg.norm(vector), 1, atol=1e-5)
    assert embedder.embed_pictures([]).shape[0] == 0


def test_pictures_are_cut_and_scaled_as_clip_wants_them() -> None:
    wide = np.zeros((300, 900, 3), np.uint8)
    wide[:, 300:600] = 255
    given = clip._input(wide)
    assert (given.shape, given.dtype) == ((1, 3, 224, 224), np.float32)
    np.testing.assert_allclose(given[0, :, 100, 100], (1 - clip._MEAN) / clip._SPREAD, rtol=1e-5)


def test_the_command(
    coloured: Library, with_clip: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*arguments: str, code: int = 0) -> str:
        with pytest.raises(SystemExit) as stop:
            main([*arguments, "--library", str(coloured.root)])
        assert int(stop.value.code or 0) == code
        said = capsys.readouterr()
        return said.out if code == 0 else said.err

    assert "gallery looks update" in run("search", "--looks", "red", code=1)
    assert json.loads(run("looks", "update", "--json")) == {"looked": 3, "passed_over": 0}
    listed = json.loads(run("search", "--looks", "a green wall", "--limit", "1", "--json"))
    assert [(one["photo"], one["path"]) for one in listed] == [(2, "/photos/green.jpg")]
    assert "blue.jpg" in run("search", "blue", "--looks", "red")
    assert "no faces" in run("search", "--looks", "red", "--like-face", "1", code=2)


def test_without_the_extra_it_says_what_to_install(
    coloured: Library, monkeypatch: pytest.MonkeyPatch, with_clip: Settings
) -> None:
    missing = replace(loading.TOKENIZER, needs="no-such-package")
    monkeypatch.setattr(loading, "TOKENIZER", missing)
    monkeypatch.setattr(loading, "CLIP_CARDS", (missing,))
    assert not loading.can_embed_scenes(with_clip)
    with pytest.raises(ModelError, match="requirements-clip"):
        loading.load_scene_embedder(with_clip)


def test_a_broken_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "words.onnx").write_bytes(b"no graph")
    (tmp_path / "t.json").write_text(tokenizer())
    with pytest.raises(ModelError, match="gallery models verify"):
        clip.TextNetwork(tmp_path / "words.onnx", tmp_path / "t.json", 1)
