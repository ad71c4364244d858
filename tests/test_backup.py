"""A library is copied whole while it is in use, again in less time, and comes back elsewhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from pictured_library import add_picture, filled, jpeg, scene, state
from test_photo_bin import six

from gallery import photo_bin
from gallery.backup import BackupReport, back_up, restore
from gallery.cli import main
from gallery.errors import LibraryError
from gallery.search import read_query
from gallery.store import checks, found
from gallery.store.library import Library, open_library
from gallery.tagging import add_tag


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    opened = filled(tmp_path / "library", six)
    yield opened
    opened.close()


def backed_up(library: Library, target: Path) -> BackupReport:
    report = BackupReport()
    for _ in back_up(library, target, report):
        pass
    return report


def restored(backup: Path, root: Path) -> Library:
    for _ in restore(backup, root, BackupReport()):
        pass
    return open_library(root)


def files(root: Path) -> dict[str, bytes]:
    """All media of a library or a backup, by key."""
    folder = root / "media"
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_it_comes_back_as_it_was(library: Library, tmp_path: Path) -> None:
    report = backed_up(library, tmp_path / "backup")
    assert (report.photos, report.missing, report.files) == (6, 0, len(files(library.root)))
    again = restored(tmp_path / "backup", tmp_path / "elsewhere" / "library")
    assert state(again) == state(library)
    assert files(again.root) == files(library.root)
    assert checks.damage(again) == []
    add_tag(again, "brought back", [1])  # it can be worked with
    again.close()


def test_again_only_what_is_new_is_copied_and_what_was_deleted_goes(
    library: Library, tmp_path: Path
) -> None:
    backed_up(library, tmp_path / "backup")
    add_picture(library, jpeg(scene(50)), "new.jpg")
    photo_bin.put(library, [1])
    photo_bin.empty(library)
    report = backed_up(library, tmp_path / "backup")
    assert report.photos == 6
    assert report.files == 2  # original and thumbnail of the new one
    assert report.removed == 4  # likewise, and two faces
    assert files(tmp_path / "backup") == files(library.root)
    assert backed_up(library, tmp_path / "backup").files == 0


def test_while_somebody_writes(library: Library, tmp_path: Path) -> None:
    stop = threading.Event()

    def write() -> None:
        at = 0
        while not stop.is_set():
            add_picture(library, jpeg(scene(1000 + at)), f"while-{at}.jpg")
            at += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for turn in range(3):
            report = backed_up(library, tmp_path / "backup")
            assert report.missing == 0
            again = restored(tmp_path / "backup", tmp_path / f"again-{turn}")
            assert checks.damage(again) == []
            assert checks.wrong_words(again) == []
            kept = [photo for portion in checks.kept_photos(again) for photo in portion]
            assert len(kept) == report.photos
            assert all(again.media.has(photo.thumbnail) for photo in kept)
            again.close()
    finally:
        stop.set()
        writer.join()


def test_one_that_was_cut_off_is_gone_on_with_and_not_brought_back(
    library: Library, tmp_path: Path
) -> None:
    steps = back_up(library, tmp_path / "backup", BackupReport())
    for _ in range(3):
        next(steps)
    steps.close()
    with pytest.raises(LibraryError, match="no backup that was finished"):
        restored(tmp_path / "backup", tmp_path / "again")
    report = backed_up(library, tmp_path / "backup")
    assert report.files == len(files(library.root)) - 3
    restored(tmp_path / "backup", tmp_path / "again").close()


def test_an_earlier_backup_holds_until_the_next_one_is_whole(
    library: Library, tmp_path: Path
) -> None:
    backed_up(library, tmp_path / "backup")
    before = state(library)
    add_tag(library, "later", [1])
    add_picture(library, jpeg(scene(60)), "new.jpg")
    steps = back_up(library, tmp_path / "backup", BackupReport())
    next(steps)
    steps.close()
    again = restored(tmp_path / "backup", tmp_path / "again")
    assert state(again) == before
    again.close()


def test_it_says_how_many_originals_lie_elsewhere(
    library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert backed_up(library, tmp_path / "backup").elsewhere == 0
    add_picture(library, jpeg(scene(50)), "in-place.jpg", in_place=True)
    report = backed_up(library, tmp_path / "backup")
    assert (report.photos, report.elsewhere, report.missing) == (7, 1, 0)
    with pytest.raises(SystemExit) as stop:
        main(["backup", str(tmp_path / "backup"), "--library", str(library.root)])
    said = capsys.readouterr().out
    assert (stop.value.code, "originals of 1 photo that lie in folders of your own" in said) == (
        0,
        True,
    )


def test_a_restore_that_was_cut_off_is_gone_on_with(library: Library, tmp_path: Path) -> None:
    backed_up(library, tmp_path / "backup")
    steps = restore(tmp_path / "backup", tmp_path / "again", BackupReport())
    for _ in range(3):
        next(steps)
    steps.close()
    other = open_library(tmp_path / "other")
    backed_up(other, tmp_path / "backup-of-another")
    other.close()
    with pytest.raises(LibraryError, match="is not empty"):
        restored(tmp_path / "backup-of-another", tmp_path / "again")
    again = restored(tmp_path / "backup", tmp_path / "again")
    assert state(again) == state(library)
    assert files(again.root) == files(library.root)
    again.close()
    # What somebody has put there meanwhile is not the gallery's to write around.
    steps = restore(tmp_path / "backup", tmp_path / "third", BackupReport())
    next(steps)
    steps.close()
    (tmp_path / "third" / "letter.txt").write_text("dear")
    with pytest.raises(LibraryError, match="is not empty"):
        restored(tmp_path / "backup", tmp_path / "third")


def test_a_good_copy_is_never_replaced_by_a_damaged_one(library: Library, tmp_path: Path) -> None:
    backed_up(library, tmp_path / "backup")
    was = files(tmp_path / "backup")
    key = next(checks.kept_photos(library))[0].original or ""
    (library.root / "media" / key).write_bytes(b"half")
    report = backed_up(library, tmp_path / "backup")
    assert (report.damaged, report.whole) == (1, False)
    assert files(tmp_path / "backup") == was


def test_a_backup_belongs_to_one_library(library: Library, tmp_path: Path) -> None:
    backed_up(library, tmp_path / "backup")
    was = files(tmp_path / "backup")
    other = open_library(tmp_path / "other")
    with pytest.raises(LibraryError, match="backup of another library"):
        backed_up(other, tmp_path / "backup")
    other.close()
    assert files(tmp_path / "backup") == was
    # What lies beside the pictures stays, and a file of somebody else's says nothing.
    (tmp_path / "backup" / "media" / "letters").mkdir()
    (tmp_path / "backup" / "media" / "letters" / "dear.txt").write_text("dear")
    assert backed_up(library, tmp_path / "backup").removed == 0
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "backup.json").write_text('{"app": "another"}')
    with pytest.raises(LibraryError, match="something else in it"):
        backed_up(library, tmp_path / "theirs")


def test_a_journal_of_an_opened_backup_is_not_written_into_the_next(
    library: Library, tmp_path: Path
) -> None:
    backed_up(library, tmp_path / "backup")
    code = (
        "import os, sys; from pathlib import Path; from gallery.store.library import open_library; "
        "from gallery.tagging import add_tag; "
        "add_tag(open_library(Path(sys.argv[1])), 'in the backup', [1, 2]); os._exit(0)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "backup")], check=True)
    assert (tmp_path / "backup" / "library.db-wal").stat().st_size
    add_tag(library, "in the library", [3])
    backed_up(library, tmp_path / "backup")
    again = restored(tmp_path / "backup", tmp_path / "again")
    assert state(again) == state(library)
    again.close()


@pytest.mark.parametrize("name", ["a#b", "a%41b", "a ü & 100%", "what?"])
def test_folders_may_be_called_anything(library: Library, tmp_path: Path, name: str) -> None:
    if os.name == "nt" and "?" in name:
        pytest.skip("no name on Windows")
    backed_up(library, tmp_path / name / "backup")
    again = restored(tmp_path / name / "backup", tmp_path / name / "library")
    assert state(again) == state(library)
    assert (tmp_path / name / "library" / "library.db").is_file()
    assert found.counts(again, read_query(""), 5).photos == 6
    again.close()


def test_nothing_is_ever_written_over(library: Library, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("dear")
    with pytest.raises(LibraryError, match="something else in it"):
        backed_up(library, tmp_path / "full")
    for inside in (library.root, library.root / "backup", library.root.parent):
        with pytest.raises(LibraryError, match="own folder, nor around it"):
            backed_up(library, inside)
    backed_up(library, tmp_path / "backup")
    with pytest.raises(LibraryError, match="is not empty"):
        restored(tmp_path / "backup", tmp_path / "full")
    with pytest.raises(LibraryError, match="no backup"):
        restored(tmp_path / "full", tmp_path / "new")
    assert (tmp_path / "full" / "letter.txt").read_text() == "dear"
    (tmp_path / "backup" / "library.db").write_bytes(b"SQLite format 3\0 or so" * 100)
    with pytest.raises(LibraryError, match="no database of a library"):
        restored(tmp_path / "backup", tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_the_commands(library: Library, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def call(*arguments: object, code: int = 0) -> str:
        with pytest.raises(SystemExit) as stop:
            main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        assert int(stop.value.code or 0) == code, said.err
        return said.out

    said = call("backup", tmp_path / "backup", "--library", library.root)
    assert "6 photos in the backup" in said
    document = json.loads(call("backup", tmp_path / "backup", "--library", library.root, "--json"))
    assert (document["photos"], document["files"], document["missing"]) == (6, 0, 0)
    new = tmp_path / "new"
    assert json.loads(call("restore", tmp_path / "backup", "--library", new, "--json"))[
        "library"
    ] == str(new)
    assert "6 photos" in call("status", "--library", new)
    call("restore", tmp_path / "backup", "--library", new, code=1)
    (tmp_path / "moved").mkdir()
    moved = json.loads(call("relocate", "/photos", tmp_path / "moved", "--library", new, "--json"))
    assert moved == {"files": 6, "absent": 6}
    (tmp_path / "again").mkdir()
    assert "6 files" in call("relocate", tmp_path / "moved", tmp_path / "again", "--library", new)
    for nowhere in (tmp_path / "again", tmp_path, tmp_path / "again" / "deeper"):
        nowhere.mkdir(exist_ok=True)
        call("relocate", tmp_path / "again", nowhere, "--library", new, code=1)
    # A picture that is missing is said by the exit code, too.
    opened = open_library(new)
    opened.media.remove(next(checks.kept_photos(opened))[0].thumbnail)
    opened.close()
    document = json.loads(call("backup", tmp_path / "other", "--library", new, "--json", code=1))
    assert (document["missing"], document["damaged"]) == (1, 0)
