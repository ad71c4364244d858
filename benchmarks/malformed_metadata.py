"""Good pictures with bad metadata: all have to come in, with their face, and upright.

EXIF directories that lead to themselves, fields beyond the file, impossible dates and places;
XMP that explodes, nests, or asks for files and addresses; colour profiles cut short.
"""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Iterator
from functools import partial

from malformed_photo import Expected, Made, either, good, portrait, saved
from PIL import Image, PngImagePlugin

_SHORT, _LONG, _ASCII, _RATIONAL, _UNDEFINED = 3, 4, 2, 5, 7
_ORIENTATION, _EXIF, _GPS, _MAKE, _TAKEN, _NOTE = 0x0112, 0x8769, 0x8825, 0x010F, 0x9003, 0x927C
_IFD = 8  # where the first directory lies
_LAUGHS = "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "ha">' for n in range(9)
)
_PACKET = (
    '{before}<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title>{more}'
    "</rdf:Description></rdf:RDF></x:xmpmeta>"
)


def files(seed: int) -> Iterator[Made]:
    """All of them."""
    photo = portrait(seed + 1)
    plain = saved(photo, "JPEG", quality=85)
    for number, (name, tiff) in enumerate(_exifs(random.Random(seed)).items()):
        yield good(
            f"exif/{name}.jpg", "JPEG with broken EXIF", with_segment(plain, b"Exif\0\0", tiff)
        )
        if number % 2:
            yield good(f"exif/{name}.png", "PNG with broken EXIF", saved(photo, "PNG", exif=tiff))
        elif len(tiff) < 2000:
            # Pillow reads what it writes into these two, so that the file is patched instead.
            webp, avif = (_replaced(photo, format_name, tiff) for format_name in ("WEBP", "AVIF"))
            yield good(f"exif/{name}.webp", "WebP with broken EXIF", webp)
            # Its decoder refuses EXIF that does not begin as EXIF does.
            yield either(f"exif/{name}.avif", "AVIF with broken EXIF", avif)
    yield from _tiffs(photo)
    segments = plain
    for number in range(40):
        segments = with_segment(segments, b"Exif\0\0", directory((_ORIENTATION, _SHORT, number)))
    yield good("exif/forty.jpg", "JPEG with broken EXIF", segments)
    yield from _xmps(photo, plain)
    yield from _profiles(photo, plain)


def with_segment(jpeg: bytes, name: bytes, data: bytes, marker: int = 0xE1) -> bytes:
    """A JPEG with a segment put in first."""
    inside = name + data
    return jpeg[:2] + bytes((0xFF, marker)) + struct.pack(">H", len(inside) + 2) + inside + jpeg[2:]


def directory(*entries: tuple[int, int, int], following: int = 0, at: int = _IFD) -> bytes:
    """EXIF of one directory; each entry a tag, a type and a value of its own."""
    packed = b"".join(
        struct.pack("<HHI", tag, kind, 1) + struct.pack("<I", value & 0xFFFFFFFF)
        for tag, kind, value in entries
    )
    return b"II*\0" + struct.pack("<IH", at, len(entries)) + packed + struct.pack("<I", following)


def _entry(tag: int, kind: int, count: int, value: int) -> bytes:
    """EXIF of one entry that claims a count."""
    return b"II*\0" + struct.pack("<IHHHIII", _IFD, 1, tag, kind, count, value, 0)


def _text(tag: int, text: bytes, inside: int = 0) -> bytes:
    """EXIF with a text, in the main directory or in one inside of it."""
    if not inside:
        return b"II*\0" + struct.pack("<IHHHIII", _IFD, 1, tag, _ASCII, len(text), 26, 0) + text
    head = b"II*\0" + struct.pack("<IHHHIII", _IFD, 1, inside, _LONG, 1, 26, 0)
    return head + struct.pack("<HHHIII", 1, tag, _ASCII, len(text), 44, 0) + text


def _place(degrees: tuple[int, int], minutes: tuple[int, int]) -> bytes:
    """EXIF with a place, north and east, of these fractions."""
    head = b"II*\0" + struct.pack("<IHHHIII", _IFD, 1, _GPS, _LONG, 1, 26, 0)
    at = 26 + 2 + 4 * 12 + 4
    entries = b"".join(
        struct.pack("<HHI", tag, _ASCII, 2) + letter + b"\0\0\0"
        + struct.pack("<HHII", tag + 1, _RATIONAL, 3, at)
        for tag, letter in ((1, b"N"), (3, b"E"))
    )  # fmt: skip
    values = struct.pack("<6I", *degrees, *minutes, 0, 1)
    return head + struct.pack("<H", 4) + entries + struct.pack("<I", 0) + values


def _exifs(chance: random.Random) -> dict[str, bytes]:
    found = {
        "next-is-itself": directory((_ORIENTATION, _SHORT, 1), following=_IFD),
        "inside-is-itself": directory((_EXIF, _LONG, _IFD), (_GPS, _LONG, _IFD)),
        "inside-beyond": directory((_EXIF, _LONG, 1 << 31), (_GPS, _LONG, 0xFFFFFFFF)),
        "far-away": directory((_ORIENTATION, _SHORT, 1), at=0xFFFFFFF0),
        "in-the-header": directory((_ORIENTATION, _SHORT, 1), at=0),
        "endless-text": _entry(_MAKE, _ASCII, 0xFFFFFFFF, 8),
        "endless-numbers": _entry(_ORIENTATION, _SHORT, 0x7FFFFFFF, 8),
        "no-such-type": _entry(_ORIENTATION, 99, 1, 6),
        "count-of-none": _entry(_ORIENTATION, _SHORT, 0, 6),
        "empty": b"",
        "no-tiff": b"nothing that anybody reads",
        "garbage": chance.randbytes(60_000),
        "garbage-behind-header": b"II*\0\x08\0\0\0" + chance.randbytes(60_000),
        "all-ones": b"MM\0*" + b"\xff" * 500,
        "short-fields": b"II*\0\x08\0\0\0\xff\xff\x12\x01\x03",
        "date-of-zeros": _text(_TAKEN, b"0000:00:00 00:00:00\0", _EXIF),
        "date-of-nines": _text(_TAKEN, b"9999:99:99 99:99:99\0", _EXIF),
        "date-of-words": _text(_TAKEN, b"yesterday, I think\0", _EXIF),
        "date-without-end": _text(_TAKEN, b"2024:" * 8000, _EXIF),
        "camera-of-zeros": _text(_MAKE, bytes(500)),
        "camera-no-letters": _text(_MAKE, bytes(range(128, 256)) * 4),
        "camera-endless": _text(_MAKE, b"Camera " * 8000),
        "note-is-all": _text(_NOTE, chance.randbytes(60_000), _EXIF),
        "place-divided-by-zero": _place((48, 0), (0, 0)),
        "place-off-earth": _place((4_000_000_000, 1), (59, 1)),
        "place-of-999-degrees": _place((999, 1), (999, 1)),
    }
    for value in (0, 9, 255, 65535):
        found[f"orientation-{value}"] = directory((_ORIENTATION, _SHORT, value))
    return found


def _replaced(photo: Image.Image, name: str, tiff: bytes) -> bytes:
    """A file whose EXIF has these bytes, padded behind."""
    room = b"II*\0\x08\0\0\0" + b"\0" * 2000
    data = saved(photo, name, exif=room)
    return data.replace(room, tiff.ljust(len(room), b"\0"))


def _tiffs(photo: Image.Image) -> Iterator[Made]:
    """A TIFF's own directory is its EXIF."""
    whole = saved(photo, "TIFF", tiffinfo={_ORIENTATION: 1, 0x010E: "words " * 4})
    (at,) = struct.unpack_from("<I", whole, 4)
    (count,) = struct.unpack_from("<H", whole, at)
    following = at + 2 + 12 * count
    looped = bytearray(whole)
    struct.pack_into("<I", looped, following, at)
    yield good("exif/next-is-itself.tif", "TIFF with broken directories", bytes(looped))
    struct.pack_into("<I", looped, following, 0xFFFFFF00)
    yield good("exif/next-is-beyond.tif", "TIFF with broken directories", bytes(looped))
    for tag in (_EXIF, _GPS, 0x014A):
        nested = saved(photo, "TIFF", tiffinfo={_ORIENTATION: 1, 0x0131: "x"})
        # The software's entry becomes one that points at the directory it stands in.
        here = struct.unpack_from("<I", nested, 4)[0]
        entry = nested.index(struct.pack("<HH", 0x0131, _ASCII), here)
        looped = bytearray(nested)
        struct.pack_into("<HHII", looped, entry, tag, _LONG, 1, here)
        path = f"exif/inside-is-itself-{tag:04x}.tif"
        yield Made(path, "TIFF with broken directories", Expected.EITHER, bytes(looped))
    for value in (0, 9, 65535):
        data = saved(photo, "TIFF", tiffinfo={_ORIENTATION: value})
        yield good(f"exif/orientation-{value}.tif", "TIFF with broken directories", data)


def packets() -> dict[str, bytes]:
    """XMP that should say nothing, or no more than it may."""
    packet = partial(_PACKET.format, before="", title="a", more="")
    return {
        "laughs": packet(before=f"<!DOCTYPE x [{_LAUGHS}]>", title="&l8;").encode(),
        "blown-up": packet(
            before=f'<!DOCTYPE x [<!ENTITY a "{"a" * 20_000}">]>', title="&a;" * 20_000
        ).encode(),
        "asks-for-a-file": packet(
            before='<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>', title="&f;"
        ).encode(),
        "asks-the-network": packet(
            before='<!DOCTYPE x SYSTEM "http://localhost:9/x.dtd">', title="a"
        ).encode(),
        "broken": packet()[:-40].encode(),
        "no-xml": b"\0\xff\xfe not XML at all",
        "other-bytes": b'<?xml version="1.0" encoding="utf-8"?>'
        + packet(title="é").encode("latin-1"),
        "no-such-encoding": b'<?xml version="1.0" encoding="klingon"?>' + packet().encode(),
        "nested": packet(more="<dc:a>" * 100_000 + "</dc:a>" * 100_000).encode(),
        "many": packet(more="<dc:subject>a, b; c</dc:subject>" * 20_000).encode(),
        "attributes": packet(
            more="<dc:a " + " ".join(f'a{n}="x"' for n in range(50_000)) + "/>"
        ).encode(),
        "endless-title": packet(title="long " * 200_000).encode(),
        "sixteen-bits": packet(title="wide").encode("utf-16"),
        "empty": b"",
    }  # fmt: skip


def _xmps(photo: Image.Image, plain: bytes) -> Iterator[Made]:
    name = b"http://ns.adobe.com/xap/1.0/\0"
    for title, packet in packets().items():
        if len(packet) < 60_000:
            data = with_segment(plain, name, packet)
            yield good(f"xmp/inside-{title}.jpg", "photo with broken XMP inside", data)
        info = PngImagePlugin.PngInfo()
        info.add_itxt("XML:com.adobe.xmp", packet.decode("latin-1"), zip=len(packet) > 9999)
        data = saved(photo, "PNG", pnginfo=info)
        yield Made(f"xmp/inside-{title}.png", "PNG with broken XMP inside", Expected.EITHER, data)
        beside = f"xmp/beside-{title}"
        # Behind the end of a JPEG anything may stand: the bytes make it a photo of its own.
        own = plain + title.encode()
        yield good(f"{beside}.jpg", "photo with a broken sidecar", own)
        yield Made(f"{beside}.jpg.xmp", "broken sidecar", Expected.PASSED_OVER, packet)


def _profiles(photo: Image.Image, plain: bytes) -> Iterator[Made]:
    kind = "photo with a broken colour profile"
    name = b"ICC_PROFILE\0"
    pieces = {
        "garbage": b"\1\1" + bytes(range(256)) * 20,
        "first-of-many": b"\1\xff" + bytes(600),
        "none": b"\0\0",
        "cut": b"\1",
    }
    for title, data in pieces.items():
        yield good(f"profile/{title}.jpg", kind, with_segment(plain, name, data, 0xE2))
    for title, profile in (("garbage", bytes(range(256)) * 20), ("short", b"x")):
        for suffix, format_name in (("png", "PNG"), ("webp", "WEBP"), ("tif", "TIFF")):
            data = saved(photo, format_name, icc_profile=profile)
            yield good(f"profile/{title}.{suffix}", kind, data)
    whole = saved(photo, "PNG")
    bomb = png_chunk(b"iCCP", b"x\0\0" + zlib.compress(bytes(20_000_000), 9))
    words = png_chunk(b"zTXt", b"x\0\0" + zlib.compress(b"a" * 20_000_000, 9))
    for title, chunk in (("bomb", bomb), ("words", words)):
        data = whole[:33] + chunk + whole[33:]
        yield Made(f"profile/{title}.png", "PNG with a bomb in its text", Expected.EITHER, data)


def png_chunk(name: bytes, data: bytes) -> bytes:
    """A chunk with its length and its checksum."""
    check = zlib.crc32(name + data)
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", check)
