"""The map of all faces: the one that is kept, or while it is in the making one that is quick."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial

import numpy as np
import streamlit as st

from gallery.face_map import kept_map, make_map, up_to_date
from gallery.layout import Chosen, choose, is_quick
from gallery.records import Person, Run
from gallery.store import faces as face_store
from gallery.store import facts as fact_store
from gallery.store import people
from gallery.store.facts import FactsByFace
from gallery.store.layouts import Layout
from gallery.store.library import Library
from gallery.ui import explore_choices, layout_work, map_colours, words
from gallery.ui.components import face_map
from gallery.ui.describing import state_of
from gallery.ui.explore_choices import Choice
from gallery.ui.frame import App, note, show_error
from gallery.ui.layout_work import Work
from gallery.ui.map_colours import Colours
from gallery.ui.map_data import glances, map_data

_CHOSEN, _TURN, _LOOKED, _CHANGED = "_map_chosen", "_map_turn", "_map_looked", "_map_changed"
_SHOWN = "_map_shown"
_POLL_SECONDS = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What is known of the faces that can be on a map.

    Args:
        state: something else whenever it changed.
        facts: of each face, rising.
    """

    state: tuple[object, ...]
    facts: FactsByFace


def known(app: App, run: Run) -> Known:
    """What is known of the faces; read anew when faces or decisions changed."""
    return _read(state_of(app, run), app.library, run)


# Two: a visitor of the demo has a library of few faces, an owner has one.
@st.cache_resource(show_spinner=False, max_entries=2)
def _read(state: tuple[object, ...], _library: Library, _run: Run) -> Known:
    return Known(state, fact_store.of_described(_library, _run.space))


def people_of(library: Library, found: Known, face_ids: Collection[int]) -> dict[int, Person]:
    """Whose some faces are, by person."""
    facts = found.facts.of(np.array(sorted(face_ids), dtype=np.int64))
    return people.by_ids(library, np.unique(facts.person_ids).tolist())


def chosen_faces(found: Known) -> list[int]:
    """The faces that are chosen; those that are gone are left out."""
    return [face for face in st.session_state.get(_CHOSEN, []) if face in found.facts]


def choose_faces(face_ids: list[int], turn: int | None = None) -> None:
    """Choose other faces.

    Args:
        face_ids: from now on.
        turn: of the browser's choice; None where the app itself chooses.
    """
    before = int(st.session_state.get(_TURN, 0))
    st.session_state[_TURN] = before + 1 if turn is None else turn
    st.session_state[_CHOSEN] = face_ids


def draw(app: App, found: Known, choice: Choice, run: Run) -> None:
    """The map with its legend, and how far a better one is."""
    layout, work = _layout(app, found, choice, run)
    if work is not None:
        _draw_work(app, work)
    if layout is None:
        return
    _draw_map(app, found, layout, choice)
    later = int(layout.later.sum())
    if later:
        were = "was" if later == 1 else "were"
        note(
            f"{words.counted(later, 'face')} came later and {were} put beside those most alike. "
            "“Lay out anew”, under Layout, gives all of them their own place."
        )


def _layout(app: App, found: Known, choice: Choice, run: Run) -> tuple[Layout | None, Work | None]:
    """The map to show, and the work on the wanted one where it goes on or failed."""
    library, space, chosen = app.library, run.space, choice.chosen
    ids = found.facts.keys()
    if is_quick(chosen, len(ids)):
        kept = None if choice.anew else kept_map(library, space, chosen, ids)
        return kept or make_map(library, space, chosen, lambda _: None), None
    work = layout_work.of(library, space, chosen)
    # Asked before the file is read, so that what has ended is in it.
    ended = work is not None and not work.is_going_on and work.error is None
    kept = kept_map(library, space, chosen, ids)
    if work is not None and ended:
        if kept is None and work.layout is not None:
            # There is no room on the disk for it.
            kept = up_to_date(library, space, chosen, work.layout, ids)
        else:
            layout_work.forget(library)
        work = None
    if choice.anew or (kept is None and work is None):
        work = layout_work.begin(library, space, chosen)
    if kept is not None:
        st.session_state[_SHOWN] = chosen
        return kept, work
    # The map that was seen last, so that what another parameter changes is seen.
    before: Chosen = st.session_state.get(_SHOWN, chosen)
    quick = choose("pca", {})
    meanwhile = kept_map(library, space, before, ids) or kept_map(library, space, quick, ids)
    return meanwhile or make_map(library, space, quick, lambda _: None), work


def _draw_work(app: App, work: Work) -> None:
    if work.error is not None:
        show_error(work.error)
        st.button("Try again", icon=":material/refresh:", on_click=layout_work.forget,
                  args=(app.library,))  # fmt: skip
    else:
        _draw_progress(work)


@st.fragment(run_every=_POLL_SECONDS)
def _draw_progress(work: Work) -> None:
    if not work.is_going_on:
        st.rerun()
    step, text = work.step, work.step.stage
    if step.total:
        text += f" · {words.progress(step)}"
    share = step.done / step.total if step.total else 0.0
    st.progress(share, text=words.plain(f"{text}. The faces can be explored meanwhile."))


@st.fragment
def _draw_map(app: App, found: Known, layout: Layout, choice: Choice) -> None:
    """Only this part is drawn again while faces are pointed at."""
    looked = st.session_state.get(_LOOKED, [])
    crops = face_store.crop_keys(app.library, looked)
    data = map_data(
        layout,
        _colours(found, layout, choice, app.library),
        chosen_faces(found),
        int(st.session_state.get(_TURN, 0)),
        looked,
        glances(
            looked,
            found.facts,
            people_of(app.library, found, looked),
            crops,
            app.pictures.inline,
        ),
        found.state,
    )
    face_map("map", data, _look, _choose)
    if st.session_state.pop(_CHANGED, False):
        st.rerun()


def _look(face_ids: list[int]) -> None:
    st.session_state[_LOOKED] = face_ids


def _choose(turn: int, face_ids: list[int]) -> None:
    choose_faces(face_ids, turn)
    # What lies beside the map is about the chosen faces.
    st.session_state[_CHANGED] = True


def _colours(found: Known, layout: Layout, choice: Choice, library: Library) -> Colours:
    # The same faces in the same order lie on every map.
    key = (found.state, choice.by, choice.run.id, len(layout.face_ids))
    return _coloured(key, found, layout, choice, library)


@st.cache_resource(show_spinner=False, max_entries=8)
def _coloured(
    key: tuple[object, ...],  # noqa: ARG001 - changed facts are looked at anew
    _found: Known,
    _layout: Layout,
    _choice: Choice,
    _library: Library,
) -> Colours:
    facts = _found.facts.of(_layout.face_ids)
    if _choice.by == explore_choices.GROUP:
        with _library.read() as connection:
            group_of = fact_store.groups_of(_library, connection, _choice.run.id)
        return map_colours.by_group(facts.face_ids, group_of)
    if _choice.by == explore_choices.QUALITY:
        return map_colours.by_quality(facts.quality)
    if _choice.by == explore_choices.TIME:
        return map_colours.by_time(facts.shown_at)
    return map_colours.by_person(facts.person_ids, partial(people.by_ids, _library))
