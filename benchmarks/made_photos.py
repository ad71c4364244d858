"""Photos made for a benchmark: LFW faces at known places on 12 megapixels of nothing much.

The background is smooth, so that a detector finds what was placed, and noisy as a camera's
picture is, so that a file has a camera's megabytes and costs as much to decode. The same
seed and the same LFW give the same pixels.
"""

from __future__ import annotations

import math
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

Array = NDArray[np.float32]
Box = tuple[float, float, float, float]

WIDTH, HEIGHT = 4000, 3000
MOST_FACES = 4

# Sides, in pixels, between which an LFW photo is pasted; LFW's own side is 250.
SIDES = (250, 900)

# Deep-funneled LFW has the face in the middle of its square; a detector's box there measures
# about 90 by 120 of the 250 pixels.
FACE_SHARE = 0.42

_ARCHIVE = "lfw-deepfunneled.tar"
_FOLDER = "lfw-deepfunneled"
_FIRST_DAY = datetime(2020, 5, 1, 12, 0, 0)


@dataclass(frozen=True, slots=True)
class PlacedFace:
    """The central face of a pasted LFW photo.

    Args:
        x: pixels of its centre from the left.
        y: pixels of its centre from the top.
        size: pixels across; see `FACE_SHARE`.
        source: the LFW photo, as `Person/Person_0001.jpg`.
    """

    x: float
    y: float
    size: float
    source: str


@dataclass(frozen=True, slots=True)
class MadePhoto:
    """One photo and what was placed on it."""

    path: Path
    faces: tuple[PlacedFace, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """What was found on a photo.

    Args:
        found: indices of the placed faces that a box lies on, rising.
        others: boxes anywhere else: bystanders of LFW's photos, mistakes, second boxes.
    """

    found: tuple[int, ...]
    others: int


class Lfw:
    """LFW's photos by name, out of a folder or straight out of the archive.

    Args:
        place: the folder of people, a folder that has it or the archive, or the archive.

    Raises:
        FileNotFoundError: There is no LFW at that place.
    """

    def __init__(self, place: Path) -> None:
        for candidate in (place / _FOLDER, place / _ARCHIVE, place):
            if candidate.exists():
                self.place = candidate
                break
        else:
            raise FileNotFoundError(f"LFW is not at {place}: there is no such file or folder.")
        self._members: dict[str, tarfile.TarInfo] = {}
        if self.place.is_file():
            with tarfile.open(self.place) as archive:
                self._members = {_name(item.name): item for item in archive if item.isfile()}
            self.names = sorted(name for name in self._members if name.endswith(".jpg"))
        else:
            found = self.place.glob("*/*.jpg")
            self.names = sorted(_name(path.as_posix()) for path in found)
        if not self.names:
            raise FileNotFoundError(
                f"LFW is not at {self.place}: it should hold a folder per person, "
                f"or be the archive {_ARCHIVE}."
            )

    def read(self, names: Sequence[str]) -> dict[str, bytes]:
        """The files of these names; of an archive nothing else is unpacked."""
        if not self._members:
            return {name: (self.place / name).read_bytes() for name in names}
        found = {}
        with tarfile.open(self.place) as archive:
            for name in names:
                stream = archive.extractfile(self._members[name])
                if stream is not None:
                    found[name] = stream.read()
        return found


def match_faces(boxes: Sequence[Box], placed: Sequence[PlacedFace]) -> Match:
    """The placed faces that a box lies on.

    A box lies on a face when the centre of the box is within half the face's size of the
    centre of the face. Nearest first, each box counts for one face and each face for one box.

    Args:
        boxes: of one photo.
        placed: on the same photo.
    """
    pairs = []
    for box_index, (x0, y0, x1, y1) in enumerate(boxes):
        for face_index, face in enumerate(placed):
            distance = math.hypot((x0 + x1) / 2 - face.x, (y0 + y1) / 2 - face.y)
            if distance <= face.size / 2:
                pairs.append((distance, box_index, face_index))
    used_boxes: set[int] = set()
    found_faces: set[int] = set()
    for _, box_index, face_index in sorted(pairs):
        if box_index not in used_boxes and face_index not in found_faces:
            used_boxes.add(box_index)
            found_faces.add(face_index)
    return Match(tuple(sorted(found_faces)), len(boxes) - len(used_boxes))


def make_photos(
    folder: Path, lfw: Lfw, count: int, seed: int, sides: tuple[int, int] = SIDES
) -> list[MadePhoto]:
    """Write `count` photos of one to four faces each.

    Nobody is on two of them, as long as LFW's people last.

    Args:
        folder: where; it has to exist.
        lfw: the faces.
        count: photos.
        seed: of everything random.
        sides: smallest and largest side, in pixels, of a pasted LFW photo.
    """
    draw = np.random.default_rng(seed)
    order = draw.permutation(len(lfw.names))
    # Every number of faces equally often, in random order within each four photos, so that
    # the first photos are the same however many there are.
    fours = [draw.permutation(MOST_FACES) + 1 for _ in range(0, count, MOST_FACES)]
    numbers = np.concatenate(fours)[:count]
    chosen = _choose([lfw.names[index] for index in order], int(numbers.sum()))
    data = lfw.read(chosen)
    photos = []
    for index, number in enumerate(numbers):
        names, chosen = chosen[:number], chosen[number:]
        picture_draw = np.random.default_rng((seed, index))
        pixels, faces = compose([(name, data[name]) for name in names], picture_draw, sides)
        path = folder / f"made-{seed}-{index:04d}.jpg"
        _write(path, pixels, _FIRST_DAY + timedelta(hours=7 * index))
        photos.append(MadePhoto(path, faces))
    return photos


def compose(
    sources: Sequence[tuple[str, bytes]], draw: np.random.Generator, sides: tuple[int, int]
) -> tuple[NDArray[np.uint8], tuple[PlacedFace, ...]]:
    """One picture with these LFW photos (name, file) on it, and where their faces are."""
    canvas = background(draw)
    squares = place_squares(len(sources), draw, sides)
    faces = []
    for (name, data), (left, top, side) in zip(sources, squares, strict=True):
        photo = np.asarray(Image.open(BytesIO(data)).convert("RGB"), dtype=np.float32)
        large = cv2.resize(photo, (side, side), interpolation=cv2.INTER_CUBIC)
        mask = soft_mask(side)[:, :, None]
        under = canvas[top : top + side, left : left + side]
        canvas[top : top + side, left : left + side] = under + (large - under) * mask
        faces.append(PlacedFace(left + side / 2, top + side / 2, side * FACE_SHARE, name))
    canvas += sensor_noise(draw)
    return canvas.clip(0, 255).astype(np.uint8), tuple(faces)


def place_squares(
    count: int, draw: np.random.Generator, sides: tuple[int, int] = SIDES
) -> list[tuple[int, int, int]]:
    """Left, top and side of squares that do not overlap and lie inside the picture.

    Args:
        count: each gets an equal part of the picture's width to lie in.
        draw: random numbers.
        sides: smallest and largest side.

    Raises:
        ValueError: So many squares of that size do not fit.
    """
    lane = WIDTH // count
    smallest, largest = sides
    if not 0 < smallest <= largest <= min(lane, HEIGHT):
        raise ValueError(
            f"sides must rise and be within 1 to {min(lane, HEIGHT)} for {count} faces, got {sides}"
        )
    squares = []
    for index in range(count):
        side = int(draw.integers(smallest, largest + 1))
        left = index * lane + int(draw.integers(0, lane - side + 1))
        squares.append((left, int(draw.integers(0, HEIGHT - side + 1)), side))
    return squares


def soft_mask(side: int) -> Array:
    """(side, side) weights: 1 in the middle, fading to 0 before the edge, corners rounded."""
    across = np.abs(np.linspace(-1, 1, side, dtype=np.float32))
    radius = (across[:, None] ** 4 + across[None, :] ** 4) ** 0.25
    inside = np.clip((0.98 - radius) / 0.33, 0, 1)
    return np.asarray(inside * inside * (3 - 2 * inside), dtype=np.float32)


def background(draw: np.random.Generator) -> Array:
    """(h, w, 3) floats: a slope of light and blotches of some hundred pixels, out of focus."""
    canvas = np.empty((HEIGHT, WIDTH, 3), dtype=np.float32)
    corners = draw.uniform(60, 190, (2, 2, 1)) + draw.uniform(-30, 30, (2, 2, 3))
    cv2.resize(
        corners.astype(np.float32), (WIDTH, HEIGHT), dst=canvas, interpolation=cv2.INTER_LINEAR
    )
    for cells, strength in ((4, 22.0), (9, 12.0), (20, 5.0)):
        light = draw.normal(0, strength, (cells * 3 // 4, cells, 1))
        colour = draw.normal(0, strength / 3, (cells * 3 // 4, cells, 3))
        coarse = (light + colour).astype(np.float32)
        canvas += cv2.resize(coarse, (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    return canvas


def sensor_noise(draw: np.random.Generator, strength: float = 6.0) -> Array:
    """(h, w, 3) floats: fine grain in brightness, a coarser and weaker one in colour.

    At 6 a made photo has some 3 megabytes.
    """
    grain = draw.standard_normal((HEIGHT, WIDTH), dtype=np.float32) * np.float32(strength)
    colour = draw.standard_normal((HEIGHT // 4, WIDTH // 4, 3), dtype=np.float32)
    fine = cv2.resize(colour * np.float32(strength / 3), (WIDTH, HEIGHT))
    return np.asarray(fine + grain[:, :, None], dtype=np.float32)


def _choose(names: Sequence[str], count: int) -> list[str]:
    """The first photo of each of `count` people; people come again when there are too few."""
    by_person: dict[str, list[str]] = {}
    for name in names:
        by_person.setdefault(name.partition("/")[0], []).append(name)
    firsts = [own[0] for own in by_person.values()]
    return [firsts[index % len(firsts)] for index in range(count)]


def _write(path: Path, pixels: NDArray[np.uint8], taken_at: datetime) -> None:
    exif = Image.Exif()
    written = taken_at.strftime("%Y:%m:%d %H:%M:%S")
    exif[0x0132] = written  # DateTime
    exif.get_ifd(0x8769)[0x9003] = written  # DateTimeOriginal
    Image.fromarray(pixels).save(path, quality=90, subsampling="4:2:0", exif=exif)


def _name(path: str) -> str:
    """`Person/Person_0001.jpg`, the last two parts of a path."""
    return "/".join(path.split("/")[-2:])
