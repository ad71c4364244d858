"""What a picture is called to those who do not see it: who is on it, and when it was taken."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from gallery.wording import counted, day, people_counted

# A longer list is hard to hear to its end, and to tell from the next one.
_NAMED = 3


def photo_alternative(
    names: Sequence[str], faces: int, when: date | None, otherwise: str = "Photo"
) -> str:
    """As in `Ada Lovelace, Grace Hopper and 2 others, 14 June 2024`.

    Args:
        names: of persons with a name, in the order in which they are to be said.
        faces: on the photo, with and without a name.
        when: it was taken, where that is known.
        otherwise: what a photo without anybody on it is called, as by its file's name.
    """
    who = _who(names, faces) or otherwise
    return who if when is None else f"{who}, {day(when)}"


def face_alternative(label: str, when: date | None) -> str:
    """As in `Ada Lovelace, 14 June 2024`."""
    return photo_alternative([label], 1, when)


def _who(names: Sequence[str], faces: int) -> str:
    said = list(dict.fromkeys(names))[:_NAMED]
    others = max(faces, len(names)) - len(said)
    if not said:
        return people_counted(others) if others else ""
    if others:
        said.append(counted(others, "other"))
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"
