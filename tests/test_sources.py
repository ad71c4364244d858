"""Folders, links, odd names and uploads, made on the spot."""

from __future__ import annotations

import io
import os
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image

from gallery.config import Settings
from gallery.errors import RefusedPhoto, SourceError
from gallery.formats import HEAD_BYTES, sniff
from gallery.records import Refusal, RefusalCode, Stage
from gallery.sources import SourceFile, find_photos, from_upload

SETTINGS = Settings()
FORMATS = ["JPEG", "PNG", "WEBP", "AVIF", "HEIF", "TIFF", "GIF", "BMP"]
SMALL = Settings(max_file_mb=1)


def photo(name: str = "JPEG") -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(stream, name)
    return stream.getvalue()


JPEG = photo()


def put(path: Path, data: bytes = JPEG) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def found(*sources: Path, settings: Settings = SETTINGS) -> tuple[list[SourceFile], list[Refusal]]:
    items = list(find_photos(sources, settings))
    files = [item for item in items if isinstance(item, SourceFile)]
    return files, [item for item in items if isinstance(item, Refusal)]


@contextmanager
def as_nobody() -> Iterator[Path]:
    """A folder, and not being root while in it: root can read everything."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        root = hasattr(os, "geteuid") and os.geteuid() == 0
        if root:
            os.seteuid(65534)
        try:
            yield folder
        finally:
            if root:
                os.seteuid(0)


def test_folders_in_order(tmp_path: Path) -> None:
    for name in ("b/2.jpg", "b/10.jpg", "a.png", "c.JPG", "b/inner/x.heic", "d/e/f/g/h.avif"):
        put(tmp_path / name)
    files, refusals = found(tmp_path)
    names = ["a.png", "b/10.jpg", "b/2.jpg", "b/inner/x.heic", "c.JPG", "d/e/f/g/h.avif"]
    assert [file.on_disk for file in files] == [tmp_path / name for name in names]
    assert refusals == []
    assert list(find_photos([tmp_path], SETTINGS)) == files


def test_a_file_on_disk(tmp_path: Path) -> None:
    path = put(tmp_path / "a.jpg")
    os.utime(path, ns=(1, 1_714_559_400_123_456_789))
    (file,), _ = found(path)
    assert (file.path, file.key) == (str(path), os.fsencode(path))
    assert (file.name, file.size, file.on_disk) == ("a.jpg", len(JPEG), path)
    assert file.mtime_ns == path.stat().st_mtime_ns
    assert file.read() == JPEG
    assert file.sidecar() is None


def test_relative_sources_have_absolute_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "album/a.jpg")
    put(tmp_path / "other/b.jpg")
    monkeypatch.chdir(tmp_path / "other")
    (file,), _ = found(Path("../album"))
    assert file.key == os.fsencode(tmp_path.resolve() / "album/a.jpg")
    monkeypatch.setenv("HOME", str(tmp_path))
    (file,), _ = found(Path("~/other"))
    assert file.on_disk == tmp_path / "other/b.jpg"


@pytest.mark.parametrize(
    "name",
    [
        ".hidden.jpg",
        "._a.jpg",
        ".thumbnails/a.jpg",
        "__MACOSX/a.jpg",
        "@eaDir/a.jpg/SYNOPHOTO_THUMB_M.jpg",
        "Thumbs.db",
        "desktop.ini",
        ".DS_Store",
        "a.xmp",
        "a.jpg.XMP",
        "IMG_1.AAE",
        "IMG_1.jpg.json",
        "IMG_1.JPG.supplemental-metadata.json",
    ],
)
def test_passed_over_without_a_word(tmp_path: Path, name: str) -> None:
    put(tmp_path / name)
    put(tmp_path / "photo.jpg")
    files, refusals = found(tmp_path)
    assert [file.name for file in files] == ["photo.jpg"]
    assert refusals == []


def test_a_hidden_folder_that_is_named_is_searched(tmp_path: Path) -> None:
    put(tmp_path / ".secret/a.jpg")
    assert [file.name for file in found(tmp_path / ".secret")[0]] == ["a.jpg"]


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.mp4", b"\0\0\0\x18ftypisom\0\0\0\0isommp42", "Videos are not supported yet."),
        ("a.MOV", b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", "Videos are not supported yet."),
        ("a.nef", photo("TIFF"), "Camera raw files (.nef) are not supported yet."),
        ("a.txt", b"text", "reads: .txt. It reads JPEG, PNG, WebP, HEIC, AVIF, TIFF, GIF, BMP."),
        ("a.json", b"{}", "Not a photo format the gallery reads: .json."),
        ("a.psd", b"8BPS\0\1", "Not a photo format the gallery reads: .psd."),
        ("README", b"text", "Not a photo format the gallery reads. It reads JPEG"),
        ("empty", b"", "Not a photo format the gallery reads. It reads JPEG"),
        ("a.txt", b"BM stands for bitmap, and for much else", "reads: .txt."),
    ],
)
def test_no_photo(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    path = put(tmp_path / name, data)
    files, (refusal,) = found(tmp_path)
    assert files == []
    assert (refusal.path, refusal.stage) == (str(path), Stage.SOURCE)
    assert refusal.code == RefusalCode.UNSUPPORTED
    assert reason in refusal.reason


@pytest.mark.parametrize("format_name", FORMATS)
@pytest.mark.parametrize("name", ["no-extension", "a.dat", "a.zip", "a.txt"])
def test_a_photo_by_its_first_bytes(tmp_path: Path, name: str, format_name: str) -> None:
    pytest.importorskip("pillow_heif").register_heif_opener()
    data = photo(format_name)
    assert sniff(data[:HEAD_BYTES]) == format_name
    put(tmp_path / name, data)
    (file,), refusals = found(tmp_path)
    assert (file.name, refusals) == (name, [])


@pytest.mark.parametrize("name", ["missing", "missing/a.jpg", "broken", "nul\0name"])
def test_a_source_that_does_not_exist(tmp_path: Path, name: str) -> None:
    (tmp_path / "broken").symlink_to(tmp_path / "gone")
    put(tmp_path / "a.jpg")
    with pytest.raises(SourceError, match=r"There is no file or folder .*Check the spelling"):
        find_photos([tmp_path, tmp_path / name], SETTINGS)


def test_links_to_files_and_folders_are_followed(tmp_path: Path) -> None:
    put(tmp_path / "outside/deep/a.jpg")
    put(tmp_path / "single.jpg")
    album = tmp_path / "album"
    put(album / "real/b.jpg")
    (album / "file.jpg").symlink_to(tmp_path / "single.jpg")
    (album / "again").symlink_to(album / "real")
    (album / "elsewhere").symlink_to(tmp_path / "outside")
    files, refusals = found(album)
    # `again` is a folder that was searched at its own place.
    names = ["file.jpg", "real/b.jpg", "elsewhere/deep/a.jpg"]
    assert [file.on_disk for file in files] == [album / name for name in names]
    assert all(file.read() == JPEG for file in files)
    assert refusals == []


def test_loops_end(tmp_path: Path) -> None:
    put(tmp_path / "a/b/photo.jpg")
    (tmp_path / "a/b/up").symlink_to(tmp_path)
    (tmp_path / "a/b/here").symlink_to(".")
    (tmp_path / "a/self.jpg").symlink_to(tmp_path / "a/self.jpg")
    files, (refusal,) = found(tmp_path)
    assert [file.on_disk for file in files] == [tmp_path / "a/b/photo.jpg"]
    assert refusal.code == RefusalCode.UNREADABLE
    assert refusal.reason == "The link leads back to itself."


def test_a_folder_named_twice_is_searched_once(tmp_path: Path) -> None:
    put(tmp_path / "inner/a.jpg")
    assert len(found(tmp_path, tmp_path / "inner", tmp_path)[0]) == 1


def test_a_broken_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").symlink_to(tmp_path / "gone.jpg")
    put(tmp_path / "b.jpg")
    files, (refusal,) = found(tmp_path)
    assert [file.name for file in files] == ["b.jpg"]
    assert refusal.path == str(tmp_path / "a.jpg")
    assert refusal.reason == "The link points to a file that is not there."


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_refused_and_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.jpg")
    files, (refusal,) = found(tmp_path)
    assert files == []
    assert "not a file" in refusal.reason
    (file,), _ = found(put(tmp_path / "b.jpg"))
    (tmp_path / "b.jpg").unlink()
    os.mkfifo(tmp_path / "b.jpg")
    with pytest.raises(RefusedPhoto, match="not a file any more"):
        file.read()


def test_what_may_not_be_read_is_refused_and_the_rest_goes_on() -> None:
    with as_nobody() as folder:
        put(folder / "closed/a.jpg")
        put(folder / "open/b.jpg")
        locked = put(folder / "open/c.jpg")
        put(folder / "open/d.bin")
        (folder / "closed").chmod(0)
        locked.chmod(0)
        (folder / "open/d.bin").chmod(0)
        if os.access(
            folder / "closed", os.R_OK, effective_ids=os.access in os.supports_effective_ids
        ):
            pytest.skip("this user can read everything")
        try:
            files, refusals = found(folder)
            assert [file.name for file in files] == ["b.jpg", "c.jpg"]
            assert [refusal.path for refusal in refusals] == [
                str(folder / "closed"),
                str(folder / "open/d.bin"),
            ]
            assert all("No permission to" in refusal.reason for refusal in refusals)
            assert {refusal.code for refusal in refusals} == {RefusalCode.UNREADABLE}
            with pytest.raises(RefusedPhoto, match="No permission to read it") as caught:
                files[1].read()
            assert caught.value.code == RefusalCode.UNREADABLE
            with pytest.raises(SourceError, match="No permission to look into"):
                find_photos([folder / "closed/a.jpg"], SETTINGS)
        finally:
            (folder / "closed").chmod(0o700)


def test_vanished(tmp_path: Path) -> None:
    (file,), _ = found(put(tmp_path / "a.jpg"))
    (tmp_path / "a.jpg").unlink()
    with pytest.raises(RefusedPhoto, match="vanished") as caught:
        file.read()
    assert (caught.value.stage, caught.value.code) == (Stage.SOURCE, RefusalCode.UNREADABLE)


@pytest.mark.parametrize(("size", "fits"), [(1_000_000, True), (1_000_001, False)])
def test_too_large(tmp_path: Path, size: int, fits: bool) -> None:
    path = put(tmp_path / "a.jpg", JPEG + bytes(size - len(JPEG)))
    (on_disk,), _ = found(path, settings=SMALL)
    if fits:
        assert len(on_disk.read()) == size
    else:
        with pytest.raises(
            RefusedPhoto, match=r"1 MB allowed\. Raise GALLERY_MAX_FILE_MB"
        ) as caught:
            on_disk.read()
        assert caught.value.code == RefusalCode.TOO_LARGE


def test_names_that_are_not_unicode(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/caf\xe9\n\x1b.jpg"
    try:
        Path(os.fsdecode(raw)).write_bytes(JPEG)
    except OSError:
        pytest.skip("this file system takes Unicode names only")
    put(tmp_path / "zoë 😀.jpg")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.txt")).write_bytes(b"text")
    files, (refusal,) = found(tmp_path)
    assert [file.name for file in files] == ["caf\\xe9\\x0a\\x1b.jpg", "zoë 😀.jpg"]
    assert files[0].path == f"{tmp_path}/caf\\xe9\\x0a\\x1b.jpg"
    assert files[0].key == raw
    assert refusal.path == f"{tmp_path}/\\xff.txt"
    for text in (files[0].path, files[0].name, refusal.path, refusal.reason):
        assert text.encode("utf-8")
    assert files[0].read() == JPEG


@pytest.mark.parametrize(
    ("photo_name", "sidecars", "taken"),
    [
        ("a.jpg", ["a.xmp"], "a.xmp"),
        ("a.jpg", ["a.jpg.xmp"], "a.jpg.xmp"),
        ("a.jpg", ["a.xmp", "a.jpg.xmp"], "a.jpg.xmp"),
        ("a.JPG", ["A.XMP"], "A.XMP"),
        ("a.jpg", ["A.JPG.Xmp"], "A.JPG.Xmp"),
        ("a.jpg", ["A.xmp", "a.xmp"], "a.xmp"),
        ("a.b.jpg", ["a.xmp"], None),
        ("a.b.jpg", ["a.b.xmp"], "a.b.xmp"),
        ("a.jpg", ["b.xmp", "a.png.xmp", "sub/a.xmp"], None),
        ("a.jpg", [], None),
    ],
)
def test_sidecar(tmp_path: Path, photo_name: str, sidecars: list[str], taken: str | None) -> None:
    put(tmp_path / photo_name)
    for name in sidecars:
        put(tmp_path / name, name.encode())
    expected = None if taken is None else taken.encode()
    (in_folder,), refusals = found(tmp_path)
    (by_name,), _ = found(tmp_path / photo_name)
    assert refusals == []
    assert in_folder.sidecar() == by_name.sidecar() == expected
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for name in [photo_name, *sidecars]:
            archive.write(tmp_path / name, f"album/{name}")
    (member,), _ = found(tmp_path / "all.zip")
    assert member.sidecar() == expected


def test_a_sidecar_that_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    put(tmp_path / "a.jpg")
    put(tmp_path / "b.jpg")
    put(tmp_path / "a.xmp", bytes(16_000_001))
    put(tmp_path / "b.xmp", bytes(16_000_000))
    (first, second), _ = found(tmp_path)
    assert first.sidecar() is None
    assert second.sidecar() == bytes(16_000_000)
    (tmp_path / "b.xmp").unlink()
    assert second.sidecar() is None
    assert second.read() == JPEG


def test_deeper_than_python_calls_go(tmp_path: Path) -> None:
    folders = [tmp_path]
    for _ in range(1100):
        folders.append(folders[-1] / "d")
        folders[-1].mkdir()
    deepest = put(folders[-1] / "a.jpg")
    try:
        files, refusals = found(tmp_path)
    finally:
        # Taken down here, because what clears the folder later does use calls.
        deepest.unlink()
        for folder in reversed(folders):
            folder.rmdir()
    assert [file.on_disk for file in files] == [deepest]
    assert refusals == []


def uploaded(
    name: str, data: bytes, settings: Settings = SETTINGS
) -> tuple[list[SourceFile], list[Refusal]]:
    items = list(from_upload(name, io.BytesIO(data), settings))
    return [item for item in items if isinstance(item, SourceFile)], [
        item for item in items if isinstance(item, Refusal)
    ]


def test_upload_of_a_photo() -> None:
    (file,), refusals = uploaded("trip/zoë.jpg", JPEG)
    assert refusals == []
    assert (file.path, file.name, file.size) == ("trip/zoë.jpg", "zoë.jpg", len(JPEG))
    assert (file.key, file.mtime_ns, file.on_disk) == ("upload:trip/zoë.jpg".encode(), None, None)
    assert file.read() == file.read() == JPEG
    assert file.sidecar() is None


def test_upload_of_a_zip() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("in/a.jpg", JPEG)
        archive.writestr("in/a.xmp", b"sidecar")
        archive.writestr("note.txt", b"text")
    for name in ("album.zip", "album"):
        (file,), (refusal,) = uploaded(name, stream.getvalue())
        assert file.path == f"{name}/in/a.jpg"
        assert file.key == f"upload:{name}!/in/a.jpg".encode()
        assert (file.read(), file.sidecar(), file.on_disk) == (JPEG, b"sidecar", None)
        assert refusal.path == f"{name}/note.txt"


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.mp4", b"\0\0\0\x18ftypisom", RefusalCode.UNSUPPORTED),
        ("a.txt", b"text", RefusalCode.UNSUPPORTED),
        ("a.zip", b"no zip at all", RefusalCode.DAMAGED),
        ("a.zip", b"", RefusalCode.DAMAGED),
        ("a.jpg", JPEG + bytes(1_000_000), RefusalCode.TOO_LARGE),
    ],
)
def test_upload_refused(name: str, data: bytes, code: RefusalCode) -> None:
    files, (refusal,) = uploaded(name, data, SMALL)
    assert files == []
    assert (refusal.path, refusal.code) == (name, code)


def test_upload_of_a_sidecar_alone_says_nothing() -> None:
    assert uploaded("a.xmp", b"<x/>") == ([], [])


@pytest.mark.parametrize("name", ["\udce9.jpg", "\ud800.jpg", "a\0b\n.jpg", "..\\..\\a.jpg"])  # noqa: PT014
def test_upload_with_an_odd_name(name: str) -> None:
    (file,), _ = uploaded(name, JPEG)
    assert file.path.encode("utf-8").isascii()
    assert file.path.isprintable()
    assert file.key.startswith(b"upload:")


def test_upload_that_is_over() -> None:
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.writestr("a.jpg", JPEG)
    for name, stream in (("a.jpg", io.BytesIO(JPEG)), ("a.zip", zipped)):
        (file,) = from_upload(name, stream, SETTINGS)
        assert isinstance(file, SourceFile)
        stream.close()
        with pytest.raises(RefusedPhoto, match="Upload the file again"):
            file.read()
