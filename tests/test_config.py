"""Settings come from the environment, and a wrong one is named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError

from gallery.config import Settings, load_settings
from gallery.errors import ConfigError


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    load_settings.cache_clear()
    yield
    load_settings.cache_clear()


@pytest.mark.parametrize(
    ("variable", "value", "name", "expected"),
    [
        ("GALLERY_LIBRARY", "/photos/library", "library", Path("/photos/library")),
        ("GALLERY_MODELS_HOME", "/models", "models_home", Path("/models")),
        ("GALLERY_DETECTOR", "yunet", "detector", "yunet"),
        ("GALLERY_PRECISION", "bf16", "precision", "bf16"),
        ("GALLERY_THREADS", "3", "threads", 3),
        ("GALLERY_MIN_SCORE", "0.5", "min_score", 0.5),
        ("GALLERY_LINK_THRESHOLD", "0.6", "link_threshold", 0.6),
        ("GALLERY_DEMO", "true", "demo", True),
        ("gallery_min_face", "20", "min_face", 20),
    ],
)
def test_a_variable_sets_its_setting(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, name: str, expected: object
) -> None:
    monkeypatch.setenv(variable, value)
    assert getattr(load_settings(), name) == expected


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("GALLERY_THREADS", "many"),
        ("GALLERY_THREADS", "-1"),
        ("GALLERY_PRECISION", "f16"),
        ("GALLERY_RUNTIME", "cuda"),
        ("GALLERY_DETECT_SIDE", "20"),
        ("GALLERY_MIN_SCORE", "1.5"),
        ("GALLERY_LINK_THRESHOLD", "1"),
        ("GALLERY_WEAK_QUALITY", "-0.1"),
        ("GALLERY_DEEPFACE_ENGINE", "theano"),
    ],
)
def test_a_wrong_value_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigError) as error:
        load_settings()
    message = str(error.value)
    assert variable in message
    assert repr(value) in message
    assert "\n" not in message


def test_every_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GALLERY_THREADS", "many")
    monkeypatch.setenv("GALLERY_MIN_FACE", "0")
    with pytest.raises(ConfigError, match=r"GALLERY_THREADS.*GALLERY_MIN_FACE"):
        load_settings()


def test_with_changes_replaces_validates_and_leaves_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GALLERY_THREADS", "3")
    before = load_settings()
    after = before.with_changes(detector="yunet", embedder=None, link_threshold="0.5")
    assert (after.detector, after.embedder, after.link_threshold) == ("yunet", "sface", 0.5)
    assert after.threads == 3
    assert before.detector == "retinaface"
    with pytest.raises(ConfigError, match="GALLERY_THREADS"):
        before.with_changes(threads=-4)


def test_settings_are_frozen() -> None:
    with pytest.raises(ValidationError):
        Settings().threads = 3  # type: ignore[misc]


@pytest.mark.parametrize("shared", [True, False])
def test_models_lie_where_deepface_looks(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, shared: bool
) -> None:
    monkeypatch.delenv("GALLERY_MODELS_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("DEEPFACE_HOME", raising=False)
    home = tmp_path / "home"
    if shared:
        monkeypatch.setenv("DEEPFACE_HOME", str(tmp_path / "shared"))
        home = tmp_path / "shared"
    assert load_settings().weights == home / ".deepface" / "weights"


def test_our_variable_wins_over_deepfaces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEEPFACE_HOME", "/theirs")
    monkeypatch.setenv("GALLERY_MODELS_HOME", "/ours")
    assert load_settings().models_home == Path("/ours")


def test_every_setting_says_what_it_means() -> None:
    silent = [name for name, field in Settings.model_fields.items() if not field.description]
    assert silent == []
