"""One person: the name, the faces, the photos, and everything that puts them right."""

from functools import partial

import streamlit as st

from gallery.merged import who_became
from gallery.records import Person
from gallery.store import people
from gallery.ui import (
    dialogs,
    face_dialog,
    frame,
    fresh_undo,
    parts_dialog,
    person_faces,
    person_head,
    who_dialogs,
    words,
)
from gallery.ui.naming import draw_doubt, draw_undo
from gallery.ui.photo_list import of_person
from gallery.ui.photo_window import show_window

_PART = "_person_part"
_FACES, _PHOTOS = "faces", "photos"


def draw(app: frame.App) -> None:
    """The person of the address."""
    wanted = frame.asked_for("person", "id")
    person = None if wanted is None else people.get(app.library, wanted)
    if person is not None and not person.faces:
        became = who_became(app.library, person.id)
        if became is not None:
            frame.go("person", person=became.id)
    if person is None:
        draw_nobody()
        return
    where = f"person-{person.id}"
    if st.button("All people", icon=":material/arrow_back:", type="tertiary", key="back"):
        frame.go("people")
    person_head.draw(app, person, where)
    photos = of_person(person)
    if not fresh_undo.draw(app, photos.window):
        draw_undo(app, person.id)
    draw_doubt(app)
    draw_dialogs(app, where)
    if not person.faces:
        text = "They were moved, deleted or never kept. Undo brings back what was moved last."
        with frame.empty("No faces are left here", text, "person_off", below=True):
            back = st.button("See all people", type="primary")
        if back:
            frame.go("people")
        return
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        part = choose_part(person)
        if part == _FACES:
            person_faces.draw_order(person)
    if part == _FACES:
        person_faces.draw(app, person, where)
    else:
        show_window(app, photos)


def draw_nobody() -> None:
    """There is no such person."""
    text = "Persons without a name can change when faces are grouped again."
    with frame.empty("There is no such person", text, "person_off"):
        back = st.button("See all people", type="primary")
    if back:
        frame.go("people")


def choose_part(person: Person) -> str:
    """Faces or photos; what was chosen holds for the next person too."""
    titles = {
        _FACES: words.counted(person.faces, "face"),
        _PHOTOS: words.counted(person.photos, "photo"),
    }
    chosen = st.segmented_control(
        "What to see",
        list(titles),
        format_func=lambda part: titles[part].capitalize(),
        default=st.session_state.get(_PART, _FACES),
        required=True,
        label_visibility="collapsed",
        key=f"part-{person.id}",
    )
    st.session_state[_PART] = chosen
    return str(chosen)


def draw_dialogs(app: frame.App, where: str) -> None:
    """The question that is open."""
    kinds: dict[str, tuple[str, dialogs.Draw]] = {
        "move": ("Whose face is this?", partial(who_dialogs.draw_move, where=where)),
        "merge": ("Who is the same person?", partial(who_dialogs.draw_merge, where=where)),
        "twice": ("Together in a photo", who_dialogs.draw_twice),
        "birth": ("Birth year", who_dialogs.draw_birth),
        "forget": ("Delete for good?", who_dialogs.draw_forget),
        "split": ("More than one person?", parts_dialog.draw),
        "face": ("Why is this face here?", partial(face_dialog.draw_face, where=where)),
    }
    dialogs.show(app, where, kinds, wide="split")


frame.run_page("Person", draw)
