"""Folders and ZIPs that are either written whole or not there at all.

They are made beside their place under a temporary name and renamed at the end, so that work
that is killed leaves nothing that looks finished.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import time
import zipfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from gallery.errors import ExportError

_PART = ".part"
# What a run that was killed left behind; a living one is not that old.
_LEFTOVER_SECONDS = 24 * 3600
# These do not get smaller.
_PACKED = frozenset({".png", ".jpg", ".parquet"})


@contextmanager
def written_whole(
    target: Path, entries: Collection[str], *, overwrite: bool = False, zipped: bool = False
) -> Iterator[Path]:
    """A folder to write to, which takes its place when the block ends without an error.

    Args:
        target: where it goes; with `zipped` a file.
        entries: names that may lie in it. With `overwrite`, a folder that has anything else
            in it is nobody's to delete.
        overwrite: replace what an earlier run wrote.
        zipped: make one ZIP file of it.

    Raises:
        ExportError: Something is there already, or the disk does not let it be written.
    """
    try:
        _settle(target)
        _refuse_taken(target, entries, overwrite=overwrite, zipped=zipped)
        target.parent.mkdir(parents=True, exist_ok=True)
        _sweep(target)
        work = Path(tempfile.mkdtemp(_PART, f".{target.name}-", target.parent))
        try:
            folder = work / target.stem if zipped else work / target.name
            folder.mkdir()
            yield folder
            if zipped:
                _pack(folder, work / "packed").replace(target)
            else:
                _put(folder, target)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    except OSError as error:
        raise ExportError(
            f"{target} cannot be written: {error}. Free some space, check the permissions, or "
            "choose another place."
        ) from error


@contextmanager
def written_file(target: Path, *, overwrite: bool = False) -> Iterator[Path]:
    """A file to write, which takes its place when the block ends without an error.

    A link stays one, and its target is replaced. What is no file, such as a pipe, is written to.

    Raises:
        ExportError: Something is there already, or the disk does not let it be written.
    """
    _refuse_taken(target, (), overwrite=overwrite, zipped=True)
    try:
        target = target.resolve() if target.is_symlink() else target
        if target.exists() and not target.is_file():
            with tempfile.TemporaryDirectory() as folder:
                written = Path(folder) / target.name
                yield written
                with written.open("rb") as made, target.open("wb") as stream:
                    shutil.copyfileobj(made, stream)
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        _sweep(target)
        work = Path(tempfile.mkdtemp(_PART, f".{target.name}-", target.parent))
        try:
            yield work / target.name
            (work / target.name).replace(target)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    except OSError as error:
        raise ExportError(
            f"{target} cannot be written: {error}. Free some space, check the permissions, or "
            "choose another place."
        ) from error


def _refuse_taken(
    target: Path, entries: Collection[str], *, overwrite: bool, zipped: bool = False
) -> None:
    """Refuse to write where something is, unless it may be replaced.

    Raises:
        ExportError: It may not.
    """
    if zipped:
        if target.is_dir() or (target.exists() and not overwrite):
            raise ExportError(f"{target} is there already. Choose another name, or --overwrite.")
        return
    if target.exists() and not target.is_dir():
        raise ExportError(f"{target} is a file. Name a folder that is empty or not there yet.")
    there = sorted(path.name for path in target.iterdir()) if target.is_dir() else []
    if there and not overwrite:
        raise ExportError(
            f"{target} is not empty. Name another folder, or replace an earlier export with "
            "--overwrite."
        )
    foreign = [name for name in there if name not in entries]
    if foreign:
        raise ExportError(
            f"{target} holds {foreign[0]!r}, which no export has written, so it is not "
            "overwritten. Name another folder."
        )


def _put(folder: Path, target: Path) -> None:
    try:
        if target.exists():
            target.replace(_before(target))
        folder.replace(target)
    finally:
        _settle(target)


def _before(target: Path) -> Path:
    """Where an earlier folder waits; not in the work, which is deleted whatever happens."""
    return target.with_name(f".{target.name}.before{_PART}")


def _settle(target: Path) -> None:
    """Let the earlier folder go once another is in its place; otherwise put it back."""
    before = _before(target)
    if target.exists():
        shutil.rmtree(before, ignore_errors=True)
    elif before.exists():
        before.replace(target)


def _pack(folder: Path, packed: Path) -> Path:
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(folder.rglob("*")):
            how = zipfile.ZIP_STORED if path.suffix in _PACKED else zipfile.ZIP_DEFLATED
            archive.write(path, path.relative_to(folder.parent), compress_type=how)
    return packed


def sweep(folder: Path, leftover: re.Pattern[str]) -> None:
    """Delete what runs that were killed have left in a folder, a day after they did.

    Args:
        folder: which.
        leftover: the whole of the names that such files and folders have.
    """
    for path in folder.iterdir():
        # Another run may delete the same ones.
        with suppress(OSError):
            if leftover.fullmatch(path.name) and _is_old(path):
                if path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    path.unlink()


def _is_old(path: Path) -> bool:
    return time.time() - path.stat().st_mtime > _LEFTOVER_SECONDS


def _sweep(target: Path) -> None:
    sweep(target.parent, re.compile(re.escape(f".{target.name}-") + r".*" + re.escape(_PART)))
