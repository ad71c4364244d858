"""`bin list | put | restore | empty`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from gallery.cli.options import JsonOption, LibraryOption, opened
from gallery.cli.output import counted, print_json, say, table
from gallery.cli.people import UNDO
from gallery.cli.photo_ids import photo_ids

app = typer.Typer(name="bin", help="Photos on their way out.", no_args_is_help=True)


@app.command("list")
def list_(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """List what is in the bin, the latest first, and when it goes for good."""
    from datetime import timedelta

    from gallery.photo_bin import DAYS
    from gallery.store import binned

    with opened(library) as (store, _):
        found = binned.listed(store)
    until = {photo.id: photo.binned_at + timedelta(days=DAYS) for photo in found}
    if as_json:
        print_json(
            [
                {
                    "id": photo.id,
                    "name": photo.name,
                    "size_bytes": photo.size_bytes,
                    "copied": photo.copied,
                    "binned_at": photo.binned_at.isoformat(),
                    "deleted_at": until[photo.id].isoformat(),
                }
                for photo in found
            ]
        )
        return
    if not found:
        say("The bin is empty.")
        return
    rows = [
        (str(p.id), p.name, f"{p.size_bytes / 1e6:.2f} MB", f"{until[p.id]:%Y-%m-%d}")
        for p in found
    ]
    table(rows, ("PHOTO", "NAME", "SIZE", "GOES FOR GOOD"))


@app.command("put")
def put(
    photos: Annotated[
        list[str], typer.Argument(metavar="PHOTO...", help="Ids of photos, or their files.")
    ],
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Put photos into the bin, where nothing but the bin shows them; no file is touched."""
    from gallery.photo_bin import put as use_case

    with opened(library) as (store, _):
        count = use_case(store, photo_ids(store, photos))
    if as_json:
        print_json({"binned": count})
    else:
        say(
            f"{counted(count, 'photo')} put into the bin. {UNDO}"
            if count
            else "They are in the bin already."
        )


@app.command("restore")
def restore(
    photos: Annotated[
        list[int] | None, typer.Argument(metavar="PHOTO...", help="As in: gallery bin list")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All that is in the bin.")] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Bring photos back, with the faces and people on them."""
    from gallery.photo_bin import restore as use_case

    if every == bool(photos):
        raise typer.BadParameter("name the photos, or say --all")
    with opened(library) as (store, _):
        count = use_case(store, photos or None)
    if as_json:
        print_json({"restored": count})
    else:
        say(f"{counted(count, 'photo')} brought back. {UNDO}" if count else "The bin is empty.")


@app.command("empty")
def empty(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Delete what is in the bin for good; files in your own folders stay."""
    from gallery.errors import GalleryError
    from gallery.photo_bin import empty as use_case
    from gallery.store import binned

    with opened(library) as (store, _):
        count = binned.count(store)
        if count and not yes:
            if as_json or not sys.stdin.isatty():
                raise GalleryError(
                    f"This deletes {counted(count, 'photo')} for good; it cannot be undone. If "
                    "that is what you want, say so: --yes"
                )
            typer.confirm(f"Delete {counted(count, 'photo')} for good?", abort=True)
        done = use_case(store)
    if as_json:
        print_json({"deleted": done.photos, "copies": done.copies, "elsewhere": done.elsewhere})
    else:
        say(done.sentence if done.photos else "The bin is empty.")
