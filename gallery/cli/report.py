"""`report`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gallery.cli.library import models_of
from gallery.cli.options import JsonOption, LibraryOption, opened
from gallery.cli.output import print_json, progress_line, say


def report(
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write: .html, .pdf, .md or .json.")
    ] = None,
    faces: Annotated[
        bool, typer.Option("--faces/--no-faces", help="Show and name people, or number them.")
    ] = True,
    without: Annotated[
        list[int] | None,
        typer.Option("--without", metavar="ID", help="Leave out, as in: gallery evaluate list"),
    ] = None,
    measure: Annotated[
        bool,
        typer.Option("--measure/--no-measure", help="First measure your people and the speed."),
    ] = True,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write down what was measured, with what a colleague needs to check it."""
    from gallery.evaluate.measuring import measure_library
    from gallery.report.making import FORMATS, make_report, report_document
    from gallery.store import runs

    if out is None and not as_json:
        raise typer.BadParameter("say where to with --out report.html, or print it with --json")
    kind = "json" if out is None else out.suffix.lower().lstrip(".")
    if kind not in FORMATS:
        raise typer.BadParameter(f"expected a name that ends in {', '.join(FORMATS)}, got {out}")
    with opened(library) as (store, settings):
        if measure and runs.current(store) is not None:
            with progress_line() as show:
                measure_library(store, settings, models_of(settings), show)
        if out is not None:
            _write(out, make_report(store, settings, kind, faces=faces, without=without or ()))
        document = (
            report_document(store, settings, faces=faces, without=without or ()) if as_json else {}
        )
    if as_json:
        print_json(document)
    else:
        say(f"Written: {out}")


def _write(path: Path, data: bytes) -> None:
    from gallery.whole_folder import written_file

    with written_file(path.expanduser(), overwrite=True) as unfinished:
        unfinished.write_bytes(data)
