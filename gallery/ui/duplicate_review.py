"""Groups of one class: pictures side by side, what is done with them, a closer look."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from gallery.duplicates import Group, Kind, find_group, groups
from gallery.resolving import Choice, proposals, resolve, sure_choices, tell_apart
from gallery.store import photos
from gallery.store.worth import Worth, worth
from gallery.ui import dialogs, duplicate_cards, frame, words
from gallery.ui.components import duplicate_groups, picture_pair
from gallery.ui.pager import page_of

_PAGE = 12
_LOOKED = "_looked_at"
WHERE = "duplicates"


def draw(app: frame.App, kind: Kind, found: Sequence[Group]) -> None:
    """The groups of a class, a page at a time."""
    frame.note(duplicate_cards.ABOUT[kind])
    if kind is Kind.SAME_PICTURE:
        _draw_all(app, found)
    shown = page_of(found, f"duplicates-{kind}", _PAGE)
    if kind is Kind.SAME_BYTES:
        known = worth(app.library, (photo for group in shown for photo in group.photos))
        cards = [
            duplicate_cards.places_card(
                group, known[group.photos[0]], app.pictures.url, in_full=not app.settings.demo
            )
            for group in shown
        ]
    else:
        cards = [
            duplicate_cards.card(group, best, those, app.pictures.url)
            for group, best, those in proposals(app.library, shown)
        ]

    def on_act(key: str, action: str, photo: int | None) -> None:
        # Of two messages in quick succession, that a dialog was closed may not be heard.
        _let_go()
        with frame.guarded(frame.say):
            _act(app, key, action, photo)

    looked = duplicate_groups(f"duplicates-{kind}", cards, on_act)
    if looked is not None:
        if kind is Kind.SAME_BYTES:
            frame.go("photo", photo=looked[1])
        st.session_state[_LOOKED] = looked
    _draw_closely(app)


def _act(app: frame.App, key: str, action: str, photo: int | None) -> None:
    group = find_group(app.library, key)
    if action == duplicate_cards.DIFFERENT:
        tell_apart(app.library, group)
        frame.say("All kept. You are not asked about them again.")
    elif action == duplicate_cards.KEEP and photo is not None:
        done = resolve(app.library, [Choice(group, photo)])
        gone = words.counted(done.binned, "other is", "others are")
        frame.say(f"Kept. {gone} in the bin.")


def _draw_all(app: frame.App, found: Sequence[Group]) -> None:
    """One button for all groups in which nothing needs to be looked at."""
    sure = sum(group.throughout for group in found)
    if sure > 1:
        label = f"Do as proposed in {words.counted(sure, 'group')}"
        if st.button(label, icon=":material/done_all:", key="as-proposed"):
            dialogs.ask(WHERE, dialogs.Asked("all"))
    dialogs.show(app, WHERE, {"all": ("Keep the proposed ones?", _draw_confirmation)})


def _draw_confirmation(app: frame.App, _asked: dialogs.Asked) -> None:
    sure_groups = [group for group in groups(app.library, Kind.SAME_PICTURE) if group.throughout]
    others = sum(len(group.photos) - 1 for group in sure_groups)
    text = (
        f"Of {words.counted(len(sure_groups), 'picture')} the proposed file stays, and "
        f"{words.counted(others, 'other')} go to the bin. Tags, titles, places and the people you "
        "confirmed go over to what stays. You can take it back with one click, and bring single "
        "ones back from the bin."
    )
    st.markdown(words.plain(text))
    left_out = "Groups in which something was added to a picture are left for you to look at."
    frame.note(left_out)
    with st.container(horizontal=True):
        sure = st.button("Put them into the bin", type="primary", icon=":material/done_all:")
        cancel = st.button("Cancel")
    if sure:
        with st.spinner("Moving them …"):
            done = resolve(app.library, sure_choices(app.library))
        size = words.size(done.size_bytes)
        frame.say(f"{words.counted(done.binned, 'photo')}, {size}, went to the bin.")
    if sure or cancel:
        dialogs.close()
        st.rerun()


def _draw_closely(app: frame.App) -> None:
    """Two pictures of a group, large, if one was clicked."""
    if st.session_state.get(_LOOKED) is not None:
        _dialog(app)


def _let_go() -> None:
    st.session_state.pop(_LOOKED, None)


@st.dialog("Side by side", width="large", on_dismiss=_let_go)
def _dialog(app: frame.App) -> None:
    with frame.guarded():
        key, photo = st.session_state[_LOOKED]
        listed = proposals(app.library, [find_group(app.library, key)])
        if not listed:
            frame.note("These pictures are gone by now.")
            return
        group, best, those = listed[0]
        by_id = {one.id: one for one in those}
        other = photo if photo != best.keep and photo in by_id else those[1].id
        if len(those) > 2:
            other = st.segmented_control(
                "Beside the proposed one",
                [one.id for one in those[1:]],
                default=other,
                required=True,
                format_func=lambda one: by_id[one].name,
                key=f"beside-{key}-{photo}",
            )
        pair = [by_id[best.keep], by_id[other]]
        picture_pair(f"pair-{key}", [duplicate_cards.side(one, _large(app, one)) for one in pair])
        frame.note("Click a picture to enlarge both in the same place; click again to go back.")
        _draw_choice(app, group, pair)


def _draw_choice(app: frame.App, group: Group, pair: Sequence[Worth]) -> None:
    with st.container(horizontal=True, horizontal_alignment="center"):
        for at, one in enumerate(pair):
            label = "Keep the proposed one" if at == 0 else "Keep the other one"
            if st.button(label, type="primary" if at == 0 else "secondary", key=f"choose-{at}"):
                _let_go()
                _act(app, group.key, duplicate_cards.KEEP, one.id)
                st.rerun()
        if st.button("Keep all", key="choose-all"):
            _let_go()
            _act(app, group.key, duplicate_cards.DIFFERENT, None)
            st.rerun()


def _large(app: frame.App, one: Worth) -> str:
    photo = photos.get(app.library, one.id)
    return "" if photo is None else app.pictures.photo(app.library, photo, app.settings)[0]
