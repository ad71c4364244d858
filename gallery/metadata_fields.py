"""Single fields of EXIF and XMP, checked: each function gives None for what makes no sense."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta
from typing import SupportsFloat, SupportsIndex

# Niepce's view from the window, the oldest photograph there is.
_FIRST_YEAR = 1826
# Room for clocks that are set wrong by a little, not for those that make dates up.
_FUTURE = timedelta(days=366)
_LARGEST_OFFSET = 14 * 60
# Metres: below the deepest dive, above the highest balloon.
_ALTITUDES = (-12_000.0, 100_000.0)

_TIME = re.compile(
    r"(?P<year>\d{4})(?:[:./-](?P<month>\d{1,2})(?:[:./-](?P<day>\d{1,2}))?)?"
    r"(?:[T ]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<part>\d+))?)?)?"
    r"\s*(?P<zone>Z|[+-]\d{2}:?\d{2})?",
    re.ASCII,
)
_ZONE = re.compile(r"(?P<sign>[+-])(?P<hours>\d{2}):?(?P<minutes>[0-5]\d)", re.ASCII)


def parse_taken(
    text: str | None, zone: str | None = None, part: str | None = None
) -> tuple[datetime, int | None] | None:
    """A date of EXIF (`2024:05:01 12:30:00`) or XMP (ISO 8601) as `taken_at`, `taken_offset`.

    Args:
        text: the date; a year or a month alone counts from its first day.
        zone: minutes east of UTC as `+02:00`, if they stand elsewhere.
        part: digits after the seconds' decimal point, if they stand elsewhere.
    """
    found = _TIME.fullmatch((text or "").strip(" \0\t\r\n"))
    if found is None:
        return None
    digits = (found["part"] or _digits(part)).ljust(6, "0")[:6]
    try:
        wall = datetime(
            int(found["year"]),
            int(found["month"] or 1),
            int(found["day"] or 1),
            int(found["hour"] or 0),
            int(found["minute"] or 0),
            int(found["second"] or 0),
            int(digits),
            tzinfo=UTC,
        )
    except ValueError:
        return None
    if wall.year < _FIRST_YEAR or wall > datetime.now(UTC) + _FUTURE:
        return None
    offset = parse_offset(found["zone"] or zone)
    return wall - timedelta(minutes=offset or 0), offset


def _digits(part: str | None) -> str:
    stripped = (part or "").strip(" \0")
    return stripped if stripped.isascii() and stripped.isdigit() else ""


def parse_offset(zone: str | None) -> int | None:
    """`+02:00` as minutes east of UTC; no place is further than 14 hours from it."""
    stripped = (zone or "").strip(" \0")
    if stripped == "Z":
        return 0
    found = _ZONE.fullmatch(stripped)
    if found is None:
        return None
    minutes = int(found["hours"]) * 60 + int(found["minutes"])
    if minutes > _LARGEST_OFFSET:
        return None
    return -minutes if found["sign"] == "-" else minutes


def number(value: object) -> float | None:
    """A finite number, or None; EXIF's rationals may be n/0."""
    if not isinstance(value, str | SupportsFloat | SupportsIndex):
        return None
    try:
        result = float(value)
    except (ValueError, TypeError, ArithmeticError):
        return None
    return result if math.isfinite(result) else None


def sexagesimal(parts: list[float], negative: bool) -> float | None:
    """Degrees from degrees, minutes and seconds, of which the last may be missing."""
    if not 1 <= len(parts) <= 3 or min(parts) < 0 or any(part > 60 for part in parts[1:]):
        return None
    degrees = math.fsum(part / 60**place for place, part in enumerate(parts))
    return -degrees if negative else degrees


def valid_place(latitude: float | None, longitude: float | None) -> tuple[float, float] | None:
    """Both degrees, or None; (0, 0) is what devices write that do not know where they are."""
    if latitude is None or longitude is None or (latitude == 0 and longitude == 0):
        return None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    return latitude, longitude


def valid_altitude(metres: float | None) -> float | None:
    """Metres above the sea, or None if nobody takes photos there."""
    if metres is None or not _ALTITUDES[0] <= metres <= _ALTITUDES[1]:
        return None
    return metres


def clean_text(value: str | None) -> str | None:
    """Text without padding; None if nothing is left."""
    # A lone surrogate can neither be stored nor shown; what follows a zero byte is left over
    # from a longer text.
    text = (value or "").encode("utf-8", "replace").decode("utf-8")
    return text.split("\0")[0].strip() or None
