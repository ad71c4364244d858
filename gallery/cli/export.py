"""`export dataset`, `export xmp`, `export album`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from gallery.cli.options import JsonOption, LibraryOption, opened
from gallery.cli.output import counted, megabytes, print_json, progress_line, remark, say
from gallery.cli.photo_ids import photo_ids

if TYPE_CHECKING:
    from gallery.album_zip import Packed
    from gallery.dataset.export import Exported
    from gallery.sidecars import SidecarReport

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
        ids = all_ids(store) if everything else photo_ids(store, photos or [])
        report = write_sidecars(store, ids, SidecarOptions(faces, out), show)
    if as_json:
        print_json(sidecar_document(report))
        return
    where = "beside the originals" if out is None else f"to {out}"
    say(
        f"{counted(report.written, 'sidecar')} written {where}, {report.unchanged:,} unchanged; "
        f"they name {counted(report.faces, 'face')}."
    )
    if report.nothing_known:
        photos_without = counted(report.nothing_known, "photo")
        say(f"{photos_without} without keywords, title, description or named faces passed over.")
    if report.left_out:
        say(f"{counted(len(report.left_out), 'photo')} left out:")
    for photo in report.left_out:
        say(f"  {photo.path}: {photo.reason}")


def sidecar_document(report: SidecarReport) -> dict[str, Any]:
    """The JSON of what was written."""
    return {
        "written": report.written,
        "unchanged": report.unchanged,
        "nothing_known": report.nothing_known,
        "faces": report.faces,
        "left_out": [
            {"photo": one.photo_id, "path": one.path, "reason": one.reason}
            for one in report.left_out
        ],
    }


@app.command("album")
def album(
    name: Annotated[str, typer.Argument(metavar="ALBUM", help="Its name, or its id.")],
    out: Annotated[Path, typer.Option("--out", help="The ZIP file to write.")],
    side: Annotated[
        int | None,
        typer.Option("--side", help="Smaller copies: pixels of the longest side. Else originals."),
    ] = None,
    without_locations: Annotated[
        bool, typer.Option("--without-locations", help="Leave out where photos were taken.")
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace an earlier file.")
    ] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write an album as one ZIP: originals or smaller copies, with or without locations."""
    from gallery.album_zip import ZipOptions, pack
    from gallery.albums import find_album, ids_in

    options = ZipOptions(side, not without_locations, overwrite)
    with opened(library) as (store, settings), progress_line() as show:
        found = find_album(store, name)
        ids = ids_in(store, found)
        packed = pack(store, ids, out, options, settings, show)
    if as_json:
        print_json(packed_document(packed))
        return
    say(
        f"{counted(packed.photos, 'photo')} of “{found.name}” written to {packed.target} "
        f"({megabytes(packed.size_bytes)})."
    )
    if packed.converted:
        say(f"{counted(packed.converted, 'photo')} made a JPEG to be rid of the location.")
    if packed.left_out:
        say(f"{counted(len(packed.left_out), 'photo')} left out:")
    for photo in packed.left_out:
        say(f"  {photo.path}: {photo.reason}")


def packed_document(packed: Packed) -> dict[str, Any]:
    """The JSON of a ZIP that was written."""
    return {
        "out": str(packed.target),
        "photos": packed.photos,
        "converted": packed.converted,
        "bytes": packed.size_bytes,
        "left_out": [
            {"photo": one.photo_id, "path": one.path, "reason": one.reason}
            for one in packed.left_out
        ],
        "seconds": round(packed.seconds, 3),
    }
