"""What the stages pass to each other. Every convention is stated here, once.

- Images are RGB, uint8, height x width x 3, after EXIF rotation.
- Boxes are x0, y0, x1, y1 and landmarks x, y in pixels of the *rotated original*, floats,
  whatever size the photo was decoded at.
- Landmarks are (5, 2): the person's right eye, left eye, nose, right mouth corner, left
  mouth corner. The person's right eye is on the left of a frontal picture.
- Vectors are float32 and of unit length, so a dot product is the cosine similarity.
- Times are aware and in UTC. A photo's `taken_at` comes with `taken_offset`, the minutes
  east of UTC that the camera gave; None means the camera gave no zone, and `taken_at` then
  holds the camera's wall clock as if it were UTC.
- Absence is None.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gallery.wording import file_name

if TYPE_CHECKING:
    from collections.abc import Mapping

Pixels = NDArray[np.uint8]
Vectors = NDArray[np.float32]
Landmarks = NDArray[np.float32]
Box = tuple[float, float, float, float]


class Stage(StrEnum):
    """Where in the run a photo was refused."""

    SOURCE = "source"
    DECODE = "decode"
    CHECK = "check"
    DETECT = "detect"
    EMBED = "embed"


class RefusalCode(StrEnum):
    """Why a photo was kept out; the sentence beside it is for people."""

    UNREADABLE = "unreadable"
    EMPTY = "empty"
    UNSUPPORTED = "unsupported"
    TRUNCATED = "truncated"
    DAMAGED = "damaged"
    TOO_SMALL = "too-small"
    TOO_BLURRY = "too-blurry"
    TOO_LARGE = "too-large"
    UNSAFE_ARCHIVE = "unsafe-archive"
    OUT_OF_SPACE = "out-of-space"
    INTERNAL = "internal"


# A person can overrule these; for the others there are no pixels to take in.
OVERRULABLE = frozenset({RefusalCode.TOO_SMALL, RefusalCode.TOO_BLURRY})


@dataclass(frozen=True, slots=True)
class Refusal:
    """One file that was kept out, and why.

    `path` is what a person recognises: a path, or `album.zip/inner/name.jpg`; `key` is the
    exact identity of the file, as in `SourceFile`, where it is known.
    """

    path: str
    stage: Stage
    code: RefusalCode
    reason: str
    id: int | None = None
    at: datetime | None = None
    key: bytes | None = None

    @property
    def can_be_overruled(self) -> bool:
        """Whether the photo can be taken in all the same."""
        return self.code in OVERRULABLE


@dataclass(frozen=True, slots=True)
class Region:
    """A face that a file's own metadata names.

    Args:
        name: whose it is.
        x: of the centre, as a share of the width of the picture *as it is stored*: before its
            EXIF rotation, as MWG-RS has it.
        y: of the centre, as a share of the stored height.
        width: share of the stored width.
        height: share of the stored height.
    """

    name: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Regions:
    """The faces a file's own metadata names, and the size of the picture they were drawn on.

    Args:
        faces: one at least.
        applied_to: width and height in pixels of that picture, if it is said.
    """

    faces: tuple[Region, ...]
    applied_to: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the file and its sidecar say about the photo. Degrees are WGS 84, metres above sea."""

    taken_at: datetime | None = None
    taken_offset: int | None = None
    camera_make: str | None = None
    camera_model: str | None = None
    lens: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    altitude: float | None = None
    orientation: int = 1
    title: str | None = None
    description: str | None = None
    keywords: tuple[str, ...] = ()
    regions: Regions | None = None

    def __post_init__(self) -> None:
        if self.taken_at is not None and self.taken_at.tzinfo is None:
            raise ValueError("taken_at must be aware, got a naive time")
        if self.latitude is not None and not -90 <= self.latitude <= 90:
            raise ValueError(f"latitude must be within -90 to 90, got {self.latitude}")
        if self.longitude is not None and not -180 <= self.longitude <= 180:
            raise ValueError(f"longitude must be within -180 to 180, got {self.longitude}")


@dataclass(frozen=True, slots=True)
class DecodedPhoto:
    """Pixels at the scale the stages need, with the size of the original beside them.

    Args:
        pixels: (h, w, 3) RGB, rotated, possibly smaller than the original.
        width: pixels across of the rotated original.
        height: pixels down of the rotated original.
        format: the file's format as Pillow names it, such as JPEG.
        metadata: what the file itself says.
    """

    pixels: Pixels
    width: int
    height: int
    format: str
    metadata: Metadata

    @property
    def scale(self) -> float:
        """Decoded pixels per original pixel, at most 1."""
        return float(self.pixels.shape[1] / self.width)


@dataclass(frozen=True, slots=True)
class FaceQuality:
    """How much a face can be trusted.

    Args:
        size: shorter side of the box in pixels of the original.
        sharpness: variance of the Laplacian of the aligned crop (grey, 0 to 255).
        yaw: degrees, positive towards the person's left; estimated from the landmarks.
        pitch: degrees, positive upwards; estimated from the landmarks.
        roll: degrees, positive clockwise in the picture.
        overall: 0 (useless) to 1 (frontal, large, sharp).
    """

    size: float
    sharpness: float
    yaw: float
    pitch: float
    roll: float
    overall: float


@dataclass(frozen=True, slots=True)
class Face:
    """One face in one photo."""

    box: Box
    score: float
    landmarks: Landmarks | None = None
    quality: FaceQuality | None = None
    id: int | None = None
    photo_id: int | None = None
    person_id: int | None = None

    def __post_init__(self) -> None:
        x0, y0, x1, y1 = self.box
        if not (x1 > x0 and y1 > y0):
            raise ValueError(f"box must have x1 > x0 and y1 > y0, got {self.box}")
        if self.landmarks is not None and self.landmarks.shape != (5, 2):
            raise ValueError(f"landmarks must be (5, 2), got {self.landmarks.shape}")

    @property
    def width(self) -> float:
        """Pixels of the original."""
        return self.box[2] - self.box[0]

    @property
    def height(self) -> float:
        """Pixels of the original."""
        return self.box[3] - self.box[1]

    def scaled(self, factor: float) -> Face:
        """The same face in an image `factor` times the size."""
        x0, y0, x1, y1 = (float(edge * factor) for edge in self.box)
        landmarks = None if self.landmarks is None else (self.landmarks * factor).astype(np.float32)
        return replace(self, box=(x0, y0, x1, y1), landmarks=landmarks)


@dataclass(frozen=True, slots=True)
class Space:
    """What a vector was made with. Vectors of two spaces are never compared.

    Args:
        detector: registry name of the detector whose landmarks placed the crop.
        alignment: name of the crop, such as `five-point-112`.
        model: registry name of the embedder.
        version: first 12 hex digits of the weights' SHA-256, or the package version that
            brought them.
        precision: `f32` or `bf16`.
        dim: length of a vector.
    """

    detector: str
    alignment: str
    model: str
    version: str
    precision: str
    dim: int

    def is_comparable(self, other: Space) -> bool:
        """Whether vectors can be compared: those of two detectors can, of two networks not."""
        return replace(self, detector=other.detector) == other

    @property
    def name(self) -> str:
        """One line for people and reports."""
        return (
            f"{self.detector} / {self.alignment} / {self.model} {self.version} / {self.precision}"
        )


@dataclass(frozen=True, slots=True)
class Locality:
    """Where a photo was taken, in words; None where the nearest town is too far to say."""

    city: str | None = None
    region: str | None = None
    country: str | None = None

    @property
    def name(self) -> str:
        """`Lyon, Auvergne-Rhône-Alpes, France`; nothing is said twice."""
        parts = (self.city, self.region, self.country)
        return ", ".join(dict.fromkeys(part for part in parts if part))


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo in the library. Several files with the same bytes are one photo."""

    id: int
    sha256: str
    width: int
    height: int
    format: str
    size_bytes: int
    metadata: Metadata
    sharpness: float
    shown_at: datetime
    dated_by: str
    added_at: datetime
    places: tuple[str, ...] = ()
    faces: int = 0
    locality: Locality = Locality()

    @property
    def name(self) -> str:
        """The name of its file, or its number where no file holds it any more."""
        return file_name(self.places[0]) if self.places else f"photo {self.id}"

    @property
    def wall_clock(self) -> datetime | None:
        """The time on the camera's clock, naive, or None if the camera gave none."""
        taken = self.metadata.taken_at
        if taken is None:
            return None
        return taken.replace(tzinfo=None) + timedelta(minutes=self.metadata.taken_offset or 0)


@dataclass(frozen=True, slots=True)
class Person:
    """What a user sees as one person: a stable id, a number, perhaps a name."""

    id: int
    number: int
    name: str | None
    faces: int
    photos: int
    cover_face_id: int | None = None
    hidden: bool = False
    ignored: bool = False
    birth_year: int | None = None

    @property
    def label(self) -> str:
        """The name, or `Person 7`."""
        return self.name or f"Person {self.number}"


@dataclass(frozen=True, slots=True)
class Album:
    """Photos under a name; no photo belongs to it more than to others.

    Args:
        photos: in it; None where a search fills it, which knows.
        cover_photo_id: chosen, else the newest; None where it is empty or a search fills it.
        query: what is searched for, where the album fills itself.
    """

    id: int
    name: str
    photos: int | None
    cover_photo_id: int | None
    created_at: datetime
    query: str | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What a user said. Decisions are only ever added; undo adds the opposite.

    Args:
        id: rising with time.
        at: when it was said.
        kind: such as `name` or `merge`; `undo` and `redo` name another one in `undoes`.
        person_id: whom it is about.
        face_id: the face it is about, where it is about one.
        other_person_id: the second person, where there are two.
        value: such as the name given.
        undoes: the decision taken back, or the undo that is.
        sentence: what happened, in words, with the names of the day.
    """

    id: int
    at: datetime
    kind: str
    person_id: int | None
    value: str | None
    undoes: int | None
    sentence: str
    face_id: int | None = None
    other_person_id: int | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One clustering run, with everything needed to repeat it."""

    id: int
    algorithm: str
    space: Space
    threshold: float
    at: datetime
    seconds: float
    faces: int
    clusters: int
    unassigned: int
    parameters: Mapping[str, float] = field(default_factory=dict)
    current: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """One step of long work. `total` is None until it is known."""

    stage: str
    done: int
    total: int | None
    seconds: float
    note: str = ""

    @property
    def rate(self) -> float | None:
        """Items a second, or None before the first."""
        return self.done / self.seconds if self.done and self.seconds > 0 else None

    @property
    def remaining(self) -> float | None:
        """Seconds left at the present rate, or None while that is unknown."""
        if self.total is None or not self.rate:
            return None
        return max(0.0, (self.total - self.done) / self.rate)


@dataclass(slots=True)
class IngestReport:
    """What an ingest did; grows while it runs. Of those already known some are in the bin."""

    added: int = 0
    already_known: int = 0
    in_bin: int = 0
    new_places: int = 0
    faces: int = 0
    failed: list[Refusal] = field(default_factory=list)
    seconds: float = 0.0
    named: int = 0  # faces that the photos' own metadata names

    @property
    def photos_per_second(self) -> float:
        """New photos a second, 0 where nothing was added."""
        return self.added / self.seconds if self.seconds > 0 else 0.0
