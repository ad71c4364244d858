"""The pictures of the app: what may be seen in them, where they are shown, how large they are."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from PIL import Image

from gallery.samples import read_catalogue

ROOT = Path(__file__).resolve().parent.parent
PICTURES = sorted((ROOT / "docs" / "pictures").iterdir())
DOCUMENTS = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
CREDITS = (ROOT / "data" / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def scripts(monkeypatch: pytest.MonkeyPatch) -> dict[str, ModuleType]:
    """Those that take the pictures."""
    monkeypatch.syspath_prepend(ROOT / "screenshots")
    return {name: importlib.import_module(name) for name in ("library", "composing")}


def noise(width: int, height: int) -> Image.Image:
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


@pytest.mark.parametrize("picture", PICTURES, ids=lambda path: path.name)
def test_a_picture_is_shown_and_its_authors_are_named(picture: Path) -> None:
    link = f"pictures/{picture.name}"
    assert any(link in document.read_text(encoding="utf-8") for document in DOCUMENTS)
    assert re.search(rf"^\| `{picture.name}` \| \S", CREDITS, re.MULTILINE)


def test_the_pictures_are_small(scripts: dict[str, ModuleType]) -> None:
    sizes = [picture.stat().st_size for picture in PICTURES]
    assert max(sizes) <= scripts["composing"].MOST
    assert sum(sizes) <= scripts["composing"].MOST_TOGETHER


def test_what_may_not_be_shown_is_left_out(scripts: dict[str, ModuleType], tmp_path: Path) -> None:
    catalogue = [picture.file for picture in read_catalogue()]
    noticed = {p.file for p in read_catalogue() if "notice of the White House" in p.licence}
    assert noticed, "the album's list has other words for it now"

    def pull(folder: Path) -> list[Path]:
        for file in catalogue:
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).touch()
        return [folder / file for file in catalogue]

    album = scripts["library"].bring_album(tmp_path / "album", pull)
    shown = {path.relative_to(album).as_posix() for path in album.rglob("*") if path.is_file()}
    assert shown
    assert not shown & noticed
    assert len({path.stat().st_mtime for path in album.rglob("*")}) == 1


def test_a_phone_is_laid_before_a_window(scripts: dict[str, ModuleType]) -> None:
    window, phone = Image.new("RGB", (400, 300), "white"), Image.new("RGB", (100, 200), "red")
    both = scripts["composing"].window_and_phone(window, phone)
    assert both.getpixel((200, 150)) == (255, 255, 255)
    assert both.getpixel((both.width - 100, both.height - 150)) == (255, 0, 0)


def test_a_picture_is_kept_as_small_as_it_must_be(
    scripts: dict[str, ModuleType], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep, picture = scripts["composing"].keep, noise(160, 120)
    best = keep(picture, tmp_path / "best.webp")
    assert best == (tmp_path / "best.webp").stat().st_size
    monkeypatch.setattr(scripts["composing"], "MOST", best - 1)
    assert keep(picture, tmp_path / "worse.webp") < best
    monkeypatch.setattr(scripts["composing"], "MOST", best // 4)
    with pytest.raises(ValueError, match=r"much\.webp has"):
        keep(picture, tmp_path / "much.webp")
