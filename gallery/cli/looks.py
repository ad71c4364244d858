"""`looks update`, and `search --looks`: free text, with the extra of requirements-clip.txt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from gallery.cli.options import JsonOption, LibraryOption, opened
from gallery.cli.output import counted, download_line, follow, print_json, remark, say, table
from gallery.errors import GalleryError

if TYPE_CHECKING:
    from gallery.config import Settings
    from gallery.protocols import SceneEmbedder
    from gallery.store.library import Library

app = typer.Typer(help="What photos look like, for search --looks.", no_args_is_help=True)


@app.command("update")
def update(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """Look at the photos that CLIP has not seen yet; its networks are fetched first."""
    from gallery.looks import LookReport, look_at_missing

    report = LookReport()
    with opened(library) as (store, settings):
        follow(look_at_missing(store, embedder_of(settings), report))
    if as_json:
        print_json({"looked": report.looked, "passed_over": report.passed_over})
        return
    say(f"{counted(report.looked, 'photo')} looked at.")
    if report.passed_over:
        say(f"{counted(report.passed_over, 'photo')} passed over: their thumbnails are not there.")


def embedder_of(settings: Settings) -> SceneEmbedder:
    """CLIP; what is missing of it is fetched, and that is said."""
    from gallery.models import loading

    if loading.can_embed_scenes(settings):
        return loading.load_scene_embedder(settings)
    with download_line("CLIP") as on_bytes:
        return loading.load_scene_embedder(settings, on_bytes)


def run_search(
    store: Library, settings: Settings, looks: str, text: str, limit: int, *, as_json: bool
) -> None:
    """Photos that look like what is said, of those that a query finds."""
    from gallery.looks import find
    from gallery.protocols import identity
    from gallery.search import read_query
    from gallery.store import found, timeline
    from gallery.store.looks import are_any, stale
    from gallery.store.photos import paths

    if not are_any(store):
        raise GalleryError("No photo was looked at for this yet. Run: gallery looks update")
    embedder = embedder_of(settings)
    among = found.which(store, read_query(text)) if text else None
    alike = find(store, embedder, looks, limit, among)
    ids = [one.photo_id for one in alike]
    unseen = len(stale(store, identity(embedder)))
    if as_json:
        known = paths(store, ids)
        print_json([
            {"photo": one.photo_id, "similarity": one.similarity, "path": known.get(one.photo_id)}
            for one in alike
        ])  # fmt: skip
    else:
        tiles = {tile.id: tile for tile in timeline.by_ids(store, ids)}
        rows = [
            (str(one.photo_id), f"{one.similarity:.3f}", tiles[one.photo_id].name)
            for one in alike
            if one.photo_id in tiles
        ]
        table(rows, ("photo", "cosine", "file"))
    if unseen:
        remark(f"{counted(unseen, 'photo')} not looked at yet. Run: gallery looks update")
