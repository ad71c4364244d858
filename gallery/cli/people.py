"""`people list | name | undo`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from gallery.cli.options import JsonOption, LibraryOption, opened
from gallery.cli.output import print_json, remark, say, table

if TYPE_CHECKING:
    from gallery.records import Person

app = typer.Typer(help="See and name the people.", no_args_is_help=True)


@app.command("list")
def list_people(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """List the people by number of photos."""
    from gallery.store import people

    with opened(library) as (store, _):
        everyone = people.everyone(store)
    if as_json:
        print_json([person_document(person) for person in everyone])
    elif everyone:
        rows = [(str(p.id), p.label, str(p.faces), str(p.photos)) for p in everyone]
        table(rows, ("ID", "PERSON", "FACES", "PHOTOS"))
    else:
        say("Nobody yet. Add photos with: gallery ingest FOLDER")


@app.command("name")
def name(
    person: Annotated[int, typer.Argument(metavar="ID", help="As in: gallery people list")],
    name: Annotated[str, typer.Argument(metavar="NAME")],
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Name a person."""
    from gallery import people as use_case
    from gallery.store import people

    with opened(library) as (store, _):
        before = use_case.find_person(store, person)
        named = use_case.name_person(store, person, name)
        same = [p for p in people.everyone(store) if p.name == named.name and p.id != person]
    if as_json:
        print_json(person_document(named))
    else:
        say(f"{before.label} is {named.label} now. Take it back with: gallery people undo")
    for other in same:
        remark(f"Person {other.id} is called {other.label} too, with {other.photos} photos.")


@app.command("undo")
def undo(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """Take back the latest decision."""
    from gallery import people as use_case

    with opened(library) as (store, _):
        decision = use_case.undo(store)
    if as_json:
        print_json({"undone": decision.sentence if decision else None})
    elif decision:
        say(f"Undone: {decision.sentence}")
    else:
        say("There is nothing to undo.")


def person_document(person: Person) -> dict[str, Any]:
    """The JSON of a person."""
    return {
        "id": person.id,
        "label": person.label,
        "name": person.name,
        "faces": person.faces,
        "photos": person.photos,
    }
