"""Faces that a photo's own metadata names: the detected ones, and boxes nobody detected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gallery.config import Settings
from gallery.decode import decode
from gallery.drawn import as_drawn, drawn_side
from gallery.embed import crops_of, embed_crops
from gallery.ingest import face_picture
from gallery.protocols import Detector, Embedder
from gallery.records import Box, DecodedPhoto, Face, Regions, Vectors
from gallery.regions import boxes_of, match


@dataclass(frozen=True, slots=True)
class FileFaces:
    """What a photo's metadata says of its faces.

    Args:
        names: of detected faces, by their place in the list.
        drawn: faces nobody detected, with quality, each with its name.
        pictures: small JPEG of each of those.
        vectors: (n, dim) of those.
    """

    names: dict[int, str]
    drawn: list[tuple[Face, str]]
    pictures: list[bytes]
    vectors: Vectors


def file_faces(
    data: bytes,
    photo: DecodedPhoto,
    regions: Regions | None,
    found: Sequence[Face],
    models: tuple[Detector, Embedder],
    settings: Settings,
) -> FileFaces:
    """Match the regions of a photo's metadata with the faces found in it.

    Args:
        data: the file.
        photo: decoded from it.
        regions: as its metadata has them.
        found: faces the detector saw.
        models: detector and embedder.
        settings: sizes and limits.
    """
    detector, embedder = models
    if regions is None:
        return FileFaces({}, [], [], embed_crops([], embedder))
    size = (photo.width, photo.height)
    named = boxes_of(regions, photo.metadata.orientation, *size)
    names, left = match(named, [face.box for face in found])
    boxes = [(_inside(box, size), name) for box, name in left]
    boxes = [(box, name) for box, name in boxes if _shorter(box) >= settings.min_face]
    if boxes:
        # Once, as large as the smallest of them needs.
        side = max(drawn_side(size, box, settings) for box, _ in boxes)
        if side > max(photo.pixels.shape[:2]):
            photo = decode(data, settings, longest_side=side)
    drawn = [(as_drawn(photo, box, detector)[0], name) for box, name in boxes]
    faces = [face for face, _ in drawn]
    return FileFaces(
        names,
        drawn,
        [face_picture(photo, face) for face in faces],
        embed_crops(crops_of(photo, faces, embedder), embedder),
    )


def _inside(box: Box, size: tuple[int, int]) -> Box:
    width, height = map(float, size)
    x0, y0, x1, y1 = box
    return max(0.0, x0), max(0.0, y0), min(width, x1), min(height, y1)


def _shorter(box: Box) -> float:
    return min(box[2] - box[0], box[3] - box[1])
