"""`explore`: where every face lies on the map."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gallery.cli.options import JsonOption, LibraryOption, opened
from gallery.cli.output import counted, print_json, progress_line, say
from gallery.table_files import Column, open_table

if TYPE_CHECKING:
    from gallery.layout import Chosen
    from gallery.records import Space
    from gallery.store.layouts import Layout
    from gallery.store.library import Library

_COLUMNS = (
    Column("face", "whole", "id of the face"),
    Column("photo", "whole", "id of its photo"),
    Column("x", "number", "place on the map"),
    Column("y", "number", "place on the map"),
    Column("person", "whole", "id of the person, if any"),
    Column("label", "text", "the person's name, or what stands for one"),
    Column("group", "whole", "of the grouping that was asked for"),
    Column("quality", "number", "0 to 1"),
    Column("date", "text", "of the photo"),
    Column("later", "flag", "whether it was placed beside those that were there"),
)


def explore(
    method: Annotated[str, typer.Option("--method", help="umap or pca.")] = "umap",
    neighbours: Annotated[
        int | None, typer.Option("--neighbours", help="UMAP: faces looked at around each; 15.")
    ] = None,
    min_dist: Annotated[
        float | None, typer.Option("--min-dist", help="UMAP: 0 packs alike faces densest; 0.5.")
    ] = None,
    run: Annotated[
        int | None, typer.Option("--run", help="Grouping whose groups are said; the current one.")
    ] = None,
    anew: Annotated[
        bool, typer.Option("--anew", help="Lay out anew, though there is a map already.")
    ] = False,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.csv", help="Write a table of the faces.")
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Lay all faces out on a plane, those that are alike side by side."""
    from gallery.layout import choose
    from gallery.workflow import space_in_use

    given = {"neighbours": neighbours, "min_dist": min_dist}
    chosen = choose(method, {name: float(v) for name, v in given.items() if v is not None})
    with opened(library) as (store, _):
        space = space_in_use(store)
        layout = _layout(store, space, chosen, anew=anew)
        rows = _rows(store, space, layout, run) if as_json or out is not None else []
    document: dict[str, Any] = {
        "method": chosen.method.name,
        "parameters": dict(chosen.values),
        "space": space.name,
        "faces": len(layout.face_ids),
        "later": int(layout.later.sum()),
    }
    if out is not None:
        _write(out, rows)
        document["out"] = str(out)
    if as_json:
        print_json(document if out is not None else document | {"points": rows})
        return
    text = f"{counted(len(layout.face_ids), 'face')} laid out by {chosen.method.title}"
    if layout.later.any():
        text += f", {int(layout.later.sum()):,} of them beside those there were before"
    say(f"{text}." if out is None else f"{text}, and written to {out}.")
    if out is None:
        say("See them on the page Explore, or write a table with: --out FILE.csv")


def _layout(store: Library, space: Space, chosen: Chosen, *, anew: bool) -> Layout:
    from gallery.face_map import kept_map, make_map
    from gallery.store import facts

    kept = None if anew else kept_map(store, space, chosen, list(facts.of_described(store, space)))
    if kept is not None:
        return kept
    with progress_line() as show:
        return make_map(store, space, chosen, show)


def _rows(store: Library, space: Space, layout: Layout, run: int | None) -> list[dict[str, Any]]:
    from gallery.errors import NotFoundError
    from gallery.store import facts, people, runs

    current = runs.current(store)
    with store.read() as connection:
        wanted = current if run is None else runs.get(store, connection, run)
        if wanted is None:
            raise NotFoundError(
                f"There is no run {run}. See those that are kept with: gallery runs list"
            )
        group_of = facts.groups_of(store, connection, wanted.id)
    known = facts.of_described(store, space)
    label_of = {p.id: p.label for p in people.everyone(store, with_hidden=True)}
    rows = []
    for face, (x, y), later in zip(
        layout.face_ids.tolist(), layout.places.tolist(), layout.later.tolist(), strict=True
    ):
        fact = known.get(face)
        if fact is None:
            continue  # deleted meanwhile
        cells = (
            face,
            fact.photo_id,
            round(x, 5),
            round(y, 5),
            fact.person_id,
            None if fact.person_id is None else label_of.get(fact.person_id),
            group_of.get(face),
            None if fact.quality is None else round(fact.quality, 4),
            None if fact.shown_at is None else fact.shown_at.isoformat(),
            later,
        )
        rows.append(dict(zip([column.name for column in _COLUMNS], cells, strict=True)))
    return rows


def _write(out: Path, rows: list[dict[str, Any]]) -> None:
    from gallery.whole_folder import written_file

    with (
        written_file(out.expanduser(), overwrite=True) as unfinished,
        open_table(unfinished, _COLUMNS, "csv") as write,
    ):
        write([tuple(row.values()) for row in rows])
