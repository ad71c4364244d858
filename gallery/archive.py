"""Photos inside a ZIP, read one by one and never unpacked to disk.

Nothing an archive says about itself is trusted: names may point outside, sizes may lie, and
a few kilobytes may unpack to gigabytes (D. Fifield, "A better zip bomb", 2019).
"""

from __future__ import annotations

import re
import stat
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import BinaryIO

from gallery.config import Settings
from gallery.errors import RefusedPhoto
from gallery.formats import Kind, is_ignored, kind_of, why_not
from gallery.open_zip import MAX_MEMBERS, ZIP_ERRORS, OpenZip, TooManyMembersError
from gallery.records import Refusal, RefusalCode, Stage
from gallery.source_file import (
    MAX_SIDECAR_MB,
    Sidecars,
    SourceFile,
    max_file_bytes,
    os_reason,
    readable,
    refusal_of,
    source_refusal,
    too_large,
)

# Photos hardly shrink in a ZIP; only made-up data unpacks to hundreds of times its size.
MAX_RATIO = 200
RATIO_MATTERS_ABOVE = 10_000_000

# bzip2 and LZMA are left out: zipfile unpacks their blocks without a bound on the output.
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED = 0x1
_UTF8_NAME = 0x800
_LOCAL_HEADER_BYTES = 30
_DRIVE = re.compile(r"^[A-Za-z]:")


@dataclass(frozen=True, slots=True)
class _Listing:
    """What making the `SourceFile` of a member needs besides the member."""

    archive: OpenZip
    path: str
    key: bytes
    sidecars: Sidecars
    members: dict[str, zipfile.ZipInfo]
    settings: Settings


def photos_in_zip(
    opener: Callable[[], BinaryIO],
    path: str,
    key: bytes,
    settings: Settings,
    *,
    close_stream: bool = True,
) -> Iterator[SourceFile | Refusal]:
    """The photos in a ZIP in the order of their names, and a refusal for what is no photo.

    Args:
        opener: opens the ZIP; may be called more than once.
        path: the ZIP's path for people.
        key: the ZIP's identity.
        settings: limits on sizes.
        close_stream: whether what `opener` gives is ours to close.
    """
    archive = OpenZip(opener, ours=close_stream)
    try:
        members = archive.zip().infolist()
    except TooManyMembersError:
        reason = f"The ZIP holds more than {MAX_MEMBERS:,} files. Unpack it and add the folder."
        yield Refusal(path, Stage.SOURCE, RefusalCode.UNSAFE_ARCHIVE, reason, key=key)
        return
    except ZIP_ERRORS:
        reason = "The ZIP is damaged or incomplete. Download or copy it again."
        yield Refusal(path, Stage.SOURCE, RefusalCode.DAMAGED, reason, key=key)
        return
    except OSError as error:
        yield Refusal(path, Stage.SOURCE, RefusalCode.UNREADABLE, os_reason(error), key=key)
        return
    if refused := _refuse_whole(members, settings):
        yield refusal_of(path, refused, key)
        return
    by_name: dict[str, zipfile.ZipInfo] = {}
    twice: list[str] = []
    for info in members:
        name = _member_name(info)
        if by_name.setdefault(name, info) is not info:
            twice.append(name)
    listing = _Listing(archive, path, key, Sidecars(by_name), by_name, settings)
    for name in sorted(by_name):
        yield from _member(listing, name)
    for name in sorted(twice):
        yield Refusal(
            f"{path}/{readable(name)}",
            Stage.SOURCE,
            RefusalCode.UNSAFE_ARCHIVE,
            "The ZIP holds this name more than once. Only the first file of the name was read.",
        )


def _refuse_whole(members: list[zipfile.ZipInfo], settings: Settings) -> RefusedPhoto | None:
    total = sum(info.file_size for info in members)
    if total > settings.max_archive_gb * 1_000_000_000:
        return source_refusal(
            RefusalCode.TOO_LARGE,
            f"The ZIP unpacks to {total / 1e9:,.1f} GB, more than the "
            f"{settings.max_archive_gb:,} GB allowed. Raise GALLERY_MAX_ARCHIVE_GB or split it.",
        )
    if _overlaps(members):
        return source_refusal(
            RefusalCode.UNSAFE_ARCHIVE,
            "Files inside the ZIP overlap, as in archives made to fill up a disk.",
        )
    return None


def _overlaps(members: list[zipfile.ZipInfo]) -> bool:
    """Whether two members share bytes of the archive, so that each is unpacked many times."""
    end = 0
    for info in sorted(members, key=lambda info: info.header_offset):
        if info.header_offset < end:
            return True
        end = info.header_offset + _LOCAL_HEADER_BYTES + info.compress_size
    return False


def _member_name(info: zipfile.ZipInfo) -> str:
    """The member's name; old tools write UTF-8 without saying so, and zipfile reads cp437."""
    # Not `filename`, which ends at the first zero byte and so hides what follows it.
    name = info.orig_filename
    if not info.flag_bits & _UTF8_NAME:
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            # It was cp437 after all.
            return name.replace("\\", "/")
    return name.replace("\\", "/")


def _name_bytes(info: zipfile.ZipInfo) -> bytes:
    """The name as it stands in the archive."""
    return info.orig_filename.encode("utf-8" if info.flag_bits & _UTF8_NAME else "cp437")


def _member(listing: _Listing, name: str) -> Iterator[SourceFile | Refusal]:
    info = listing.members[name]
    parts = name.split("/")
    shown = f"{listing.path}/{readable(name)}"
    if name.startswith("/") or _DRIVE.match(name) or ".." in parts or "\0" in name:
        reason = "The name points outside the ZIP, so the file was left out."
        yield Refusal(shown, Stage.SOURCE, RefusalCode.UNSAFE_ARCHIVE, reason)
        return
    if name.endswith("/") or any(is_ignored(part) for part in parts):
        return
    if refused := _refuse_member(info, listing.settings.max_file_mb):
        # A companion nobody would miss needs no explanation either.
        if kind_of(parts[-1], bytes) is not Kind.IGNORED:
            yield refusal_of(shown, refused)
        return
    kind = kind_of(parts[-1], partial(listing.archive.head, info))
    if kind is Kind.PHOTO:
        yield _source_file(listing, name, shown)
    elif kind is not Kind.IGNORED:
        reason = why_not(kind, parts[-1])
        yield Refusal(shown, Stage.SOURCE, RefusalCode.UNSUPPORTED, reason)


def _refuse_member(info: zipfile.ZipInfo, max_file_mb: int) -> RefusedPhoto | None:
    """Why a member is not even looked into."""
    if info.flag_bits & _ENCRYPTED:
        return source_refusal(
            RefusalCode.UNREADABLE,
            "It is protected with a password. Unpack the ZIP yourself and add the folder.",
        )
    if stat.S_ISLNK(info.external_attr >> 16):
        return source_refusal(RefusalCode.UNSUPPORTED, "It is a link to another file, not a photo.")
    if info.compress_type not in _METHODS:
        return source_refusal(
            RefusalCode.UNSUPPORTED,
            "It is packed with a method that is not supported. Unpack the ZIP yourself and "
            "add the folder.",
        )
    if info.file_size > max_file_bytes(max_file_mb):
        return source_refusal(RefusalCode.TOO_LARGE, too_large(info.file_size, max_file_mb))
    ratio = info.file_size / max(info.compress_size, 1)
    if info.file_size > RATIO_MATTERS_ABOVE and ratio > MAX_RATIO:
        return source_refusal(
            RefusalCode.UNSAFE_ARCHIVE,
            f"It unpacks to {ratio:,.0f} times its size, as no photo does.",
        )
    return None


def _source_file(listing: _Listing, name: str, shown: str) -> SourceFile:
    info = listing.members[name]
    sidecar = listing.sidecars.find(name)
    max_mb = listing.settings.max_file_mb
    return SourceFile(
        path=shown,
        key=listing.key + b"!/" + _name_bytes(info),
        name=readable(name.rpartition("/")[2]),
        size=info.file_size,
        mtime_ns=_mtime_ns(info),
        on_disk=None,
        reader=partial(listing.archive.read, info, max_mb),
        sidecar_reader=None
        if sidecar is None
        else partial(_read_sidecar, listing.archive, listing.members[sidecar]),
    )


def _read_sidecar(archive: OpenZip, info: zipfile.ZipInfo) -> bytes:
    if refused := _refuse_member(info, MAX_SIDECAR_MB):
        raise refused
    return archive.read(info, MAX_SIDECAR_MB)


def _mtime_ns(info: zipfile.ZipInfo) -> int | None:
    """When the member was last changed; a ZIP gives local time without saying where."""
    if info.date_time <= (1980, 1, 1, 0, 0, 0):
        return None
    try:
        changed = datetime(*info.date_time, tzinfo=UTC)
    except ValueError:
        return None
    return int(changed.timestamp()) * 1_000_000_000
