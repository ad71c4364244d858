"""What another way to group would change in the library, before it is done, and doing it."""

from __future__ import annotations

import streamlit as st

from gallery import workflow
from gallery.cluster import Method
from gallery.config import Settings
from gallery.errors import GalleryError
from gallery.evaluate.grouped import Grouping
from gallery.preview import Preview
from gallery.store import preferences, runs
from gallery.ui import frame, what_changed, words
from gallery.ui.choices import group_anew

# The run and the link value that were in use before the last "Group this way".
_BEFORE = "_before-lab"


def draw(app: frame.App, settings: Settings, how: Grouping, key: tuple[object, ...]) -> None:
    """Merges, splits and moves that a method would bring, and a button for it.

    Args:
        app: whose library.
        settings: with the embedder of the library's people.
        how: the algorithm with its parameters.
        key: tells the state of the library from others.
    """
    method = how.method
    found = _preview((key, how.told()), app, settings, method)
    nothing = found.changes.sentences == ["Nothing changed."]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Group this way",
            type="primary",
            icon=":material/group_work:",
            disabled=nothing or settings.embedder != app.settings.embedder,
            on_click=_apply,
            args=(app, method),
            help="Names and what you confirmed stay. It can be taken back.",
        )
        before = st.session_state.get(_BEFORE)
        if before is not None and before[0] == str(app.library.root):
            st.button(
                "Take the last one back",
                icon=":material/undo:",
                on_click=_take_back,
                args=(app, *before[1:]),
            )
    if settings.embedder != app.settings.embedder:
        frame.note("Another model is chosen in the settings; describe the faces with it there.")
    if nothing:
        frame.note("Nothing: your people are grouped like this.")
        return
    frame.note(f"There would be {words.people_counted(found.people)}.")
    what_changed.draw_changes(
        app, f"preview-{how.told()}", found.changes, found.before, found.after
    )


@st.cache_resource(show_spinner="Looking what would change …", max_entries=12)
def _preview(
    key: tuple[object, ...],  # noqa: ARG001
    _app: frame.App,
    _settings: Settings,
    _method: Method,
) -> Preview:
    space = workflow.space_in_use(_app.library)
    return workflow.preview_library(_app.library, _settings, space, _method)


def _apply(app: frame.App, method: Method) -> None:
    with frame.guarded(frame.say):
        before = runs.current(app.library)
        own = preferences.load(app.library).get("link_threshold")
        group_anew(app, method)
        if method.name == "graph":
            # New photos join by the value that the people were grouped with.
            _keep_link(app, method.parameters["link"])
        if before is not None:
            st.session_state[_BEFORE] = (str(app.library.root), before.id, own)


def _keep_link(app: frame.App, link: float) -> None:
    measured = workflow.thresholds_of(app.settings.embedder).link
    value = None if abs(link - measured) < 5e-4 else f"{link:g}"
    preferences.save(app.library, "link_threshold", value)


def _take_back(app: frame.App, run_id: int, link: str | None) -> None:
    with frame.guarded(frame.say):
        st.session_state.pop(_BEFORE, None)
        if runs.current(app.library) is None:
            raise GalleryError("There is nothing to take back.")
        workflow.go_back(app.library, app.settings, run_id)
        preferences.save(app.library, "link_threshold", link)
        frame.say("Taken back: everybody is as before.")
