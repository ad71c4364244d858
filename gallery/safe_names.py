"""Names for files that every system can hold, each given once."""

from __future__ import annotations

import re
import unicodedata

# What Windows refuses in a name, and what hides or breaks one anywhere.
_NOT_IN_A_NAME = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f]')
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.I)
# Bytes in UTF-8: the shortest limit that is about is 255, and a number may be added.
_LONGEST = 180


class SafeNames:
    """Gives every name once, whatever the capitals."""

    def __init__(self) -> None:
        self._given: set[tuple[str, ...]] = set()

    def unique(self, *parts: str, suffix: str = "") -> tuple[str, ...]:
        """A path of safe parts that was not given before: `a.jpg`, `a (2).jpg`.

        Args:
            parts: folders and the name of the file.
            suffix: put behind the name of the file, and behind its number.
        """
        *folders, name = [safe_name(part) for part in parts]
        stem, dot, ending = name.rpartition(".")
        if not stem:
            stem, dot, ending = name, "", ""
        number = 1
        while True:
            numbered = name if number == 1 else f"{stem} ({number}){dot}{ending}"
            path = (*folders, numbered + suffix)
            # Systems that tell no capitals apart also write accents in either of two ways.
            key = tuple(unicodedata.normalize("NFC", part).casefold() for part in path)
            if key not in self._given:
                self._given.add(key)
                return path
            number += 1


def safe_name(text: str) -> str:
    """A name that Windows, macOS and Linux all take; no text gives an empty one."""
    name = unicodedata.normalize("NFC", _NOT_IN_A_NAME.sub("_", text))
    name = "".join("_" if unicodedata.category(sign) in ("Cf", "Cs") else sign for sign in name)
    name = _shortened(name.strip()).rstrip(". ")
    if _DEVICES.fullmatch(name):
        name = f"_{name}"
    return name or "_"


def _shortened(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending) > 10:
        stem, dot, ending = name, "", ""
    room = _LONGEST - len((dot + ending).encode())
    cut = stem.encode()[:room].decode("utf-8", "ignore")
    return cut + dot + ending
