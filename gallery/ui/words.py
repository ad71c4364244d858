"""Numbers, times and reasons in plain words."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta

from gallery.records import Photo, Progress, RefusalCode
from gallery.wording import counted as counted
from gallery.wording import day as day
from gallery.wording import duration as duration
from gallery.wording import people_counted as people_counted

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#+\-.!:$<>|~])")

# Of a file or folder on the server; the part after the last slash is its name.
_SERVER_PATH = re.compile(r"""(?<![\w.:/~])/(?:[^\s/:;,'"]+/)+([^\s/:;,'"]*)""")
_NOT_SHOWN = ("Cc", "Cf", "Cn", "Co", "Cs", "So")

WHY_KEPT_OUT = {
    RefusalCode.UNREADABLE: "Could not be read",
    RefusalCode.EMPTY: "Empty files",
    RefusalCode.UNSUPPORTED: "Not photos, or of a kind that is not read",
    RefusalCode.TRUNCATED: "Cut short",
    RefusalCode.DAMAGED: "Damaged",
    RefusalCode.TOO_SMALL: "Too small",
    RefusalCode.TOO_BLURRY: "Too blurry",
    RefusalCode.TOO_LARGE: "Too large",
    RefusalCode.UNSAFE_ARCHIVE: "Archives that are not safe to unpack",
    RefusalCode.OUT_OF_SPACE: "No room left",
    RefusalCode.INTERNAL: "A fault in the gallery",
}

DATED_BY = {
    "camera": "from the camera",
    "file": "from the file; the photo itself has no date",
    "added": "the day it was added; neither photo nor file has a date",
}


def plain(text: str) -> str:
    """Text with every sign escaped that Markdown would take for itself, such as `_` in names."""
    return _SPECIAL.sub(r"\\\1", text)


def sentence(text: str) -> str:
    """The first line of an error's text, without the signs and emoji that other programs add."""
    lines = [" ".join(_shown(line).split()) for line in text.splitlines()]
    lines = [line for line in lines if line]
    if not lines:
        return "Something went wrong."
    first = lines[0]
    return first if len(lines) == 1 else f"{first.rstrip(' .:;,')}."


def _shown(line: str) -> str:
    return "".join(sign for sign in line if _is_shown(sign))


def _is_shown(sign: str) -> bool:
    # Tabs part words; Latin-1 has no emoji, but has ° and ©; the last make emoji of other signs.
    if sign == "\t" or "\xa0" <= sign <= "\xff":
        return True
    selects = "\ufe00" <= sign <= "\ufe0f" or "\U0001f3fb" <= sign <= "\U0001f3ff"
    return not selects and unicodedata.category(sign) not in _NOT_SHOWN


def without_paths(text: str) -> str:
    """Text with every path on the server cut down to the name at its end, for strangers.

    A path is taken to end at its first blank.
    """
    return _SERVER_PATH.sub(r"\1", text)


def file_and_folder(path: str) -> str:
    """The end of a path; the folder tells apart what cameras call alike."""
    return "/".join(path.replace("\\", "/").split("/")[-2:])


def size(number: float) -> str:
    """Bytes as `812 kB` or `4.2 MB`, in powers of ten as file managers show them."""
    for unit, scale in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if number >= scale:
            share = number / scale
            return f"{share:.1f} {unit}" if share < 10 else f"{share:,.0f} {unit}"
    return f"{number:.0f} bytes"


def month(when: date) -> str:
    """`June 2024`."""
    return f"{when:%B} {when.year}"


def zone(minutes: int) -> str:
    """Minutes east of UTC as `UTC+02:00`."""
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def moment(photo: Photo) -> str:
    """When a photo was taken, on the clock of its camera, with the zone if the camera gave one."""
    shown = photo.wall_clock or photo.shown_at
    offset = photo.metadata.taken_offset
    where = f" ({zone(offset)})" if photo.wall_clock is not None and offset is not None else ""
    return f"{day(shown.date())}, {shown:%H:%M}{where}"


def place(latitude: float, longitude: float) -> str:
    """`48.8584° N, 2.2945° E`."""
    north = "N" if latitude >= 0 else "S"
    east = "E" if longitude >= 0 else "W"
    return f"{abs(latitude):.4f}° {north}, {abs(longitude):.4f}° {east}"


def progress(step: Progress) -> str:
    """`132 of 600 · 14 a second · 33 s left · 41 faces`."""
    parts = [f"{step.done:,}" if step.total is None else f"{step.done:,} of {step.total:,}"]
    if step.rate is not None and step.total is not None and step.done < step.total:
        per = f"{step.rate:.0f} a second" if step.rate >= 1 else f"{step.rate * 60:.0f} a minute"
        parts.append(per)
        if step.remaining is not None:
            parts.append(f"{duration(step.remaining)} left")
    if step.note:
        parts.append(step.note)
    return " · ".join(parts)


def megabytes(done: int, total: int | None) -> str:
    """`3.1 of 38.7 MB`, of a file that is being fetched."""
    return f"{done / 1e6:.1f} MB" if not total else f"{done / 1e6:.1f} of {total / 1e6:.1f} MB"


def month_end(first: date) -> date:
    """The last day of a month."""
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
