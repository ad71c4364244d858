"""`people`: see them, name them, and say who is who."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gallery.cli.options import JsonOption, LibraryOption, opened
from gallery.cli.output import counted, print_json, remark, say, table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from gallery.records import Person
    from gallery.store.library import Library

app = typer.Typer(help="See the people, name them, put right who is who.", no_args_is_help=True)

PersonArgument = Annotated[int, typer.Argument(metavar="ID", help="As in: gallery people list")]
UNDO = "Take it back with: gallery people undo"


@app.command("list")
def list_people(
    everybody: Annotated[bool, typer.Option("--all", help="Hidden and ignored too.")] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the people by number of photos."""
    from gallery.store import people

    with opened(library) as (store, _):
        everyone = people.everyone(store, with_hidden=everybody)
    if as_json:
        print_json([person_document(person) for person in everyone])
    elif everyone:
        rows = [(str(p.id), p.label, str(p.faces), str(p.photos), _state(p)) for p in everyone]
        table(rows, ("ID", "PERSON", "FACES", "PHOTOS", ""))
    else:
        say("Nobody yet. Add photos with: gallery ingest FOLDER")


@app.command("faces")
def faces(
    person: PersonArgument, library: LibraryOption = None, as_json: JsonOption = False
) -> None:
    """List a person's faces, the least alike first: the ones worth a look."""
    from gallery.oddness import faces_by_oddness
    from gallery.workflow import space_in_use

    with opened(library) as (store, _):
        found = today(store, person)
        listed = faces_by_oddness(store, found.id, space_in_use(store))
    if as_json:
        print_json(
            {
                **person_document(found),
                "listed": [
                    {
                        "face": face.face_id,
                        "photo": face.photo_id,
                        "path": face.path,
                        "confirmed": face.confirmed,
                        "similarity": None if face.score is None else round(face.score, 4),
                    }
                    for face in listed
                ],
            }
        )
        return
    rows = [
        (
            str(face.face_id),
            "" if face.score is None else f"{face.score:.3f}",
            "confirmed" if face.confirmed else "",
            face.path,
        )
        for face in listed
    ]
    table(rows, ("FACE", "ALIKE", "", "PHOTO"))


@app.command("name")
def name(
    person: PersonArgument,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    merge: Annotated[
        bool, typer.Option("--merge", help="If somebody has that name: they are the same.")
    ] = False,
    another: Annotated[
        bool, typer.Option("--another", help="If somebody has that name: they are two.")
    ] = False,
    twice: Annotated[
        bool, typer.Option("--twice", help="With --merge, although in one photo.")
    ] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Name a person; if somebody has that name, a terminal asks whether they are the same."""
    from gallery import corrections
    from gallery import people as use_case

    with opened(library) as (store, _):
        before = today(store, person)
        name = use_case.clean_name(name)
        known = use_case.namesake(store, name, but=before.id)
        asked = known is not None and not merge and not another and _can_ask(as_json)
        if known is not None and asked:
            about = f"{known.label} already (id {known.id}, {counted(known.photos, 'photo')})"
            merge = typer.confirm(f"There is {about}. The same person?", err=True)
            another = not merge
        latest = decided(store)
        if known is not None and merge:
            named = corrections.merge(store, known.id, [before.id], twice=twice)
        else:
            not_same = known.id if known is not None and another else None
            named = use_case.name_person(store, before.id, name, not_same=not_same)
        changed = decided(store) != latest
    if as_json:
        print_json(person_document(named))
    elif changed:
        say(f"{before.label} is {named.label} now. {UNDO}")
    else:
        say(f"{named.label} has that name already.")
    if known is not None and not merge and not another:
        remark(
            f"Person {known.id} is called {known.label} too, with "
            f"{counted(known.photos, 'photo')}. If they are the same: "
            f"gallery people merge {known.id} {before.id}"
        )


@app.command("hide")
def hide(
    person: PersonArgument,
    show: Annotated[bool, typer.Option("--show", help="Show the person again.")] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Leave a person out of the lists; the photos stay."""
    from gallery.people import hide as use_case

    done = "shown again" if show else "hidden"
    _do(library, person, done, as_json, lambda store, who: use_case(store, who, hidden=not show))


@app.command("ignore")
def ignore(
    person: PersonArgument,
    stop: Annotated[bool, typer.Option("--stop", help="Ignore no longer.")] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Never ask about a stranger again, nor show it."""
    from gallery.people import ignore as use_case

    done = "no longer ignored" if stop else "ignored"
    _do(library, person, done, as_json, lambda store, who: use_case(store, who, ignored=not stop))


@app.command("cover")
def cover(
    person: PersonArgument,
    face: Annotated[int, typer.Argument(metavar="FACE", help="As in: gallery people faces ID")],
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Choose the face by which a person is shown."""
    from gallery.people import choose_cover

    with opened(library) as (store, _):
        tell(choose_cover(store, today(store, person).id, face), f"shown by face {face}", as_json)


@app.command("born")
def born(
    person: PersonArgument,
    year: Annotated[int | None, typer.Argument(metavar="YEAR")] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say when a person was born, so that no older photo matches; without a year, forget it."""
    from gallery.people import set_birth_year

    done = "without a birth year" if year is None else f"known to be born in {year}"
    _do(library, person, done, as_json, lambda store, who: set_birth_year(store, who, year))


@app.command("forget")
def forget(
    person: PersonArgument,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Delete a person for good: faces, vectors, name. Photos stay. This cannot be undone."""
    from gallery.errors import GalleryError
    from gallery.forgetting import forget_person
    from gallery.merged import who_became
    from gallery.people import find_person

    with opened(library) as (store, _):
        found = find_person(store, person)
        became = who_became(store, person) if not found.faces else None
        if became is not None:
            raise GalleryError(
                f"Person {person} was merged into {became.label}. To delete them both: "
                f"gallery people forget {became.id}"
            )
        question = f"Delete {found.label} with {counted(found.faces, 'face')} for good?"
        if not yes:
            typer.confirm(question, abort=True, err=True)
        count = forget_person(store, person)
    if as_json:
        print_json({"forgotten": person, "faces": count})
    else:
        say(f"Deleted {counted(count, 'face')} with all vectors. The photos are still there.")


def today(store: Library, person: int) -> Person:
    """A person by the id of a call, which may be of somebody who was merged since."""
    from gallery.merged import person_today

    found = person_today(store, person)
    if found.id != person:
        remark(f"Person {person} was merged into {found.label} (id {found.id}).")
    return found


def _can_ask(as_json: bool) -> bool:
    return not as_json and sys.stdin.isatty()


def decided(store: Library) -> int:
    """The number of the latest decision: nothing was decided where it stays the same."""
    from gallery.store import history

    with store.read() as connection:
        newest = history.newest(store, connection)
    return 0 if newest is None else newest.id


def _do(
    library: Path | None,
    person: int,
    done: str,
    as_json: bool,
    act: Callable[[Library, int], Person],
) -> None:
    """Do something to a person, and say so unless it was so already."""
    with opened(library) as (store, _):
        before = decided(store)
        found = act(store, today(store, person).id)
        tell(found, done, as_json, changed=decided(store) != before)


def tell(person: Person, done: str, as_json: bool, *, changed: bool = True) -> None:
    """Say what became of a person, and how to take it back if anything did."""
    if as_json:
        print_json(person_document(person))
    else:
        say(f"{person.label} is {done}" + (f". {UNDO}" if changed else "; nothing was changed."))


def _state(person: Person) -> str:
    return "ignored" if person.ignored else "hidden" if person.hidden else ""


def person_document(person: Person) -> dict[str, Any]:
    """The JSON of a person."""
    return {
        "id": person.id,
        "label": person.label,
        "name": person.name,
        "faces": person.faces,
        "photos": person.photos,
        "cover": person.cover_face_id,
        "birth_year": person.birth_year,
        "hidden": person.hidden,
        "ignored": person.ignored,
    }
