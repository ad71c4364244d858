"""The head of a person's page: picture, name, counts, and what can be done with all of it."""

from __future__ import annotations

import streamlit as st

from gallery import corrections
from gallery import people as people_decisions
from gallery.records import Person
from gallery.store import faces
from gallery.ui import correcting, parts_dialog, words
from gallery.ui.dialogs import Asked, ask, next_turn, turn
from gallery.ui.frame import App, guarded, heading
from gallery.ui.naming import name_or_ask

_MERGE, _SPLIT, _CONFIRM, _BORN = "Merge with …", "Split …", "Confirm all faces", "Birth year …"
_HIDE, _SHOW = "Hide", "Show again"
_IGNORE, _HEED = "Ignore for good", "Stop ignoring"
_FORGET = "Delete for good …"
_ICONS = {
    _MERGE: "merge",
    _SPLIT: "call_split",
    _CONFIRM: "done_all",
    _BORN: "cake",
    _HIDE: "visibility_off",
    _SHOW: "visibility",
    _IGNORE: "block",
    _HEED: "undo",
    _FORGET: "delete_forever",
}


def draw(app: App, person: Person, where: str) -> None:
    """Who it is, a field to say so, and a menu."""
    crops = faces.crop_keys(app.library, [person.cover_face_id or 0])
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="head"):
        cover = app.pictures.data(crops.get(person.cover_face_id or 0))
        if cover is not None:
            st.image(cover, width=88, alt=person.label)
        with st.container(width="stretch", key="head-words"):
            heading(person.label, detail(person))
        with st.container(horizontal=True, width="content", key="head-acts"):
            _draw_name(app, person)
            chosen = st.menu_button(
                "More",
                _options(person),
                format_func=lambda option: f":material/{_ICONS[option]}: {option}",
                key=f"menu-{person.id}",
            )
    if chosen is not None:
        with guarded():
            do(app, person, where, str(chosen))


def detail(person: Person) -> str:
    """`47 photos, 47 faces, born in 1990, hidden`."""
    parts = [words.counted(person.photos, "photo"), words.counted(person.faces, "face")]
    if person.birth_year:
        parts.append(f"born in {person.birth_year}")
    if person.ignored:
        parts.append("ignored for good")
    elif person.hidden:
        parts.append("hidden")
    return ", ".join(parts)


def _options(person: Person) -> list[str]:
    if not person.faces:
        return [_BORN, _FORGET]
    return [
        _MERGE,
        *([_SPLIT] if person.faces > 1 else []),
        _CONFIRM,
        _BORN,
        _SHOW if person.hidden else _HIDE,
        _HEED if person.ignored else _IGNORE,
        _FORGET,
    ]


def do(app: App, person: Person, where: str, option: str) -> None:
    """Do what was chosen in the menu.

    Raises:
        GalleryError: It cannot be done.
    """
    if option == _MERGE:
        ask(where, Asked("merge", person=person.id))
    if option == _SPLIT:
        ask(where, parts_dialog.question(app, person))
    if option == _BORN:
        ask(where, Asked("birth", person=person.id))
    if option == _FORGET:
        ask(where, Asked("forget", person=person.id))
    if option == _CONFIRM:
        corrections.confirm(app.library, person.id)
    elif option in (_HIDE, _SHOW):
        people_decisions.hide(app.library, person.id, hidden=option == _HIDE)
    elif option in (_IGNORE, _HEED):
        people_decisions.ignore(app.library, person.id, ignored=option == _IGNORE)
    correcting.say_latest(app)
    st.rerun()


def _draw_name(app: App, person: Person) -> None:
    label = "Rename" if person.name else "Say who this is"
    with (
        # Under another key, and so closed, once a name was given.
        st.popover(label, icon=":material/edit:", key=f"rename-{person.id}-{turn()}"),
        st.form(f"name-{person.id}", border=False),
    ):
        given = st.text_input("Name", value=person.name or "", max_chars=200)
        if st.form_submit_button("Save", type="primary"):
            with guarded():
                name_or_ask(app, person.id, given)
                next_turn()
                st.rerun()
