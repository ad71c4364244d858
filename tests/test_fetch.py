"""Fetching: real pip on a local folder of packages, and a real local web server."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import sys
import tarfile
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from gallery import fetch
from gallery.errors import FetchError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

CONTENT = os.urandom(3_000_000)


def make_wheel(folder: Path, name: str, files: Mapping[str, bytes]) -> Path:
    """A wheel that pip accepts, version 1.0, with some files."""
    info = f"{name}-1.0.dist-info"
    everything = dict(files) | {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(
        f"{path},sha256={_digest(data)},{len(data)}\n" for path, data in everything.items()
    )
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(target, "w") as wheel:
        for path, data in everything.items():
            wheel.writestr(path, data)
        wheel.writestr(f"{info}/RECORD", f"{record}{info}/RECORD,,\n")
    return target


def _digest(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def make_sdist(folder: Path, name: str, witness: Path) -> Path:
    """A source archive whose build backend leaves a file behind when it runs."""
    backend = f"""
import os
def prepare_metadata_for_build_wheel(folder, settings=None):
    open({str(witness)!r}, "w").close()
    info = os.path.join(folder, "{name}-1.0.dist-info")
    os.mkdir(info)
    with open(os.path.join(info, "METADATA"), "w") as out:
        out.write("Metadata-Version: 2.1\\nName: {name}\\nVersion: 1.0\\n")
    return "{name}-1.0.dist-info"
def build_wheel(*args, **more):
    raise RuntimeError("a download must not build")
"""
    project = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    files = {
        "pyproject.toml": project,
        "backend.py": backend,
        "PKG-INFO": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        "tests/picture.txt": "picture",
    }
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{name}-1.0.tar.gz"
    with tarfile.open(target, "w:gz") as archive:
        for path, text in files.items():
            entry = tarfile.TarInfo(f"{name}-1.0/{path}")
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))
    return target


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is all pip knows of."""
    folder = tmp_path / "packages"
    folder.mkdir()
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def test_wheel_arrives_alone_and_unchanged(packages: Path, tmp_path: Path) -> None:
    wheel = make_wheel(packages, "tinyphotos", {"tinyphotos/a.txt": b"a"})
    archive = fetch.download_distribution("tinyphotos==1.0", tmp_path / "got")
    assert archive == tmp_path / "got" / wheel.name
    assert archive.read_bytes() == wheel.read_bytes()
    assert list((tmp_path / "got").iterdir()) == [archive]


def test_source_archive_instead_of_wheel(packages: Path, tmp_path: Path) -> None:
    make_wheel(packages, "tinyphotos", {})
    sdist = make_sdist(packages, "tinyphotos", tmp_path / "ran")
    digest = fetch.sha256_file(sdist)
    archive = fetch.download_distribution(
        "tinyphotos==1.0", tmp_path / "got", source=True, sha256=digest
    )
    assert fetch.sha256_file(archive) == digest
    assert fetch.read_member(archive, "tests/picture.txt") == b"picture"


def test_source_archive_of_another_hash_never_runs(packages: Path, tmp_path: Path) -> None:
    make_sdist(packages, "tinyphotos", tmp_path / "ran")
    with pytest.raises(FetchError, match="SHA-256 differs"):
        fetch.download_distribution(
            "tinyphotos==1.0", tmp_path / "got", source=True, sha256="0" * 64
        )
    assert not (tmp_path / "ran").exists()


def test_unknown_distribution_says_what_to_do(packages: Path, tmp_path: Path) -> None:
    with pytest.raises(FetchError, match=r"nowhere==1\.0 .*Check the network.*PIP_INDEX_URL"):
        fetch.download_distribution("nowhere==1.0", tmp_path / "got")
    assert list((tmp_path / "got").iterdir()) == []


def test_missing_version_is_told_from_missing_network(packages: Path, tmp_path: Path) -> None:
    make_wheel(packages, "tinyphotos", {})
    with pytest.raises(FetchError, match=r"has no tinyphotos==2\.0 .*newest there is 1\.0"):
        fetch.download_distribution("tinyphotos==2.0", tmp_path / "got")


def test_missing_pip_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch.util, "find_spec", lambda name: None)
    with pytest.raises(FetchError, match=r"pip is not installed.*ensurepip"):
        fetch.download_distribution("tinyphotos==1.0", tmp_path)


def test_progress_lines_of_pip_are_read(tmp_path: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    script = "print('Collecting x'); print('Progress 5 of 10'); print('Progress 10 of 10')"
    fetch._run_pip(
        [sys.executable, "-c", script],
        "x==1",
        tmp_path,
        lambda done, total: seen.append((done, total)),
    )
    assert seen == [(5, 10), (10, 10)]


@pytest.mark.parametrize("member", ["tests/picture.txt", "tinyphotos-1.0/tests/picture.txt"])
def test_tar_member_with_and_without_prefix(tmp_path: Path, member: str) -> None:
    archive = make_sdist(tmp_path, "tinyphotos", tmp_path / "ran")
    assert fetch.read_member(archive, member) == b"picture"


@pytest.mark.parametrize("member", ["a.txt", "tinyphotos", "../tinyphotos/a.txt", ""])
def test_only_the_exact_name_is_read(tmp_path: Path, member: str) -> None:
    wheel = make_wheel(tmp_path, "tinyphotos", {"tinyphotos/a.txt": b"a"})
    with pytest.raises(FetchError, match="holds no file"):
        fetch.read_member(wheel, member)


@pytest.mark.parametrize("name", ["broken.whl", "broken.tar.gz"])
def test_damaged_archive(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"no archive")
    with pytest.raises(FetchError, match=rf"{name} cannot be read"):
        fetch.read_member(tmp_path / name, "a.txt")


def test_installed_file_and_its_absence() -> None:
    assert fetch.read_installed("pytest==0.0", "pytest/__init__.py")
    assert fetch.read_installed("pytest==0.0", "pytest/no-such-file") is None
    assert fetch.read_installed("no-such-distribution==1.0", "a") is None


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/missing":
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT)))
        self.end_headers()
        self.wfile.write(CONTENT if self.path == "/file" else CONTENT[: len(CONTENT) // 2])

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """A web server with a file, a missing file, and one that breaks off."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_address_is_downloaded_with_progress(site: str, tmp_path: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    target = fetch.download_url(
        f"{site}/file",
        tmp_path / "new" / "file.bin",
        on_progress=lambda done, total: seen.append((done, total)),
    )
    assert target.read_bytes() == CONTENT
    assert seen[-1] == (len(CONTENT), len(CONTENT))
    assert len(seen) > 1


@pytest.mark.parametrize("page", ["missing", "half"])
def test_failed_download_leaves_the_old_file(site: str, tmp_path: Path, page: str) -> None:
    target = tmp_path / "file.bin"
    target.write_bytes(b"old")
    with pytest.raises(FetchError, match=page):
        fetch.download_url(f"{site}/{page}", target)
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_unreachable_address(tmp_path: Path) -> None:
    with pytest.raises(FetchError, match="Check the network"):
        fetch.download_url("http://127.0.0.1:9/file", tmp_path / "file.bin")
    assert list(tmp_path.iterdir()) == []


def test_verified_write_takes_only_what_was_expected(tmp_path: Path) -> None:
    target = tmp_path / "folder" / "file.bin"
    fetch.write_verified(target, CONTENT, hashlib.sha256(CONTENT).hexdigest())
    assert fetch.sha256_file(target) == hashlib.sha256(CONTENT).hexdigest()
    with pytest.raises(FetchError, match="not the file expected"):
        fetch.write_verified(target, b"other", "0" * 64)
    assert target.read_bytes() == CONTENT


def test_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    target = tmp_path / "file.bin"
    target.write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FetchError, match="No space left"):
        fetch.write_verified(target, b"new", hashlib.sha256(b"new").hexdigest())
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]
