"""Everyone: who has no name yet, who has one, who was seen once."""

from functools import partial

import streamlit as st

from gallery.records import Person
from gallery.store import faces, people, photos
from gallery.ui import frame, words
from gallery.ui.components import naming_cards, people_grid
from gallery.ui.grid_data import naming_cards as card_data
from gallery.ui.grid_data import people_tiles
from gallery.ui.naming import draw_doubt, draw_undo, name_or_ask
from gallery.ui.pager import page_of
from gallery.ui.people_asides import draw_left_out, draw_review, summary

_CARDS, _AVATARS, _STRIP = 24, 60, 4


def draw(app: frame.App) -> None:
    """Everyone with at least one face."""
    found = [person for person in people.everyone(app.library, with_hidden=True) if person.faces]
    everyone = [person for person in found if not (person.hidden or person.ignored)]
    if not found:
        draw_empty(app)
        return
    named = sorted(
        (person for person in everyone if person.name), key=lambda person: person.label.casefold()
    )
    unnamed = [person for person in everyone if not person.name]
    several = [person for person in unnamed if person.photos > 1]
    once = [person for person in unnamed if person.photos <= 1]
    with st.container(horizontal=True, vertical_alignment="center", key="people-head"):
        with st.container(width="stretch"):
            frame.heading("People", summary(app, everyone, named))
        draw_review(app)
    draw_undo(app)
    draw_unnamed(app, several, named)
    draw_named(app, named)
    draw_once(app, once)
    draw_left_out(app, [person for person in found if person.hidden or person.ignored])
    draw_doubt(app)


def draw_unnamed(app: frame.App, several: list[Person], named: list[Person]) -> None:
    """Cards to name people on, those in most photos first."""
    if not several:
        return
    st.subheader("Who is this?", anchor=False)
    shown = page_of(several, "unnamed", _CARDS)
    strips = faces.best_of(app.library, [person.id for person in shown], _STRIP)
    known = [
        {"name": person.label, "photos": f"with {words.counted(person.photos, 'photo')}"}
        for person in named
    ]
    cards = card_data(shown, strips, app.pictures.url)
    opened = naming_cards("who", cards, known, partial(name_and_say, app))
    if opened is not None:
        frame.go("person", person=opened)


def name_and_say(app: frame.App, person_id: int, given: str) -> None:
    """Name a person; what stands against it is said or asked on the page that follows."""
    with frame.guarded(frame.say):
        name_or_ask(app, person_id, given)


def draw_named(app: frame.App, named: list[Person]) -> None:
    """Those with a name, by name."""
    if not named:
        return
    st.subheader("People you know", anchor=False)
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


def draw_once(app: frame.App, once: list[Person]) -> None:
    """Those in one photo only; most of them nobody knows."""
    if once:
        with st.expander(f"Seen once ({len(once):,})"):
            draw_avatars(app, page_of(once, "once", _AVATARS), "once")


def draw_avatars(app: frame.App, shown: list[Person], key: str) -> None:
    """A grid that leads to the person."""
    covers = faces.crop_keys(app.library, [person.cover_face_id or 0 for person in shown])
    opened = people_grid(f"people-{key}", people_tiles(shown, covers, app.pictures.url))
    if opened is not None:
        frame.go("person", person=opened)


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
