"""All commands, put together."""

from __future__ import annotations

from typing import Annotated

import typer

from gallery import __version__
from gallery.cli import (
    albums,
    backup,
    corrections,  # noqa: F401 - adds its commands to those of people
    doctor,
    duplicates,
    evaluate,
    evaluate_clusters,  # noqa: F401 - adds its command to those of evaluate
    events,
    explore,
    export,
    faces,
    library,
    looks,
    models,
    people,
    photo_bin,
    places,
    report,
    review,
    runs,
    samples,
    search,
    serve,
    tags,
    text,
)
from gallery.cli.options import LibraryOption, remember_library

app = typer.Typer(
    name="gallery",
    help="Finds the people in your photos, groups them and shows its evidence.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _version(asked: bool) -> None:
    if asked:
        from gallery.cli.output import say

        say(__version__)
        raise typer.Exit


@app.callback()
def root(
    library: LibraryOption = None,
    _version_asked: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
) -> None:
    """Finds the people in your photos, groups them and shows its evidence."""
    remember_library(library)


app.command("ingest")(library.ingest)
app.command("cluster")(library.cluster)
app.command("status")(library.status)
app.command("failures")(library.failures)
app.command("report")(report.report)
app.command("doctor")(doctor.doctor)
app.command("backup")(backup.backup)
app.command("restore")(backup.restore)
app.command("relocate")(backup.relocate)
app.command("serve")(serve.serve)
app.add_typer(people.app, name="people")
app.add_typer(review.app, name="review")
app.add_typer(faces.app, name="faces")
app.add_typer(runs.app, name="runs")
app.command("explore")(explore.explore)
app.add_typer(albums.app, name="albums")
app.add_typer(evaluate.app, name="evaluate")
app.add_typer(export.app, name="export")
app.add_typer(models.app, name="models")
app.add_typer(samples.app, name="samples")
app.add_typer(tags.app, name="tags")
app.command("similar")(tags.similar)
# A minus before a term is no option.
app.command("search", context_settings={"ignore_unknown_options": True})(search.search)
app.add_typer(duplicates.app, name="duplicates")
app.add_typer(photo_bin.app, name="bin")
app.add_typer(events.app, name="events")
app.add_typer(places.app, name="places")
app.add_typer(text.app, name="text")
app.add_typer(looks.app, name="looks")
