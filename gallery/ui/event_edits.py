"""Naming, merging and splitting events on a page, and taking it back."""

from __future__ import annotations

from functools import partial

import streamlit as st

from gallery import event_editing
from gallery.event_describing import Described, describe
from gallery.event_editing import Pause
from gallery.media.files import thumbnail_key
from gallery.store import event_history, events, photos, timeline
from gallery.store.events import Event
from gallery.ui import album_dialogs, dialogs, fresh_undo, words
from gallery.ui.dialogs import Asked, ask, next_turn, turn
from gallery.ui.frame import App, guarded, note, say

_MERGE, _SPLIT, _ALBUM = "Merge with …", "Split …", "Make an album …"
_KINDS = {_MERGE: "merge-event", _SPLIT: "split-event", _ALBUM: "album-event"}
_ICONS = {_MERGE: "merge", _SPLIT: "call_split", _ALBUM: "photo_album"}


def rename(app: App, event_id: int, name: str) -> None:
    """Call an event something; what stands against it is said on the page that follows."""
    with guarded(say):
        event_editing.rename(app.library, event_id, name)


def draw_undo(app: App, where: str = "") -> None:
    """What was changed last, and a button that takes it back.

    Args:
        app: whose library.
        where: name of the window of the event's photos; what was just done with some of them
            comes before.
    """
    change = event_history.latest(app.library)
    newer = None if change is None else change.at
    if (where and fresh_undo.draw(app, where, newer)) or change is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="undo"):
        st.button("Undo", icon=":material/undo:", on_click=_undo, args=(app,))
        with st.container(width="content"):
            note(f"{change.sentence}.")


def _undo(app: App) -> None:
    with guarded(say):
        change = event_editing.undo(app.library)
        if change is not None:
            say(f"Taken back: {change.sentence}.")


def draw_acts(app: App, described: Described) -> None:
    """A field for the name, and a menu."""
    event = described.event
    with st.container(horizontal=True, width="content", key="head-acts"):
        with (
            st.popover("Rename", icon=":material/edit:", key=f"rename-event-{event.id}-{turn()}"),
            st.form(f"event-name-{event.id}", border=False),
        ):
            given = st.text_input(
                "Name", value=event.name or "", max_chars=200, placeholder=str(described.own)
            )
            note("Leave it empty for a name after what is in the photos.")
            if st.form_submit_button("Save", type="primary"):
                with guarded():
                    event_editing.rename(app.library, event.id, given)
                    next_turn()
                    st.rerun()
        chosen = st.menu_button(
            "More",
            [_MERGE, *([_SPLIT] if event.photos > 1 else []), _ALBUM],
            format_func=lambda option: f":material/{_ICONS[option]}: {option}",
            key=f"event-menu-{event.id}",
        )
    if chosen is not None:
        ask(_where(event), Asked(_KINDS[chosen], event=event.id))


def draw_dialogs(app: App, described: Described) -> None:
    """The question that is open."""
    kinds: dict[str, tuple[str, dialogs.Draw]] = {
        "merge-event": ("Which belongs to it?", _draw_merge),
        "split-event": ("Where does the second event begin?", _draw_split),
        "album-event": ("An album of this event", partial(_draw_album, described=described)),
    }
    dialogs.show(app, _where(described.event), kinds)


def _where(event: Event) -> str:
    return f"event-{event.id}"


def _draw_merge(app: App, asked: Asked) -> None:
    first = asked.event or 0
    around = event_editing.beside(app.library, first)
    if not around:
        note("There is no other event.")
        return
    titles = {one.event.id: one.title for one in describe(app.library, around)}
    photos_of = {event.id: event.photos for event in around}
    chosen = st.radio(
        "Events before and after",
        list(titles),
        index=None,
        format_func=lambda event: (
            f"{words.plain(titles[event])} :gray[{words.counted(photos_of[event], 'photo')}]"
        ),
    )
    sure = st.button("Merge", type="primary", icon=":material/merge:", disabled=chosen is None)
    if sure and chosen is not None:
        event_editing.merge(app.library, [first, chosen])
        dialogs.close()
        st.rerun()


def _draw_split(app: App, asked: Asked) -> None:
    found = event_editing.pauses(app.library, asked.event or 0)
    by_photo = {pause.photo_id: pause for pause in sorted(found, key=lambda p: p.begins)}
    chosen = st.radio(
        "The longest pauses between its photos",
        list(by_photo),
        index=None,
        format_func=lambda photo: _pause_in_words(by_photo[photo]),
    )
    if chosen is not None:
        _draw_sides(app, by_photo[chosen])
    if st.button("Split here", type="primary", icon=":material/call_split:", disabled=not chosen):
        event_editing.split(app.library, asked.event or 0, int(chosen or 0))
        dialogs.close()
        st.rerun()


def _draw_album(app: App, asked: Asked, *, described: Described) -> None:
    among = events.which(app.library, asked.event or 0)
    photos = timeline.ids_in_order(app.library, among)
    note(
        f"{words.counted(len(photos), 'photo')}. Those that come to the event later are not added."
    )
    album_dialogs.draw_make(app, described.title, photos)


def _pause_in_words(pause: Pause) -> str:
    """`14 June 2024, 15:10 to 18:40 (3 h 30 min)`."""
    begins, ends = pause.begins, pause.ends
    length = words.duration((ends - begins).total_seconds())
    if begins.date() == ends.date():
        return f"{words.day(begins)}, {begins:%H:%M} to {ends:%H:%M} :gray[{length}]"
    return f"{words.day(begins)}, {begins:%H:%M} to {words.day(ends)}, {ends:%H:%M} :gray[{length}]"


def _draw_sides(app: App, pause: Pause) -> None:
    """The last photo before the pause and the first one after it."""
    for column, photo_id, label in zip(
        st.columns(2),
        (pause.before_id, pause.photo_id),
        ("Last of the first event", "First of the second event"),
        strict=True,
    ):
        photo = photos.get(app.library, photo_id)
        data = None if photo is None else app.pictures.data(thumbnail_key(photo.sha256))
        if data is not None:
            column.image(data, caption=label)
