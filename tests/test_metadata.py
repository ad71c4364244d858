"""Dates, places and words out of EXIF and XMP, good and bad."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from PIL import ExifTags, Image
from PIL.TiffImagePlugin import IFDRational

from gallery.metadata import merge, read_embedded, read_exif, read_xmp
from gallery.records import Metadata

Base, GPS, IFD = ExifTags.Base, ExifTags.GPS, ExifTags.IFD
BERLIN = {
    GPS.GPSLatitudeRef: "N",
    GPS.GPSLatitude: (52.0, 30.0, 36.0),
    GPS.GPSLongitudeRef: "E",
    GPS.GPSLongitude: (13.0, 22.0, 30.0),
}


def photo(
    main: dict[int, Any] | None = None,
    details: dict[int, Any] | None = None,
    gps: dict[int, Any] | None = None,
) -> Image.Image:
    """A JPEG with these tags, written and opened again."""
    exif = Image.Exif()
    exif.update(main or {})
    exif.get_ifd(IFD.Exif).update(details or {})
    exif.get_ifd(IFD.GPSInfo).update(gps or {})
    return reopened(exif=exif.tobytes())


def reopened(**options: Any) -> Image.Image:
    stream = io.BytesIO()
    Image.new("RGB", (8, 8)).save(stream, "JPEG", **options)
    return Image.open(io.BytesIO(stream.getvalue()))


def packet(body: str = "", attributes: str = "") -> bytes:
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
    <x:xmpmeta xmlns:x="adobe:ns:meta/">
     <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
       xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:exif="http://ns.adobe.com/exif/1.0/"
       xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:tiff="http://ns.adobe.com/tiff/1.0/"
       xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/">
      <rdf:Description rdf:about="" {attributes}>{body}</rdf:Description>
     </rdf:RDF></x:xmpmeta><?xpacket end="w"?>""".encode()


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("main", "details", "taken_at", "offset"),
    [
        ({}, {Base.DateTimeOriginal: "2024:05:01 12:30:45"}, utc(2024, 5, 1, 12, 30, 45), None),
        (
            {Base.DateTime: "2024:06:01 00:00:00"},
            {
                Base.DateTimeOriginal: "2024:05:01 12:30:45",
                Base.DateTimeDigitized: "2024:05:02 12:30:45",
            },
            utc(2024, 5, 1, 12, 30, 45),
            None,
        ),
        (
            {Base.DateTime: "2024:06:01 00:00:00"},
            {Base.DateTimeDigitized: "2024:05:02 12:30:45"},
            utc(2024, 5, 2, 12, 30, 45),
            None,
        ),
        ({Base.DateTime: "2024:06:01 00:00:00"}, {}, utc(2024, 6, 1), None),
        (
            {},
            {Base.DateTimeOriginal: "2024:05:01 01:30:00", Base.OffsetTimeOriginal: "+05:45"},
            utc(2024, 4, 30, 19, 45),
            345,
        ),
        (
            {},
            {Base.DateTimeOriginal: "2024:05:01 01:30:00", Base.OffsetTimeOriginal: "-08:00"},
            utc(2024, 5, 1, 9, 30),
            -480,
        ),
        (
            # The zone of the last change says nothing about the zone of the shot.
            {},
            {Base.DateTimeOriginal: "2024:05:01 01:30:00", Base.OffsetTime: "-08:00"},
            utc(2024, 5, 1, 1, 30),
            None,
        ),
        (
            {},
            {Base.DateTimeOriginal: "2024:05:01 01:30:00", Base.OffsetTimeOriginal: "+99:00"},
            utc(2024, 5, 1, 1, 30),
            None,
        ),
        (
            {},
            {Base.DateTimeOriginal: "2024:05:01 12:30:45", Base.SubsecTimeOriginal: "07"},
            utc(2024, 5, 1, 12, 30, 45, 70_000),
            None,
        ),
        (
            {},
            {Base.DateTimeOriginal: "2024:05:01 12:30:45", Base.SubsecTimeOriginal: "-x"},
            utc(2024, 5, 1, 12, 30, 45),
            None,
        ),
        (
            {Base.DateTime: "2024:06:01 00:00:00"},
            {Base.DateTimeOriginal: "0000:00:00 00:00:00"},
            utc(2024, 6, 1),
            None,
        ),
        ({}, {Base.DateTimeOriginal: "0000:00:00 00:00:00"}, None, None),
        ({}, {Base.DateTimeOriginal: "    :  :     :  :  "}, None, None),
        ({}, {Base.DateTimeOriginal: "1825:12:31 23:59:59"}, None, None),
        ({}, {Base.DateTimeOriginal: "1826:01:01 00:00:00"}, utc(1826, 1, 1), None),
        ({}, {Base.DateTimeOriginal: "2924:05:01 12:30:45"}, None, None),
        ({}, {Base.DateTimeOriginal: "2024:02:30 12:30:45"}, None, None),
        ({}, {Base.DateTimeOriginal: "2024:05:01 25:30:45"}, None, None),
        ({}, {Base.DateTimeOriginal: "yesterday"}, None, None),
        ({}, {}, None, None),
    ],
)
def test_exif_date(
    main: dict[int, Any], details: dict[int, Any], taken_at: datetime | None, offset: int | None
) -> None:
    found = read_exif(photo(main, details))
    assert (found.taken_at, found.taken_offset) == (taken_at, offset)


@pytest.mark.parametrize(
    ("gps", "place"),
    [
        (BERLIN, (52.51, 13.375)),
        (BERLIN | {GPS.GPSLatitudeRef: "S", GPS.GPSLongitudeRef: "W"}, (-52.51, -13.375)),
        (BERLIN | {GPS.GPSLatitudeRef: "n"}, (52.51, 13.375)),
        (BERLIN | {GPS.GPSLatitude: (52.51,)}, (52.51, 13.375)),
        (BERLIN | {GPS.GPSLatitude: (52.0, 30.6)}, (52.51, 13.375)),
        (BERLIN | {GPS.GPSLatitude: (0.0, 0.0, 0.0)}, (0.0, 13.375)),
        (BERLIN | {GPS.GPSLatitude: (0.0,) * 3, GPS.GPSLongitude: (0.0,) * 3}, None),
        (BERLIN | {GPS.GPSLatitude: (IFDRational(0, 0),) * 3}, None),
        (BERLIN | {GPS.GPSLatitude: (IFDRational(52), IFDRational(1, 0), IFDRational(0))}, None),
        (BERLIN | {GPS.GPSLatitude: (90.0, 0.0, 1.0)}, None),
        (BERLIN | {GPS.GPSLongitude: (181.0, 0.0, 0.0)}, None),
        (BERLIN | {GPS.GPSLatitude: (52.0, 75.0, 0.0)}, None),
        (BERLIN | {GPS.GPSLatitude: (52.0, 1.0, 1.0, 1.0)}, None),
        (BERLIN | {GPS.GPSLatitudeRef: ""}, None),
        (BERLIN | {GPS.GPSLatitudeRef: "E"}, None),
        ({GPS.GPSLatitudeRef: "N", GPS.GPSLatitude: (52.0, 30.0, 36.0)}, None),
        ({}, None),
    ],
)
def test_exif_place(gps: dict[int, Any], place: tuple[float, float] | None) -> None:
    found = read_exif(photo(gps=gps))
    if place is None:
        assert (found.latitude, found.longitude) == (None, None)
    else:
        assert (found.latitude, found.longitude) == pytest.approx(place, abs=1e-6)


@pytest.mark.parametrize(
    ("gps", "metres"),
    [
        ({GPS.GPSAltitude: 34.5, GPS.GPSAltitudeRef: b"\0"}, 34.5),
        ({GPS.GPSAltitude: 34.5, GPS.GPSAltitudeRef: b"\1"}, -34.5),
        ({GPS.GPSAltitude: 34.5}, 34.5),
        ({GPS.GPSAltitude: IFDRational(1, 0)}, None),
        ({GPS.GPSAltitude: 4_000_000.0}, None),
    ],
)
def test_exif_altitude(gps: dict[int, Any], metres: float | None) -> None:
    assert read_exif(photo(gps=gps)).altitude == metres


@pytest.mark.parametrize("nan", [float("nan"), float("inf")])
def test_exif_place_that_is_no_number(nan: float) -> None:
    image = Image.new("RGB", (8, 8))
    image.getexif().get_ifd(IFD.GPSInfo).update(BERLIN | {GPS.GPSLatitude: (nan, 0.0, 0.0)})
    assert read_exif(image).latitude is None
    image.getexif().get_ifd(IFD.GPSInfo).update(BERLIN)
    assert read_exif(image).latitude == pytest.approx(52.51)


def test_exif_camera_and_words() -> None:
    found = read_exif(
        photo(
            {
                Base.Make: "  NIKON \0\0 junk",
                Base.Model: "D850\0",
                Base.ImageDescription: "Grüße aus Łódź".encode(),
                Base.Orientation: 6,
            },
            {Base.LensModel: " 35mm f/1.8 "},
        )
    )
    assert found == Metadata(
        camera_make="NIKON",
        camera_model="D850",
        lens="35mm f/1.8",
        description="Grüße aus Łódź",
        orientation=6,
    )


@pytest.mark.parametrize("value", ["   ", "\0\0", ""])
def test_exif_blank_words(value: str) -> None:
    assert read_exif(photo({Base.ImageDescription: value})) == Metadata()


@pytest.mark.parametrize(("written", "read"), [(1, 1), (8, 8), (0, 1), (9, 1), (60000, 1)])
def test_exif_orientation(written: int, read: int) -> None:
    assert read_exif(photo({Base.Orientation: written})).orientation == read


@pytest.mark.parametrize(
    "exif",
    [
        b"Exif\0\0",
        b"Exif\0\0garbage that is no TIFF at all",
        b"Exif\0\0II*\0\xff\xff\xff\xff",
        b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + b"\x12\x01\x03\0\xff\xff\xff\xff" * 3,
        b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x87\x69\0\x04\0\0\0\x01\xff\xff\xff\xf0\0\0\0\0",
        b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x88\x25\0\x02\0\0\0\x04abcd\0\0\0\0",
    ],
)
# Opening the file warns already, before our code comes to it.
@pytest.mark.filterwarnings("ignore:Corrupt EXIF", "ignore:Tag data")
def test_corrupt_exif_says_nothing(exif: bytes) -> None:
    assert read_exif(reopened(exif=exif)) == Metadata()


def test_flipped_exif_bytes_never_raise() -> None:
    exif = photo(
        {Base.Make: "Nikon", Base.Orientation: 3},
        {Base.DateTimeOriginal: "2024:05:01 12:30:45"},
        BERLIN,
    ).info["exif"]
    read = []
    for at in range(6, len(exif)):
        for value in (0, 0x7F, 0xFF):
            read.append(read_exif(reopened(exif=exif[:at] + bytes([value]) + exif[at + 1 :])))
    assert len(set(read)) > 20


def test_wrong_types_are_absent() -> None:
    image = Image.new("RGB", (8, 8))
    image.getexif().update({Base.Orientation: (1, 2), Base.Make: 7, Base.DateTime: 2024})
    image.getexif().get_ifd(IFD.GPSInfo).update({GPS.GPSLatitude: "52", GPS.GPSLatitudeRef: 1})
    assert read_exif(image) == Metadata()


def test_xmp_elements() -> None:
    found = read_xmp(
        packet("""
        <dc:title><rdf:Alt><rdf:li xml:lang="de">Hochzeit</rdf:li>
          <rdf:li xml:lang="x-default">Wedding</rdf:li></rdf:Alt></dc:title>
        <dc:description><rdf:Alt><rdf:li xml:lang="x-default"> On the
 lawn </rdf:li></rdf:Alt></dc:description>
        <dc:subject><rdf:Bag><rdf:li>family</rdf:li><rdf:li> summer </rdf:li>
          <rdf:li>family</rdf:li><rdf:li/></rdf:Bag></dc:subject>
        <exif:DateTimeOriginal>2024-05-01T12:30:45.5+02:00</exif:DateTimeOriginal>
        <exif:GPSLatitude>45,30.5N</exif:GPSLatitude>
        <exif:GPSLongitude>73,34,12W</exif:GPSLongitude>
        <exif:GPSAltitude>123/10</exif:GPSAltitude><exif:GPSAltitudeRef>1</exif:GPSAltitudeRef>
        <tiff:Orientation>6</tiff:Orientation>""")
    )
    assert found.latitude == pytest.approx(45 + 30.5 / 60)
    assert found.longitude == pytest.approx(-(73 + 34 / 60 + 12 / 3600))
    assert replace(found, latitude=None, longitude=None) == Metadata(
        taken_at=utc(2024, 5, 1, 10, 30, 45, 500_000),
        taken_offset=120,
        altitude=-12.3,
        title="Wedding",
        description="On the\n lawn",
        keywords=("family", "summer"),
    )


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ('dc:title="A"', Metadata(title="A")),
        ('dc:subject="a, b; a"', Metadata(keywords=("a", "b"))),
        ('xmp:CreateDate="2024-05-01T12:30:00Z"', {"at": utc(2024, 5, 1, 12, 30), "offset": 0}),
        ('xmp:CreateDate="2024-05-01T12:30"', {"at": utc(2024, 5, 1, 12, 30), "offset": None}),
        ('photoshop:DateCreated="1950"', {"at": utc(1950, 1, 1), "offset": None}),
        ('photoshop:DateCreated="1950-07"', {"at": utc(1950, 7, 1), "offset": None}),
        ('photoshop:DateCreated="0000-00-00"', Metadata()),
        (
            'xmp:CreateDate="2020-01-01" photoshop:DateCreated="2019-01-01"',
            {"at": utc(2019, 1, 1), "offset": None},
        ),
        (
            'photoshop:DateCreated="2019-01-01" exif:DateTimeOriginal="2018-01-01"',
            {"at": utc(2018, 1, 1), "offset": None},
        ),
        (
            'exif:DateTimeOriginal="nonsense" xmp:CreateDate="2018-01-01"',
            {"at": utc(2018, 1, 1), "offset": None},
        ),
        (
            'exif:GPSLatitude="-45.5" exif:GPSLongitude="7.25"',
            Metadata(latitude=-45.5, longitude=7.25),
        ),
        (
            'exif:GPSLatitude="45.5S" exif:GPSLongitude="7,15E"',
            Metadata(latitude=-45.5, longitude=7.25),
        ),
        ('exif:GPSLatitude="0,0.0N" exif:GPSLongitude="0,0.0E"', Metadata()),
        ('exif:GPSLatitude="95,0N" exif:GPSLongitude="7,15E"', Metadata()),
        ('exif:GPSLatitude="45,30" exif:GPSLongitude="7,15E"', Metadata()),
        ('exif:GPSLatitude="4.5.6N" exif:GPSLongitude="7,15E"', Metadata()),
        ('exif:GPSAltitude="5/0"', Metadata()),
        ('tiff:Orientation="6"', Metadata()),
    ],
)
def test_xmp_attributes(attributes: str, expected: Metadata | dict[str, Any]) -> None:
    if isinstance(expected, dict):
        expected = Metadata(taken_at=expected["at"], taken_offset=expected["offset"])
    assert read_xmp(packet(attributes=attributes)) == expected


def test_xmp_of_an_ingredient_is_not_the_photos() -> None:
    body = (
        '<dc:source><rdf:Description dc:title="Another photo"/></dc:source>'
        "<dc:description>This photo</dc:description>"
    )
    assert read_xmp(packet(body)) == Metadata(description="This photo")


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>'
    '<x:xmpmeta xmlns:x="adobe:ns:meta/">&b;</x:xmpmeta>'
)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0\0\0",
        b"not xml",
        packet("<dc:title>cut")[:-200],
        BOMB.encode(),
        b'<?xml version="1.0" encoding="no-such"?><a/>',
        b"\xff\xfe<\0",
        b"<a/>",
    ],
)
def test_broken_xmp_says_nothing(data: bytes) -> None:
    assert read_xmp(data) == Metadata()


@pytest.mark.parametrize("wrap", [lambda x: b"\xef\xbb\xbf" + x, lambda x: b"\n " + x + b"\0\0"])
def test_xmp_with_padding(wrap: Any) -> None:
    assert read_xmp(wrap(packet(attributes='dc:title="A"'))).title == "A"


FILE = Metadata(
    taken_at=utc(2024, 5, 1, 10, 0, 0, 500_000),
    taken_offset=120,
    camera_make="Nikon",
    latitude=1.0,
    longitude=2.0,
    altitude=3.0,
    orientation=6,
    title="file",
    keywords=("file",),
)


@pytest.mark.parametrize(
    ("sidecar", "changed"),
    [
        (Metadata(), {}),
        (Metadata(title="side"), {"title": "side"}),
        (Metadata(description="side"), {"description": "side"}),
        (Metadata(keywords=("a", "b")), {"keywords": ("a", "b")}),
        (Metadata(orientation=3), {}),
        (
            Metadata(taken_at=utc(2020, 1, 1)),
            {"taken_at": utc(2020, 1, 1), "taken_offset": None},
        ),
        # The same wall clock without its zone and fractions is no news.
        (Metadata(taken_at=utc(2024, 5, 1, 12)), {}),
        (
            Metadata(taken_at=utc(2024, 5, 1, 12), taken_offset=0),
            {"taken_at": utc(2024, 5, 1, 12), "taken_offset": 0},
        ),
        (
            Metadata(latitude=8.0, longitude=9.0),
            {"latitude": 8.0, "longitude": 9.0, "altitude": None},
        ),
        (Metadata(altitude=9.0), {"altitude": 9.0}),
    ],
)
def test_merge(sidecar: Metadata, changed: dict[str, Any]) -> None:
    merged = merge(FILE, sidecar)
    names = Metadata.__dataclass_fields__
    assert {name: getattr(merged, name) for name in names} == {
        name: getattr(FILE, name) for name in names
    } | changed


def test_embedded_xmp_fills_what_exif_leaves_open() -> None:
    exif = Image.Exif()
    exif.update({Base.ImageDescription: "from exif", Base.Orientation: 6})
    image = reopened(
        exif=exif.tobytes(),
        xmp=packet(attributes='dc:title="from xmp" dc:description="from xmp" dc:subject="k"'),
    )
    assert read_embedded(image) == Metadata(
        title="from xmp", description="from exif", keywords=("k",), orientation=6
    )
