"""`faces why | add | remove`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from gallery.cli.options import JsonOption, LibraryOption, opened
from gallery.cli.output import counted, print_json, say
from gallery.cli.people import UNDO, today

if TYPE_CHECKING:
    from gallery.why import Candidate, Why

app = typer.Typer(help="Single faces: why they are where they are; boxes.", no_args_is_help=True)
FaceArgument = Annotated[int, typer.Argument(metavar="FACE", help="As in: gallery people faces ID")]


@app.command("why")
def why(face: FaceArgument, library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """Say why a face is where it is."""
    from gallery.why import explain
    from gallery.workflow import join_in_use, space_in_use

    with opened(library) as (store, settings):
        found = explain(store, face, space_in_use(store), join=join_in_use(store, settings))
    if as_json:
        print_json(why_document(found))
        return
    for line in found.sentences:
        say(line)
    for title, candidate in (("like", found.own), ("next", found.runner_up)):
        if candidate is not None:
            best = ", ".join(f"face {s.face_id} {s.similarity:.3f}" for s in candidate.supporters)
            say(f"  {title}: {candidate.person.label}, average {candidate.score:.3f}; {best}")


@app.command("add")
def add(
    photo: Annotated[int, typer.Argument(metavar="PHOTO")],
    box: Annotated[
        tuple[float, float, float, float],
        typer.Argument(metavar="X0 Y0 X1 Y1", help="Pixels of the photo as it is shown."),
    ],
    person: Annotated[
        int | None, typer.Option("--person", metavar="ID", help="Who it is, if you know.")
    ] = None,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Add a face where none was found."""
    from gallery.boxes import add_face
    from gallery.cli.library import models_of
    from gallery.store import faces as face_store
    from gallery.workflow import join_library, refuse_other_space, space_in_use

    with opened(library) as (store, settings):
        space_in_use(store)
        if person is not None:
            person = today(store, person).id
        models = models_of(settings)
        if person is None:
            refuse_other_space(store, models.space)
        drawn = add_face(store, photo, box, models, settings, person)
        if person is None:
            join_library(store, settings, models.space)
        face = face_store.get(store, drawn.id)
    whose = None if face is None else face.person_id
    if as_json:
        print_json({"face": drawn.id, "recognisable": drawn.recognisable, "person": whose})
        return
    say(f"Face {drawn.id} was added" + (f" with person {whose}." if whose else "."))
    if not drawn.recognisable:
        say("No face is recognisable in the box, so it matches less well than others.")


@app.command("remove")
def remove(
    faces: Annotated[list[int], typer.Argument(metavar="FACE...")],
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Delete boxes that are no faces."""
    from gallery.boxes import remove_faces

    with opened(library) as (store, _):
        remove_faces(store, faces)
    if as_json:
        print_json({"removed": faces})
    else:
        say(f"Deleted {counted(len(faces), 'box', 'boxes')}. {UNDO}")


def why_document(why: Why) -> dict[str, Any]:
    """The JSON of why a face is where it is."""
    quality = why.face.quality
    return {
        "face": why.face.id,
        "photo": why.face.photo_id,
        "confirmed": why.placement.confirmed,
        "own": _candidate(why.own),
        "runner_up": _candidate(why.runner_up),
        "margin": None if why.margin is None else round(why.margin, 4),
        "quality": None if quality is None else round(quality.overall, 3),
        "space": None if why.space is None else why.space.name,
        "threshold": why.threshold,
        "joined": why.joined,
        "run": None if why.run is None else why.run.id,
        "decision": None if why.decision is None else why.decision.sentence,
        "since": None if why.placement.since is None else why.placement.since.isoformat(),
        "rejected": [person.id for person in why.rejected],
        "sentences": why.sentences,
    }


def _candidate(candidate: Candidate | None) -> dict[str, Any] | None:
    if candidate is None:
        return None
    return {
        "person": candidate.person.id,
        "label": candidate.person.label,
        "similarity": round(candidate.score, 4),
        "supporters": [
            {"face": s.face_id, "photo": s.photo_id, "similarity": round(s.similarity, 4)}
            for s in candidate.supporters
        ],
    }
