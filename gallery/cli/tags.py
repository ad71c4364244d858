"""`tags list | add | remove | update`, and `similar`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from gallery.cli.options import JsonOption, LibraryOption, opened
from gallery.cli.output import (
    counted,
    download_line,
    duration,
    follow,
    print_json,
    remark,
    say,
    table,
)
from gallery.cli.people import UNDO

if TYPE_CHECKING:
    from gallery.config import Settings
    from gallery.protocols import Tagger
    from gallery.store.library import Library
    from gallery.tagging import TagReport

app = typer.Typer(help="What is in the photos, in words.", no_args_is_help=True)

TagArgument = Annotated[str, typer.Argument(metavar="TAG")]
PhotosArgument = Annotated[list[int], typer.Argument(metavar="PHOTO...")]


@app.command("list")
def list_tags(
    photo: Annotated[
        int | None, typer.Option("--photo", metavar="PHOTO", help="Only those of one photo.")
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the tags there are, or those of a photo."""
    from gallery.store import tags

    with opened(library) as (store, _):
        if photo is not None:
            _list_of_photo(store, photo, as_json)
            return
        found = tags.listed(store)
    if as_json:
        print_json([{"tag": name, "photos": count} for name, count in found])
    elif found:
        table([(name, str(count)) for name, count in found], ("TAG", "PHOTOS"))
    else:
        say("No tags yet. Add photos with: gallery ingest FOLDER, or run: gallery tags update")


def _list_of_photo(store: Library, photo_id: int, as_json: bool) -> None:
    from gallery.store import photos, tags

    photos.need(store, photo_id)
    found = tags.of_photo(store, photo_id)
    if as_json:
        print_json([{"tag": t.name, "source": t.source, "confidence": t.confidence} for t in found])
    elif found:
        sure = ("" if t.confidence is None else f"{t.confidence:.2f}" for t in found)
        rows = [(t.name, c, t.source) for t, c in zip(found, sure, strict=True)]
        table(rows, ("TAG", "SURE", "SAID BY"))
    else:
        say("It has no tags. Give it one with: gallery tags add TAG PHOTO")


@app.command("add")
def add(
    tag: TagArgument,
    photos: PhotosArgument,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give photos a tag."""
    from gallery.tagging import add_tag

    with opened(library) as (store, _):
        done = add_tag(store, tag, photos)
    if as_json:
        print_json({"tag": done.name, "photos": sorted(done.before)})
        return
    if not done.before:
        say(f"They have the tag {done.name!r} already.")
        return
    say(f"{counted(len(done.before), 'photo')} given the tag {done.name!r}. {UNDO}")


@app.command("remove")
def remove(
    tag: TagArgument,
    photos: PhotosArgument,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a tag away from photos, for good: tagging again does not bring it back."""
    from gallery.tagging import remove_tag

    with opened(library) as (store, _):
        done = remove_tag(store, tag, photos)
    if as_json:
        print_json({"tag": done.name, "photos": sorted(done.before)})
        return
    if not done.before:
        say(f"None of them has the tag {done.name!r}.")
        return
    say(f"The tag {done.name!r} taken away from {counted(len(done.before), 'photo')}. {UNDO}")


@app.command("update")
def update(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """Tag the photos that have no tags of this version yet. Run again, it goes on."""
    with opened(library) as (store, settings):
        report = run(store, settings)
    if as_json:
        print_json(
            {
                "tagged": report.tagged,
                "passed_over": report.passed_over,
                "seconds": round(report.seconds, 3),
            }
        )
        return
    say(f"{counted(report.tagged, 'photo')} tagged in {duration(report.seconds)}.")
    if report.passed_over:
        say(f"{counted(report.passed_over, 'photo')} passed over: their thumbnails are not there.")


def run(store: Library, settings: Settings) -> TagReport:
    """Tag what is to be tagged, under a progress line; the tagger is fetched first.

    Raises:
        ModelError: It cannot be had.
    """
    from gallery.tagging import TagReport, tag_missing

    report = TagReport()
    follow(tag_missing(store, tagger_of(settings), report))
    return report


def run_after_ingest(store: Library, settings: Settings) -> int:
    """The same once photos came in: without the tagger they wait, and that is said."""
    from gallery.errors import ModelError

    try:
        return run(store, settings).tagged
    except ModelError as error:
        remark(f"The photos have no tags yet: {error} Then run: gallery tags update")
        return 0


def tagger_of(settings: Settings) -> Tagger:
    """The tagger; if it is missing it is fetched, and that is said."""
    from gallery.models import registry, weights
    from gallery.models.loading import TAGGER, load_tagger

    card = registry.find_card(TAGGER, "tagger")
    if not weights.is_usable(card, settings):
        with download_line(card.title) as on_bytes:
            weights.ensure(card, settings, on_bytes)
    return load_tagger(settings)


def similar(
    photo: Annotated[int, typer.Argument(metavar="PHOTO")],
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="How many.")] = 20,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the photos that look most like one."""
    from gallery.errors import NotFoundError
    from gallery.similar import similar as find
    from gallery.store import photos

    with opened(library) as (store, _):
        photos.need(store, photo)
        found = find(store, photo, limit)
        if found is None:
            raise NotFoundError("This photo was not looked at yet. Run: gallery tags update")
        paths = photos.paths(store, [one.photo_id for one in found])
    if as_json:
        print_json(
            [
                {"photo": o.photo_id, "similarity": o.similarity, "path": paths.get(o.photo_id)}
                for o in found
            ]
        )
    elif found:
        rows = [(str(o.photo_id), f"{o.similarity:.2f}", paths.get(o.photo_id, "")) for o in found]
        table(rows, ("PHOTO", "ALIKE", "FILE"))
    else:
        say("No other photo looks like this one.")
