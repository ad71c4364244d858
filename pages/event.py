"""One event: its name, who is in it, its photos, and what puts it right."""

import streamlit as st

from gallery.event_describing import Described, describe
from gallery.store import events, faces
from gallery.ui import event_data, event_edits, frame
from gallery.ui.components import people_grid
from gallery.ui.grid_data import people_tiles
from gallery.ui.photo_list import of_event
from gallery.ui.photo_window import show_window

_PEOPLE = 12


def draw(app: frame.App) -> None:
    """The event of the address."""
    wanted = frame.asked_for("event", "id")
    event = None if wanted is None else events.get(app.library, wanted)
    if event is None:
        text = "It was merged with another one, or its photos were removed."
        with frame.empty("There is no such event", text, "event_busy"):
            back = st.button("See all events", type="primary")
        if back:
            frame.go("events")
        return
    if st.button("All events", icon=":material/arrow_back:", type="tertiary", key="back"):
        frame.go("events")
    [described] = describe(app.library, [event])
    with st.container(horizontal=True, vertical_alignment="center", key="people-head"):
        with st.container(width="stretch"):
            frame.heading(described.title, event_data.detail(described))
        event_edits.draw_acts(app, described)
    photos = of_event(app, event)
    event_edits.draw_undo(app, photos.window)
    event_edits.draw_dialogs(app, described)
    draw_people(app, described)
    show_window(app, photos)


def draw_people(app: frame.App, described: Described) -> None:
    """Who is in most photos."""
    shown = described.people[:_PEOPLE]
    if not shown:
        return
    covers = faces.crop_keys(app.library, [person.cover_face_id or 0 for person in shown])
    tiles = people_tiles(shown, covers, app.pictures.url)
    people_grid(f"event-people-{described.event.id}", tiles, frame.open_person, small=True)


frame.run_page("Event", draw)
