"""A face -> the photos with faces like it, and the person it most likely is.

The face comes from a picture that is only looked at, or from the library itself. Nothing of the
picture is written anywhere.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gallery.config import Settings
from gallery.decode import decode
from gallery.detect import DetectOptions, detect_faces
from gallery.embed import crops_of, embed_crops, with_quality
from gallery.errors import LibraryError, NotFoundError
from gallery.ingest import DECODE_SIDE_SHARE, face_picture
from gallery.join import JoinOptions, Verdict, offers
from gallery.pipeline import FaceModels
from gallery.query import Query
from gallery.records import Face, Person, Space
from gallery.store import described, face_index, found, people
from gallery.store import faces as face_store
from gallery.store.described import FaceRow
from gallery.store.library import Library
from gallery.vector_index import VectorIndex

# Faces that are looked for, for each photo that is to be given: several may be on one.
_FACES_EACH = 4
_LEAST_FACES = 200
# The persons of so many of the most similar faces may be the one.
_CANDIDATE_FACES = 200

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Probe:
    """A face of a picture that is not kept.

    Args:
        face: where it is, with its quality.
        vector: (dim,).
        picture: small JPEG of it.
    """

    face: Face
    vector: Vector
    picture: bytes


@dataclass(frozen=True, slots=True)
class FaceMatch:
    """A photo with a face like the one that was looked for.

    Args:
        photo_id: the photo.
        face_id: its face that is most like it.
        person_id: whose that is; None where nobody's.
        score: cosine of the two.
    """

    photo_id: int
    face_id: int
    person_id: int | None
    score: float


@dataclass(frozen=True, slots=True)
class Likely:
    """Who a face most likely is.

    Args:
        person: the nearest one; None where nobody is near.
        score: cosine to the mean direction of that person's faces.
        runner_up: who comes next.
        margin: how much nearer the first is; None where nobody comes next.
        sure: whether a new face like this would join the person by itself.
    """

    person: Person | None
    score: float
    runner_up: Person | None
    margin: float | None
    sure: bool


def faces_in(data: bytes, models: FaceModels, settings: Settings) -> list[Probe]:
    """The faces of a picture, the largest first.

    Raises:
        RefusedPhoto: It cannot be read.
    """
    photo = decode(data, settings, longest_side=round(settings.detect_side * DECODE_SIDE_SHARE))
    looks = DetectOptions(settings.detect_side, settings.min_score, settings.min_face)
    seen = with_quality(photo, detect_faces(photo, models.detector, looks))
    vectors = embed_crops(crops_of(photo, seen, models.embedder), models.embedder)
    return [
        Probe(face, vector, face_picture(photo, face))
        for face, vector in zip(seen, vectors, strict=True)
    ]


def vector_of(library: Library, space: Space, face_id: int) -> Vector:
    """The vector of a face of the library.

    Raises:
        NotFoundError: There is no such face.
        LibraryError: It was not described by the model in use.
    """
    if face_store.get(library, face_id) is None:
        raise NotFoundError(f"There is no face {face_id} in this library.")
    known = face_store.vectors_of(library, space, [face_id])
    if face_id not in known:
        raise LibraryError(
            f"Face {face_id} was not described with {space.model} yet. "
            f"Do so with: gallery cluster --embedder {space.model}"
        )
    return known[face_id]


def photos_like(
    library: Library,
    index: VectorIndex,
    vector: Vector,
    least: float,
    *,
    limit: int,
    query: Query | None = None,
    but: Collection[int] = (),
) -> list[FaceMatch]:
    """Photos with a face like one, the most alike first.

    Args:
        library: whose.
        index: of its faces.
        vector: (dim,) of the face that is looked for.
        least: cosine that a face must reach.
        limit: photos that are given.
        query: what else must hold.
        but: faces that do not count, such as the one that is looked for.

    Raises:
        QueryError: The query names what is not there.
    """
    best: dict[int, FaceMatch] = {}
    looked_for = max(_LEAST_FACES, _FACES_EACH * limit)
    for row, score in _near(library, index, vector, least, looked_for, but):
        match = FaceMatch(row.photo_id, row.face_id, row.person_id, score)
        best.setdefault(row.photo_id, match)
    if query is not None and query.terms:
        stay = found.among(library, query, list(best))
        best = {photo: match for photo, match in best.items() if photo in stay}
    return list(best.values())[:limit]


def most_likely(
    library: Library,
    space: Space,
    index: VectorIndex,
    vector: Vector,
    options: JoinOptions,
    *,
    but: Collection[int] = (),
) -> Likely:
    """Who a face most likely is, judged as a new face of an added photo is.

    Args:
        library: whose.
        space: of the vectors.
        index: of the library's faces.
        vector: (dim,) of the face.
        options: how alike it must be to join.
        but: faces that do not count.
    """
    near = _near(library, index, vector, -1.0, _CANDIDATE_FACES, but)
    persons = sorted({row.person_id for row, _ in near if row.person_id is not None})
    members = described.members_of(library, space, persons)
    count = ~np.isin(members.face_ids, list(but))
    [offer] = offers(
        vector[None],
        np.ones(1, dtype=np.bool_),
        np.full(1, -1, dtype=np.int64),
        [frozenset()],
        members.vectors[count],
        members.persons[count],
        members.confirmed[count],
        members.quality[count],
        members.photos[count],
        options,
    )
    known = people.by_ids(library, [p for p in (offer.person, offer.runner_up) if p is not None])
    runner_up = known.get(offer.runner_up or 0)
    return Likely(
        person=known.get(offer.person or 0),
        score=offer.score,
        runner_up=runner_up,
        margin=None if runner_up is None else offer.score - offer.runner_up_score,
        sure=offer.verdict is Verdict.JOINS,
    )


def open_index(library: Library, space: Space, tell: face_index.Tell | None = None) -> VectorIndex:
    """The faces of a library, ready to be searched; see `gallery.store.face_index`."""
    return face_index.opened(library, space, tell)


def _near(
    library: Library,
    index: VectorIndex,
    vector: Vector,
    least: float,
    most: int,
    but: Collection[int],
) -> list[tuple[FaceRow, float]]:
    """The faces most like one that are there, best first, and how alike they are."""
    scores, ids = index.search(np.ascontiguousarray(vector, dtype=np.float32), most + len(but))
    alike = {
        int(face): float(score)
        for face, score in zip(ids, scores, strict=True)
        if score >= least and int(face) not in but
    }
    rows = described.rows_by_id(library, list(alike))
    return [(rows[face], score) for face, score in alike.items() if face in rows]
