"""`export dataset`, `export xmp`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from gallery.cli.options import JsonOption, LibraryOption, opened
from gallery.cli.output import counted, print_json, progress_line, remark, say

if TYPE_CHECKING:
    from gallery.dataset.export import Exported
    from gallery.sidecars import SidecarReport
    from gallery.store.library import Library

app = typer.Typer(help="A library's contents for other programs.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """A library's contents for other programs."""


@app.command("dataset")
def dataset(
    out: Annotated[Path, typer.Option("--out", help="A folder that is empty or not there yet.")],
    faces: Annotated[
        Literal["all", "people", "confirmed"],
        typer.Option("--faces", help="All, those of known people, or only confirmed ones."),
    ] = "all",
    table: Annotated[Literal["csv", "parquet"], typer.Option("--format", help="Table.")] = "csv",
    zipped: Annotated[bool, typer.Option("--zip", help="One ZIP file instead.")] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace an earlier data set.")
    ] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write faces as a data set: aligned crops, a table of what is known of them, vectors."""
    from gallery.dataset.export import DatasetOptions, export_dataset
    from gallery.workflow import space_in_use

    options = DatasetOptions(faces, table, zipped, overwrite)
    with opened(library) as (store, settings), progress_line() as show:
        written = export_dataset(store, space_in_use(store), settings, out, options, show)
    if as_json:
        print_json(dataset_document(written))
        return
    contents = written.contents
    say(
        f"{counted(contents.faces, 'face')} of {counted(contents.photos, 'photo')}, "
        f"{counted(contents.people, 'person', 'people')}, written to {written.target}"
    )
    if contents.without_vector:
        few = counted(contents.without_vector, "face")
        say(f"{few} without a vector left out; gallery cluster makes them.")
    if contents.left_out:
        say(f"{counted(len(contents.left_out), 'photo')} left out:")
    for photo in contents.left_out:
        say(f"  {photo.path}: {photo.reason}")
    remark("It is personal data: pictures of faces, with names.")


def dataset_document(written: Exported) -> dict[str, Any]:
    """The JSON of what was written."""
    contents = written.contents
    return {
        "out": str(written.target),
        "format": contents.format,
        "space": contents.space.name,
        "photos": contents.photos,
        "faces": contents.faces,
        "people": contents.people,
        "confirmed": contents.confirmed,
        "without_vector": contents.without_vector,
        "left_out": [
            {"photo": p.photo_id, "path": p.path, "reason": p.reason, "faces": p.faces}
            for p in contents.left_out
        ],
        "seconds": round(written.seconds, 3),
    }


@app.command("xmp")
def xmp(
    photos: Annotated[
        list[str] | None,
        typer.Argument(metavar="[PHOTO]...", help="Ids of photos, or their files."),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All photos.")] = False,
    out: Annotated[
        Path | None, typer.Option("--out", help="A folder instead of beside the originals.")
    ] = None,
    faces: Annotated[
        Literal["confirmed", "people"],
        typer.Option("--faces", help="Faces you confirmed, or all of people with a name."),
    ] = "confirmed",
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write XMP sidecars: keywords, title, description, and who is where in the photo."""
    from gallery.sidecars import SidecarOptions, write_sidecars
    from gallery.store.photo_facts import all_ids

    if bool(photos) == everything:
        raise typer.BadParameter("say which photos, or --all of them")
    with opened(library) as (store, _), progress_line() as show:
        ids = all_ids(store) if everything else _photo_ids(store, photos or [])
        report = write_sidecars(store, ids, SidecarOptions(faces, out), show)
    if as_json:
        print_json(sidecar_document(report))
        return
    where = "beside the originals" if out is None else f"to {out}"
    say(
        f"{counted(report.written, 'sidecar')} written {where}, {report.unchanged:,} unchanged; "
        f"they name {counted(report.faces, 'face')}."
    )
    if report.left_out:
        say(f"{counted(len(report.left_out), 'photo')} left out:")
    for photo in report.left_out:
        say(f"  {photo.path}: {photo.reason}")


def _photo_ids(store: Library, given: list[str]) -> list[int]:
    """Photos by their numbers or their files."""
    import os

    from gallery.errors import NotFoundError
    from gallery.store import photos
    from gallery.store.photo_facts import ids_at

    found: dict[int, None] = {}
    for one in given:
        if one.isascii() and one.isdigit():
            ids = [int(one)] if photos.get(store, int(one)) is not None else []
        else:
            ids = ids_at(store, os.fsencode(Path(one).expanduser().absolute()))
        if not ids:
            raise NotFoundError(f"There is no photo {one} in this library.")
        found.update(dict.fromkeys(ids))
    return list(found)


def sidecar_document(report: SidecarReport) -> dict[str, Any]:
    """The JSON of what was written."""
    return {
        "written": report.written,
        "unchanged": report.unchanged,
        "faces": report.faces,
        "left_out": [
            {"photo": one.photo_id, "path": one.path, "reason": one.reason}
            for one in report.left_out
        ],
    }
