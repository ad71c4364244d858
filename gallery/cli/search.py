"""`search`: photos by words, people, tags, places, dates, and by a face."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gallery.cli.looks import run_search as run_looks
from gallery.cli.options import JsonOption, LibraryOption, opened
from gallery.cli.output import counted, print_json, remark, say, table
from gallery.errors import QueryError

if TYPE_CHECKING:
    from gallery.search import Result
    from gallery.store.library import Library
    from gallery.store.timeline import Tile

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
    looks: Annotated[
        str | None,
        typer.Option("--looks", metavar="TEXT", help="Photos that look so, by CLIP (an extra)."),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="Photos that are listed.")] = 40,
    counts: Annotated[
        bool, typer.Option("--counts", help="Also how many there are of each kind.")
    ] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find photos by words, people, tags, places, dates, or a face."""
    text = " ".join(query or [])
    from gallery.cli import search_by_face

    if face is not None and like_face is not None:
        raise typer.BadParameter("--face and --like-face are two faces; give one of them.")
    by_face = face is not None or like_face is not None
    looks = (looks or "").strip()
    if by_face and looks:
        raise typer.BadParameter("--looks finds no faces; leave --face and --like-face out.")
    if not text and not by_face and not looks:
        raise typer.BadParameter("say what to look for, such as: gallery search tag:beach")
    with opened(library) as (store, settings), _pointed_at(text):
        if by_face:
            wanted = search_by_face.Wanted(face, which, like_face, text, alike, limit)
            search_by_face.run(store, settings, wanted, as_json=as_json)
        elif looks:
            run_looks(store, settings, looks, text, limit, as_json=as_json)
        else:
            _by_query(store, text, limit, counts, as_json)


@contextmanager
def _pointed_at(text: str) -> Iterator[None]:
    """Show where in the query the trouble is, before the error is told."""
    try:
        yield
    except QueryError as error:
        remark(text)
        remark(" " * error.start + "^" * max(1, error.end - error.start))
        raise


def _by_query(store: Library, text: str, limit: int, with_counts: bool, as_json: bool) -> None:
    from gallery.search import search as find

    result = find(store, text, limit, by_kind=with_counts)
    if as_json:
        print_json(_document(store, result, with_counts))
        return
    rows = [
        (str(tile.id), f"{tile.shown_at:%Y-%m-%d}", tile.name, _why(result, tile))
        for tile in result.tiles
    ]
    if rows:
        table(rows, ("photo", "date", "file", "found by"))
    shown = f", the newest {len(rows)} of them shown" if len(rows) < result.counts.photos else ""
    say(f"{counted(result.counts.photos, 'photo')} found{shown}.")
    for facet in result.counts.facets:
        if facet.values:
            listed = ", ".join(f"{one.label} {one.photos:,}" for one in facet.values)
            say(f"{facet.filter.title}: {listed}")


def _why(result: Result, tile: Tile) -> str:
    # A place and a tag may be called the same.
    return "; ".join(dict.fromkeys(reason.text for reason in result.reasons[tile.id]))


def _document(store: Library, result: Result, with_counts: bool) -> dict[str, Any]:
    document: dict[str, Any] = {
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
    }
    if with_counts:
        document["counts"] = {
            facet.filter.name: [
                {"value": one.text, "label": one.label, "photos": one.photos}
                for one in facet.values
            ]
            for facet in result.counts.facets
        }
    return document


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
