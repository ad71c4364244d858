"""`search --face`: photos with a face like one, and who it most likely is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from gallery.cli.library import models_of
from gallery.cli.output import counted, print_json, progress_line, say, table
from gallery.errors import GalleryError
from gallery.face_search import (
    FaceMatch,
    Likely,
    Probe,
    faces_in,
    most_likely,
    open_index,
    photos_like,
    vector_of,
)
from gallery.records import Progress
from gallery.search import read_query
from gallery.store import people, photos
from gallery.workflow import join_options_in_use, space_in_use

if TYPE_CHECKING:
    from gallery.config import Settings
    from gallery.face_search import Vector
    from gallery.query import Query
    from gallery.records import Space
    from gallery.store.library import Library
    from gallery.vector_index import VectorIndex


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for.

    Args:
        picture: a file with the face in it; None where it is one of the library.
        which: of its faces, from 1 for the largest.
        face_id: a face of the library.
        query: what else must hold of a photo.
        alike: cosine that a face must reach.
        limit: photos that are listed.
    """

    picture: Path | None
    which: int
    face_id: int | None
    query: str
    alike: float
    limit: int


def run(store: Library, settings: Settings, wanted: Wanted, *, as_json: bool) -> None:
    """Find the photos and say so."""
    query = read_query(wanted.query)
    space = space_in_use(store)
    probes, vector = _face(store, space, settings, wanted)
    but = () if wanted.face_id is None else (wanted.face_id,)
    index = _opened_index(store, space)
    matches = photos_like(
        store, index, vector, wanted.alike, limit=wanted.limit, query=query, but=but
    )
    options = join_options_in_use(store, settings)
    likely = most_likely(store, space, index, vector, options, but=but)
    if as_json:
        print_json(_document(store, query, probes, wanted.which, likely, matches))
        return
    if len(probes) > 1:
        say(f"Face {wanted.which} of {len(probes)} in the picture; --which takes another one.")
    say(_who(likely))
    _list(store, matches, wanted.alike)


def _face(
    store: Library, space: Space, settings: Settings, wanted: Wanted
) -> tuple[list[Probe], Vector]:
    """The faces of the picture, if it is one of a picture, and the vector of the chosen one."""
    if wanted.picture is None:
        return [], vector_of(store, space, wanted.face_id or 0)
    probes = _faces_of(wanted.picture, settings.with_changes(embedder=space.model))
    if wanted.which > len(probes):
        raise GalleryError(
            f"In {wanted.picture.name} {counted(len(probes), 'face was', 'faces were')} found, so "
            f"--which goes up to {len(probes)}."
        )
    return probes, probes[wanted.which - 1].vector


def _faces_of(file: Path, settings: Settings) -> list[Probe]:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise GalleryError(f"{file} cannot be read: {error.strerror or error}.") from error
    probes = faces_in(data, models_of(settings), settings)
    if not probes:
        raise GalleryError(f"No face was found in {file.name}. Try a larger or sharper picture.")
    return probes


def _opened_index(store: Library, space: Space) -> VectorIndex:
    started = perf_counter()
    with progress_line() as show:

        def tell(done: int, total: int) -> None:
            show(Progress("Preparing the faces", done, total, perf_counter() - started))

        return open_index(store, space, tell)


def _who(likely: Likely) -> str:
    if likely.person is None:
        return "Nobody in the library is near enough to be the same person."
    said = f"Most likely {likely.person.label} (person {likely.person.id}): {likely.score:.2f}"
    if likely.runner_up is not None and likely.margin is not None:
        said += f", {likely.margin:.2f} before {likely.runner_up.label}"
    return f"{said}. {'That is sure enough to join.' if likely.sure else 'That is not sure.'}"


def _list(store: Library, matches: Sequence[FaceMatch], alike: float) -> None:
    if not matches:
        say(f"No photo has a face as alike as {alike:.2f}. Try a lower --alike.")
        return
    paths = photos.paths(store, [match.photo_id for match in matches])
    known = people.by_ids(store, {m.person_id for m in matches if m.person_id is not None})
    rows = [
        (
            f"{match.score:.3f}",
            str(match.photo_id),
            str(match.face_id),
            known[match.person_id].label if match.person_id in known else "",
            paths.get(match.photo_id, ""),
        )
        for match in matches
    ]
    table(rows, ("alike", "photo", "face", "person", "file"))


def _document(
    store: Library,
    query: Query,
    probes: Sequence[Probe],
    which: int,
    likely: Likely,
    matches: Sequence[FaceMatch],
) -> dict[str, Any]:
    paths = photos.paths(store, [match.photo_id for match in matches])
    return {
        "query": str(query),
        "faces": [
            {"box": [round(edge, 1) for edge in probe.face.box], "chosen": at == which}
            for at, probe in enumerate(probes, start=1)
        ],
        "person": None if likely.person is None else likely.person.id,
        "label": None if likely.person is None else likely.person.label,
        "score": None if likely.person is None else round(likely.score, 4),
        "runner_up": None if likely.runner_up is None else likely.runner_up.id,
        "margin": None if likely.margin is None else round(likely.margin, 4),
        "sure": likely.sure,
        "photos": [
            {
                "id": match.photo_id,
                "file": paths.get(match.photo_id),
                "face": match.face_id,
                "person": match.person_id,
                "score": round(match.score, 4),
            }
            for match in matches
        ],
    }
