"""What a folder may hold besides ordinary files with ordinary names."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from malformed_photo import Expected, Made, bad, good, portrait, saved

from gallery.records import RefusalCode

_UNSUPPORTED, _UNREADABLE = RefusalCode.UNSUPPORTED, RefusalCode.UNREADABLE


def files(seed: int) -> Iterator[Made]:
    """All of them."""
    photo = saved(portrait(seed + 6), "JPEG", quality=85)
    yield from _names(photo)
    yield from _no_files(photo)


def _names(photo: bytes) -> Iterator[Made]:
    kind = "file with an odd name"
    names = (
        "line\nbreak.jpg", "tab\tand\x1bescape.jpg", os.fsdecode(b"no-\xff\xfe-letters.jpg"),
        "‮gpj.exe.jpg", "e\u0301.jpg", "é.jpg", "-rf.jpg", " leading.jpg", "trailing .jpg",
        "a" * 251 + ".jpg", "%2e%2e%2f.jpg", "[link](https:example.org).jpg", "<b>bold<b>.jpg",
        "'; DROP TABLE photos; --.jpg", "back\\slash.jpg", "😀.jpg", "CON.jpg", "*.jpg", "a!",
        "~.jpg", "..jpg.jpg", "a.b.c.d.jpg", "{curly}.jpg", "$HOME.jpg", "a..jpg",
    )  # fmt: skip
    for number, name in enumerate(names):
        own = photo + bytes((number,))
        passed = name.startswith(".")
        if passed:
            yield Made(f"folder/{name}", kind, Expected.PASSED_OVER, own)
        else:
            yield good(f"folder/{name}", kind, own)
    for name in (".hidden.jpg", "Thumbs.db", ".hidden/a.jpg", "__MACOSX/._a.jpg"):
        yield Made(f"folder/{name}", "hidden file", Expected.PASSED_OVER, photo)
    deep = "/".join(["folder", *["deep"] * 150, "a.jpg"])
    yield good(deep, "file 150 folders deep", photo + b"deep")
    yield good("folder/folder.jpg/inside.jpg", "folder with the name of a photo", photo + b"inside")


def _no_files(photo: bytes) -> Iterator[Made]:
    kind = "no ordinary file"
    refused: dict[str, tuple[Callable[[Path], None], RefusalCode]] = {
        "pipe.jpg": (os.mkfifo, _UNSUPPORTED),
        "socket.jpg": (_socket, _UNSUPPORTED),
        "device.jpg": (_link("/dev/zero"), _UNSUPPORTED),
        "itself.jpg": (_link("itself.jpg"), _UNREADABLE),
        "gone.jpg": (_link("not-there.jpg"), _UNREADABLE),
    }
    for name, (put, code) in refused.items():
        yield Made(f"folder/{name}", kind, Expected.REFUSED, codes=(code,), put=put)
    one, other = _link("circle-2.jpg"), _link("circle-1.jpg")
    for name, put in (("circle-1.jpg", one), ("circle-2.jpg", other)):
        yield Made(f"folder/{name}", kind, Expected.REFUSED, codes=(_UNREADABLE,), put=put)
    yield Made("folder/up", kind, Expected.PASSED_OVER, put=_link("..", folder=True))
    yield Made(
        "folder/no-entry.jpg", kind, _as_owner(), put=partial(_closed, data=photo + b"closed")
    )
    if _as_owner() is Expected.REFUSED:
        put = partial(_closed, data=None)
        yield Made("folder/closed", kind, Expected.REFUSED, codes=(_UNREADABLE,), put=put)
    yield bad("folder/sub.jpg.xmp.jpg", kind, b"no picture", _UNSUPPORTED)


def _as_owner() -> Expected:
    """The superuser may read everything."""
    return Expected.TAKEN_IN if os.geteuid() == 0 else Expected.REFUSED


def _link(to: str, *, folder: bool = False) -> Callable[[Path], None]:
    return lambda path: path.symlink_to(to, target_is_directory=folder)


def _socket(path: Path) -> None:
    os.mknod(path, stat.S_IFSOCK | 0o600)


def _closed(path: Path, data: bytes | None) -> None:
    if data is None:
        path.mkdir()
    else:
        path.write_bytes(data)
    path.chmod(0)
