"""ZIPs, harmless and hostile, made on the spot."""

from __future__ import annotations

import io
import os
import struct
import threading
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import gallery.open_zip
from gallery.config import Settings
from gallery.errors import RefusedPhoto
from gallery.records import Refusal, RefusalCode
from gallery.sources import SourceFile, find_photos

SETTINGS = Settings()


def make_jpeg() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(stream, "JPEG")
    return stream.getvalue()


JPEG = make_jpeg()
DESCRIPTORS = Path("/proc/self/fd")


def zipped(path: Path, *members: tuple[str | zipfile.ZipInfo, bytes], **options: Any) -> Path:
    with zipfile.ZipFile(path, "w", **options) as archive:
        for name, data in members:
            archive.writestr(name, data, compress_type=options.get("compression"))
    return path


def found(*sources: Path, settings: Settings = SETTINGS) -> tuple[list[SourceFile], list[Refusal]]:
    items = list(find_photos(sources, settings))
    files = [item for item in items if isinstance(item, SourceFile)]
    return files, [item for item in items if isinstance(item, Refusal)]


def patched(path: Path, field: int, layout: str, value: int, *, local: int | None = None) -> Path:
    """Overwrite a field of the first directory entry, and of the first local header."""
    data = bytearray(path.read_bytes())
    struct.pack_into(layout, data, data.index(b"PK\1\2") + field, value)
    if local is not None:
        struct.pack_into(layout, data, data.index(b"PK\3\4") + local, value)
    path.write_bytes(data)
    return path


def test_a_zip_in_a_folder(tmp_path: Path) -> None:
    info = zipfile.ZipInfo("inner/zoë.jpg", (2024, 5, 1, 12, 30, 44))
    path = zipped(
        tmp_path / "album.zip",
        ("inner/", b""),
        (info, JPEG),
        ("a.dat", JPEG),
        ("inner/.hidden.jpg", JPEG),
        ("__MACOSX/inner/._a.jpg", b"x"),
        ("note.txt", b"text"),
        ("clip.mov", b"x"),
        compression=zipfile.ZIP_DEFLATED,
    )
    files, refusals = found(tmp_path)
    assert [file.path for file in files] == [f"{path}/a.dat", f"{path}/inner/zoë.jpg"]
    photo = files[1]
    assert photo.key == os.fsencode(path) + "!/inner/zoë.jpg".encode()
    assert (photo.name, photo.size, photo.on_disk) == ("zoë.jpg", len(JPEG), None)
    assert photo.mtime_ns == datetime(2024, 5, 1, 12, 30, 44, tzinfo=UTC).timestamp() * 1e9
    assert [file.read() for file in files] == [JPEG, JPEG]
    assert [refusal.path for refusal in refusals] == [f"{path}/clip.mov", f"{path}/note.txt"]


@pytest.mark.parametrize(
    "name",
    [
        "../evil.jpg",
        "a/../../evil.jpg",
        "..\\evil.jpg",
        "/etc/evil.jpg",
        "\\\\server\\evil.jpg",
        "C:\\evil.jpg",
        "c:evil.jpg",
        "..",
    ],
)
def test_names_that_point_outside(tmp_path: Path, name: str) -> None:
    path = zipped(tmp_path / "a.zip", (name, JPEG), ("good.jpg", JPEG))
    files, (refusal,) = found(path)
    assert [file.name for file in files] == ["good.jpg"]
    assert refusal.code == RefusalCode.UNSAFE_ARCHIVE
    assert "points outside" in refusal.reason
    assert list(tmp_path.iterdir()) == [path]


def test_a_zero_byte_does_not_hide_the_rest_of_a_name(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", ("good.jpgXevil", JPEG))
    path.write_bytes(path.read_bytes().replace(b"good.jpgXevil", b"good.jpg\0evil"))
    files, (refusal,) = found(path)
    assert files == []
    assert (refusal.path, refusal.code) == (f"{path}/good.jpg\\x00evil", "unsafe-archive")


def test_password(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", ("a.jpg", JPEG), ("b.jpg", JPEG))
    files, (refusal,) = found(patched(path, 8, "<H", 1, local=6))
    assert [file.name for file in files] == ["b.jpg"]
    assert "password" in refusal.reason


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_unpack_without_a_bound(tmp_path: Path, method: int) -> None:
    files, (refusal,) = found(zipped(tmp_path / "a.zip", ("a.jpg", JPEG), compression=method))
    assert files == []
    assert refusal.code == RefusalCode.UNSUPPORTED
    assert "Unpack the ZIP yourself" in refusal.reason


def test_declared_too_large(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", ("a.jpg", JPEG + bytes(1_000_000)), ("b.jpg", JPEG))
    files, (refusal,) = found(path, settings=Settings(max_file_mb=1))
    assert [file.name for file in files] == ["b.jpg"]
    assert refusal.code == RefusalCode.TOO_LARGE


def test_a_size_that_lies(tmp_path: Path) -> None:
    """Nothing beyond the declared size is unpacked, and then the checksum is wrong."""
    data = os.urandom(1000)
    path = zipped(tmp_path / "a.zip", ("a.jpg", data), compression=zipfile.ZIP_DEFLATED)
    (file,), _ = found(patched(path, 24, "<I", 2000))
    assert file.read() == data
    (file,), _ = found(patched(path, 24, "<I", 100))
    with pytest.raises(RefusedPhoto, match="damaged inside the ZIP") as caught:
        file.read()
    assert caught.value.code == RefusalCode.DAMAGED


def test_actual_size_above_the_limit(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", ("a.jpg", bytes(1_500_000)))
    (file,), _ = found(path, settings=Settings(max_file_mb=2))
    assert len(file.read()) == 1_500_000
    with zipfile.ZipFile(path) as archive:
        info = archive.infolist()[0]
    opened = gallery.open_zip.OpenZip(lambda: path.open("rb"), ours=True)
    with pytest.raises(RefusedPhoto) as caught:
        opened.read(info, 1)
    assert caught.value.code == RefusalCode.TOO_LARGE


def test_bomb_of_zeros(tmp_path: Path) -> None:
    path = zipped(
        tmp_path / "a.zip",
        ("bomb.jpg", bytes(20_000_000)),
        ("fine.jpg", bytes(9_000_000)),
        ("good.jpg", JPEG),
        compression=zipfile.ZIP_DEFLATED,
    )
    assert path.stat().st_size < 50_000
    files, (refusal,) = found(path)
    assert [file.name for file in files] == ["fine.jpg", "good.jpg"]
    assert (refusal.path, refusal.code) == (f"{path}/bomb.jpg", RefusalCode.UNSAFE_ARCHIVE)
    assert "unpacks to 1,0" in refusal.reason
    assert "times its size" in refusal.reason


def test_total_above_the_limit(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", ("a.jpg", JPEG), ("b.bin", b"x"))
    patched(path, 24, "<I", 1_100_000_000)
    files, (refusal,) = found(path, settings=Settings(max_archive_gb=1))
    assert files == []
    assert (refusal.path, refusal.code) == (str(path), RefusalCode.TOO_LARGE)
    assert "1.1 GB" in refusal.reason
    assert "GALLERY_MAX_ARCHIVE_GB" in refusal.reason


def test_overlapping_members(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", ("a.jpg", JPEG), ("b.jpg", JPEG))
    data = bytearray(path.read_bytes())
    # Both entries of the directory lead to the first member.
    second = data.index(b"PK\1\2", data.index(b"PK\1\2") + 4)
    struct.pack_into("<I", data, second + 42, 0)
    path.write_bytes(data)
    files, (refusal,) = found(path)
    assert files == []
    assert (refusal.path, refusal.code) == (str(path), RefusalCode.UNSAFE_ARCHIVE)
    assert "overlap" in refusal.reason


def test_too_many_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    members = [(f"{number}.jpg", b"") for number in range(11)]
    monkeypatch.setattr(gallery.open_zip, "MAX_MEMBERS", 10)
    files, (refusal,) = found(zipped(tmp_path / "many.zip", *members))
    assert files == []
    assert refusal.code == RefusalCode.UNSAFE_ARCHIVE
    assert "holds more than" in refusal.reason
    files, refusals = found(zipped(tmp_path / "few.zip", *members[:10]))
    assert (len(files), refusals) == (10, [])


def test_wrong_checksum(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", ("a.jpg", JPEG), ("b.jpg", JPEG))
    data = bytearray(path.read_bytes())
    data[data.index(b"\xff\xd8\xff") + 100] ^= 0xFF
    path.write_bytes(data)
    (broken, good), refusals = found(path)
    assert refusals == []
    with pytest.raises(RefusedPhoto, match="damaged inside the ZIP"):
        broken.read()
    assert good.read() == JPEG


def test_broken_stream(tmp_path: Path) -> None:
    data = os.urandom(5000)
    path = zipped(tmp_path / "a.zip", ("a.jpg", data + data), compression=zipfile.ZIP_DEFLATED)
    broken = bytearray(path.read_bytes())
    broken[60:90] = b"\xff" * 30
    path.write_bytes(broken)
    (file,), _ = found(path)
    with pytest.raises(RefusedPhoto, match="damaged inside the ZIP"):
        file.read()


@pytest.mark.parametrize("kept", [0, 3, 50, 0.5, 0.99])
def test_damaged_zip(tmp_path: Path, kept: float) -> None:
    path = zipped(tmp_path / "a.zip", *((f"{n}.jpg", JPEG) for n in range(5)))
    data = path.read_bytes()
    path.write_bytes(data[: int(kept * len(data)) if kept < 1 else int(kept)])
    files, (refusal,) = found(tmp_path)
    assert files == []
    assert (refusal.path, refusal.code) == (str(path), RefusalCode.DAMAGED)
    assert "damaged or incomplete" in refusal.reason


def test_flipped_bytes_give_files_or_reasons(tmp_path: Path) -> None:
    members = [(f"{number}.jpg", JPEG) for number in range(3)]
    path = zipped(tmp_path / "a.zip", *members, compression=zipfile.ZIP_DEFLATED)
    data = path.read_bytes()
    directory = data.index(b"PK\1\2")
    refused = 0
    for at in [*range(60), *range(directory, len(data))]:
        for value in (0x00, 0x7F, 0xFF):
            path.write_bytes(data[:at] + bytes([value]) + data[at + 1 :])
            files, refusals = found(path, settings=Settings(max_file_mb=1))
            refused += len(refusals)
            for file in files:
                try:
                    assert file.read() == JPEG
                except RefusedPhoto:
                    refused += 1
    assert refused > 100


def test_a_zip_inside_a_zip_is_refused(tmp_path: Path) -> None:
    inner = zipped(tmp_path / "inner.zip", ("a.jpg", JPEG)).read_bytes()
    path = zipped(tmp_path / "outer.zip", ("inner.zip", inner), ("b.jpg", JPEG))
    files, (refusal,) = found(path)
    assert [file.name for file in files] == ["b.jpg"]
    assert "ZIP inside a ZIP" in refusal.reason


def test_a_link_inside_a_zip_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("link.jpg")
    link.external_attr = 0o120777 << 16
    files, (refusal,) = found(zipped(tmp_path / "a.zip", (link, b"/etc/passwd")))
    assert files == []
    assert "a link to another file" in refusal.reason


def test_the_same_name_twice(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        path = zipped(tmp_path / "a.zip", ("a.jpg", JPEG), ("a.jpg", b"other"))
    (file,), (refusal,) = found(path)
    assert file.read() == JPEG
    assert "more than once" in refusal.reason


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("Zoë.jpg".encode(), "Zoë.jpg"),
        ("Łódź.jpg".encode(), "Łódź.jpg"),
        (b"caf\x82.jpg", "café.jpg"),
        (b"dir\\a.jpg", "a.jpg"),
    ],
)
def test_old_names(tmp_path: Path, raw: bytes, shown: str) -> None:
    path = zipped(tmp_path / "a.zip", ("x" * len(raw), JPEG))
    path.write_bytes(path.read_bytes().replace(b"x" * len(raw), raw))
    (file,), _ = found(path)
    assert file.name == shown
    assert file.key == os.fsencode(path) + b"!/" + raw
    assert file.read() == JPEG


def test_a_name_that_claims_to_be_unicode_and_is_not(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.zip", ("ëë.jpg", JPEG))
    path.write_bytes(path.read_bytes().replace("ëë.jpg".encode(), b"\xff\xff\xff\xff.jpg"))
    _, (refusal,) = found(path)
    assert refusal.code == RefusalCode.DAMAGED


@pytest.mark.skipif(not DESCRIPTORS.is_dir(), reason="open files cannot be counted here")
def test_many_archives_and_many_threads(tmp_path: Path) -> None:
    for number in range(40):
        zipped(tmp_path / f"{number:02}.zip", *((f"{n}.jpg", JPEG) for n in range(5)))
    before = len(list(DESCRIPTORS.iterdir()))
    files, _ = found(tmp_path)
    assert len(files) == 200
    assert len(list(DESCRIPTORS.iterdir())) - before <= 16
    read: list[bytes] = []

    def work(mine: list[SourceFile]) -> None:
        read.extend(file.read() for file in mine)

    threads = [threading.Thread(target=work, args=(files[n::8],)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read == [JPEG] * 200
    assert len(list(DESCRIPTORS.iterdir())) - before <= 16
    del files, threads
    assert len(list(DESCRIPTORS.iterdir())) <= before


def test_an_archive_that_vanished(tmp_path: Path) -> None:
    paths = [zipped(tmp_path / f"{number:02}.zip", ("a.jpg", JPEG)) for number in range(20)]
    files, _ = found(tmp_path)
    paths[0].unlink()
    with pytest.raises(RefusedPhoto, match="vanished"):
        files[0].read()
