"""EXIF as Pillow reads it, from any image it can open. Corrupt parts count as absent."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from PIL import ExifTags, Image

from gallery.metadata_fields import (
    clean_text,
    number,
    parse_taken,
    sexagesimal,
    valid_altitude,
    valid_place,
)
from gallery.pillow_warnings import silence_pillow
from gallery.records import Metadata

_Tags = Mapping[int, Any]
_Base, _Gps, _Ifd = ExifTags.Base, ExifTags.GPS, ExifTags.IFD

# What Pillow raises on corrupt data, found by reading it and by flipping bytes. EXIF is no
# exception: most tags are read only when asked for.
PILLOW_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AttributeError,
    AssertionError,
    EOFError,
    RuntimeError,
    struct.error,
)
# Date, its zone and its fractions, from the best to the least.
_DATES = (
    (_Base.DateTimeOriginal, _Base.OffsetTimeOriginal, _Base.SubsecTimeOriginal),
    (_Base.DateTimeDigitized, _Base.OffsetTimeDigitized, _Base.SubsecTimeDigitized),
    (_Base.DateTime, _Base.OffsetTime, _Base.SubsecTime),
)


def read_exif(image: Image.Image) -> Metadata:
    """Date, place, camera, description and orientation; never raises for what the file holds."""
    main, details, gps = _tags(image)
    taken_at, taken_offset = _taken(main, details) or (None, None)
    latitude, longitude = valid_place(
        _degrees(_get(gps, _Gps.GPSLatitude), _get(gps, _Gps.GPSLatitudeRef), "N", "S"),
        _degrees(_get(gps, _Gps.GPSLongitude), _get(gps, _Gps.GPSLongitudeRef), "E", "W"),
    ) or (None, None)
    return Metadata(
        taken_at=taken_at,
        taken_offset=taken_offset,
        camera_make=_text(_get(main, _Base.Make)),
        camera_model=_text(_get(main, _Base.Model)),
        lens=_text(_get(details, _Base.LensModel)),
        latitude=latitude,
        longitude=longitude,
        altitude=_altitude(gps),
        orientation=_orientation(main),
        description=_text(_get(main, _Base.ImageDescription)),
    )


# Of these the stored width is the height one sees. EXIF 2.32, tag 0x0112; 1 is upright.
SIDEWAYS = frozenset({5, 6, 7, 8})


def read_orientation(image: Image.Image) -> int:
    """The EXIF orientation, 1 to 8; 1 where there is none that makes sense."""
    return _orientation(_tags(image)[0])


def _tags(image: Image.Image) -> tuple[_Tags, _Tags, _Tags]:
    """The main directory, the one of the shot, and the one of the place."""
    silence_pillow()
    try:
        main = image.getexif()
    except PILLOW_ERRORS:
        return {}, {}, {}
    found: list[_Tags] = [main]
    for directory in (_Ifd.Exif, _Ifd.GPSInfo):
        try:
            found.append(main.get_ifd(directory))
        except PILLOW_ERRORS:
            found.append({})
    return found[0], found[1], found[2]


def _get(tags: _Tags, tag: int) -> object:
    try:
        value: object = tags.get(tag)
    except PILLOW_ERRORS:
        return None
    return value


def _text(value: object) -> str | None:
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    if not isinstance(value, str):
        return None
    # EXIF says ASCII, Pillow reads Latin-1, and most programs write UTF-8.
    with suppress(UnicodeError):
        value = value.encode("latin-1").decode("utf-8")
    return clean_text(value)


def _orientation(main: _Tags) -> int:
    value = _get(main, _Base.Orientation)
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _taken(main: _Tags, details: _Tags) -> tuple[datetime, int | None] | None:
    for date, zone, part in _DATES:
        tags = main if date == _Base.DateTime else details
        taken = parse_taken(
            _text(_get(tags, date)),
            _text(_get(details, zone)),
            _text(_get(details, part)),
        )
        if taken is not None:
            return taken
    return None


def _degrees(value: object, reference: object, positive: str, negative: str) -> float | None:
    """Signed degrees. Without its reference a place could be on the other side of the world."""
    letter = (_text(reference) or "").upper()
    if letter not in {positive, negative}:
        return None
    # Pillow gives a single value bare.
    parts = [number(part) for part in (value if isinstance(value, tuple | list) else [value])]
    known = [part for part in parts if part is not None]
    return sexagesimal(known, letter == negative) if len(known) == len(parts) else None


def _altitude(gps: _Tags) -> float | None:
    metres = number(_get(gps, _Gps.GPSAltitude))
    below = _get(gps, _Gps.GPSAltitudeRef) in (1, b"\x01", "\x01", "1")
    return valid_altitude(-metres if below and metres is not None else metres)
