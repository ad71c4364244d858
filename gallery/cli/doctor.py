"""`doctor`: whether a library is whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from gallery.cli.options import JsonOption, LibraryOption, opened, settings_with
from gallery.cli.output import counted, duration, follow, print_json, say

if TYPE_CHECKING:
    from gallery.health.finding import Finding


def doctor(
    repair: Annotated[
        bool, typer.Option("--repair", help="Make anew what can be made from something else.")
    ] = False,
    thorough: Annotated[
        bool, typer.Option("--thorough", help="Read every original, and compare its hash.")
    ] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Look whether a library is whole: database, files, indexes, models. Exit 1 if it is not."""
    from gallery.errors import LibraryError
    from gallery.health.examine import examine
    from gallery.health.finding import Examination, Patient
    from gallery.store.library import DATABASE

    root = settings_with(library).library.expanduser()
    if not (root / DATABASE).is_file():
        raise LibraryError(f"There is no library in {root}: it has no {DATABASE}.")
    examination = Examination()
    with opened(library) as (store, settings):
        follow(examine(Patient(store, settings, repair, thorough), examination))
    if as_json:
        print_json(
            {
                "well": not examination.left,
                "seconds": round(examination.seconds, 3),
                "findings": [_document(finding) for finding in examination.findings],
            }
        )
    else:
        for finding in examination.findings:
            _say(finding)
        if not examination.findings:
            say(f"All is well, as far as could be seen in {duration(examination.seconds)}.")
    if examination.left:
        raise typer.Exit(1)


def _document(finding: Finding) -> dict[str, Any]:
    return {
        "check": finding.check,
        "says": finding.says,
        "many": finding.many,
        "repaired": finding.repaired,
        "advice": finding.advice,
        "named": list(finding.named),
    }


def _say(finding: Finding) -> None:
    done = f", {finding.repaired} put right" if finding.repaired else ""
    say(f"{finding.says} ({counted(finding.many, 'case')}{done})")
    for one in finding.named:
        say(f"  {one}")
    if len(finding.named) < finding.many and finding.named:
        say("  ...")
    if finding.advice:
        say(f"  {finding.advice}")
