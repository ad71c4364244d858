"""Searching by a face: of a picture that is not kept, or of the library."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import groupby
from time import perf_counter
from typing import Any

import streamlit as st

from gallery import workflow
from gallery.errors import GalleryError
from gallery.face_search import (
    FaceMatch,
    Likely,
    Probe,
    Vector,
    faces_in,
    most_likely,
    open_index,
    photos_like,
    vector_of,
)
from gallery.query import Query
from gallery.records import Progress, Space
from gallery.store import face_index, people, runs, timeline
from gallery.store import faces as face_store
from gallery.store.library import Library
from gallery.ui import images, words
from gallery.ui.components import people_grid
from gallery.ui.face_models import ready_models
from gallery.ui.frame import App, asked_for, empty, go, guarded, note
from gallery.ui.grid_data import tile_data
from gallery.ui.photo_list import alike
from gallery.ui.photo_window import draw_grid
from gallery.ui.progress import ProgressBar
from gallery.vector_index import VectorIndex

_PROBES, _CHOSEN, _TURN, _ALIKE = "_probes", "_probe", "_probe_turn", "_probe_alike"
_MOST = 240
_LARGEST_MB = 50
_DEFAULT_ALIKE = 0.4
_LEAST, _MOST_ALIKE = 0.2, 0.9
# So far below the value at which a face joins a person it may still be the same one.
_PERHAPS = 0.12


@dataclass(frozen=True, slots=True, eq=False)
class FaceAsked:
    """The face that is looked for.

    Args:
        vector: of it.
        but: faces that do not count: itself, where it is in the library.
    """

    vector: Vector
    but: tuple[int, ...] = ()


def draw(app: App) -> FaceAsked | None:
    """The place to drop a picture, or the face that is looked for; None where none is."""
    run = runs.current(app.library)
    if run is None:
        return None
    own = asked_for("face")
    if own is not None:
        return _draw_own(app, run.space, own)
    probes: list[Probe] | None = st.session_state.get(_PROBES)
    if probes is None:
        _draw_drop(app, run.space)
        return None
    return _draw_probes(probes)


def _draw_drop(app: App, space: Space) -> None:
    with st.expander("Search by a face", icon=":material/face:"):
        turn = st.session_state.setdefault(_TURN, 0)
        given = st.file_uploader(
            "A picture of somebody. It is only looked at, and nothing of it is kept.",
            key=f"face-{turn}",
            max_upload_size=_LARGEST_MB,
        )
        if given is None:
            return
        with guarded():
            # A new key lets go of the file.
            st.session_state[_TURN] = turn + 1
            settings = app.settings.with_changes(embedder=space.model)
            probes = faces_in(given.getvalue(), ready_models(settings), settings)
            if not probes:
                raise GalleryError("No face was found in this picture. Try a larger one.")
            st.session_state[_PROBES], st.session_state[_CHOSEN] = probes, 0
            st.rerun()


def _draw_probes(probes: list[Probe]) -> FaceAsked:
    """The faces of the picture: the one that is looked for, and the others."""
    at = min(int(st.session_state.get(_CHOSEN, 0)), len(probes) - 1)
    with st.container(horizontal=True, vertical_alignment="center", key="head"):
        st.image(probes[at].picture, width=72, alt="The face that is looked for")
        st.markdown("**Photos with a face like this**", width="content")
        if st.button("Another face", icon=":material/close:", key="probe-close"):
            for name in (_PROBES, _CHOSEN):
                st.session_state.pop(name, None)
            st.rerun()
    if len(probes) > 1:
        note(f"{words.counted(len(probes), 'face')} in the picture. Which one?")
        tiles = [_tile(number, probe, at) for number, probe in enumerate(probes)]
        people_grid("probes", tiles, partial(_choose, len(probes)), small=True)
    return FaceAsked(probes[at].vector)


def _choose(count: int, number: int) -> None:
    if 1 <= number <= count:
        st.session_state[_CHOSEN] = number - 1


def _tile(number: int, probe: Probe, chosen: int) -> dict[str, Any]:
    return {
        "id": number + 1,
        "label": "✓ this one" if number == chosen else f"Face {number + 1}",
        "named": number == chosen,
        # The picture itself, not an address: the server is to hold nothing of it.
        "src": images.itself(probe.picture),
    }


def _draw_own(app: App, space: Space, face_id: int) -> FaceAsked | None:
    """A face of the library."""
    with guarded():
        vector = vector_of(app.library, space, face_id)
        crop = face_store.crop_keys(app.library, [face_id]).get(face_id)
        with st.container(horizontal=True, vertical_alignment="center", key="head"):
            data = app.pictures.data(crop)
            if data is not None:
                st.image(data, width=72, alt="The face that is looked for")
            st.markdown("**Photos with a face like this**", width="content")
            if st.button("Another face", icon=":material/close:", key="probe-close"):
                st.query_params.pop("face", None)
                st.rerun()
        return FaceAsked(vector, (face_id,))
    return None


def draw_photos(app: App, asked: FaceAsked, query: Query | None, text: str) -> None:
    """Who it most likely is, and the photos, the most alike first."""
    run = runs.current(app.library)
    if run is None:
        return
    index = _index(app, run.space)
    options = workflow.join_options_in_use(app.library, app.settings)
    likely = most_likely(app.library, run.space, index, asked.vector, options, but=asked.but)
    _draw_who(likely)
    least = st.slider(
        "How alike",
        _LEAST,
        _MOST_ALIKE,
        st.session_state.get(_ALIKE, _DEFAULT_ALIKE),
        0.01,
        help=f"The same person mostly reaches {options.link:.2f}; strangers stay below 0.3.",
        width=420,
    )
    st.session_state[_ALIKE] = least
    matches = photos_like(
        app.library, index, asked.vector, least, limit=_MOST, query=query, but=asked.but
    )
    face = asked.but[0] if asked.but else None
    photos = alike(text, face, [match.photo_id for match in matches])
    if not matches:
        text = "Move the slider to the left to see less alike ones."
        if query is not None and query.terms:
            text += " Or leave out some of the words above."
        with empty("No face is as alike as that", text, "face"):
            pass
        return
    draw_grid(app, photos, _sections(app, matches, options.link))
    if len(matches) == _MOST:
        note(f"The {_MOST} most alike are shown.")


def _draw_who(likely: Likely) -> None:
    if likely.person is None:
        note("Nobody in your library is near enough to be the same person.")
        return
    sure = "Most likely" if likely.sure else "Perhaps"
    said = f"{sure} **{words.plain(likely.person.label)}**: alike {likely.score:.2f}"
    if likely.runner_up is not None and likely.margin is not None:
        said += f", {likely.margin:.2f} before {words.plain(likely.runner_up.label)}"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"{said}.", width="content")
        if st.button("Open", key="probe-person", type="tertiary", icon=":material/person:"):
            go("person", person=likely.person.id)


def _sections(app: App, matches: list[FaceMatch], link: float) -> list[dict[str, Any]]:
    """The photos under how sure it is that they show the same person."""
    ids = [match.photo_id for match in matches]
    tiles = {tile.id: tile for tile in timeline.by_ids(app.library, ids)}
    known = people.by_ids(app.library, {m.person_id for m in matches if m.person_id is not None})
    notes = {
        match.photo_id: f"{match.score:.2f}"
        + (f" · {known[match.person_id].label}" if match.person_id in known else "")
        for match in matches
    }

    def heading(match: FaceMatch) -> str:
        if match.score >= link:
            return "Most likely the same person"
        return "Perhaps" if match.score >= link - _PERHAPS else "Somebody who looks alike"

    return [
        {
            "heading": title,
            "tiles": [
                tile_data(tiles[match.photo_id], app.pictures.url, notes)
                for match in group
                if match.photo_id in tiles
            ],
        }
        for title, group in groupby(matches, key=heading)
    ]


def _index(app: App, space: Space) -> VectorIndex:
    file = face_index.path(app.library, space)
    if not file.is_file():
        started = perf_counter()
        with ProgressBar("Preparing the faces") as bar:
            # Kept in the file, which is read below.
            open_index(
                app.library,
                space,
                lambda done, total: bar.step(
                    Progress("Preparing the faces", done, total, perf_counter() - started)
                ),
            )
    return _opened(str(file), app.library, space)


# Two: a visitor of the demo has a library of few faces, an owner has one.
@st.cache_resource(show_spinner=False, max_entries=2)
def _opened(file: str, _library: Library, _space: Space) -> VectorIndex:  # noqa: ARG001 - the key
    return open_index(_library, _space)
