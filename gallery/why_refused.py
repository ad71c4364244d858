"""Why bytes give no photo, in words that say what to do."""

from __future__ import annotations

import re
from io import BytesIO

from PIL import Image, UnidentifiedImageError

from gallery import jpeg_parts
from gallery.errors import RefusedPhoto
from gallery.formats import READABLE, disguised
from gallery.records import RefusalCode, Stage

_CUT_SHORT = re.compile(r"truncat|broken data stream|end of file|unexpected end|no more data", re.I)
_SHOWN = {"HEIF": "HEIC", "WEBP": "WebP"}


def refused(code: RefusalCode, reason: str) -> RefusedPhoto:
    """The error for a file that cannot be decoded."""
    return RefusedPhoto(Stage.DECODE, code, reason)


def no_image(head: bytes) -> RefusedPhoto:
    """For a file that is no picture, whatever its name says."""
    found = disguised(head)
    if found is not None:
        return refused(RefusalCode.UNSUPPORTED, found)
    reason = f"It is not an image the gallery reads. It reads {READABLE}."
    return refused(RefusalCode.UNSUPPORTED, reason)


def too_many_pixels(pixels: int, max_pixels: int) -> RefusedPhoto:
    """For a picture that would take too much memory."""
    return refused(
        RefusalCode.TOO_LARGE,
        f"The picture has {pixels:,} pixels, more than the {max_pixels:,} allowed. Files made to "
        "use up all memory say so. If you trust it, raise GALLERY_MAX_PIXELS.",
    )


def too_many_scans(scans: int) -> RefusedPhoto:
    """For a JPEG that would take minutes."""
    return refused(
        RefusalCode.DAMAGED,
        f"The JPEG goes over its picture {scans:,} times, as only files made to keep a computer "
        "busy do. Save it anew with another program, and add that file.",
    )


def explain(error: Exception, data: bytes, name: str, max_pixels: int) -> RefusedPhoto:
    """The refusal for what a decoder raised.

    Args:
        error: of Pillow or a plugin.
        data: the whole file.
        name: its format, as Pillow names it.
        max_pixels: that are allowed.
    """
    if isinstance(error, Image.DecompressionBombError):
        found = re.search(r"\d+", str(error))
        return too_many_pixels(int(found[0]) if found else 0, max_pixels)
    shown = _SHOWN.get(name, name)
    variety = _variety(error, data, name)
    if variety is not None:
        reason = (
            f"The {shown} file is of a rare kind that the gallery does not read ({variety}). Save "
            "it as an ordinary JPEG or PNG, and add that file."
        )
        return refused(RefusalCode.UNSUPPORTED, reason)
    if _CUT_SHORT.search(str(error)) or _is_cut_short(data, name):
        reason = f"The {shown} file is cut short: its end is missing. Copy or download it again."
        return refused(RefusalCode.TRUNCATED, reason)
    reason = f"The {shown} file is damaged and cannot be decoded. Copy or download it again."
    return refused(RefusalCode.DAMAGED, reason)


def _variety(error: Exception, data: bytes, name: str) -> str | None:
    """What no decoder here can read although it may be whole; None where there is no such thing."""
    if name == "JPEG":
        return jpeg_parts.variety(data)
    if name != "TIFF" or not isinstance(error, UnidentifiedImageError):
        return None
    from PIL.TiffImagePlugin import TiffImageFile

    try:
        # Pillow keeps to itself why it could not identify a file.
        TiffImageFile(BytesIO(data))
    except SyntaxError as again:
        if isinstance(again.__cause__, KeyError):
            how = "kind of pixels" if "pixel mode" in str(again) else "packing"
            return f"its {how}"
    except Exception:  # noqa: BLE001 - whatever it is, it has been said already
        return None
    return None


def _is_cut_short(data: bytes, name: str) -> bool:
    """Whether the file declares more bytes than it has; some decoders do not say so."""
    if name == "JPEG":
        return not jpeg_parts.is_whole(data)
    if name == "PNG":
        return b"IEND" not in data[-64:]
    if name == "WEBP":
        return int.from_bytes(data[4:8], "little") + 8 > len(data)
    if name not in {"HEIF", "AVIF"}:
        return False
    at = 0
    while at + 8 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16], "big")
        if size < 8:
            return False
        at += size
    return at > len(data)
