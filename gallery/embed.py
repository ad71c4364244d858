"""Faces + embedder -> crops, quality and unit vectors, batched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from gallery.align import MIRRORED, FivePoint
from gallery.protocols import Embedder
from gallery.quality import face_quality
from gallery.records import DecodedPhoto, Face, Pixels, Space, Vectors
from gallery.vectors import unit

_QUALITY_CROP = FivePoint(112)


def embedding_space(detector: str, embedder: Embedder) -> Space:
    """The space of the vectors that this detector and embedder make together."""
    return Space(
        detector=detector,
        alignment=embedder.alignment.name + (MIRRORED if embedder.mirrored else ""),
        model=embedder.name,
        version=embedder.version,
        precision=embedder.precision,
        dim=embedder.dim,
    )


def crops_of(photo: DecodedPhoto, faces: Sequence[Face], embedder: Embedder) -> list[Pixels]:
    """The crop of each face that the embedder was trained on."""
    scale = photo.scale
    return [embedder.alignment.crop(photo.pixels, face.scaled(scale)) for face in faces]


def with_quality(photo: DecodedPhoto, faces: Sequence[Face]) -> list[Face]:
    """The faces with their quality filled in."""
    scale = photo.scale
    return [
        replace(
            face,
            quality=face_quality(face, _QUALITY_CROP.crop(photo.pixels, face.scaled(scale))),
        )
        for face in faces
    ]


def embed_crops(crops: Sequence[Pixels], embedder: Embedder) -> Vectors:
    """(n, dim) unit vectors of n crops; an empty (0, dim) array for none.

    A face and its mirror image are one person: where the embedder says so, the mean of both
    directions is taken, which is surer than either.
    """
    if not crops:
        return np.empty((0, embedder.dim), dtype=np.float32)
    if not embedder.mirrored:
        return embedder.embed(crops)
    count = len(crops)
    both = embedder.embed([*crops, *(np.ascontiguousarray(crop[:, ::-1]) for crop in crops)])
    return unit(both[:count] + both[count:])
