"""`backup`, `restore`, `relocate`: a library copied whole, brought back, and found elsewhere."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gallery.cli.options import JsonOption, LibraryOption, opened, settings_with
from gallery.cli.output import counted, duration, follow, print_json, remark, say

if TYPE_CHECKING:
    from gallery.backup import BackupReport


def backup(
    folder: Annotated[Path, typer.Argument(help="New folder, or one with an earlier backup.")],
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Copy the library into a folder, safely while it is in use; again, only what is new."""
    from gallery.backup import BackupReport, back_up

    report = BackupReport()
    with opened(library) as (store, _):
        follow(back_up(store, folder, report))
    if as_json:
        print_json(_document(report))
    else:
        files = counted(report.files, "file")
        say(
            f"{counted(report.photos, 'photo')} in the backup; {files} copied "
            f"({report.megabytes:.1f} MB), {report.removed} removed, in {duration(report.seconds)}."
        )
        if report.elsewhere:
            say(
                f"Not in it: the originals of {counted(report.elsewhere, 'photo')} that lie in "
                "folders of your own. Back those up as well."
            )
        say(f"Bring it back with: gallery restore {shlex.quote(str(folder))} --library NEW-FOLDER")
    _end(report)


def restore(
    folder: Annotated[Path, typer.Argument(help="Folder of the backup.")],
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a library of a backup, in a folder that is empty or not there yet."""
    from gallery.backup import BackupReport
    from gallery.backup import restore as use_case

    report = BackupReport()
    root = settings_with(library).library
    follow(use_case(folder, root, report))
    if as_json:
        print_json(_document(report) | {"library": str(root)})
    else:
        say(f"{counted(report.photos, 'photo')} brought back to {root}.")
    _end(report)


def relocate(
    old: Annotated[Path, typer.Argument(help="The folder as the library knows it.")],
    new: Annotated[Path, typer.Argument(help="Where it is now.")],
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say that a folder of photos lies elsewhere now; back again with the two changed about."""
    from gallery.relocating import relocate as use_case

    with opened(library) as (store, _):
        moved = use_case(store, old, new)
    if as_json:
        print_json({"files": moved.files, "absent": moved.absent})
        return
    say(f"{counted(moved.files, 'file')} of photos lie in {new} now.")
    if moved.absent:
        remark(f"{moved.absent} of them are not there, or have changed. See: gallery doctor")


def _end(report: BackupReport) -> None:
    """Say what is not there, and end with it."""
    if report.whole:
        return
    remark(
        f"{counted(report.missing, 'picture')} could not be found, and {report.damaged} are not "
        "what they were. See which with: gallery doctor --thorough"
    )
    raise typer.Exit(1)


def _document(report: BackupReport) -> dict[str, Any]:
    return {
        "photos": report.photos,
        "elsewhere": report.elsewhere,
        "files": report.files,
        "removed": report.removed,
        "megabytes": round(report.megabytes, 3),
        "missing": report.missing,
        "damaged": report.damaged,
        "seconds": round(report.seconds, 3),
    }
