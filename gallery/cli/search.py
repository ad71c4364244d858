"""`search`: photos by words, people, tags, dates, and by a face."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gallery.cli.options import JsonOption, LibraryOption, opened
from gallery.cli.output import counted, print_json, progress_line, remark, say, table
from gallery.errors import GalleryError, QueryError
from gallery.records import Progress

if TYPE_CHECKING:
    from gallery.config import Settings
    from gallery.face_search import FaceMatch, Likely, Probe
    from gallery.query import Query
    from gallery.search import Result
    from gallery.store.library import Library
    from gallery.store.timeline import Tile
    from gallery.vector_index import VectorIndex

_ALIKE = 0.4


def search(
    query: Annotated[
        list[str] | None,
        typer.Argument(metavar="QUERY...", help='Such as: person:"Ada Lovelace" -tag:night'),
    ] = None,
    face: Annotated[
        Path | None,
        typer.Option("--face", metavar="FILE", help="Photos with a face like that of a picture."),
    ] = None,
    which: Annotated[
        int, typer.Option("--which", min=1, help="Of several faces, from the largest.")
    ] = 1,
    like_face: Annotated[
        int | None, typer.Option("--like-face", metavar="ID", help="Like a face of the library.")
    ] = None,
    alike: Annotated[
        float, typer.Option("--alike", min=-1, max=1, help="Cosine that a face must reach.")
    ] = _ALIKE,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Photos that are listed.")] = 40,
    counts: Annotated[
        bool, typer.Option("--counts", help="Also how many there are of each kind.")
    ] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find photos by words, people, tags, dates, or a face."""
    text = " ".join(query or [])
    if face is not None and like_face is not None:
        raise typer.BadParameter("--face and --like-face are two faces; give one of them.")
    by_face = face is not None or like_face is not None
    if not text and not by_face:
        raise typer.BadParameter("say what to look for, such as: gallery search tag:beach")
    with opened(library) as (store, settings), _pointed_at(text):
        if by_face:
            _by_face(store, settings, text, face or like_face, which, alike, limit, as_json)
        else:
            _by_query(store, text, limit, counts, as_json)


class _pointed_at:  # noqa: N801 - reads as part of a sentence
    """Shows where in the query the trouble is, before the error is told."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, QueryError):
            remark(self._text)
            remark(" " * error.start + "^" * max(1, error.end - error.start))


def _by_query(store: Library, text: str, limit: int, with_counts: bool, as_json: bool) -> None:
    from gallery.search import search as find

    result = find(store, text, limit)
    if as_json:
        print_json(_document(store, result))
        return
    rows = [
        (str(tile.id), f"{tile.shown_at:%Y-%m-%d}", tile.name, _why(result, tile))
        for tile in result.tiles
    ]
    if rows:
        table(rows, ("photo", "date", "file", "found by"))
    shown = f", the newest {len(rows)} of them shown" if len(rows) < result.counts.photos else ""
    say(f"{counted(result.counts.photos, 'photo')} found{shown}.")
    for facet in result.counts.facets if with_counts else ():
        if facet.values:
            listed = ", ".join(f"{one.label} {one.photos:,}" for one in facet.values)
            say(f"{facet.filter.title}: {listed}")


def _why(result: Result, tile: Tile) -> str:
    return "; ".join(reason.text for reason in result.reasons[tile.id])


def _document(store: Library, result: Result) -> dict[str, Any]:
    return {
        "query": str(result.query),
        "found": result.counts.photos,
        "photos": [
            _photo(tile, path)
            | {
                "why": [
                    {"filter": reason.filter, "text": reason.text}
                    for reason in result.reasons[tile.id]
                ]
            }
            for tile, path in _with_paths(store, result.tiles)
        ],
        "counts": {
            facet.filter.name: [
                {"value": one.text, "label": one.label, "photos": one.photos}
                for one in facet.values
            ]
            for facet in result.counts.facets
        },
    }


def _photo(tile: Tile, path: str | None) -> dict[str, Any]:
    return {
        "id": tile.id,
        "file": path,
        "date": tile.shown_at.isoformat(),
        "width": tile.width,
        "height": tile.height,
        "faces": tile.faces,
    }


def _with_paths(store: Library, tiles: Sequence[Tile]) -> list[tuple[Tile, str | None]]:
    from gallery.store.photos import paths

    known = paths(store, [tile.id for tile in tiles])
    return [(tile, known.get(tile.id)) for tile in tiles]


def _by_face(
    store: Library,
    settings: Settings,
    text: str,
    source: Path | int | None,
    which: int,
    alike: float,
    limit: int,
    as_json: bool,
) -> None:
    from gallery.face_search import most_likely, photos_like, vector_of
    from gallery.search import read_query
    from gallery.workflow import join_options, space_in_use

    query = read_query(text)
    space = space_in_use(store)
    own = settings.with_changes(embedder=space.model)
    probes: list[Probe] = []
    but: tuple[int, ...] = ()
    if isinstance(source, Path):
        probes = _faces_of(source, own)
        if which > len(probes):
            raise GalleryError(
                f"There {'is' if len(probes) == 1 else 'are'} {counted(len(probes), 'face')} in "
                f"{source.name}, so --which goes up to {len(probes)}."
            )
        vector = probes[which - 1].vector
    else:
        vector, but = vector_of(store, space, source or 0), (source or 0,)
    index = _opened_index(store, own)
    matches = photos_like(store, index, vector, alike, limit=limit, query=query, but=but)
    likely = most_likely(store, space, index, vector, join_options(own), but=but)
    if as_json:
        print_json(_face_document(store, query, probes, which, likely, matches))
        return
    if len(probes) > 1:
        say(f"{counted(len(probes), 'face')} in the picture; this is number {which}: --which")
    say(_who(likely))
    _list_matches(store, matches, alike)


def _faces_of(file: Path, settings: Settings) -> list[Probe]:
    from gallery.cli.library import models_of
    from gallery.face_search import faces_in

    try:
        data = file.read_bytes()
    except OSError as error:
        raise GalleryError(f"{file} cannot be read: {error.strerror or error}.") from error
    probes = faces_in(data, models_of(settings), settings)
    if not probes:
        raise GalleryError(f"No face was found in {file.name}. Try a larger or sharper picture.")
    return probes


def _opened_index(store: Library, settings: Settings) -> VectorIndex:
    from time import perf_counter

    from gallery.face_search import open_index
    from gallery.workflow import space_in_use

    started = perf_counter()
    with progress_line() as show:

        def tell(done: int, total: int) -> None:
            show(Progress("Preparing the faces", done, total, perf_counter() - started))

        return open_index(store, space_in_use(store), tell)


def _who(likely: Likely) -> str:
    if likely.person is None:
        return "Nobody in the library is near enough to be the same person."
    said = f"Most likely {likely.person.label} (person {likely.person.id}): {likely.score:.2f}"
    if likely.runner_up is not None and likely.margin is not None:
        said += f", {likely.margin:.2f} before {likely.runner_up.label}"
    return f"{said}. {'That is sure enough to join.' if likely.sure else 'That is not sure.'}"


def _list_matches(store: Library, matches: Sequence[FaceMatch], alike: float) -> None:
    from gallery.store import people, photos

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


def _face_document(
    store: Library,
    query: Query,
    probes: Sequence[Probe],
    which: int,
    likely: Likely,
    matches: Sequence[FaceMatch],
) -> dict[str, Any]:
    from gallery.store import photos

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
