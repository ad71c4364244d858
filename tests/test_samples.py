"""The sample album: its catalogue, its variants, and pulling it."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image, ImageOps
from test_fetch import make_wheel

from gallery import samples
from gallery.config import Settings
from gallery.errors import FetchError, SampleError
from gallery.sample_variants import CAT, COLLINS, HOPPER, RECIPES, make_variant
from gallery.samples import default_album_folder, pull_album, pull_lfw, read_catalogue

if TYPE_CHECKING:
    from gallery.records import Progress

README = Path(__file__).resolve().parent.parent / "data" / "README.md"
BASES = sorted({recipe.base for recipe in RECIPES.values() if recipe.base})


def _picture(seed: int, format: str) -> bytes:
    """A coloured picture without symmetry, so that every turn of it differs."""
    small = np.random.default_rng(seed).integers(0, 256, (5, 7, 3), dtype=np.uint8)
    out = io.BytesIO()
    image = Image.fromarray(small).resize((280, 200), Image.Resampling.BICUBIC)
    image.save(out, format=format)
    return out.getvalue()


def _base_files() -> dict[str, bytes]:
    kinds = {".png": "PNG", ".jpg": "JPEG"}
    return {base: _picture(i, kinds[Path(base).suffix]) for i, base in enumerate(BASES)}


@pytest.fixture
def bases(tmp_path: Path) -> Path:
    """An album that holds only the pictures that variants are made from."""
    folder = tmp_path / "bases"
    for base, data in _base_files().items():
        (folder / base).parent.mkdir(parents=True, exist_ok=True)
        (folder / base).write_bytes(data)
    return folder


@pytest.fixture
def small_album(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A catalogue of pictures in a local package; returns the folder pip looks in."""
    packages = tmp_path / "packages"
    files = _base_files()
    make_wheel(packages, "tinyphotos", {f"tinyphotos/{base}": files[base] for base in BASES})
    lines = ['[distributions.tiny]\nrequirement = "tinyphotos==1.0"\n']
    for base in BASES:
        row = dict.fromkeys(("author", "source", "licence", "licence_url", "caption"), "x")
        row |= {"shows": "x", "file": base, "distribution": "tiny", "member": f"tinyphotos/{base}"}
        row["sha256"] = hashlib.sha256(files[base]).hexdigest()
        lines.append("[[pictures]]\n" + "".join(f"{k} = {json.dumps(v)}\n" for k, v in row.items()))
    catalogue = tmp_path / "sample_album.toml"
    catalogue.write_text("\n".join(lines))
    monkeypatch.setattr(samples, "CATALOGUE", catalogue)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(packages))
    return packages


def _hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def _unplug(packages: Path) -> None:
    for wheel in packages.iterdir():
        wheel.unlink()


@pytest.mark.parametrize("picture", read_catalogue(), ids=lambda picture: picture.file)
def test_each_picture_states_its_terms(picture: samples.SamplePicture) -> None:
    assert re.fullmatch("[0-9a-f]{64}", picture.sha256)
    assert re.fullmatch(r"[\w-]+==[\d.]+", picture.distribution.requirement)
    assert picture.distribution.sha256 or not picture.distribution.source
    assert picture.author
    assert picture.licence
    assert picture.source.startswith("http")
    assert picture.licence_url.startswith("https://")
    rows = [line for line in README.read_text().splitlines() if f"| `{picture.file}` |" in line]
    assert len(rows) == 1
    for part in (picture.author, picture.source, picture.licence, picture.licence_url):
        assert part in rows[0]
    assert picture.member in rows[0]


def test_no_file_is_named_twice_or_outside_the_album() -> None:
    files = [picture.file for picture in read_catalogue()] + list(RECIPES)
    assert len(files) == len(set(files))
    assert not [file for file in files if ".." in file or file.startswith("/")]


def test_variants_only_from_pictures_that_may_be_changed() -> None:
    files = {picture.file for picture in read_catalogue() if not picture.notice}
    used = {recipe.base for recipe in RECIPES.values()} | {r.beside for r in RECIPES.values()}
    assert not [base for base in used if base and base.startswith("white-house/")]
    # The dahlia's notice is about its author's name only.
    assert used - {None, "things/dahlia.jpg"} <= files


@pytest.mark.parametrize("file", RECIPES)
def test_variant_is_the_same_each_time(file: str, bases: Path) -> None:
    once = make_variant(RECIPES[file], bases, {})
    assert make_variant(RECIPES[file], bases, {}) == once


@pytest.mark.parametrize(
    ("file", "orientation"),
    [
        ("portraits/eileen-collins-turned-6.jpg", 6),
        ("portraits/grace-hopper-turned-3.jpg", 3),
    ],
)
def test_turned_variant_shows_upright(file: str, orientation: int, bases: Path) -> None:
    recipe = RECIPES[file]
    stored = Image.open(io.BytesIO(make_variant(recipe, bases, {})))
    assert stored.getexif()[0x0112] == orientation
    shown = np.asarray(ImageOps.exif_transpose(stored).convert("RGB"), dtype=float)
    meant = np.asarray(Image.open(bases / str(recipe.base)).convert("RGB"), dtype=float)
    assert shown.shape == meant.shape
    assert abs(shown - meant).mean() < 6
    assert abs(shown[::-1, ::-1] - meant).mean() > 20


def test_dated_variant_carries_time_place_and_credit(bases: Path) -> None:
    recipe = RECIPES["space-coast/astronaut-and-admiral.jpg"]
    data = make_variant(recipe, bases, {COLLINS: "NASA", HOPPER: "Müller, Navy"})
    exif = Image.open(io.BytesIO(data)).getexif()
    assert exif[0x8298] == "NASA; M?ller, Navy"
    assert "made up" in exif[0x010E]
    details, gps = exif.get_ifd(0x8769), exif.get_ifd(0x8825)
    assert (details[0x9003], details[0x9011]) == ("2024:08:18 10:30:00", "-04:00")
    assert (gps[1], gps[3]) == ("N", "W")
    degrees, minutes, seconds = (float(part) for part in gps[4])
    assert degrees + minutes / 60 + seconds / 3600 == pytest.approx(80.6819, abs=1e-4)


@pytest.mark.parametrize(
    ("file", "format"),
    [
        ("formats/eileen-collins.heic", "HEIF"),
        ("formats/grace-hopper.webp", "WEBP"),
        ("formats/summer-palace.tiff", "TIFF"),
        ("formats/chelsea-the-cat.gif", "GIF"),
        ("formats/coffee.bmp", "BMP"),
        ("formats/dahlia.avif", "AVIF"),
    ],
)
def test_formats_are_what_their_names_say(file: str, format: str, bases: Path) -> None:
    assert Image.open(io.BytesIO(make_variant(RECIPES[file], bases, {}))).format == format


def test_cut_off_variant_cannot_be_decoded(bases: Path) -> None:
    data = make_variant(RECIPES["refused/cut-off.jpg"], bases, {})
    with pytest.raises(OSError, match="truncated"):
        Image.open(io.BytesIO(data)).load()


def test_pull_then_pull_again_without_network(small_album: Path, tmp_path: Path) -> None:
    album, steps = tmp_path / "album", []

    def tell(progress: Progress) -> None:
        steps.append(progress)

    files = pull_album(album, on_progress=tell)
    assert files == sorted(files)
    assert len(files) == len(BASES) + len(RECIPES)
    assert all(file.is_file() for file in files)
    assert steps[-1].done == steps[-1].total == len(files)
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    before = {file: file.stat().st_mtime_ns for file in files}
    _unplug(small_album)
    assert pull_album(album) == files
    assert {file: file.stat().st_mtime_ns for file in files} == before


def test_damaged_and_missing_files_come_back(small_album: Path, tmp_path: Path) -> None:
    album = tmp_path / "album"
    pull_album(album)
    before = _hashes(album)
    (album / CAT).write_bytes(b"damaged")
    (album / "formats" / "dahlia.avif").write_bytes(b"damaged")
    (album / "copies" / "eileen-collins.png").unlink()
    pull_album(album)
    assert _hashes(album) == before


def test_two_pulls_give_the_same_files(small_album: Path, tmp_path: Path) -> None:
    pull_album(tmp_path / "one")
    pull_album(tmp_path / "two")
    assert _hashes(tmp_path / "one") == _hashes(tmp_path / "two")


def test_interrupted_pull_goes_on(small_album: Path, tmp_path: Path) -> None:
    album = tmp_path / "album"

    def stop(progress: Progress) -> None:
        if progress.done == len(BASES) + 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pull_album(album, on_progress=stop)
    assert not list(album.rglob(".*.part"))
    leftover = album / "formats" / ".coffee.bmp.abc.part"
    leftover.parent.mkdir(exist_ok=True)
    leftover.write_bytes(b"half")
    os.utime(leftover, (time.time() - 7200,) * 2)
    _unplug(small_album)
    assert all(file.is_file() for file in pull_album(album))
    assert not leftover.exists()


def test_wrong_picture_is_refused(small_album: Path, tmp_path: Path) -> None:
    files = _base_files() | {CAT: b"another cat"}
    make_wheel(small_album, "tinyphotos", {f"tinyphotos/{base}": files[base] for base in BASES})
    with pytest.raises(FetchError, match=r"chelsea-the-cat\.png is not the file expected"):
        pull_album(tmp_path / "album")
    assert not (tmp_path / "album" / CAT).exists()


def test_no_network_says_so(small_album: Path, tmp_path: Path) -> None:
    _unplug(small_album)
    with pytest.raises(FetchError, match=r"tinyphotos==1\.0 could not be downloaded"):
        pull_album(tmp_path / "album")


def test_album_folder_that_is_a_file(small_album: Path, tmp_path: Path) -> None:
    (tmp_path / "album").write_text("a file")
    with pytest.raises(SampleError, match="Choose another folder"):
        pull_album(tmp_path / "album")


@pytest.mark.parametrize("text", ["no toml [", "pictures = []", "[distributions]\n[[pictures]]\n"])
def test_damaged_catalogue(tmp_path: Path, text: str) -> None:
    (tmp_path / "list.toml").write_text(text)
    with pytest.raises(SampleError, match=r"list\.toml cannot be used"):
        read_catalogue(tmp_path / "list.toml")


def test_default_folder_is_beside_the_library(tmp_path: Path) -> None:
    settings = Settings(library=tmp_path / "library")
    assert default_album_folder(settings) == tmp_path / "samples" / "album"


def test_lfw_put_there_by_hand_is_found(tmp_path: Path) -> None:
    home = tmp_path / "lfw_home"
    (home / "lfw-deepfunneled" / "Aaron_Eckhart").mkdir(parents=True)
    (home / "pairs.txt").write_text("10\t300\n")
    assert pull_lfw(tmp_path) == home / "lfw-deepfunneled"


def test_lfw_without_network_tells_where_to_put_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    with pytest.raises(SampleError, match="by hand") as caught:
        pull_lfw(tmp_path)
    assert str(tmp_path / "lfw_home" / "lfw-deepfunneled") in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.network
def test_the_real_album(tmp_path: Path) -> None:
    files = pull_album(tmp_path)
    hashes = _hashes(tmp_path)
    for picture in read_catalogue():
        assert hashes[picture.file] == picture.sha256
    assert 30 <= len(files) <= 70
    assert sum(file.stat().st_size for file in files) < 25_000_000
    assert pull_album(tmp_path) == files
