"""What was decided so far, and the ways to take it back."""

import streamlit as st

from gallery import decisions
from gallery.ui import dialogs, frame, words
from gallery.ui.components import history_list
from gallery.ui.history_days import Decided, days, decided
from gallery.ui.pager import page_of

_PAGE = 100
_SAID = 6


def draw(app: frame.App) -> None:
    """All decisions, the latest first."""
    found = decided(app.library)
    if not found.listed:
        text = "Every name and every correction is listed here, and can be taken back."
        with frame.empty("Nothing was decided so far", text, "history"):
            people = st.button("See the people", type="primary", icon=":material/group:")
        if people:
            frame.go("people")
        return
    if st.button("Settings", icon=":material/arrow_back:", type="tertiary", key="back"):
        frame.go("settings")
    frame.heading("History", summary(found))
    draw_buttons(app, found)
    dialogs.show(app, "history", {"back": ("Take all of this back?", draw_confirmation)})
    shown = page_of(found.listed, "history", _PAGE)
    back = history_list("decisions", days(shown, found.holding, found.gone))
    if back is not None:
        dialogs.ask("history", dialogs.Asked("back", step=back))


def summary(found: Decided) -> str:
    """How much holds."""
    if not found.holding:
        return "All of it was taken back."
    return f"{words.counted(len(found.holding), 'decision')}."


def draw_buttons(app: frame.App, found: Decided) -> None:
    """One step back, one step forward."""
    with st.container(horizontal=True):
        st.button(
            "Undo",
            icon=":material/undo:",
            disabled=not found.holding,
            on_click=step,
            args=(app, 1),
        )
        st.button(
            "Redo",
            icon=":material/redo:",
            disabled=not found.undone,
            on_click=step,
            args=(app, -1),
        )


def step(app: frame.App, steps: int) -> None:
    """Go back so many decisions; with -1 forward again by one."""
    with frame.guarded(frame.say):
        if steps < 0:
            for decision in decisions.redo(app.library):
                frame.say(f"Done again: {decision.sentence}.")
            return
        taken = decisions.undo(app.library, steps)
        if len(taken) == 1:
            frame.say(f"Taken back: {taken[0].sentence}.")
        elif taken:
            frame.say(f"{len(taken):,} decisions taken back.")


def draw_confirmation(app: frame.App, asked: dialogs.Asked) -> None:
    """What would be taken back."""
    taken = decided(app.library).since(asked.step)
    for decision in taken[:_SAID]:
        st.markdown(f"- {words.plain(decision.sentence)}")
    if len(taken) > _SAID:
        st.markdown(f"- and {len(taken) - _SAID:,} more")
    frame.note("You can do it again with Redo, as long as you decide nothing else meanwhile.")
    with st.container(horizontal=True):
        label = f"Take {words.counted(len(taken), 'decision')} back"
        sure = st.button(label, type="primary", icon=":material/undo:")
        cancel = st.button("Cancel")
    if sure:
        step(app, len(taken))
    if sure or cancel:
        dialogs.close()
        st.rerun()


frame.run_page("History", draw, narrow=True)
