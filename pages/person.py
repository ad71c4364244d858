"""One person: the name, the faces, the photos."""

import streamlit as st

from gallery.records import Person
from gallery.store import faces, people
from gallery.ui import frame, words
from gallery.ui.components import people_grid
from gallery.ui.naming import draw_undo, name
from gallery.ui.photo_window import show_window

_FACES = 24


def draw(app: frame.App) -> None:
    """The person of the address."""
    wanted = frame.asked_for("person", "id")
    person = None if wanted is None else people.get(app.library, wanted)
    if person is None:
        text = "Persons without a name can change when faces are grouped again."
        with frame.empty("There is no such person", text, "person_off"):
            back = st.button("See all people", type="primary")
        if back:
            frame.go("people")
        return
    if st.button("All people", icon=":material/arrow_back:", type="tertiary", key="back"):
        frame.go("people")
    draw_undo(app)
    draw_head(app, person)
    draw_faces(app, person)
    show_window(app, f"person-{person.id}", person.id)


def draw_head(app: frame.App, person: Person) -> None:
    """Who it is, and a field to say so."""
    crops = faces.crop_keys(app.library, [person.cover_face_id or 0])
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="head"):
        cover = app.pictures.data(crops.get(person.cover_face_id or 0))
        if cover is not None:
            st.image(cover, width=88)
        with st.container(width="stretch"):
            counted = words.counted(person.photos, "photo"), words.counted(person.faces, "face")
            frame.heading(person.label, ", ".join(counted))
        draw_name(app, person)


def draw_name(app: frame.App, person: Person) -> None:
    """The field, behind a button so that the name is not changed by accident."""
    label = "Rename" if person.name else "Say who this is"
    with (
        # Under another key, and so closed, once the name has changed.
        st.popover(label, icon=":material/edit:", key=f"rename-{person.id}-{person.name}"),
        st.form(f"name-{person.id}", border=False),
    ):
        given = st.text_input("Name", value=person.name or "", max_chars=200)
        if st.form_submit_button("Save", type="primary"):
            with frame.guarded():
                name(app, person.id, given)
                st.rerun()


def draw_faces(app: frame.App, person: Person) -> None:
    """The best faces; each leads to its photo."""
    found = faces.best_of(app.library, [person.id], _FACES).get(person.id, [])
    if len(found) < 2:
        return
    tiles = [
        {
            "id": face.photo_id,
            "label": "",
            "alt": "Open the photo of this face",
            "src": app.pictures.url(face.crop),
        }
        for face in found
    ]
    opened = people_grid(f"faces-{person.id}", tiles, small=True)
    if opened is not None:
        frame.go("photo", photo=opened, person=person.id)


frame.run_page("Person", draw)
