"""`runs list | diff | use`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from gallery.cli.options import JsonOption, LibraryOption, opened
from gallery.cli.output import counted, print_json, say, table

if TYPE_CHECKING:
    from gallery.comparing import Change, Difference

app = typer.Typer(help="Groupings that are kept: compare them, go back.", no_args_is_help=True)
RunArgument = Annotated[int, typer.Argument(metavar="RUN", help="As in: gallery runs list")]


@app.command("list")
def list_runs(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """List the groupings that are kept, the newest first."""
    from gallery.store import runs

    with opened(library) as (store, _):
        found = runs.listed(store)
    if as_json:
        print_json([runs.document(run) for run in found])
        return
    if not found:
        say("Nothing was grouped so far. Group with: gallery cluster")
        return
    rows = [
        (
            str(run.id),
            f"{run.at:%Y-%m-%d %H:%M}",
            run.algorithm,
            ", ".join(f"{name} {value:g}" for name, value in run.parameters.items()),
            run.space.model,
            f"{run.faces:,}",
            f"{run.clusters:,}",
            f"{run.seconds:.1f}",
            "current" if run.current else "",
        )
        for run in found
    ]
    headings = ("RUN", "UTC", "ALGORITHM", "PARAMETERS", "MODEL", "FACES", "GROUPS", "SECONDS", "")
    table(rows, headings)


@app.command("diff")
def diff(
    first: RunArgument,
    second: RunArgument,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what changed from one grouping to another."""
    from gallery.comparing import compare
    from gallery.store.runs import document

    with opened(library) as (store, _):
        compared = compare(store, first, second)
    found = compared.changes
    if as_json:
        print_json(
            {
                "first": document(compared.first),
                "second": document(compared.second),
                **difference_document(found),
            }
        )
        return
    say(f"Run {first} and run {second}, {counted(found.common, 'face')} in both:")
    for sentence in found.sentences:
        say(f"  {sentence}")


@app.command("use")
def use(run: RunArgument, library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """Go back to the people of a grouping; what you decided since still holds."""
    from gallery.cli.library import group_document
    from gallery.workflow import go_back

    with opened(library) as (store, settings):
        report = go_back(store, settings, run)
    if as_json:
        print_json(group_document(report))
    else:
        say(f"Run {run} is the current one: {counted(report.people, 'person', 'people')}.")


def difference_document(found: Difference) -> dict[str, Any]:
    """The JSON of what changed from one grouping to another."""

    def listed(changes: list[Change]) -> list[dict[str, Any]]:
        return [{"from": c.before, "into": c.after, "faces": c.faces} for c in changes]

    return {
        "common": found.common,
        "merged": listed(found.merged),
        "parted": listed(found.parted),
        "moved": listed(found.moved),
        "freed": found.freed,
        "found": found.found,
        "sentences": found.sentences,
    }
