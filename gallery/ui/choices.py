"""What the owner chooses for a library: limits, detector, embedder."""

from __future__ import annotations

import streamlit as st

from gallery import workflow
from gallery.cluster import Method
from gallery.config import Settings
from gallery.decisions import standing
from gallery.grouping import GroupReport
from gallery.models import registry, weights
from gallery.models.cards import ModelCard, Task
from gallery.pipeline import embed_missing
from gallery.store import faces, preferences, runs
from gallery.ui import words
from gallery.ui.face_models import ready_models
from gallery.ui.frame import App, go, guarded, note, say
from gallery.ui.progress import ProgressBar


def draw_grouping(app: App) -> None:
    """How alike two faces have to be, and a button to group them anew."""
    st.header("Grouping", anchor=False)
    thresholds = workflow.thresholds_of(app.settings.embedder)
    own = app.settings.link_threshold
    st.slider(
        "How alike faces have to be to count as one person",
        min_value=0.0,
        max_value=0.99,
        value=thresholds.link if own is None else own,
        step=0.005,
        format="%.3f",
        key=_key("link", app.settings.embedder, own),
        on_change=_save_from,
        args=(app, "link_threshold", _key("link", app.settings.embedder, own)),
        help="Higher: fewer mix-ups, more persons split in two. Lower: the other way round.",
    )
    title = registry.find_card(app.settings.embedder, "embedder").title
    whose = "Measured" if own is None else f"Your own value; {thresholds.link} was measured"
    note(f"{whose} for {title}: {thresholds.evidence}.")
    with st.container(horizontal=True):
        again = st.button("Group again", type="primary", icon=":material/group_work:")
        others = st.button("Earlier groupings and other ways", icon=":material/compare_arrows:")
        if own is not None:
            st.button(
                "Back to the measured value",
                icon=":material/undo:",
                on_click=_save,
                args=(app, "link_threshold", None),
            )
    if others:
        go("groupings")
    if again:
        with guarded():
            group_anew(app)
            st.rerun()


def draw_decisions(app: App) -> None:
    """How much was decided by hand, and the way to take it back."""
    st.header("What you decided", anchor=False)
    holding = len(standing(app.library))
    note(
        f"{words.counted(holding, 'name or correction', 'names and corrections')} so far. No "
        "grouping overrules them."
        if holding
        else "Nothing so far. Names and corrections are listed here and can be taken back."
    )
    if st.button("History", icon=":material/history:"):
        go("history")


def draw_models(app: App) -> None:
    """Which models look for faces and tell them apart."""
    st.header("Faces", anchor=False)
    with st.container(horizontal=True):
        _choose(app, "detector", "Finds faces", app.settings.detector)
        _choose(app, "embedder", "Tells faces apart", app.settings.embedder)
    note(
        "What finds faces is used for photos added from now on; what tells them apart for all "
        "faces, the next time they are grouped. Models that are not here yet: see below."
    )
    chosen = registry.find_card(app.settings.embedder, "embedder")
    why = _why_describe(app, chosen)
    if not why:
        return
    with st.container(border=True, key="describe"):
        title = words.plain(chosen.title)
        st.markdown(f"{why} Describe all faces with **{title}** to group them with it. Names stay.")
        if st.button("Describe all faces with it now", icon=":material/autorenew:"):
            with guarded():
                group_anew(app)
            st.rerun()


def _why_describe(app: App, chosen: ModelCard) -> str:
    """Why faces are to be described anew, as Markdown; empty where all are as they should be."""
    if not faces.count(app.library):
        return ""
    run = runs.current(app.library)
    if run is None:
        return "Your faces are not grouped yet."
    if run.space.model != chosen.name:
        return f"Your people were grouped with **{_title(run.space.model)}**."
    missing = sum(map(len, faces.without_vector(app.library, run.space).values()))
    if not missing:
        return ""
    return f"{words.counted(missing, 'face is', 'faces are')} not described with this model yet."


def draw_sharpness(app: App) -> None:
    """How blurry a photo may be."""
    st.header("Blurry photos", anchor=False)
    st.slider(
        "Sharpness below which a photo is kept out",
        min_value=0.0,
        max_value=100.0,
        value=min(100.0, app.settings.min_sharpness),
        step=1.0,
        format="%d",
        key=_key("sharpness", app.settings.min_sharpness),
        on_change=_save_from,
        args=(app, "min_sharpness", _key("sharpness", app.settings.min_sharpness)),
        help="0 takes in everything. What was kept out can be taken in on the page Add.",
    )


def _choose(app: App, task: Task, label: str, current: str) -> None:
    name = registry.find_card(current, task).name
    usable = [card for card in registry.cards(task) if _is_usable(card, app.settings, name)]
    titles = {card.name: card.title for card in usable}
    key = _key(task, name)
    st.selectbox(
        label,
        list(titles),
        index=list(titles).index(name),
        format_func=lambda option: titles.get(option, option),
        key=key,
        on_change=_save_from,
        args=(app, task, key),
        width=340,
    )


def _is_usable(card: ModelCard, settings: Settings, current: str) -> bool:
    return card.name == current or weights.is_usable(card, settings)


def _key(*parts: object) -> str:
    """A field with another saved value is another field, so that a reset is seen in it."""
    return "-".join(str(part) for part in ("setting", *parts))


def _save_from(app: App, name: str, key: str) -> None:
    value = st.session_state[key]
    _save(app, name, f"{value:g}" if isinstance(value, float) else str(value))


def _save(app: App, name: str, value: str | None) -> None:
    with guarded(say):
        preferences.save(app.library, name, value)
        if name == "embedder":
            # Alike means another number to another model.
            preferences.save(app.library, "link_threshold", None)
        say("Saved." if value is not None else "Back to the measured value.")


def _title(model: str) -> str:
    known = {card.name: card.title for card in registry.cards("embedder")}
    return words.plain(known.get(model, model))


def group_anew(app: App, method: Method | None = None) -> GroupReport:
    """Group all faces, by default with the settings' threshold, and say what came of it.

    Raises:
        GalleryError: The models cannot be had, or the method is none for so many faces.
    """
    models = ready_models(app.settings)
    with ProgressBar("Describing faces anew") as bar:
        # Only vectors of one model can be compared; nothing is missing as a rule.
        bar.follow(embed_missing(app.library, models, app.settings))
        bar.say("Grouping the faces …")
        report = workflow.group_library(app.library, app.settings, models.space, method)
    alone = words.counted(report.unassigned, "face")
    say(
        f"{words.counted(report.faces, 'face')} grouped into {words.people_counted(report.people)}"
        f" in {report.seconds:.1f} s; {alone} left alone."
    )
    return report
