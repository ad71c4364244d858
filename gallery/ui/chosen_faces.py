"""Beside the map: the faces that are chosen, whose they are, and what can be done with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from gallery.alternative_text import face_alternative
from gallery.errors import TogetherError
from gallery.records import Person
from gallery.store import faces as face_store
from gallery.store import people
from gallery.store.facts import Facts
from gallery.store.library import Library
from gallery.ui import correcting, explore_map, words
from gallery.ui.components import face_picker, naming_cards, people_grid
from gallery.ui.dialogs import Asked, ask
from gallery.ui.explore_map import Known
from gallery.ui.frame import App, guarded, heading, note, open_person, say
from gallery.ui.grid_data import naming_cards as card_data
from gallery.ui.grid_data import people_tiles
from gallery.ui.map_data import label_of
from gallery.ui.naming import name_or_ask
from gallery.ui.pager import page_of

_PAGE, _CARDS, _STRIP = 48, 12, 4
_PART, _FACES, _PEOPLE = "_chosen_part", "faces", "people"

_ACTIONS = (
    {"id": "move", "label": "Say who …", "main": True, "asks": True},
    {"id": "leave", "label": "Leave out", "help": "They are not chosen any more."},
    {"id": "why", "label": "Why?", "single": True, "asks": True},
    {"id": "remove", "label": "Not a face"},
)


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """Faces that are chosen.

    Args:
        faces: those of the largest part first.
        people: whose they are, who has most of them first.
        counts: how many of them each has.
    """

    faces: list[int]
    people: list[Person]
    counts: Counter[int]

    @property
    def nobodys(self) -> int:
        """Faces of nobody's."""
        return len(self.faces) - self.counts.total()

    @property
    def whole(self) -> Person | None:
        """The one person whose faces they are, all of them and no others."""
        alone = len(self.people) == 1 and self.people[0].faces == len(self.faces)
        return self.people[0] if alone else None


def chosen_of(library: Library, found: Known, face_ids: list[int]) -> Chosen:
    """Chosen faces, put in order."""
    known = explore_map.people_of(library, found, face_ids)
    whose = {face: found.facts[face].person_id for face in face_ids}
    counts = Counter(p for p in whose.values() if p is not None and p in known)
    ranked = [person for person, _ in counts.most_common()]
    rank = {person: at for at, person in enumerate(ranked)}

    def order(face: int) -> tuple[int, float]:
        return (rank.get(whose[face] or 0, len(rank)), -(found.facts[face].quality or 0))

    return Chosen(sorted(face_ids, key=order), [known[p] for p in ranked], counts)


def draw(app: App, found: Known, where: str) -> None:
    """What is chosen, or how to choose."""
    face_ids = explore_map.chosen_faces(found)
    if not face_ids:
        note(
            "Draw around faces on the map, or tap one: they appear here, to be named, merged, "
            "parted or ignored. Shift adds to what is chosen, Alt takes away. The wheel or two "
            "fingers zoom. A name below the map chooses all faces of that person."
        )
        return
    chosen = chosen_of(app.library, found, face_ids)
    heading(words.counted(len(chosen.faces), "face"), _whose(chosen))
    to_name = chosen.whole is not None and not chosen.whole.name
    if to_name:
        _draw_people(app, chosen)
    _draw_acts(app, chosen, where)
    _draw_doubled(found, chosen)
    part = _FACES if to_name else _choose_part(chosen)
    if part == _FACES:
        _draw_faces(app, found, chosen, where)
    else:
        _draw_people(app, chosen)


def _whose(chosen: Chosen) -> str:
    """`Anna (40 of 44), Person 7 (3 of 3), 2 more; not sure whose: 4`."""
    if not chosen.people:
        return "Not sure whose they are."
    said = [f"{p.label} ({chosen.counts[p.id]:,} of {p.faces:,})" for p in chosen.people[:3]]
    if len(chosen.people) > 3:
        said.append(f"{len(chosen.people) - 3:,} more")
    text = ", ".join(said)
    return f"{text}; not sure whose: {chosen.nobodys:,}" if chosen.nobodys else text


def _draw_acts(app: App, chosen: Chosen, where: str) -> None:
    """What can be done with all of it."""
    persons = chosen.people
    strangers = [p for p in persons if p.name is None and not p.ignored]
    pressed = ""
    with st.container(horizontal=True, key="chosen-acts"):
        # All of one person: a name for that person, or nothing to part.
        if (chosen.whole is None or chosen.whole.name) and st.button(
            "Say who they are …", type="primary", icon=":material/person_search:"
        ):
            pressed = "move"
        if chosen.whole is None and st.button(
            "Somebody new",
            icon=":material/call_split:",
            help="They become one person, apart from whoever has them now.",
        ):
            pressed = "new"
        if len(persons) > 1 and st.button(
            f"Merge {words.people_counted(len(persons))} …", icon=":material/merge:"
        ):
            pressed = "merge"
        if strangers and st.button(
            "Ignore …", icon=":material/block:", help="Strangers, never asked about again."
        ):
            pressed = "ignore"
        st.button("Clear", type="tertiary", on_click=explore_map.choose_faces, args=([],))
    whom = strangers if pressed == "ignore" else persons
    if pressed == "move":
        ask(where, Asked("move", faces=tuple(chosen.faces)))
    elif pressed == "new":
        with guarded():
            try:
                _part_off(app, chosen)
            except TogetherError:
                ask(where, Asked("new-twice", faces=tuple(chosen.faces)))
            st.rerun()
    elif pressed:
        ask(where, Asked(pressed, persons=tuple(person.id for person in whom)))


def _draw_doubled(found: Known, chosen: Chosen) -> None:
    """Nobody is in a photo twice: say so before it is refused."""
    best: dict[int, int] = {}
    for face in sorted(chosen.faces, key=lambda f: -(found.facts[f].quality or 0)):
        best.setdefault(found.facts[face].photo_id, face)
    more = len(chosen.faces) - len(best)
    if more:
        note(
            f"{words.counted(more, 'face is', 'faces are')} in a photo with another of them, so "
            "they are hardly all one person."
        )
        clearest = set(best.values())
        st.button(
            "Keep the clearest of each photo",
            icon=":material/filter_1:",
            on_click=explore_map.choose_faces,
            args=([face for face in chosen.faces if face in clearest],),
        )


def _part_off(app: App, chosen: Chosen) -> None:
    """Make somebody new of the chosen faces."""
    if len(chosen.people) == 1 and not chosen.nobodys:
        correcting.do_at_once(app, "split", chosen.faces, chosen.people[0])
    else:
        correcting.move(app, chosen.faces, "")


def _choose_part(chosen: Chosen) -> str:
    if not chosen.people:
        return _FACES
    titles = {
        _FACES: words.counted(len(chosen.faces), "face").capitalize(),
        _PEOPLE: words.people_counted(len(chosen.people)),
    }
    part = st.segmented_control(
        "What to see",
        list(titles),
        format_func=lambda one: titles.get(one, one),
        default=st.session_state.get(_PART, _FACES),
        required=True,
        label_visibility="collapsed",
        key="chosen-part",
    )
    st.session_state[_PART] = part
    return str(part)


def _draw_faces(app: App, found: Known, chosen: Chosen, where: str) -> None:
    shown = page_of(chosen.faces, "chosen", _PAGE)
    crops = face_store.crop_keys(app.library, shown)
    known = explore_map.people_of(app.library, found, shown)
    data = {
        "title": "Chosen faces",
        "hint": "Choose among them to go on with some.",
        "chooseAll": "All" if len(shown) == len(chosen.faces) else "All on this page",
        "all": len(chosen.faces),
        "actions": _ACTIONS,
        "faces": [
            _tile(face, found.facts[face], known, app.pictures.url(crops.get(face)))
            for face in shown
        ],
    }
    asked = face_picker("chosen-picker", data)
    if asked is not None:
        with guarded():
            _do(app, where, chosen, *asked)


def _tile(face: int, fact: Facts, known: Mapping[int, Person], src: str) -> dict[str, Any]:
    when = None if fact.shown_at is None else fact.shown_at.date()
    said = face_alternative(label_of(fact, known), when)
    return {
        "id": face,
        "src": src,
        "alt": said,
        "title": said,
        "odd": False,
        "sure": False,
    }


def _do(app: App, where: str, chosen: Chosen, action: str, faces: list[int]) -> None:
    if action == "move":
        ask(where, Asked("move", faces=tuple(faces)))
    if action == "why":
        ask(where, Asked("face", faces=(faces[0],)))
    if action == "leave":
        explore_map.choose_faces([face for face in chosen.faces if face not in set(faces)])
        st.rerun()
    if action == "remove":
        correcting.remove(app, faces)
        st.rerun()


def _draw_people(app: App, chosen: Chosen) -> None:
    """Whose they are: who has no name can get one."""
    shown = page_of(chosen.people, "chosen-people", _CARDS)
    unnamed = [person for person in shown if not person.name]
    named = [person for person in shown if person.name]
    strips = face_store.best_of(app.library, [person.id for person in unnamed], _STRIP)
    known = [
        {"name": person.label, "photos": f"with {words.counted(person.photos, 'photo')}"}
        for person in people.with_name(app.library)
        if person.faces
    ]
    if unnamed:
        cards = card_data(unnamed, strips, app.pictures.url)
        naming_cards("chosen-who", cards, known, partial(_name, app), open_person)
    if named:
        covers = face_store.crop_keys(app.library, [p.cover_face_id or 0 for p in named])
        tiles = people_tiles(named, covers, app.pictures.url)
        people_grid("chosen-named", tiles, open_person, small=True)


def _name(app: App, person_id: int, given: str) -> None:
    with guarded(say):
        name_or_ask(app, person_id, given)
