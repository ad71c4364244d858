"""The vectors of a library, held while they hold, and who faces are most like."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import streamlit as st

from gallery.candidates import best_for_each, most_alike
from gallery.records import Person, Run
from gallery.store import faces as face_store
from gallery.store import history, members, people, runs
from gallery.store.faces import Embedded
from gallery.store.library import Library
from gallery.ui.frame import App


def state_of(app: App, run: Run) -> tuple[object, ...]:
    """Something else whenever faces, decisions or the grouping in use changed."""
    with app.library.read() as connection:
        newest = history.newest(app.library, connection)
    return (
        str(app.library.root),
        run.id,
        run.faces,
        face_store.count(app.library),
        0 if newest is None else newest.id,
    )


def described(app: App, run: Run) -> Embedded:
    """All faces in the space of a run; read anew when faces or decisions changed."""
    return _read(state_of(app, run), app.library, run)


# Two: a visitor of the demo has a library of few faces, an owner has one.
@st.cache_resource(show_spinner=False, max_entries=2)
def _read(key: tuple[object, ...], _library: Library, _run: Run) -> Embedded:  # noqa: ARG001
    return face_store.embedded(_library, _run.space)


def perhaps(app: App, face_ids: Sequence[int], least: float) -> dict[int, Person]:
    """Who some faces of nobody's, all of one photo, may be.

    Args:
        app: whose library.
        face_ids: the faces.
        least: average similarity to a person's faces that a face must have.
    """
    run = runs.current(app.library)
    if run is None or not face_ids:
        return {}
    with app.library.read() as connection:
        person_of = members.everyone(app.library, connection)
        rejected = members.rejected(app.library, connection)
        photo = members.photos_of(app.library, connection, face_ids[:1])
    there = {f.person_id for at in photo.values() for f in face_store.of_photo(app.library, at)}
    best = best_for_each(described(app, run), person_of, rejected, face_ids)
    likely = {f: p for f, (p, score) in best.items() if score >= least and p not in there}
    known = people.by_ids(app.library, likely.values())
    return {f: known[p] for f, p in likely.items() if p in known}


def alike(
    app: App, face_ids: Collection[int], without: Collection[int] = ()
) -> list[tuple[Person, float | None]]:
    """Everybody, the most alike to some faces first; the others by number of photos.

    Args:
        app: whose library.
        face_ids: the faces.
        without: persons that are left out.
    """
    everyone = {p.id: p for p in people.everyone(app.library) if p.faces and p.id not in without}
    run = runs.current(app.library)
    scores: dict[int, float] = {}
    if run is not None:
        with app.library.read() as connection:
            person_of = members.everyone(app.library, connection)
        scores = dict(most_alike(described(app, run), person_of, face_ids))
    first = [(everyone[p], score) for p, score in scores.items() if p in everyone]
    rest = [(person, None) for person in everyone.values() if person.id not in scores]
    return [*first, *rest]
