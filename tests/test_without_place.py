"""Photos without their place: nothing of it is left, and no pixel has changed."""

from __future__ import annotations

import io
import json
import shutil
import struct
import subprocess
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pillow_heif
import pytest
from PIL import ExifTags, Image
from synthetic import sharp_pixels

from gallery.config import Settings
from gallery.decode import decode
from gallery.place_words import says_place
from gallery.smaller import smaller
from gallery.without_place import without_place

EXIFTOOL = shutil.which("exiftool")
Base, GPS, IFD = ExifTags.Base, ExifTags.GPS, ExifTags.IFD
XMP = b"""<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
 <rdf:Description rdf:about="" xmlns:exif="http://ns.adobe.com/exif/1.0/"
  xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"
  xmlns:drone="http://www.dji.com/drone-dji/1.0/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
  xmlns:iptc="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
  exif:GPSLatitude="48,51.5N" photoshop:City="Paris" drone:GpsLongtitude="+2.29" xmp:Rating="5">
  <exif:GPSLongitude>2,17.7E</exif:GPSLongitude>
  <iptc:LocationShown><rdf:Bag><rdf:li rdf:parseType="Resource"><iptc:City>Paris</iptc:City>
  </rdf:li></rdf:Bag></iptc:LocationShown>
  <dc:subject><rdf:Bag><rdf:li>tower</rdf:li><rdf:li>geo:lat=48.858</rdf:li></rdf:Bag></dc:subject>
 </rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""
# What no cleaned file may hold, in any spelling that is searched for here.
TRACES = (b"48,51", b"2,17.7", b"Paris", b"+2.29", b"48.858", b"LatLong", b"nearby")


def exif(orientation: int = 6) -> Image.Exif:
    """With a place, a date, the notes of a maker who tells the place too, and an orientation."""
    made = Image.Exif()
    made[Base.Make] = "Maker"
    made[Base.Orientation] = orientation
    made.get_ifd(IFD.Exif).update(
        {Base.DateTimeOriginal: "2024:05:01 12:30:00", Base.MakerNote: b"LatLong 48.858 nearby"}
    )
    made.get_ifd(IFD.GPSInfo).update(
        {
            GPS.GPSLatitudeRef: "N",
            GPS.GPSLatitude: (48.0, 51.0, 30.0),
            GPS.GPSLongitudeRef: "E",
            GPS.GPSLongitude: (2.0, 17.0, 42.0),
            GPS.GPSAreaInformation: b"ASCII\0\0\0Paris nearby",
        }
    )
    return made


def saved(kind: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    pixels = Image.fromarray(sharp_pixels(5))
    pixels.save(stream, kind, exif=exif(), **({"xmp": XMP} | options))
    return stream.getvalue()


def png() -> bytes:
    """With XMP, packed, and EXIF as ImageMagick writes it into text."""
    packed = b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(XMP)
    profile = b"Raw profile type exif\0\0" + zlib.compress(b"exif nearby Paris")
    data = saved("PNG", xmp=b"")
    chunks = b""
    for kind, body in ((b"iTXt", packed), (b"zTXt", profile)):
        check = zlib.crc32(body, zlib.crc32(kind))
        chunks += struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)
    return data[:33] + chunks + data[33:]


def tiff() -> bytes:
    """Pillow writes the inner directories of a TIFF where they stand as values."""
    made = exif()
    for inner in (IFD.Exif, IFD.GPSInfo):
        made[inner] = dict(made.get_ifd(inner))
    stream = io.BytesIO()
    Image.fromarray(sharp_pixels(5)).save(stream, "TIFF", tiffinfo=dict(made) | {700: XMP})
    return stream.getvalue()


def jpeg() -> bytes:
    """With IPTC, a comment, a second part of the XMP, and a video behind the picture."""
    data = saved("JPEG", quality=95)
    extra = b""
    for marker, body in (
        (0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x0a\x1c\x02\x5a\0\x05Paris"),
        (0xFE, b"taken nearby Paris"),
        (0xE1, b"http://ns.adobe.com/xmp/extension/\0" + b"nearby" * 9),
        (0xE2, b"MPF\0II*\0nearby"),
    ):
        extra += struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body
    return data[:2] + extra + data[2:] + b"....ftypmp42 \xa9xyz+48.8580+002.2945/ nearby"


FILES = {
    "JPEG": jpeg(),
    "progressive": saved("JPEG", progressive=True),
    "PNG": png(),
    "WEBP": saved("WEBP", lossless=True),
    "TIFF": tiff(),
}


def pixels_of(data: bytes, settings: Settings) -> Any:
    return decode(data, settings, longest_side=160).pixels


@pytest.mark.parametrize("kind", FILES)
def test_nothing_of_the_place_is_left(kind: str, settings: Settings) -> None:
    data = FILES[kind]
    assert says_place(data)
    before = decode(data, settings, longest_side=160)
    assert before.metadata.latitude == pytest.approx(48.8583, abs=1e-3)
    cleaned = without_place(data)
    assert cleaned is not None
    assert not says_place(cleaned)
    assert [trace for trace in TRACES if trace in cleaned] == []
    after = decode(cleaned, settings, longest_side=160)
    assert np.array_equal(before.pixels, after.pixels)
    assert (after.metadata.latitude, after.metadata.altitude) == (None, None)
    assert after.metadata.taken_at == before.metadata.taken_at
    assert (after.metadata.camera_make, after.metadata.orientation) == ("Maker", 6)
    if kind != "TIFF":
        assert after.metadata.keywords == ("tower",)


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.skipif(
    EXIFTOOL is None, reason="no exiftool here; run: sudo apt-get install libimage-exiftool-perl"
)
def test_exiftool_finds_no_place_either(kind: str, tmp_path: Path) -> None:
    assert EXIFTOOL is not None
    found = []
    for data in (FILES[kind], without_place(FILES[kind])):
        assert data is not None
        path = tmp_path / "photo"
        path.write_bytes(data)
        command = [EXIFTOOL, "-json", "-a", "-u", "-ee", "-G1", "-n", str(path)]
        tags = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)[0]
        words = ("gps", "location", "city", "latitude", "longitude")
        found.append([tag for tag in tags if any(word in tag.lower() for word in words)])
        assert "ExifTool:Error" not in tags
    assert found[0]
    assert found[1] == []


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_photo_without_a_place_keeps_what_it_says(kind: str, settings: Settings) -> None:
    plain = Image.Exif()
    plain[Base.Make] = "Maker"
    stream = io.BytesIO()
    Image.fromarray(sharp_pixels(6)).save(stream, kind, exif=plain)
    cleaned = without_place(stream.getvalue())
    assert cleaned is not None
    assert decode(cleaned, settings, longest_side=160).metadata.camera_make == "Maker"


@pytest.mark.parametrize("name", ["HEIF", "AVIF"])
def test_what_cannot_be_cleaned_in_place_is_not_given(name: str) -> None:
    pillow_heif.register_heif_opener()
    assert without_place(saved(name, xmp=XMP)) is None


def test_xmp_that_nests_without_end_goes_whole() -> None:
    nested = XMP.replace(
        b"<exif:GPSLongitude>", b"<a>" * 5000 + b"</a>" * 5000 + b"<exif:GPSLongitude>"
    )
    cleaned = without_place(saved("JPEG", xmp=nested))
    assert cleaned is not None
    assert b"<a>" not in cleaned
    assert says_place(saved("JPEG", xmp=nested.replace(b"48,51.5N", b"").replace(b"2,17.7E", b"")))


def test_a_picture_too_large_to_look_into_is_not_passed_on_as_it_is() -> None:
    huge = bytearray(saved("PNG", xmp=b""))
    huge[16:24] = (60_000).to_bytes(4, "big") * 2
    huge[29:33] = zlib.crc32(huge[12:29]).to_bytes(4, "big")
    assert says_place(bytes(huge))


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("seed", range(6))
def test_a_broken_file_gives_a_clean_one_or_none(kind: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    data = bytearray(FILES[kind])
    for at in rng.integers(4, min(len(data), 900), 12):
        data[at] = rng.integers(0, 256)
    for broken in (bytes(data), FILES[kind][: int(rng.integers(20, len(data)))]):
        cleaned = without_place(broken)
        assert cleaned is None or not says_place(cleaned)


@pytest.mark.parametrize("with_place", [True, False])
@pytest.mark.parametrize("kind", FILES)
def test_smaller_copies(kind: str, with_place: bool, settings: Settings) -> None:
    made = smaller(FILES[kind], settings, 80, with_place=with_place)
    photo = decode(made, settings, longest_side=80)
    assert (photo.width, photo.height) == (60, 80)  # upright
    assert photo.metadata.orientation == 1
    assert photo.metadata.camera_make == "Maker"
    assert photo.metadata.taken_at is not None
    assert (photo.metadata.latitude is not None) is with_place
    assert says_place(made) is with_place
    assert b"nearby" not in made.replace(b"Paris nearby", b"" if with_place else b"Paris nearby")
