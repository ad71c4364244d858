"""Dialogs about who faces are, who is the same person, and who may be in a photo twice."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from gallery import people as people_decisions
from gallery.errors import TogetherError
from gallery.forgetting import forget_person
from gallery.people import find_person
from gallery.records import Person
from gallery.store import faces as face_store
from gallery.store import people
from gallery.ui import correcting, dataset_form, words
from gallery.ui.components import face_rows, person_picker, typed_so_far
from gallery.ui.describing import alike
from gallery.ui.dialogs import Asked, ask, close, turn
from gallery.ui.face_pictures import pictures_of
from gallery.ui.frame import App, go, note, say
from gallery.ui.picker_data import choices, group, matching
from gallery.ui.releasing import release

_OFFERED, _STRIP, _EACH = 12, 6, 4


def draw_move(app: App, asked: Asked, where: str) -> None:
    """Whose some faces are."""
    draw_strip(app, asked.faces)
    without = [] if asked.person is None else [asked.person]
    chosen = _pick(app, asked.faces, without, fresh="Somebody new, without a name yet")
    if chosen is None:
        return
    try:
        correcting.move(app, asked.faces, chosen)
    except TogetherError:
        _ask_twice(app, where, asked, chosen)
    _done(app, asked.person)


def draw_merge(app: App, asked: Asked, where: str) -> None:
    """Who is the same person."""
    if asked.person is None:
        return
    own = people.face_ids(app.library, asked.person)
    chosen = _pick(app, own, [asked.person])
    if isinstance(chosen, int):
        merge(app, where, asked.person, chosen)


def draw_twice(app: App, asked: Asked) -> None:
    """They are in one photo: whether that is meant."""
    if asked.other is None:
        return
    other = find_person(app.library, asked.other)
    if asked.faces:
        st.markdown(
            f"**{words.plain(other.label)}** is in the same photo already, and nobody is in a "
            "photo twice. Unless it is a mirror, a collage or a photo of a photo."
        )
    elif asked.person is not None:
        one = find_person(app.library, asked.person)
        draw_persons(app, [one, other])
        st.markdown(
            f"**{words.plain(one.label)}** and **{words.plain(other.label)}** are together in a "
            "photo, so they are hardly one person. Unless it is a mirror, a collage or a photo "
            "of a photo."
        )
    with st.container(horizontal=True):
        label = "Move all the same" if asked.faces else "Merge all the same"
        sure = st.button(label, type="primary")
        if st.button("Cancel"):
            close()
            st.rerun()
    if sure and asked.faces:
        correcting.move(app, asked.faces, asked.other, twice=True)
        _done(app, asked.person)
    if sure and asked.person is not None:
        kept = correcting.merge(app, asked.person, asked.other, twice=True)
        close()
        go("person", person=kept.id)


def merge(app: App, where: str, one: int, other: int) -> None:
    """Make two persons one, asking once more where they are together in a photo."""
    try:
        kept = correcting.merge(app, one, other)
    except TogetherError:
        ask(where, Asked("twice", person=one, other=other))
    close()
    go("person", person=kept.id)


def draw_strip(app: App, face_ids: Sequence[int]) -> None:
    """A few of the faces that a question is about."""
    rest = max(0, len(face_ids) - _STRIP)
    shown = pictures_of(app, face_ids[:_STRIP])
    tiles = group("", "", shown, app.pictures.url, more=rest)
    for face in tiles["faces"]:
        face["photo"] = None
    face_rows(f"strip-{turn()}", [{"bare": True, "groups": [tiles]}])


def draw_persons(app: App, persons: Sequence[Person]) -> None:
    """Some persons, each with a few faces."""
    strips = face_store.best_of(app.library, [person.id for person in persons], _EACH)
    rows = [
        group(
            person.label,
            words.counted(person.photos, "photo"),
            strips.get(person.id, []),
            app.pictures.url,
        )
        for person in persons
    ]
    face_rows(f"persons-{turn()}", [{"groups": [row]} for row in rows])


def _pick(
    app: App, face_ids: Sequence[int], without: Sequence[int], fresh: str = ""
) -> int | str | None:
    key = f"who-{turn()}"
    typed = typed_so_far(key)
    found = matching(alike(app, face_ids, without), typed, _OFFERED)
    covers = face_store.crop_keys(app.library, [p.cover_face_id or 0 for p, _ in found])
    title = "The most alike first:" if found and found[0][1] is not None else ""
    return person_picker(
        key,
        {
            "people": choices(found, covers, app.pictures.url),
            "placeholder": "Name, or number of a person",
            "title": title if found else "",
            "fresh": fresh,
        },
    )


def _ask_twice(app: App, where: str, asked: Asked, chosen: int | str) -> None:
    other = chosen
    if isinstance(other, str):
        known = people_decisions.namesake(app.library, other)
        other = 0 if known is None else known.id
    ask(where, Asked("twice", faces=asked.faces, person=asked.person, other=other))


def _done(app: App, person_id: int | None) -> None:
    close()
    person = None if person_id is None else people.get(app.library, person_id)
    if person is not None and not person.faces:
        say(f"{person.label} has no faces left.")
    st.rerun()


def draw_forget(app: App, asked: Asked) -> None:
    """Whether somebody is to be deleted for good."""
    if asked.person is None:
        return
    person = find_person(app.library, asked.person)
    st.markdown(
        f"The {words.counted(person.faces, 'face')} of **{words.plain(person.label)}**, what "
        "tells them apart, the name and everything that was said about this person are deleted. "
        "So are albums filled by a search for this person. The photos stay, and nobody is looked "
        "for in these places again."
    )
    note("This is the one thing that cannot be undone. Hiding and ignoring can.")
    if not app.settings.demo:
        note("Data sets, reports and copies that you made of the library stay as they are.")
    with st.container(horizontal=True):
        sure = st.button("Delete for good", type="primary", icon=":material/delete_forever:")
        if st.button("Cancel"):
            close()
            st.rerun()
    if sure:
        forget_person(app.library, person.id)
        dataset_form.withdraw(app)
        release(app.library, app.pictures)
        close()
        say(f"{person.label} was deleted for good.")
        go("people")


def draw_birth(app: App, asked: Asked) -> None:
    """In which year somebody was born."""
    if asked.person is None:
        return
    person = find_person(app.library, asked.person)
    note("No photo that is older is taken for this person then.")
    with st.form("birth", border=False):
        year = st.number_input(
            "Birth year", value=person.birth_year, min_value=1800, step=1, format="%d"
        )
        saved = st.form_submit_button("Save", type="primary")
    if saved:
        if year != person.birth_year:
            people_decisions.set_birth_year(app.library, person.id, year)
            correcting.say_latest(app)
        _done(app, person.id)
