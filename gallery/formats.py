"""Which files are photos: by name, and by first bytes where the name says nothing."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import PurePosixPath

# Enough for the longest signature below: the brand list of an ISO media file.
HEAD_BYTES = 64


def _suffixes(names: str) -> frozenset[str]:
    return frozenset(f".{name}" for name in names.split())


PHOTO_SUFFIXES = _suffixes(
    "jpg jpeg jpe jfif jif mpo png apng webp heic heics heif heifs hif avif avifs tif tiff gif "
    "bmp dib"
)
VIDEO_SUFFIXES = _suffixes("mp4 m4v mov avi mkv webm mpg mpeg 3gp 3g2 mts m2ts wmv flv insv lrv")
# Most of these start like a TIFF, and would come in as the small preview they carry.
RAW_SUFFIXES = _suffixes(
    "3fr arw cr2 cr3 crw dcr dng erf fff gpr iiq kdc mef mos mrw nef nrw orf pef raf raw rw2 rwl "
    "sr2 srf srw x3f"
)
# Files that belong to a photo and say nothing on their own.
COMPANION_SUFFIXES = frozenset({".xmp", ".aae"})

# What operating systems and storage boxes leave in photo folders, thumbnails included.
IGNORED_NAMES = frozenset(
    {
        "__macosx",
        "thumbs.db",
        "ehthumbs.db",
        "desktop.ini",
        "@eadir",
        "$recycle.bin",
        "#recycle",
        "system volume information",
    }
)

READABLE = "JPEG, PNG, WebP, HEIC, AVIF, TIFF, GIF, BMP"

_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_VIDEO_BRANDS = frozenset({b"iso", b"mp4", b"avc", b"qt ", b"M4V", b"3gp", b"3g2"})
_TIFF_MAGIC = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_BMP_HEADER_SIZES = frozenset({12, 40, 52, 56, 64, 108, 124})


class Kind(StrEnum):
    """What to do with a file."""

    PHOTO = "photo"
    ARCHIVE = "archive"
    IGNORED = "ignored"
    VIDEO = "video"
    RAW = "raw"
    OTHER = "other"


def sniff(head: bytes) -> str | None:
    """The format, as Pillow names it, that some first bytes announce; None if none we read."""
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "WEBP"
    if head.startswith(_TIFF_MAGIC):
        return "TIFF"
    if head[4:8] == b"ftyp":
        return _iso_media_format(head)
    # Two letters alone would also match any text that starts with BM.
    if head.startswith(b"BM") and int.from_bytes(head[14:18], "little") in _BMP_HEADER_SIZES:
        return "BMP"
    return None


def _iso_media_format(head: bytes) -> str | None:
    """HEIF, AVIF or neither (a video, say), by the brands of an `ftyp` box."""
    end = min(int.from_bytes(head[:4], "big"), len(head))
    brands = {head[8:12]} | {head[at : at + 4] for at in range(16, end - 3, 4)}
    if brands & _AVIF_BRANDS:
        return "AVIF"
    if brands & _HEIC_BRANDS or head[8:12] in {b"mif1", b"msf1"}:
        return "HEIF"
    return None


def is_ignored(name: str) -> bool:
    """Whether a file or folder of this name is passed over without a word."""
    return name.startswith(".") or name.casefold() in IGNORED_NAMES


def kind_of(name: str, read_head: Callable[[], bytes]) -> Kind:
    """What a file is, by its name, and by its first bytes if the name is not a photo's.

    Args:
        name: the file's name without folders.
        read_head: gives the first `HEAD_BYTES` bytes; called only where they decide.
    """
    path = PurePosixPath(name)
    suffix = path.suffix.casefold()
    if suffix in PHOTO_SUFFIXES:
        return Kind.PHOTO
    if suffix in COMPANION_SUFFIXES or _is_photo_json(path):
        return Kind.IGNORED
    if suffix in RAW_SUFFIXES:
        return Kind.RAW
    head = read_head()
    if sniff(head) is not None:
        return Kind.PHOTO
    if suffix == ".zip" or (not suffix and head.startswith(b"PK\x03\x04")):
        return Kind.ARCHIVE
    return Kind.VIDEO if suffix in VIDEO_SUFFIXES else Kind.OTHER


def disguised(head: bytes) -> str | None:
    """What a file really is that has the name of a photo, and what to do; None if not known."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "It is a web page and no photo: the download went wrong. Download the photo again."
    if head.startswith(b"PK\x03\x04"):
        return "It is a ZIP with the name of a photo. Rename it to end in .zip, and add it again."
    if head[4:8] == b"ftyp" and head[8:11] in _VIDEO_BRANDS:
        return "It is a video with the name of a photo. Videos are not supported yet."
    if head.startswith(b"%PDF"):
        return "It is a PDF with the name of a photo. Save its pages as pictures, and add those."
    return None


def _is_photo_json(path: PurePosixPath) -> bool:
    """Whether this is one of Google Takeout's files, one beside every photo: `a.jpg.json`."""
    suffixes = [suffix.casefold() for suffix in path.suffixes]
    return len(suffixes) > 1 and suffixes[-1] == ".json" and not PHOTO_SUFFIXES.isdisjoint(suffixes)


def why_not(kind: Kind, name: str) -> str:
    """The sentence for a file that is no photo."""
    suffix = PurePosixPath(name).suffix
    if kind is Kind.VIDEO:
        return "Videos are not supported yet."
    if kind is Kind.RAW:
        return (
            f"Camera raw files ({suffix}) are not supported yet. Export the photo as JPEG or TIFF."
        )
    if kind is Kind.ARCHIVE:
        return "A ZIP inside a ZIP is not opened. Unpack the outer one and add the folder."
    if not suffix:
        return f"Not a photo format the gallery reads. It reads {READABLE}."
    return f"Not a photo format the gallery reads: {suffix}. It reads {READABLE}."
