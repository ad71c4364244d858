"""`text list | show | update`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from gallery.cli.options import JsonOption, LibraryOption, opened
from gallery.cli.output import counted, duration, follow, print_json, remark, say, table

if TYPE_CHECKING:
    from gallery.config import Settings
    from gallery.reading_text import TextReport
    from gallery.store.library import Library

app = typer.Typer(help="What is written in the photos.", no_args_is_help=True)

_WIDTH = 60


@app.command("list")
def list_photos(
    limit: Annotated[int, typer.Option("--limit", min=1, max=100_000, help="How many.")] = 100,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the photos with text in them, the latest first."""
    from gallery.store import photos, text_lines

    with opened(library) as (store, _):
        found = text_lines.with_text(store, limit)
        paths = photos.paths(store, [one.photo_id for one in found])
    if as_json:
        print_json(
            [
                {
                    "photo": one.photo_id,
                    "lines": one.lines,
                    "first": one.first,
                    "path": paths.get(one.photo_id),
                }
                for one in found
            ]
        )
    elif found:
        rows = [
            (str(one.photo_id), str(one.lines), one.first[:_WIDTH], paths.get(one.photo_id, ""))
            for one in found
        ]
        table(rows, ("PHOTO", "LINES", "FIRST", "FILE"))
    else:
        say("No text yet. Read it with: gallery text update")


@app.command("show")
def show(
    photo: Annotated[int, typer.Argument(metavar="PHOTO")],
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the text in a photo, line by line."""
    from gallery.store import photos, text_lines

    with opened(library) as (store, _):
        photos.need(store, photo)
        lines = text_lines.of_photo(store, photo)
        is_read = text_lines.is_read(store, photo)
    if as_json:
        rows = [
            {"text": one.text, "confidence": round(one.confidence, 4), "box": one.box}
            for one in lines
        ]
        print_json({"photo": photo, "read": is_read, "lines": rows})
        return
    for line in lines:
        say(line.text)
    if not is_read:
        remark("It was not read yet. Run: gallery text update")
    elif not lines:
        remark("There is no text in it, or none that can be read.")


@app.command("update")
def update(
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, help="Stop after so many photos.")
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read the photos that were not read by this version yet. Run again, it goes on."""
    with opened(library) as (store, settings):
        report, left = run(store, settings, limit)
    if as_json:
        print_json(
            {
                "read": report.read,
                "with_text": report.with_text,
                "lines": report.lines,
                "passed_over": report.passed_over,
                "left": left,
                "seconds": round(report.seconds, 3),
            }
        )
        return
    say(f"{counted(report.read, 'photo')} looked at in {duration(report.seconds)}, "
        f"text in {report.with_text}.")  # fmt: skip
    if report.passed_over:
        say(f"{counted(report.passed_over, 'photo')} passed over: the originals are not there.")
    elif left:
        say(f"{counted(left, 'photo')} left. Go on with: gallery text update")


def run(store: Library, settings: Settings, limit: int | None = None) -> tuple[TextReport, int]:
    """Read what is to be read, under a progress line; also how many photos are left.

    Raises:
        ModelError: The reader is not installed.
    """
    from gallery.models.loading import load_text_reader
    from gallery.reading_text import TextReport, read_missing, waiting

    report, reader = TextReport(), load_text_reader(settings)
    follow(read_missing(store, reader, settings, report, limit=limit))
    return report, waiting(store, reader)


def run_after_ingest(store: Library, settings: Settings) -> TextReport:
    """The same once photos came in: without the reader they wait, and that is said."""
    from gallery.errors import ModelError
    from gallery.reading_text import TextReport

    try:
        return run(store, settings)[0]
    except ModelError as error:
        remark(f"The text in the photos is not read yet: {error} Then run: gallery text update")
        return TextReport()
