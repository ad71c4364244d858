"""The drawn parts of the app: grids of photos and people, cards to name people, one photo.

Each is a script and a style beside this file. All data reaches the page as text and
properties, never as markup.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import streamlit as st

from gallery.ui.mounting import (
    drawn_box,
    finite,
    mount,
    opening,
    whole_number,
    whole_numbers,
)


class GridAsked(NamedTuple):
    """What was asked for in a grid of photos.

    Args:
        action: what is to be done with `photos`.
        photos: that were chosen.
    """

    action: str | None
    photos: list[int]


def photo_grid(
    key: str,
    days: Sequence[dict[str, Any]],
    on_open: Callable[[int], None],
    *,
    actions: Sequence[dict[str, Any]] = (),
    cleared: int = 0,
    more: Callable[[], None] | None = None,
    focus: int | None = None,
) -> GridAsked:
    """Photos by day.

    Args:
        key: of the instance.
        days: from `grid_data.by_day`.
        on_open: called with a photo to be opened.
        actions: what can be done with chosen photos, from `grid_data.acts`; without any,
            nothing can be chosen.
        cleared: nothing is chosen any more once this has changed.
        more: called when the end comes into sight; None where there is no more.
        focus: photo to begin at.
    """
    data = {
        "days": days,
        "actions": actions,
        "folds": True,
        "cleared": cleared,
        "more": more is not None,
        "focus": focus,
    }
    opened = opening(key, "open", on_open)
    result = mount("photo_grid", key, data, open=opened, act=None, more=more)
    given = result.act if isinstance(result.act, dict) else {}
    photos = whole_numbers(given.get("photos"))
    action = str(given.get("action", "")) if photos else None
    return GridAsked(action, photos)


def album_grid(key: str, albums: Sequence[dict[str, Any]], on_open: Callable[[int], None]) -> None:
    """Albums by their covers; `on_open` is called with one to be opened."""
    mount("album_grid", key, {"albums": albums}, open=opening(key, "open", on_open))


def people_grid(
    key: str,
    people: Sequence[dict[str, Any]],
    on_open: Callable[[int], None],
    *,
    small: bool = False,
) -> None:
    """Persons, or faces, as round pictures.

    Args:
        key: of the instance.
        people: from `grid_data.people_tiles`.
        on_open: called with the one that was clicked.
        small: in little room.
    """
    data = {"people": people, "small": small}
    mount("people_grid", key, data, open=opening(key, "open", on_open))


def naming_cards(
    key: str,
    people: Sequence[dict[str, Any]],
    known: Sequence[dict[str, str]],
    on_name: Callable[[int, str], None],
    on_open: Callable[[int], None],
) -> None:
    """Persons with a field for their name.

    Args:
        key: of the instance.
        people: from `grid_data.naming_cards`.
        known: `name` and `photos` of the persons there are, to complete and to warn.
        on_name: called with a person and a name.
        on_open: called with a person to be opened.
    """
    turn, named = _naming(key, on_name)
    data = {"people": people, "known": known, "turn": turn}
    mount("naming_cards", key, data, open=opening(key, "open", on_open), named=named)


class Asked(NamedTuple):
    """What was asked for on a photo.

    Args:
        face: of which more is asked.
        box: left, top, width and height of a drawn box, in percent of the photo's sides.
    """

    face: int | None
    box: tuple[float, float, float, float] | None


def photo_view(
    key: str,
    data: dict[str, Any],
    on_person: Callable[[int], None],
    on_step: Callable[[int], None],
) -> Asked:
    """One photo with the faces in it.

    Args:
        key: of the instance.
        data: from the page Photo.
        on_person: called with a person to be opened.
        on_step: called with another photo to be opened.
    """
    opened, stepped = opening(key, "open", on_person), opening(key, "step", on_step)
    result = mount("photo_view", key, data, open=opened, step=stepped, ask=None, drawn=None)
    return Asked(whole_number(result.ask), drawn_box(result.drawn))


def face_picker(key: str, data: dict[str, Any]) -> tuple[str, list[int]] | None:
    """Faces to choose from, with what can be done with the chosen ones.

    Args:
        key: of the instance.
        data: from `grid_data.picker`.

    Returns:
        What is to be done with which faces, or None.
    """
    given = mount("face_picker", key, data, act=None).act
    if not isinstance(given, dict):
        return None
    faces = whole_numbers(given.get("faces"))
    return (str(given.get("action", "")), faces) if faces else None


def typed_so_far(key: str) -> str:
    """What stands in the field of a person picker."""
    state = st.session_state.get(key)
    return str(state.get("typed") or "")[:200] if state is not None else ""


def person_picker(key: str, data: dict[str, Any]) -> int | str | None:
    """Persons to choose from by name or number; gives the person, or a name nobody has yet.

    An empty name is somebody new without one.
    """
    result = mount("person_picker", key, data, typed=None, pick=None, fresh=None)
    person = whole_number(result.pick)
    if person is not None:
        return person
    return result.fresh[:200] if isinstance(result.fresh, str) else None


def photo_tags(key: str, data: dict[str, Any]) -> tuple[str, str] | None:
    """Tags of a photo with crosses and a field; gives what is to be done with which, or None."""
    given = mount("photo_tags", key, data, act=None).act
    if not isinstance(given, dict):
        return None
    return str(given.get("action", "")), str(given.get("name", ""))[:200]


def face_rows(key: str, rows: Sequence[dict[str, Any]]) -> int | None:
    """Rows of a `title` and `groups` of faces; gives the photo that was asked for, or None."""
    return whole_number(mount("face_rows", key, {"rows": rows}, open=None).open)


def history_list(key: str, days: Sequence[dict[str, Any]]) -> int | None:
    """Decisions by day; gives the one back to which everything is to be undone, or None."""
    return whole_number(mount("history_list", key, {"days": days}, back=None).back)


def face_map(
    key: str,
    data: dict[str, Any],
    on_look: Callable[[list[int]], None],
    on_choose: Callable[[int, list[int]], None],
) -> None:
    """Faces as points on a plane, to look at and to draw around.

    Args:
        key: of the instance.
        data: from `map_data`.
        on_look: called with faces that are pointed at, to show them from the next run on.
        on_choose: called with a turn and the faces that are chosen from now on; turns rise.
    """

    def said() -> None:
        given = st.session_state[key].get("said")
        if not isinstance(given, dict):
            return
        looked, chosen = whole_numbers(given.get("look")), given.get("chosen")
        if looked:
            on_look(looked)
        if isinstance(chosen, dict):
            turn = whole_number(chosen.get("turn"))
            if turn is not None:
                on_choose(turn, whole_numbers(chosen.get("faces")))

    mount("face_map", key, data, said=said)


def search_bar(key: str, data: dict[str, Any]) -> str | None:
    """A field to search, with chips; gives the query that is asked for, or None."""
    asked = mount("search_bar", key, data, go=None, typed=None).go
    return asked[:1000].strip() if isinstance(asked, str) else None


def written_so_far(key: str) -> tuple[str, int]:
    """What stands in the field of a search bar, and the signs before the caret."""
    state = st.session_state.get(key)
    typed = state.get("typed") if state is not None else None
    if not isinstance(typed, dict):
        return "", 0
    text, caret = str(typed.get("text") or "")[:1000], whole_number(typed.get("caret"))
    return text, min(len(text), max(0, len(text) if caret is None else caret))


def _naming(key: str, on_name: Callable[[int, str], None]) -> tuple[int, Callable[[], None]]:
    """How often names were given in some cards, and what to call once one is."""
    turns = f"_{key}_turn"

    def named() -> None:
        # So that the cards hear that a name was taken in, or not, even where nothing changed.
        st.session_state[turns] = st.session_state.get(turns, 0) + 1
        given = st.session_state[key].get("named")
        if isinstance(given, dict) and whole_number(given.get("id")) is not None:
            on_name(int(given["id"]), str(given.get("name", "")))

    return st.session_state.get(turns, 0), named


def photo_map(key: str, data: dict[str, Any]) -> dict[str, float] | None:
    """Where photos were taken, on a map of the world.

    Args:
        key: of the instance.
        data: from `photo_map_data`.

    Returns:
        `south`, `west`, `north` and `east` of the part whose photos are to be shown, or None.
    """
    given = mount("photo_map", key, data, area=None).area
    sides = [finite(given.get(side)) for side in _SIDES] if isinstance(given, dict) else []
    found = {name: side for name, side in zip(_SIDES, sides, strict=False) if side is not None}
    return found if len(found) == len(_SIDES) else None


_SIDES = ("south", "west", "north", "east")


def event_cards(
    key: str,
    events: Sequence[dict[str, Any]],
    on_name: Callable[[int, str], None],
    on_open: Callable[[int], None],
) -> None:
    """Events as cards with pictures and a name that can be changed in place.

    Args:
        key: of the instance.
        events: from `event_data.cards`.
        on_name: called with an event and what it is called from now on; empty for its own name.
        on_open: called with an event to be opened.
    """
    turn, named = _naming(key, on_name)
    data = {"events": events, "turn": turn}
    mount("event_cards", key, data, open=opening(key, "open", on_open), named=named)


def review_card(
    key: str, data: dict[str, Any], on_answer: Callable[[int, str, str, str], None]
) -> tuple[str, int] | None:
    """A question with pictures, answered by a key or a button.

    Args:
        key: of the instance.
        data: from `review_cards`.
        on_answer: called with the turn and the question it was said to, what was said, and
            the name, if one was.

    Returns:
        `person` or `photo` with the one that was opened, or None.
    """

    def said() -> None:
        given = st.session_state[key].get("said")
        turn = whole_number(given.get("turn")) if isinstance(given, dict) else None
        if turn is not None:
            on_answer(turn, *(str(given.get(name, "")) for name in ("question", "said", "name")))

    opened = mount("review_card", key, data, open=None, said=said).open
    if not isinstance(opened, dict) or opened.get("page") not in ("person", "photo"):
        return None
    number = whole_number(opened.get("id"))
    return None if number is None else (str(opened["page"]), number)


def duplicate_groups(
    key: str, groups: Sequence[dict[str, Any]], on_act: Callable[[str, str, int | None], None]
) -> tuple[str, int] | None:
    """Groups of pictures that are alike, side by side, and what can be done with each.

    Args:
        key: of the instance.
        groups: from `duplicate_cards`.
        on_act: called with a group, what is to be done, and the photo it is done with, if any.

    Returns:
        Group and photo that are to be looked at closely, or None.
    """

    def acted() -> None:
        given = st.session_state[key].get("acted")
        if isinstance(given, dict):
            on_act(
                str(given.get("group", "")),
                str(given.get("action", "")),
                whole_number(given.get("photo")),
            )

    looked = mount("duplicate_groups", key, {"groups": groups}, acted=acted, look=None).look
    if not isinstance(looked, dict):
        return None
    photo = whole_number(looked.get("photo"))
    return None if photo is None else (str(looked.get("group", "")), photo)


def picture_pair(key: str, sides: Sequence[dict[str, Any]]) -> None:
    """Two pictures that are looked at closely in the same place of both."""
    mount("picture_pair", key, {"sides": sides})
