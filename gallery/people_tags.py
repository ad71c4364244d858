"""What the faces of a photo make of it: portrait, couple, group, crowd, nobody.

These tags are never stored: they follow from the faces there are now, so that one that is added
or deleted by hand changes them at once.
"""

from __future__ import annotations

from dataclasses import dataclass

# A face at least so high beside the photo makes it a portrait; a smaller one is somebody in a
# scene. A head and shoulders have about a third, a person to the knees an eighth.
PORTRAIT_SHARE = 0.2


@dataclass(frozen=True, slots=True)
class PeopleTag:
    """A tag that depends on the faces alone.

    Args:
        name: for people.
        fewest: faces at least.
        most: faces at most; None for any number.
        share: height of the tallest face beside that of the photo, at least.
    """

    name: str
    fewest: int
    most: int | None
    share: float = 0.0


PEOPLE_TAGS = (
    PeopleTag("nobody", 0, 0),
    PeopleTag("portrait", 1, 1, PORTRAIT_SHARE),
    PeopleTag("couple", 2, 2),
    PeopleTag("group", 3, 9),
    PeopleTag("crowd", 10, None),
)


def people_tag(faces: int, share: float) -> str | None:
    """The tag of a photo that was looked at for faces, if there is one.

    Args:
        faces: how many there are.
        share: height of the tallest beside that of the photo, 0 where there is none.
    """
    for tag in PEOPLE_TAGS:
        if tag.fewest <= faces and (tag.most is None or faces <= tag.most) and share >= tag.share:
            return tag.name
    return None
