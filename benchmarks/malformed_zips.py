"""ZIPs that lie, explode, hide, or are broken, each with a good photo where that can be."""

from __future__ import annotations

import io
import stat
import struct
import warnings
import zipfile
from collections.abc import Iterator

from malformed_photo import Expected, Made, bad, either, good, portrait, saved

from gallery.records import RefusalCode

_UNSAFE, _DAMAGED = RefusalCode.UNSAFE_ARCHIVE, RefusalCode.DAMAGED
_UNREADABLE, _UNSUPPORTED = RefusalCode.UNREADABLE, RefusalCode.UNSUPPORTED
_DIRECTORY, _END, _LOCAL = b"PK\x01\x02", b"PK\x05\x06", b"PK\x03\x04"


def files(seed: int) -> Iterator[Made]:
    """All of them."""
    photo = saved(portrait(seed + 5), "JPEG", quality=85)
    yield from _members(photo)
    yield from _names(photo)
    yield from _bombs(photo)
    yield from _broken(photo)


def packed(members: list[tuple[str | zipfile.ZipInfo, bytes]], method: int = 0) -> bytes:
    """A ZIP of these members."""
    stream = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a name that comes twice
        with zipfile.ZipFile(stream, "w", method) as archive:
            for name, data in members:
                archive.writestr(name, data)
    return stream.getvalue()


def _member(path: str, kind: str, expected: Expected, *codes: RefusalCode) -> Made:
    return Made(path, kind, expected, codes=codes, faces=int(expected is Expected.TAKEN_IN))


def _archive(path: str, kind: str, data: bytes) -> Made:
    """A ZIP of which only the members are listed."""
    return Made(path, kind, Expected.PASSED_OVER, data)


def _members(photo: bytes) -> Iterator[Made]:
    """ZIPs of which a member is read and another one is not."""
    kind = "ZIP with a member that cannot be read"
    nested = packed([("deep.jpg", photo)])
    link = zipfile.ZipInfo("bad.jpg")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    cases: dict[str, tuple[str, list[tuple[str | zipfile.ZipInfo, bytes]], RefusalCode]] = {
        "nested": ("inner.zip", [("inner.zip", nested)], _UNSUPPORTED),
        "link": ("bad.jpg", [(link, b"/etc/passwd")], _UNSUPPORTED),
        "text": ("bad.jpg", [("bad.jpg", b"no picture")], _UNSUPPORTED),
        "empty-photo": ("bad.jpg", [("bad.jpg", b"")], RefusalCode.EMPTY),
        "program": ("run.exe", [("run.exe", b"MZ" + bytes(99))], _UNSUPPORTED),
    }
    for name, (inside, members, code) in cases.items():
        path = f"zips/{name}.zip"
        own = photo + name.encode()
        yield _archive(path, kind, packed([("good.jpg", own), *members]))
        yield _member(f"{path}/good.jpg", kind, Expected.TAKEN_IN)
        yield _member(f"{path}/{inside}", kind, Expected.REFUSED, code)
    for name, code in (("password", _UNREADABLE), ("method", _UNSUPPORTED), ("checksum", _DAMAGED)):
        path = f"zips/{name}.zip"
        whole = bytearray(packed([("bad.jpg", photo), ("good.jpg", photo + name.encode())]))
        at = whole.index(_DIRECTORY)
        if name == "password":
            whole[at + 8] |= 1
            whole[6] |= 1
        elif name == "method":
            struct.pack_into("<H", whole, at + 10, 95)
            struct.pack_into("<H", whole, 8, 95)
        else:
            whole[200] ^= 0xFF
        yield _archive(path, kind, bytes(whole))
        yield _member(f"{path}/good.jpg", kind, Expected.TAKEN_IN)
        yield _member(f"{path}/bad.jpg", kind, Expected.REFUSED, code)
    path = "zips/twice.zip"
    yield _archive(path, kind, packed([("a.jpg", photo + b"1"), ("a.jpg", photo + b"2")]))
    # The first is read and the second is listed, under one name.
    yield _member(f"{path}/a.jpg", kind, Expected.EITHER)
    for packing in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        path = f"zips/packing-{packing}.zip"
        yield _archive(path, kind, packed([("a.jpg", photo)], packing))
        yield _member(f"{path}/a.jpg", kind, Expected.REFUSED, _UNSUPPORTED)


def _names(photo: bytes) -> Iterator[Made]:
    kind = "ZIP with a name that is not to be trusted"
    for number, name in enumerate(
        (
            "../out.jpg",
            "/absolute.jpg",
            "a/../../b.jpg",
            "C:/windows.jpg",
            "..\\back.jpg",
            "x\0.jpg",
        )
    ):
        path = f"zips/name-{number}.zip"
        # zipfile would cut the name at the zero, and turn the slashes about.
        info = zipfile.ZipInfo("placeholder")
        info.filename = name
        yield _archive(path, kind, packed([(info, photo)]))
        shown = name.replace("\\", "/").replace("\0", "\\x00")
        yield _member(f"{path}/{shown}", kind, Expected.REFUSED, _UNSAFE)
    for number, name in enumerate(
        ("ü" * 80 + ".jpg", "a\nb.jpg", "‮gpj.exe.jpg", " .jpg", "😀.jpg")
    ):
        path = f"zips/odd-{number}.zip"
        yield _archive(path, kind, packed([(name, photo + bytes((number,)))]))
        yield _member(f"{path}/{name}".replace("\n", "\\x0a"), kind, Expected.TAKEN_IN)
    path = "zips/deep.zip"
    deep = "/".join("d" * 20 for _ in range(150)) + "/a.jpg"
    yield _archive(path, kind, packed([(deep, photo + b"deep")]))
    yield _member(f"{path}/{deep}", kind, Expected.TAKEN_IN)
    path = "zips/hidden.zip"
    yield _archive(path, kind, packed([("__MACOSX/._a.jpg", b"x"), (".b.jpg", b"x"), ("c/", b"")]))


def _bombs(photo: bytes) -> Iterator[Made]:
    kind = "ZIP that explodes"
    zeros = bytes(20_000_000)
    path = "zips/bomb.zip"
    yield _archive(path, kind, packed([("bomb.jpg", zeros), ("good.jpg", photo)], 8))
    yield _member(f"{path}/bomb.jpg", kind, Expected.REFUSED, _UNSAFE)
    yield _member(f"{path}/good.jpg", kind, Expected.TAKEN_IN)
    layer = packed([("bomb.jpg", zeros)], 8)
    for _ in range(5):
        layer = packed([("layer.zip", layer)] * 1, 8)
    yield _archive("zips/layers.zip", kind, layer)
    yield _member("zips/layers.zip/layer.zip", kind, Expected.REFUSED, _UNSUPPORTED)
    whole = bytearray(packed([("a.jpg", photo), ("b.jpg", photo)]))
    first, second = whole.index(_DIRECTORY), whole.rindex(_DIRECTORY)
    struct.pack_into("<I", whole, second + 42, struct.unpack_from("<I", whole, first + 42)[0])
    yield bad("zips/overlap.zip", kind, bytes(whole), _UNSAFE)
    lies = bytearray(packed([("a.jpg", bytes(5000) + photo)], 8))
    at = lies.index(_DIRECTORY)
    struct.pack_into("<I", lies, at + 24, 300)
    yield _archive("zips/lies.zip", kind, bytes(lies))
    yield _member("zips/lies.zip/a.jpg", kind, Expected.REFUSED)
    huge = bytearray(packed([("a.jpg", photo)]))
    struct.pack_into("<I", huge, huge.index(_DIRECTORY) + 24, 0xFFFFFFF0)
    yield _archive("zips/says-4-gb.zip", kind, bytes(huge))
    yield _member("zips/says-4-gb.zip/a.jpg", kind, Expected.REFUSED, RefusalCode.TOO_LARGE)
    many = packed([(f"{number}.txt", b"") for number in range(300)])
    yield _archive("zips/many.zip", kind, many)


def _broken(photo: bytes) -> Iterator[Made]:
    kind = "broken ZIP"
    whole = packed([("a.jpg", photo), ("b.jpg", photo + b"b")])
    directory, end = whole.index(_DIRECTORY), whole.index(_END)
    for name, at in (
        ("start", 40),
        ("photo", 3000),
        ("directory", directory + 20),
        ("end", end + 8),
    ):
        yield bad(f"zips/cut-{name}.zip", kind, whole[:at], _DAMAGED)
    yield bad("zips/empty.zip", kind, b"", _DAMAGED, RefusalCode.EMPTY)
    yield bad("zips/no-zip.zip", kind, b"This is no ZIP.", _DAMAGED)
    yield bad("zips/no-directory.zip", kind, whole[:directory] + whole[end:], _DAMAGED)
    yield good("zips/photo-behind.jpg", kind, photo + whole)
    yield Made("zips/nothing.zip", kind, Expected.PASSED_OVER, packed([]))
    for number in range(0, len(whole) - directory, 6):
        flipped = bytearray(whole)
        flipped[directory + number] ^= 0x55
        yield either(
            f"zips/flipped-{number:03d}.zip", "ZIP with a broken directory", bytes(flipped)
        )
