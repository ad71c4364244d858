"""Lists of pairs of photos: LFW's own `pairs.txt`, or a CSV of anybody's."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from gallery.errors import SourceError

_SAME = {"1": True, "true": True, "yes": True, "same": True, "genuine": True}
_DIFFERENT = {"0": False, "false": False, "no": False, "different": False, "impostor": False}
_TRUTH = _SAME | _DIFFERENT
_FOLDS = 10
_CSV_COLUMNS = ("left", "right", "same")
# The folder that LFW's archive unpacks to.
_LFW = "lfw-deepfunneled"


@dataclass(frozen=True, eq=False)
class PairList:
    """Pairs of photos with the truth.

    Args:
        photos: each photo once.
        left: (n,) rows of photos.
        right: (n,) rows of photos.
        genuine: (n,) whether both show one person.
        fold: (n,) number of the fold of each.
    """

    photos: list[Path]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    genuine: NDArray[np.bool_]
    fold: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Pair:
    left: Path
    right: Path
    genuine: bool
    fold: int | None


def read_pairs(file: Path, images: Path) -> PairList:
    """Read `pairs.txt` as LFW has it, or a CSV with the columns left, right, same.

    A CSV may have a column `fold`; without, the pairs are dealt to ten folds in turn. Paths are
    relative to the folder of images, or of LFW in it, and the folder a photo lies in names the
    person.

    Args:
        file: the list.
        images: the folder that the paths begin in.

    Raises:
        SourceError: The list cannot be read, or names photos that are not there.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"The list of pairs {file} cannot be read: {error}") from error
    lines = text.splitlines()
    if not lines:
        raise SourceError(f"The list of pairs {file} is empty.")
    is_csv = "," in lines[0]
    pairs = list(_from_csv(lines, file, images) if is_csv else _from_lfw(lines, file, images))
    if not pairs:
        raise SourceError(f"There is no pair in {file}.")
    photos = list(dict.fromkeys(_both(pairs)))
    missing = [photo for photo in photos if not photo.is_file()]
    inside = images / _LFW
    if len(missing) == len(photos) and inside.is_dir():
        return read_pairs(file, inside)
    if missing:
        first = missing[0]
        shown = first.relative_to(images) if first.is_relative_to(images) else first
        raise SourceError(
            f"{len(missing):,} photos that {file.name} names are not in {images}; the first is "
            f"{shown}. Name the folder with --images."
        )
    return _listed(pairs)


def find_list(images: Path, file: Path | None = None) -> Path:
    """The list of pairs, also where only LFW's folder is named.

    Args:
        images: a folder of photos, or one with LFW in it.
        file: the list; by default `pairs.txt` in the folder or beside it.

    Raises:
        SourceError: There is no such folder, or no list.
    """
    if not images.is_dir():
        raise SourceError(f"There is no folder {images}.")
    if file is not None:
        return file
    for place in (images, images.parent):
        if (place / "pairs.txt").is_file():
            return place / "pairs.txt"
    raise SourceError(f"There is no pairs.txt in {images}. Name the list with --pairs.")


def _both(pairs: Sequence[_Pair]) -> Iterator[Path]:
    for pair in pairs:
        yield pair.left
        yield pair.right


def _listed(pairs: Sequence[_Pair]) -> PairList:
    row = {path: number for number, path in enumerate(dict.fromkeys(_both(pairs)))}
    dealt = [at % _FOLDS if pair.fold is None else pair.fold for at, pair in enumerate(pairs)]
    return PairList(
        photos=list(row),
        left=np.array([row[pair.left] for pair in pairs], dtype=np.int64),
        right=np.array([row[pair.right] for pair in pairs], dtype=np.int64),
        genuine=np.array([pair.genuine for pair in pairs], dtype=np.bool_),
        fold=np.array(dealt, dtype=np.int64),
    )


def _from_lfw(lines: Sequence[str], file: Path, images: Path) -> Iterator[_Pair]:
    """`Name 1 4` or `Name 1 Other 2` a line; above them the folds, and half a fold's pairs."""
    head = lines[0].split()
    if len(head) != 2 or not all(part.isdecimal() for part in head):
        raise SourceError(
            f"{file} is no list of pairs: its first line should be the number of folds and of "
            f"pairs in each, as in LFW's pairs.txt, or {','.join(_CSV_COLUMNS)}."
        )
    each = 2 * int(head[1])
    at = 0
    for number, line in enumerate(lines[1:], start=2):
        match line.split():
            case []:
                continue
            case [name, first, second] if first.isdecimal() and second.isdecimal():
                left, right = _lfw_photo(images, name, first), _lfw_photo(images, name, second)
                same = True
            case [one, first, other, second] if first.isdecimal() and second.isdecimal():
                left, right = _lfw_photo(images, one, first), _lfw_photo(images, other, second)
                same = False
            case _:
                raise SourceError(
                    f"Line {number} of {file} is no pair: {line!r}. Expected a name and two "
                    "numbers, or two names with a number each."
                )
        yield _Pair(left, right, same, at // max(1, each))
        at += 1


def _lfw_photo(images: Path, name: str, number: str) -> Path:
    return images / name / f"{name}_{int(number):04d}.jpg"


def _from_csv(lines: Sequence[str], file: Path, images: Path) -> Iterator[_Pair]:
    reader = csv.DictReader(lines)
    columns = [name.strip().lower() for name in reader.fieldnames or ()]
    reader.fieldnames = columns
    lacking = [name for name in _CSV_COLUMNS if name not in columns]
    if lacking:
        raise SourceError(
            f"{file} lacks the column {lacking[0]}. A list of pairs has {', '.join(_CSV_COLUMNS)}, "
            "and may have fold."
        )
    for row in reader:
        truth = _TRUTH.get((row["same"] or "").strip().lower())
        fold = (row.get("fold") or "").strip()
        if truth is None or not row["left"] or not row["right"]:
            raise SourceError(
                f"Line {reader.line_num} of {file} is no pair: same should be 1 or 0, and left and "
                "right paths."
            )
        if fold and not fold.isdecimal():
            raise SourceError(f"Line {reader.line_num} of {file}: fold should be a number.")
        yield _Pair(
            images / row["left"].strip(),
            images / row["right"].strip(),
            truth,
            int(fold) if fold else None,
        )
