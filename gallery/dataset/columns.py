"""What the table of a data set says about a face, and the row of one."""

from __future__ import annotations

from dataclasses import dataclass

from gallery.records import Face, Person, Photo
from gallery.table_files import Cell, Column

_POINTS = ("right_eye", "left_eye", "nose", "right_mouth", "left_mouth")
_PIXELS = "pixels of the photo after its EXIF rotation"
# A hundredth of a pixel is less than any detector knows.
_DIGITS = 2

COLUMNS: tuple[Column, ...] = (
    Column("crop", "text", "the aligned picture of the face, below this folder"),
    Column("face_id", "whole", "of the face in the library"),
    Column("photo_id", "whole", "of the photo in the library"),
    Column("sha256", "text", "of the photo's file, in hex"),
    Column("path", "text", "a file that holds the photo, as it was taken in"),
    Column("photo_width", "whole", _PIXELS),
    Column("photo_height", "whole", _PIXELS),
    Column("faces_in_photo", "whole", "faces in the photo, those left out here among them"),
    Column("x0", "number", f"left edge of the box, {_PIXELS}"),
    Column("y0", "number", f"upper edge, {_PIXELS}"),
    Column("x1", "number", f"right edge, {_PIXELS}"),
    Column("y1", "number", f"lower edge, {_PIXELS}"),
    Column("score", "number", "how sure the detector is, 0 to 1"),
    Column("detector", "text", "what found the face; by-hand: somebody drew the box"),
    *(
        Column(f"{point}_{axis}", "number", f"landmark, the person's own side; {_PIXELS}")
        for point in _POINTS
        for axis in ("x", "y")
    ),
    Column("person_id", "whole", "of the person in the library; empty: nobody's"),
    Column("person", "text", "the name, or Person and a number; empty: nobody's"),
    Column("named", "flag", "whether the person has a name"),
    Column("confirmed", "flag", "whether the owner said that the face is this person"),
    Column("hidden", "flag", "whether the owner left the person out of the lists"),
    Column("ignored", "flag", "whether the owner called the person a stranger"),
    Column("tags", "texts", "tags of the photo; a JSON list in CSV"),
    Column("taken_at", "wall clock", "on the camera's clock; empty where it gave no time"),
    Column("taken_offset", "whole", "of that clock, in minutes east of UTC, where it gave a zone"),
    Column("added_at", "moment", "when the photo came into the library, UTC"),
    Column("size", "number", "shorter side of the box, pixels"),
    Column("sharpness", "number", "variance of the Laplacian of the crop at 112 pixels"),
    Column("yaw", "number", "degrees, positive towards the person's left, estimated"),
    Column("pitch", "number", "degrees, positive upwards, estimated"),
    Column("roll", "number", "degrees, positive clockwise in the picture, estimated"),
    Column("quality", "number", "0 (useless) to 1 (frontal, large, sharp)"),
)


@dataclass(frozen=True, slots=True)
class Whose:
    """Who a face is.

    Args:
        person: None where nobody's.
        confirmed: whether the owner said so.
    """

    person: Person | None
    confirmed: bool


def crop_path(face_id: int) -> str:
    """Where the crop of a face lies in a data set; a thousand at most lie in a folder."""
    return f"crops/{face_id // 1000:03}/{face_id:06}.png"


def row_of(photo: Photo, face: Face, detector: str, whose: Whose) -> list[Cell]:
    """The row of a face, in the order of `COLUMNS`."""
    cells = _of_photo(photo) | _of_face(face) | _of_person(whose) | {"detector": detector}
    return [cells[column.name] for column in COLUMNS]


def _of_photo(photo: Photo) -> dict[str, Cell]:
    return {
        "photo_id": photo.id,
        "sha256": photo.sha256,
        "path": photo.places[0] if photo.places else None,
        "photo_width": photo.width,
        "photo_height": photo.height,
        "faces_in_photo": photo.faces,
        "tags": photo.metadata.keywords,
        "taken_at": photo.wall_clock,
        "taken_offset": photo.metadata.taken_offset,
        "added_at": photo.added_at.replace(microsecond=0),
    }


def _of_face(face: Face) -> dict[str, Cell]:
    if face.id is None:
        raise ValueError("a face of a data set must have an id")
    points = face.landmarks
    landmarks: dict[str, Cell] = {
        f"{name}_{axis}": None if points is None else round(float(points[point, side]), _DIGITS)
        for point, name in enumerate(_POINTS)
        for side, axis in enumerate(("x", "y"))
    }
    edges = zip(("x0", "y0", "x1", "y1"), face.box, strict=True)
    quality = face.quality
    measured: dict[str, Cell] = dict.fromkeys(
        ("size", "sharpness", "yaw", "pitch", "roll", "quality")
    )
    if quality is not None:
        measured = {
            "size": round(quality.size, _DIGITS),
            "sharpness": round(quality.sharpness, _DIGITS),
            "yaw": round(quality.yaw, _DIGITS),
            "pitch": round(quality.pitch, _DIGITS),
            "roll": round(quality.roll, _DIGITS),
            "quality": round(quality.overall, 4),
        }
    return {
        "crop": crop_path(face.id),
        "face_id": face.id,
        "score": round(face.score, 4),
        **{name: round(edge, _DIGITS) for name, edge in edges},
        **landmarks,
        **measured,
    }


def _of_person(whose: Whose) -> dict[str, Cell]:
    person = whose.person
    return {
        "person_id": None if person is None else person.id,
        "person": None if person is None else person.label,
        "named": person is not None and person.name is not None,
        "confirmed": whose.confirmed,
        "hidden": person is not None and person.hidden,
        "ignored": person is not None and person.ignored,
    }
