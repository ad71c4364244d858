"""The groupings that are kept: what they were, what changed between them, and other ways."""

import streamlit as st

from gallery import workflow
from gallery.records import Run
from gallery.store import faces, runs
from gallery.ui import frame, grouping_words, other_ways, what_changed, words
from gallery.ui.choices import group_anew
from gallery.ui.pager import page_of

_PAGE = 8
_COMPARED = "_compared"


def draw(app: frame.App) -> None:
    """All of it."""
    if st.button("Settings", icon=":material/arrow_back:", type="tertiary", key="back"):
        frame.go("settings")
    kept = runs.listed(app.library)
    frame.heading("Groupings", "The latest are kept; you can go back to any of them.")
    if not faces.count(app.library):
        with frame.empty(
            "Nothing to group yet", "Add photos with people in them.", "group_work", below=True
        ):
            add = st.button("Add photos", type="primary", icon=":material/add_photo_alternate:")
        if add:
            frame.go("add")
        return
    draw_other_ways(app)
    draw_comparison(app, kept)
    st.header("Kept so far", anchor=False)
    if not kept:
        frame.note("Nothing was grouped so far.")
    for run in page_of(kept, "groupings", _PAGE):
        draw_run(app, run)


def draw_other_ways(app: frame.App) -> None:
    """Group anew with a chosen algorithm, and show what that changed."""
    with st.expander("Other ways to group", icon=":material/science:"), frame.guarded():
        frame.note("Names and what you confirmed stay. You can go back to any grouping below.")
        chosen = other_ways.choose(app)
        if chosen is None:
            return
        before = runs.current(app.library)
        report = group_anew(app, workflow.grouping_method(app.settings, *chosen))
        if before is not None:
            st.session_state[_COMPARED] = (before.id, report.run_id)
        st.rerun()


def draw_comparison(app: frame.App, kept: list[Run]) -> None:
    """Two of them side by side."""
    if len(kept) < 2:
        return
    st.header("What changed", anchor=False)
    ids = [run.id for run in kept]
    said = {run.id: grouping_words.short(run) for run in kept}
    in_use = next((run for run in kept if run.current), kept[0])
    now = in_use.id
    older = next((run for run in ids if run < now), next(run for run in ids if run != now))
    first, second = st.session_state.get(_COMPARED, (older, now))
    if not {first, second} <= set(ids):
        first, second = older, now
    with st.container(horizontal=True):
        chosen = [
            st.selectbox(
                label,
                ids,
                index=ids.index(at),
                format_func=lambda run: said.get(run, ""),
                key=f"{label}-{first}-{second}",
                width=400,
            )
            for label, at in (("From", first), ("To", second))
        ]
    if chosen[0] == chosen[1]:
        frame.note("These are the same grouping. Choose two.")
        return
    with frame.guarded():
        what_changed.draw(app, in_use, *chosen)


def draw_run(app: frame.App, run: Run) -> None:
    """One grouping, with a way back to it."""
    with st.container(border=True, key=f"run-{run.id}"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{words.plain(grouping_words.when(run))}**", width="content")
            if run.current:
                st.badge("In use", icon=":material/check:", color="green")
        frame.definitions(
            [
                ("Found", grouping_words.outcome(run)),
                ("How", f"{grouping_words.title(run)}: {grouping_words.parameters(run)}"),
                ("Model", grouping_words.model(run)),
            ]
        )
        if not run.current:
            st.button(
                "Go back to this one",
                icon=":material/history:",
                key=f"use-{run.id}",
                on_click=use,
                args=(app, run),
            )


def use(app: frame.App, run: Run) -> None:
    """Make the persons those of another grouping."""
    with frame.guarded(frame.say):
        before = runs.current(app.library)
        report = workflow.go_back(app.library, app.settings, run.id)
        if before is not None:
            st.session_state[_COMPARED] = (before.id, run.id)
        many = words.people_counted(report.people)
        frame.say(f"Back to the grouping of {grouping_words.when(run)}: {many}.")


frame.run_page("Groupings", draw, narrow=True)
