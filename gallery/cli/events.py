"""`events`: see what photos were taken together for, call it something, merge, split."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from gallery.cli.options import JsonOption, LibraryOption, opened
from gallery.cli.output import counted, duration, follow, print_json, say, table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gallery.event_describing import Described
    from gallery.store.events import Event
    from gallery.store.library import Library

app = typer.Typer(help="Photos that were taken together.", no_args_is_help=True)

EventArgument = Annotated[int, typer.Argument(metavar="ID", help="As in: gallery events list")]
_UNDO = "Take it back with: gallery events undo"


@app.command("list")
def list_events(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """List the events, the latest first."""
    from gallery.event_describing import describe
    from gallery.store import events

    with opened(library) as (store, _):
        found = describe(store, events.listed(store))
    if as_json:
        print_json([event_document(described) for described in found])
    elif found:
        rows = [
            (
                str(described.event.id),
                described.title,
                f"{described.event.starts:%Y-%m-%d %H:%M}",
                f"{described.event.ends:%Y-%m-%d %H:%M}",
                str(described.event.photos),
            )
            for described in found
        ]
        table(rows, ("ID", "EVENT", "FROM", "TO", "PHOTOS"))
    else:
        say("No events yet. Photos with a date fall into events with: gallery events update")


@app.command("update")
def update(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """Look up places and find events anew; ids, names, merges and splits stay."""
    from gallery.event_updating import update_events
    from gallery.placing import find_places

    with opened(library) as (store, _):
        follow(find_places(store))
        report = update_events(store)
    if as_json:
        print_json(
            {
                "events": report.events,
                "new": report.new,
                "photos": report.photos,
                "alone": report.alone,
                "undated": report.undated,
                "seconds": round(report.seconds, 3),
            }
        )
        return
    say(
        f"{counted(report.events, 'event')} with {counted(report.photos, 'photo')}, {report.new} "
        f"new; {report.alone:,} by themselves, {report.undated:,} without a date, in "
        f"{duration(report.seconds)}."
    )


@app.command("rename")
def rename(
    event: EventArgument,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Empty: its own again.")],
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Call an event something, for good; an empty name gives it its own again."""
    from gallery import event_editing

    def act(store: Library) -> list[Event]:
        return [event_editing.rename(store, event, name)]

    _do(library, as_json, act, "Now called")


@app.command("merge")
def merge(
    events: Annotated[list[int], typer.Argument(metavar="ID...", help="The first keeps its id.")],
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make several events one."""
    from gallery import event_editing

    def act(store: Library) -> list[Event]:
        return [event_editing.merge(store, events)]

    _do(library, as_json, act, "Now one event")


@app.command("split")
def split(
    event: EventArgument,
    photo: Annotated[int, typer.Argument(metavar="PHOTO", help="The first of the later part.")],
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Part an event before one of its photos."""
    from gallery import event_editing

    def act(store: Library) -> list[Event]:
        return list(event_editing.split(store, event, photo))

    _do(library, as_json, act, "Now two events")


@app.command("undo")
def undo(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """Take back the latest name, merge or split."""
    from gallery import event_editing

    with opened(library) as (store, _):
        change = event_editing.undo(store)
    if as_json:
        print_json({"undone": None if change is None else change.sentence})
    else:
        say(f"Taken back: {change.sentence}." if change else "There is nothing to take back.")


def _do(
    library: Path | None, as_json: bool, act: Callable[[Library], list[Event]], done: str
) -> None:
    from gallery.event_describing import describe

    with opened(library) as (store, _):
        found = describe(store, act(store))
    if as_json:
        print_json([event_document(described) for described in found])
        return
    said = ", ".join(
        f"“{d.title}” (id {d.event.id}, {counted(d.event.photos, 'photo')})" for d in found
    )
    say(f"{done}: {said}. {_UNDO}")


def event_document(described: Described) -> dict[str, Any]:
    """The JSON of an event."""
    event = described.event
    return {
        "id": event.id,
        "title": described.title,
        "name": event.name,
        "what": described.own.what,
        "when": described.own.when,
        "where": described.own.where,
        "starts": event.starts.isoformat(),
        "ends": event.ends.isoformat(),
        "photos": event.photos,
        "people": [person.label for person in described.people],
        "held": event.held,
    }
