"""A disk that is full or read-only: one sentence that says what to do, and no damage."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pictured_library import add_picture, faces_of, filled, jpeg, scene, state
from small_library import owner
from synthetic import encoded, put, sharp_pixels
from test_photo_bin import six

from gallery.backup import BackupReport, back_up, restore
from gallery.cli import main
from gallery.config import Settings
from gallery.errors import ExportError, GalleryError, LibraryError
from gallery.health.examine import examine
from gallery.health.finding import Examination, Patient
from gallery.people import name_person
from gallery.pipeline import FaceModels, ingest
from gallery.records import IngestReport
from gallery.sidecars import SidecarOptions, write_sidecars
from gallery.sources import find_photos
from gallery.store.library import Library, open_library
from gallery.tagging import add_tag
from gallery.whole_folder import written_file

_SIZE_MB = 6


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own; only root may make one, and not everywhere."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={_SIZE_MB}m", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(command, check=False).returncode:
        pytest.skip("a small disk can only be mounted by root, on Linux")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def library(disk: Path) -> Iterator[Library]:
    opened = filled(disk / "library", six)
    yield opened
    opened.close()


def fill(disk: Path, but: int) -> Path:
    """Fill a disk but for some bytes."""
    left = shutil.disk_usage(disk).free - but
    return put(disk / "something-large", bytes(max(0, left)))


def faults(library: Library) -> list[str]:
    examination = Examination()
    elsewhere = Settings(models_home=library.root / "none")
    for _ in examine(Patient(library, elsewhere, thorough=True), examination):
        pass
    return [one.check for one in examination.findings if one.check != "models"]


def said(call: Callable[[], object]) -> str:
    with pytest.raises(GalleryError) as told:
        call()
    text = str(told.value)
    assert "\n" not in text
    assert "Errno" not in text
    return text


def named(library: Library, name: str) -> None:
    name_person(library, owner(library, faces_of(library, 1)[0]), name)


def test_a_decision_is_kept_whole_or_not_at_all(disk: Path, library: Library) -> None:
    large = fill(disk, 0)

    def say_more() -> None:
        for number in range(10_000):
            add_tag(library, f"{number:04}" * 50, [1, 2, 3, 4, 5, 6])

    text = said(say_more)
    assert "its disk is full. Free some space" in text
    assert "damaged" not in text
    assert len(state(library)["photo_tags"]) % 6 == 0
    large.unlink()
    assert faults(library) == []
    named(library, "Ada")


def test_without_any_room_it_is_said_what_is_wrong(disk: Path, library: Library) -> None:
    """SQLite itself then speaks of an error of the disk."""
    before = state(library)
    library.close()
    large = fill(disk, 0)
    text = said(lambda: open_library(library.root))
    assert "its disk is full. Free some space" in text
    large.unlink()
    again = open_library(library.root)
    assert (state(again), faults(again)) == (before, [])
    again.close()


@pytest.mark.models
def test_photos_that_found_no_room_come_in_once_there_is_some(
    disk: Path, library: Library, models: FaceModels, settings: Settings, tmp_path: Path
) -> None:
    for number in range(6):
        put(tmp_path / "in" / f"{number}.png", encoded(sharp_pixels(number, 400, 300), "BMP"))

    def take_in() -> IngestReport:
        report = IngestReport()
        found = find_photos([tmp_path / "in"], settings)
        for _ in ingest(library, found, models, settings, report):
            pass
        return report

    large = fill(disk, 1_500_000)
    assert "Free some space" in said(take_in)
    assert faults(library) == []
    large.unlink()
    large = fill(disk, 5_000_000)
    take_in()
    report = take_in()
    assert (report.added, report.already_known, report.failed) == (0, 6, [])
    assert faults(library) == []


def test_a_backup_goes_on_once_there_is_room(disk: Path, library: Library, tmp_path: Path) -> None:
    source = filled(tmp_path / "library", six)
    target, large = disk / "backup", fill(disk, 300_000)
    assert "the same command again" in said(lambda: list(back_up(source, target, BackupReport())))
    large.unlink()
    list(back_up(source, target, BackupReport()))
    before = state(source)
    # An earlier one holds while there is no room for the next.
    add_picture(source, jpeg(scene(50, 2000, 1500)), "new.jpg")
    fill(disk, 100_000)
    said(lambda: list(back_up(source, target, BackupReport())))
    list(restore(target, tmp_path / "again", BackupReport()))
    again = open_library(tmp_path / "again")
    assert (state(again), faults(again)) == (before, [])
    for opened in (source, again):
        opened.close()


def test_a_restore_goes_on_once_there_is_room(disk: Path, library: Library, tmp_path: Path) -> None:
    backup, root = tmp_path / "backup", disk / "restored"
    list(back_up(library, backup, BackupReport()))
    large = fill(disk, 300_000)
    assert "it goes on" in said(lambda: list(restore(backup, root, BackupReport())))
    large.unlink()
    list(restore(backup, root, BackupReport()))
    again = open_library(root)
    assert (state(again), faults(again)) == (state(library), [])
    again.close()
    with pytest.raises(LibraryError, match="is not empty"):
        list(restore(backup, root, BackupReport()))


def test_exports_leave_nothing_half_written(disk: Path, library: Library, tmp_path: Path) -> None:
    source = filled(tmp_path / "library", six)
    (disk / "xmp").mkdir()
    fill(disk, 0)
    text = said(lambda: write_sidecars(source, [1, 2, 3], SidecarOptions(out=disk / "xmp")))
    assert "The disk is full. Free some space" in text
    with pytest.raises(ExportError, match="Free some space"), written_file(disk / "a") as path:
        path.write_bytes(bytes(100_000))
    assert [path.name for path in disk.rglob("*") if path.name in ("a", "0.jpg.xmp")] == []
    assert list(disk.glob(".*.part")) == []
    source.close()


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Callable[[Path], None]]:
    """Makes a folder read-only, for root as well."""
    mounted: list[Path] = []
    closed: list[Path] = []

    def make(folder: Path) -> None:
        if os.geteuid():
            for path in [folder, *folder.rglob("*")]:
                closed.append(path)
                path.chmod(0o555 if path.is_dir() else 0o444)
            return
        bound = ["mount", "--bind", str(folder), str(folder)]
        if shutil.which("mount") is None or subprocess.run(bound, check=False).returncode:
            pytest.skip("rights do not stop root, and nothing can be mounted here")
        mounted.append(folder)
        subprocess.run(["mount", "-o", "remount,bind,ro", str(folder)], check=True)

    yield make
    for folder in mounted:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
    for path in closed:
        path.chmod(0o755)


def test_a_folder_that_cannot_be_written(
    tmp_path: Path, read_only: Callable[[Path], None], capsys: pytest.CaptureFixture[str]
) -> None:
    library = filled(tmp_path / "library", six)
    before = state(library)
    library.close()
    files = {path: path.read_bytes() for path in library.root.rglob("*") if path.is_file()}
    read_only(library.root)
    for command in (
        ["status"],
        ["people", "name", "1", "Ada"],
        ["doctor", "--repair"],
        ["backup", str(tmp_path / "backup")],
        ["ingest", str(tmp_path), "--no-tag"],
    ):
        with pytest.raises(SystemExit) as stop:
            main([*command, "--library", str(library.root)])
        error = capsys.readouterr().err
        assert (stop.value.code, error.count("\n")) == (1, 1), error
        assert "must be writable" in error
    assert {path: path.read_bytes() for path in files} == files
    assert {path for path in library.root.rglob("*") if path.is_file()} == set(files)
    # As the message says.
    copied = open_library(Path(shutil.copytree(library.root, tmp_path / "copy")))
    assert state(copied) == before
    copied.close()


def test_exports_into_a_folder_that_cannot_be_written(
    tmp_path: Path, read_only: Callable[[Path], None]
) -> None:
    library = filled(tmp_path / "library", six)
    (tmp_path / "out").mkdir()
    read_only(tmp_path / "out")
    report = write_sidecars(library, [1, 2], SidecarOptions(out=tmp_path / "out"))
    assert [one.reason.partition(":")[0] for one in report.left_out] == [
        "Its sidecar cannot be written"
    ] * 2
    said(lambda: list(back_up(library, tmp_path / "out" / "backup", BackupReport())))
    with (
        pytest.raises(ExportError, match="check the permissions"),
        written_file(tmp_path / "out" / "a"),
    ):
        pass
    library.close()
