"""Albums as ZIP files: every photo once, under a name that every system can hold."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import datetime
from pathlib import Path

import pillow_heif
import pytest
from PIL import ExifTags, Image
from synthetic import encoded, sharp_pixels
from typer.testing import CliRunner

from gallery import albums
from gallery.album_zip import NotPacked, ZipOptions, pack
from gallery.cli.app import app
from gallery.config import Settings
from gallery.errors import ExportError
from gallery.media.files import original_key
from gallery.place_words import says_place
from gallery.records import Metadata, Progress
from gallery.safe_names import SafeNames, safe_name
from gallery.store import photos as photo_store
from gallery.store.library import Library


def with_place(seed: int, kind: str = "JPEG") -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Maker"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(
        {
            ExifTags.GPS.GPSLatitudeRef: "N",
            ExifTags.GPS.GPSLatitude: (48.0, 51.0, 30.0),
            ExifTags.GPS.GPSLongitudeRef: "E",
            ExifTags.GPS.GPSLongitude: (2.0, 17.0, 42.0),
        }
    )
    return encoded(sharp_pixels(seed), kind, exif=exif)


def add(library: Library, name: str, data: bytes, *, kept: bool = True, year: int = 2024) -> int:
    """A photo whose original lies in the library, or nowhere any more."""
    sha256 = hashlib.sha256(data).hexdigest()
    key = library.media.put(original_key(sha256, ".jpg"), data) if kept else None
    with library.write() as connection:
        photo = photo_store.add(
            library,
            connection,
            photo_store.NewPhoto(
                sha256, len(data), 160, 120, "JPEG", Metadata(), datetime(year, 5, 4, 10, 30),
                "camera", 100.0, b"\0" * 32, key,
            ),
        )  # fmt: skip
        path = f"/photos/{photo}/{name}"
        place = photo_store.Place(path.encode(), path, not kept, len(data), 1)
        photo_store.add_place(library, connection, photo, place)
    return photo


def entries(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return {info.filename: archive.read(info) for info in archive.infolist()}


def test_originals_are_the_same_bytes(library: Library, settings: Settings, tmp_path: Path) -> None:
    files = {name: encoded(sharp_pixels(seed)) for seed, name in enumerate("abc")}
    ids = [add(library, f"{name}.jpg", data) for name, data in files.items()]
    seen: list[Progress] = []
    packed = pack(library, ids, tmp_path / "out", ZipOptions(), settings, seen.append)
    assert packed.target == tmp_path / "out.zip"
    assert entries(packed.target) == {f"{name}.jpg": data for name, data in files.items()}
    assert [(step.done, step.total) for step in seen] == [(1, 3), (2, 3), (3, 3)]
    assert packed.size_bytes == packed.target.stat().st_size
    assert [path.name for path in tmp_path.iterdir() if path.name != "library"] == ["out.zip"]
    with zipfile.ZipFile(packed.target) as archive:
        assert archive.infolist()[0].date_time == (2024, 5, 4, 10, 30, 0)
    with pytest.raises(ExportError, match="there already"):
        pack(library, ids, packed.target, ZipOptions(), settings)
    pack(library, ids[:1], packed.target, ZipOptions(overwrite=True), settings)
    assert len(entries(packed.target)) == 1


@pytest.mark.parametrize("side", [None, 80])
@pytest.mark.parametrize("locations", [True, False])
def test_with_and_without_places(
    side: int | None, locations: bool, library: Library, settings: Settings, tmp_path: Path
) -> None:
    pillow_heif.register_heif_opener()
    ids = [
        add(library, "a.jpg", with_place(1)),
        add(library, "b.PNG", with_place(2, "PNG")),
        add(library, "c.heic", with_place(3, "HEIF")),
    ]
    packed = pack(library, ids, tmp_path / "z.zip", ZipOptions(side, locations), settings)
    found = entries(packed.target)
    assert [says_place(data) for data in found.values()] == [locations] * 3
    as_is = ["a.jpg", "b.PNG", "c.heic"]
    cleaned = ["a.jpg", "b.PNG", "c.jpg"]
    names = ["a.jpg", "b.jpg", "c.jpg"] if side else as_is if locations else cleaned
    assert list(found) == names
    assert packed.converted == (1 if side is None and not locations else 0)
    for data in found.values():
        with Image.open(io.BytesIO(data)) as image:
            assert max(image.size) == (side or 160)


def test_names_and_times_that_a_zip_cannot_hold(
    library: Library, settings: Settings, tmp_path: Path
) -> None:
    names = [
        "a.jpg",
        "A.JPG",
        "a.jpg",
        "con.jpg",
        'b?"<.jpg',
        "c.jpg. ",
        "noname",
        "é.jpg",
        "é.jpg",
    ]
    ids = [
        add(library, name, encoded(sharp_pixels(seed)), year=1950)
        for seed, name in enumerate(names)
    ]
    packed = pack(library, ids, tmp_path / "z.zip", ZipOptions(), settings)
    assert list(entries(packed.target)) == [
        "a.jpg", "A (2).JPG", "a (3).jpg", "_con.jpg", "b___.jpg", "c.jpg",
        "noname", "é.jpg", "é (2).jpg",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("a/b\\c.jpg", "a_b_c.jpg"),
        ("..", "_"),
        ("", "_"),
        ("NUL", "_NUL"),
        ("lpt1.jpg", "_lpt1.jpg"),
        ("console.jpg", "console.jpg"),
        ("a\u202egpj.exe", "a_gpj.exe"),
        ("x" * 300 + ".jpeg", "x" * 175 + ".jpeg"),
        ("é" * 300, "é" * 90),
        ("日本.jpg", "日本.jpg"),
    ],
)
def test_safe_names(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_a_path_is_unique_as_a_whole() -> None:
    names = SafeNames()
    assert names.unique("a", "x.jpg", suffix=".xmp") == ("a", "x.jpg.xmp")
    assert names.unique("b", "x.jpg", suffix=".xmp") == ("b", "x.jpg.xmp")
    assert names.unique("A", "X.jpg", suffix=".xmp") == ("A", "X (2).jpg.xmp")


def test_what_cannot_be_read_is_left_out(
    library: Library, settings: Settings, tmp_path: Path
) -> None:
    good = add(library, "a.jpg", encoded(sharp_pixels(1)))
    gone = add(library, "b.jpg", encoded(sharp_pixels(2)), kept=False)
    broken = add(library, "c.jpg", b"\xff\xd8\xff no picture")
    packed = pack(library, [good, gone, broken, 99], tmp_path / "z.zip", ZipOptions(64), settings)
    assert list(entries(packed.target)) == ["a.jpg"]
    assert [type(one) for one in packed.left_out] == [NotPacked] * 3
    assert [one.photo_id for one in packed.left_out] == [gone, broken, 99]
    with pytest.raises(ExportError, match="None of the photos"):
        pack(library, [gone], tmp_path / "y.zip", ZipOptions(), settings)
    with pytest.raises(ExportError, match="no photo"):
        pack(library, [], tmp_path / "y.zip", ZipOptions(), settings)
    assert not (tmp_path / "y.zip").exists()


def test_the_command(library: Library, tmp_path: Path) -> None:
    albums.create(library, "One", [add(library, "a.jpg", with_place(1))])
    out = tmp_path / "one.zip"
    options = ["--out", str(out), "--side", "64", "--without-locations", "--json"]
    call = ["export", "album", "one", *options, "--library", str(library.root)]
    done = CliRunner().invoke(app, call)
    assert done.exit_code == 0, (done.output, done.exception)
    said = json.loads(done.stdout)
    assert (said["out"], said["photos"], said["left_out"]) == (str(out), 1, [])
    assert not says_place(entries(out)["a.jpg"])
