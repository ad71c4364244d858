"""`samples pull`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gallery.cli.options import JsonOption, LibraryOption, settings_with
from gallery.cli.output import print_json, progress_line, say

app = typer.Typer(help="Photos to try the gallery with.", no_args_is_help=True)


class Sample(StrEnum):
    """What can be pulled."""

    ALBUM = "album"
    LFW = "lfw"


@app.callback()
def _group() -> None:
    """Photos to try the gallery with."""


@app.command("pull")
def pull(
    what: Annotated[Sample, typer.Argument(help="The free album, or LFW for research.")] = (
        Sample.ALBUM
    ),
    to: Annotated[Path | None, typer.Option("--to", help="Folder to put it in.")] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fetch sample photos; where they are already, nothing is fetched."""
    from gallery import samples

    settings = settings_with(library)
    folder = to or (
        samples.default_album_folder(settings)
        if what is Sample.ALBUM
        else samples.default_album_folder(settings).parent / "lfw"
    )
    if what is Sample.ALBUM:
        with progress_line() as show:
            count = len(samples.pull_album(folder, on_progress=show))
    else:
        folder = samples.pull_lfw(folder)
        count = sum(1 for _ in folder.glob("*/*.jpg"))
    if as_json:
        print_json({"folder": str(folder), "files": count})
    else:
        say(f"{count} files in {folder}")
        say(f"Take them in with: gallery ingest {folder}")
