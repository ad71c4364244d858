"""Folders that are written whole or not at all, and never over somebody's files."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pytest
from synthetic import put

from gallery.errors import ExportError
from gallery.whole_folder import sweep, written_file, written_whole

ENTRIES = {"a.txt", "parts"}


def write(target: Path, text: bytes = b"new", **options: bool) -> None:
    with written_whole(target, ENTRIES, **options) as folder:
        put(folder / "a.txt", text)
        put(folder / "parts" / "b.png", text)


def there(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("exists", [False, True])
def test_a_folder_appears_whole(tmp_path: Path, exists: bool) -> None:
    target = tmp_path / "made" / "out"
    if exists:
        target.mkdir(parents=True)
    write(target)
    assert there(tmp_path) == ["made/out/a.txt", "made/out/parts/b.png"]
    umask = os.umask(0)
    os.umask(umask)
    assert target.stat().st_mode & 0o777 == 0o777 & ~umask, "not private as temporary ones are"


def test_what_fails_leaves_nothing(tmp_path: Path) -> None:
    def broken() -> None:
        with written_whole(tmp_path / "out", ENTRIES) as folder:
            put(folder / "a.txt", b"half")
            assert not (tmp_path / "out").exists()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken()
    assert list(tmp_path.iterdir()) == []


def test_a_full_folder_is_replaced_only_if_asked_and_ours(tmp_path: Path) -> None:
    target = tmp_path / "out"
    put(target / "a.txt", b"old")
    put(target / "parts" / "old.png", b"old")
    with pytest.raises(ExportError, match="not empty"):
        write(target)
    assert (target / "a.txt").read_bytes() == b"old"
    write(target, overwrite=True)
    assert there(tmp_path) == ["out/a.txt", "out/parts/b.png"]
    put(target / "holiday.jpg", b"mine")
    with pytest.raises(ExportError, match=re.escape("'holiday.jpg', which no export")):
        write(target, overwrite=True)
    assert (target / "holiday.jpg").exists()


def test_an_earlier_folder_stays_where_the_new_one_cannot_take_its_place(tmp_path: Path) -> None:
    target = tmp_path / "out"
    put(target / "a.txt", b"old")
    with (
        pytest.raises(ExportError, match="cannot be written"),
        written_whole(target, ENTRIES, overwrite=True) as folder,
    ):
        shutil.rmtree(folder)
    assert there(tmp_path) == ["out/a.txt"]
    assert (target / "a.txt").read_bytes() == b"old"


_KILLED = """
import os, sys
from pathlib import Path
from gallery.whole_folder import written_whole

target = Path(sys.argv[1])
replace = Path.replace
Path.replace = lambda self, to: os._exit(9) if to == target else replace(self, to)
with written_whole(target, {"a.txt"}, overwrite=True) as folder:
    (folder / "a.txt").write_bytes(b"new")
"""


def test_a_run_killed_while_it_replaces_a_folder_does_not_lose_it(tmp_path: Path) -> None:
    target = tmp_path / "out"
    put(target / "a.txt", b"old")
    assert subprocess.run([sys.executable, "-c", _KILLED, target], check=False).returncode == 9
    assert not target.exists()
    for path in tmp_path.iterdir():
        os.utime(path, (1, 1))
    with pytest.raises(ExportError, match="not empty"):
        write(target)
    assert (target / "a.txt").read_bytes() == b"old"
    write(target, overwrite=True)
    assert there(tmp_path) == ["out/a.txt", "out/parts/b.png"]


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    put(tmp_path / "out", b"mine")
    for overwrite in (False, True):
        with pytest.raises(ExportError, match="is a file"):
            write(tmp_path / "out", overwrite=overwrite)
    with pytest.raises(ExportError, match="cannot be written"):
        write(tmp_path / "out" / "inside")
    assert (tmp_path / "out").read_bytes() == b"mine"


def test_a_zip(tmp_path: Path) -> None:
    target = tmp_path / "out.zip"
    write(target, zipped=True)
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        assert {i.filename for i in archive.infolist() if not i.is_dir()} == {
            "out/a.txt",
            "out/parts/b.png",
        }
    with pytest.raises(ExportError, match="there already"):
        write(target, zipped=True)
    write(target, b"newer", zipped=True, overwrite=True)
    with zipfile.ZipFile(target) as archive:
        assert archive.read("out/a.txt") == b"newer"
    assert [path.name for path in tmp_path.iterdir()] == ["out.zip"]


def test_what_a_killed_run_left_is_swept_once_it_is_old(tmp_path: Path) -> None:
    for name in (".out-old.part", ".out-new.part", ".other-old.part"):
        put(tmp_path / name / "out" / "a.txt", b"half")
    for name in (".out-old.part", ".other-old.part"):
        os.utime(tmp_path / name, (1, 1))
    write(tmp_path / "out")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        ".other-old.part", ".out-new.part", "out",
    ]  # fmt: skip


def test_what_kills_have_left_goes_after_a_day(tmp_path: Path) -> None:
    names = (".a.jpg.xmp.0123456789abcdef0123456789abcdef.part", ".a.part", "a.jpg")
    for name in names:
        os.utime(put(tmp_path / name, b"x"), (1, 1))
    young = put(tmp_path / ".b.jpg.xmp.0123456789abcdef0123456789abcdef.part", b"x")
    sweep(tmp_path, re.compile(r"\..+\.xmp\.[0-9a-f]{32}\.part"))
    assert there(tmp_path) == sorted([".a.part", "a.jpg", young.name])


def test_a_link_stays_one_and_its_target_is_replaced(tmp_path: Path) -> None:
    target, link = tmp_path / "real.html", tmp_path / "latest.html"
    target.write_text("old")
    link.symlink_to(target)
    with written_file(link, overwrite=True) as unfinished:
        unfinished.write_text("new")
    assert link.is_symlink()
    assert target.read_text() == "new"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()), daemon=True)
    reader.start()
    with written_file(pipe, overwrite=True) as unfinished:
        unfinished.write_bytes(b"rows")
    reader.join(timeout=30)
    assert read == [b"rows"]
    assert pipe.is_fifo()
    assert [path.name for path in tmp_path.iterdir()] == ["pipe"]
