"""Smaller copies of photos, upright, with the date and the camera they were taken with."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from PIL import ExifTags, Image

from gallery.config import Settings
from gallery.decode import decode
from gallery.exif import PILLOW_ERRORS
from gallery.resize import shrink

_Base, _Ifd = ExifTags.Base, ExifTags.IFD
# What is worth passing on; everything else of a file stays behind.
_MAIN = (
    _Base.ImageDescription, _Base.Make, _Base.Model, _Base.DateTime, _Base.Artist, _Base.Copyright,
)  # fmt: skip
_DETAILS = (
    _Base.DateTimeOriginal, _Base.DateTimeDigitized, _Base.OffsetTime, _Base.OffsetTimeOriginal,
    _Base.OffsetTimeDigitized, _Base.SubsecTimeOriginal, _Base.ExposureTime, _Base.FNumber,
    _Base.ISOSpeedRatings, _Base.FocalLength, _Base.FocalLengthIn35mmFilm, _Base.LensMake,
    _Base.LensModel,
)  # fmt: skip


def smaller(
    data: bytes, settings: Settings, side: int, *, with_place: bool, quality: int = 90
) -> bytes:
    """A JPEG whose longest side is at most `side` pixels; nothing is enlarged.

    Args:
        data: the file.
        settings: how large it may be.
        side: in pixels.
        with_place: whether it may say where it was taken.
        quality: of the JPEG, 1 to 95.

    Raises:
        RefusedPhoto: It cannot be decoded.
    """
    photo = decode(data, settings, longest_side=side)
    picture = Image.fromarray(shrink(photo.pixels, side))
    options: dict[str, Any] = {}
    try:
        # Only what was just decoded is opened, and by the same parser.
        with Image.open(BytesIO(data), formats=[photo.format]) as image:
            profile = image.info.get("icc_profile")
            exif = _exif(image.getexif(), with_place=with_place)
    except PILLOW_ERRORS:
        profile, exif = None, b""
    # The signature of its colour space: the pixels are RGB whatever they were.
    if isinstance(profile, bytes) and profile[16:20] == b"RGB ":
        options["icc_profile"] = profile
    if exif:
        options["exif"] = exif
    stream = BytesIO()
    picture.save(stream, "JPEG", quality=quality, **options)
    return stream.getvalue()


def _exif(found: Image.Exif, *, with_place: bool) -> bytes:
    exif = Image.Exif()
    exif.update({tag: found[tag] for tag in _MAIN if tag in found})
    details = found.get_ifd(_Ifd.Exif)
    exif.get_ifd(_Ifd.Exif).update({tag: details[tag] for tag in _DETAILS if tag in details})
    if with_place:
        exif.get_ifd(_Ifd.GPSInfo).update(found.get_ifd(_Ifd.GPSInfo))
    says_something = exif or exif.get_ifd(_Ifd.Exif) or exif.get_ifd(_Ifd.GPSInfo)
    return exif.tobytes() if says_something else b""
