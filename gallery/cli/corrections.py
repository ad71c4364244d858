"""`people merge | split | move | reject | confirm | history | undo | redo`."""

from __future__ import annotations

from typing import Annotated

import typer

from gallery.cli.options import JsonOption, LibraryOption, opened
from gallery.cli.output import counted, print_json, say, table
from gallery.cli.people import UNDO, PersonArgument, app, person_document, tell, today
from gallery.wording import is_or_are

FacesArgument = Annotated[
    list[int], typer.Argument(metavar="FACE...", help="As in: gallery people faces ID")
]
TwiceOption = Annotated[
    bool, typer.Option("--twice", help="Although in one photo: a mirror, a collage.")
]


@app.command("merge")
def merge(
    person: PersonArgument,
    others: Annotated[list[int], typer.Argument(metavar="ID...", help="Who becomes part of it.")],
    twice: TwiceOption = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make several persons one; the first keeps its id and name."""
    from gallery.corrections import merge as use_case

    with opened(library) as (store, _):
        everybody = [today(store, one).id for one in (person, *others)]
        kept = use_case(store, everybody[0], everybody[1:], twice=twice)
        tell(kept, "one person now", as_json)


@app.command("split")
def split(
    person: PersonArgument,
    faces: Annotated[
        list[str] | None,
        typer.Option("--faces", metavar="1,2,3", help="A part by its faces; may be repeated."),
    ] = None,
    propose: Annotated[
        bool, typer.Option("--propose", help="Only say which parts a stricter grouping finds.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Part it as proposed without asking.")] = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Part a mixed person: by faces you pick, or as a stricter grouping proposes."""
    from gallery.corrections import split as use_case
    from gallery.errors import GalleryError
    from gallery.parting import propose_parts
    from gallery.workflow import link_in_use, space_in_use

    with opened(library) as (store, settings):
        person = today(store, person).id
        if faces:
            parts = [_numbers(part) for part in faces]
        else:
            link = link_in_use(store, settings)
            found = propose_parts(store, person, space_in_use(store), link)
            if propose:
                _say_parts(found, as_json)
                return
            parts = found[1:]
            if not parts:
                raise GalleryError(
                    "Even a strict grouping keeps these faces together. Pick the faces that are "
                    "somebody else: gallery people faces ID, then --faces 1,2,3"
                )
            if not yes:
                _ask(found, as_json)
        new = use_case(store, person, parts)
    if as_json:
        print_json([person_document(one) for one in new])
    else:
        made = ", ".join(f"{one.label} (id {one.id}, {counted(one.faces, 'face')})" for one in new)
        say(f"New: {made}. {UNDO}")


def _ask(parts: list[list[int]], as_json: bool) -> None:
    """A stricter grouping parts one person as well: it is for a person to say that it is two."""
    import sys

    from gallery.errors import GalleryError

    if as_json or not sys.stdin.isatty():
        raise GalleryError(
            f"A stricter grouping would make {len(parts)} of this person. Look at them with "
            "--propose, then say --yes."
        )
    _say_parts(parts, as_json=False)
    typer.confirm(f"Make these {len(parts)} people?", abort=True)


def _numbers(part: str) -> list[int]:
    try:
        return [int(number) for number in part.replace(" ", "").split(",")]
    except ValueError:
        raise typer.BadParameter(f"expected face numbers such as 1,2,3, got {part!r}") from None


def _say_parts(parts: list[list[int]], as_json: bool) -> None:
    if as_json:
        print_json({"parts": parts})
    elif len(parts) < 2:
        say("Even a strict grouping keeps these faces together.")
    else:
        for number, part in enumerate(parts, start=1):
            ids = ",".join(str(face) for face in part)
            say(f"part {number}: {counted(len(part), 'face')}: {ids}")


@app.command("move")
def move(
    faces: FacesArgument,
    to: Annotated[
        str, typer.Option("--to", metavar="ID", help="The person, or `new` for somebody new.")
    ],
    twice: TwiceOption = False,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say who some faces are."""
    from gallery.corrections import move as use_case

    if to != "new" and not to.isdecimal():
        raise typer.BadParameter(f"expected the id of a person, or new, got {to!r}")
    with opened(library) as (store, _):
        target = None if to == "new" else today(store, int(to)).id
        person = use_case(store, faces, target, twice=twice)
    verb = "has" if len(faces) == 1 else "have"
    if as_json:
        print_json(person_document(person))
    else:
        gone = f"{counted(len(faces), 'face')} {verb} gone to {person.label} (id {person.id})."
        say(f"{gone} {UNDO}")


@app.command("reject")
def reject(
    person: PersonArgument,
    faces: FacesArgument,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say that faces are not this person; they never come back by themselves."""
    from gallery.corrections import reject as use_case

    with opened(library) as (store, _):
        found = use_case(store, faces, today(store, person).id)
    if as_json:
        print_json(person_document(found))
    else:
        are = is_or_are(len(set(faces)))
        say(f"{counted(len(set(faces)), 'face')} {are} not {found.label}. {UNDO}")


@app.command("confirm")
def confirm(
    person: PersonArgument,
    faces: Annotated[
        list[int] | None, typer.Argument(metavar="FACE...", help="All, if none is given.")
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say that faces of a person are right; no grouping moves them any more."""
    from gallery.corrections import confirm as use_case

    with opened(library) as (store, _):
        found = use_case(store, today(store, person).id, faces or None)
        tell(found, "confirmed", as_json)


@app.command("history")
def history(
    limit: Annotated[int, typer.Option("--limit", min=1, help="Only the latest.")] = 50,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what was decided, the latest first; what was taken back is marked."""
    from gallery.decisions import FINAL, final, stack
    from gallery.store import history as store_history

    with opened(library) as (store, _), store.read() as connection:
        everything = store_history.everything(store, connection)
    holding = {decision.id for decision in stack(everything).done}
    gone = final(everything)
    listed = list(reversed(everything))[:limit]
    if as_json:
        print_json(
            [
                {
                    "id": decision.id,
                    "at": decision.at.isoformat(),
                    "kind": decision.kind,
                    "sentence": decision.sentence,
                    "holds": decision.id in holding,
                }
                for decision in listed
            ]
        )
        return
    if not listed:
        say("Nothing was decided so far.")
        return
    rows = [
        (
            f"{decision.at:%Y-%m-%d %H:%M}",
            decision.sentence,
            ""
            if decision.id in holding | gone or decision.kind in ("undo", "redo", *FINAL)
            else "taken back",
        )
        for decision in listed
    ]
    table(rows, ("UTC", "DECISION", ""))


StepsOption = Annotated[int, typer.Option("--steps", min=1, help="How many decisions.")]


@app.command("undo")
def undo(
    steps: StepsOption = 1, library: LibraryOption = None, as_json: JsonOption = False
) -> None:
    """Take back the latest decision, or several."""
    from gallery.decisions import undo as use_case

    with opened(library) as (store, _):
        sentences = [decision.sentence for decision in use_case(store, steps)]
    if as_json:
        print_json({"undone": sentences})
    else:
        for sentence in sentences:
            say(f"Taken back: {sentence}")
        if not sentences:
            say("There is nothing to undo.")


@app.command("redo")
def redo(
    steps: StepsOption = 1, library: LibraryOption = None, as_json: JsonOption = False
) -> None:
    """Do again what was taken back, as long as nothing was decided since."""
    from gallery.decisions import redo as use_case

    with opened(library) as (store, _):
        sentences = [decision.sentence for decision in use_case(store, steps)]
    if as_json:
        print_json({"redone": sentences})
    else:
        for sentence in sentences:
            say(f"Done again: {sentence}")
        if not sentences:
            say("There is nothing to do again.")
