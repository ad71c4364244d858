"""What photos were taken together for: days out, journeys, parties."""

import streamlit as st

from gallery import workflow
from gallery.event_describing import describe
from gallery.store import events, photos, places
from gallery.store.events import Event
from gallery.ui import event_data, event_edits, frame, words
from gallery.ui.components import event_cards
from gallery.ui.pager import page_of
from gallery.ui.progress import ProgressBar

_CARDS = 24


def draw(app: frame.App) -> None:
    """Cards, the latest first."""
    found = events.listed(app.library)
    if not found:
        draw_empty(app)
        return
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"
    ):
        with st.container(width="content"):
            frame.heading("Events", summary(app, found))
        with st.container(horizontal=True, width="content", vertical_alignment="bottom"):
            year = choose_year(found)
            to_map = places.any_located(app.library) and st.button("Map", icon=":material/map:")
    if to_map:
        frame.go("map")
    event_edits.draw_undo(app)
    shown = page_of([e for e in found if year in (None, e.starts.year)], f"events-{year}", _CARDS)
    cards = event_data.cards(app.library, describe(app.library, shown), app.pictures.url)
    event_cards(
        "events",
        cards,
        lambda event, name: event_edits.rename(app, event, name),
        lambda event: frame.leave_for("event", event=event),
    )


def summary(app: frame.App, found: list[Event]) -> str:
    """`41 events with 2,310 photos; 57 are by themselves`."""
    inside = sum(event.photos for event in found)
    alone = photos.count(app.library) - inside
    text = f"{words.counted(len(found), 'event')} with {words.counted(inside, 'photo')}"
    return f"{text}; {alone:,} more are by themselves" if alone else text


def choose_year(found: list[Event]) -> int | None:
    """One year only, where there are several."""
    years: dict[int, int] = {}
    for event in found:
        years[event.starts.year] = years.get(event.starts.year, 0) + 1
    if len(years) < 2:
        return None
    return st.selectbox(
        "Year",
        list(years),
        index=None,
        format_func=lambda year: f"{year} ({years[year]:,})",
        placeholder="All years",
        label_visibility="collapsed",
        width=160,
    )


def draw_empty(app: frame.App) -> None:
    """What to do first."""
    if photos.count(app.library):
        text = (
            "Photos that were taken together, by their dates and places, become an event. It takes "
            "three of a day at least."
        )
        with frame.empty("No events yet", text, "event"):
            find = st.button("Find events", type="primary", icon=":material/event:")
        if find:
            with frame.guarded():
                with ProgressBar("Finding events") as bar:
                    bar.follow(workflow.find_places_and_events(app.library))
                if not events.count(app.library)[0]:
                    frame.say("There are none: hardly any photos were taken together.")
                st.rerun()
        return
    text = "Add photos, and those that were taken together become an event, with a name."
    with frame.empty("No events yet", text, "event"):
        add = st.button("Add photos", type="primary", icon=":material/add_photo_alternate:")
    if add:
        frame.go("add")


frame.run_page("Events", draw)
