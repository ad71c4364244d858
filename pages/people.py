"""Everyone: who has no name yet, who has one, who was seen once."""

from functools import partial

import streamlit as st

from gallery.records import Person
from gallery.store import faces, people, people_pages, photos
from gallery.store.people_pages import Kind
from gallery.ui import frame, words
from gallery.ui.components import naming_cards, people_grid
from gallery.ui.grid_data import naming_cards as card_data
from gallery.ui.grid_data import people_tiles
from gallery.ui.naming import draw_doubt, draw_undo, name_or_ask
from gallery.ui.pager import page_of
from gallery.ui.people_asides import draw_left_out, draw_review, page_of_kind, summary

_CARDS, _AVATARS, _STRIP = 24, 60, 4


def draw(app: frame.App) -> None:
    """Everyone with at least one face."""
    many = people_pages.counts(app.library)
    if not sum(many.values()):
        draw_empty(app)
        return
    named = known_people(app)
    with st.container(horizontal=True, vertical_alignment="center", key="people-head"):
        with st.container(width="stretch"):
            frame.heading("People", summary(app, many))
        draw_review(app)
    draw_undo(app)
    draw_unnamed(app, many[Kind.SEVERAL], named)
    draw_named(app, named)
    draw_once(app, many[Kind.ONCE])
    draw_left_out(app, many[Kind.LEFT_OUT])
    draw_doubt(app)


def known_people(app: frame.App) -> list[Person]:
    """Those with a name, by name."""
    named = [
        person
        for person in people.with_name(app.library)
        if person.faces and not (person.hidden or person.ignored)
    ]
    return sorted(named, key=lambda person: (person.label.casefold(), -person.photos, person.id))


def draw_unnamed(app: frame.App, many: int, named: list[Person]) -> None:
    """Cards to name people on, those in most photos first."""
    if not many:
        return
    st.header("Who is this?", anchor=False)
    shown = page_of_kind(app, Kind.SEVERAL, "unnamed", _CARDS, many)
    strips = faces.best_of(app.library, [person.id for person in shown], _STRIP)
    known = [
        {"name": person.label, "photos": f"with {words.counted(person.photos, 'photo')}"}
        for person in named
    ]
    cards = card_data(shown, strips, app.pictures.url)
    naming_cards("who", cards, known, partial(name_and_say, app), frame.open_person)


def name_and_say(app: frame.App, person_id: int, given: str) -> None:
    """Name a person; what stands against it is said or asked on the page that follows."""
    with frame.guarded(frame.say):
        name_or_ask(app, person_id, given)


def draw_named(app: frame.App, named: list[Person]) -> None:
    """Those with a name, by name."""
    if not named:
        return
    st.header("People you know", anchor=False)
    find = ""
    if len(named) > 6:
        find = st.text_input(
            "Find by name",
            placeholder="Find by name",
            label_visibility="collapsed",
            icon=":material/search:",
            width=320,
        )
    found = [person for person in named if find.strip().casefold() in person.label.casefold()]
    if not found:
        frame.note(f"Nobody is called “{find.strip()}”.")
    draw_avatars(app, page_of(found, "named", _AVATARS), "named")


def draw_once(app: frame.App, many: int) -> None:
    """Those in one photo only; most of them nobody knows."""
    if many:
        with st.expander(f"Seen once ({many:,})"):
            draw_avatars(app, page_of_kind(app, Kind.ONCE, "once", _AVATARS, many), "once")


def draw_avatars(app: frame.App, shown: list[Person], key: str) -> None:
    """A grid that leads to the person."""
    covers = faces.crop_keys(app.library, [person.cover_face_id or 0 for person in shown])
    people_grid(f"people-{key}", people_tiles(shown, covers, app.pictures.url), frame.open_person)


def draw_empty(app: frame.App) -> None:
    """What to do first."""
    text = "Add photos, and everyone in them appears here, grouped, to be named."
    if photos.count(app.library):
        text = "No faces were found in your photos so far. Add photos with people in them."
    with frame.empty("Nobody here yet", text, "group"):
        add = st.button("Add photos", type="primary", icon=":material/add_photo_alternate:")
    if add:
        frame.go("add")


frame.run_page("People", draw)
