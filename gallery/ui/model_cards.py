"""The models there are: what each does, its terms, how well it was measured, how to get it."""

from __future__ import annotations

import streamlit as st

from gallery.config import Settings
from gallery.models import registry, weights
from gallery.models.cards import ModelCard
from gallery.models.weights import FileState
from gallery.ui import words
from gallery.ui.face_models import fetch
from gallery.ui.frame import guarded, say

_TASKS = {
    "detector": "Finding faces",
    "embedder": "Telling faces apart",
    "landmarks": "Finding eyes, nose and mouth",
    "tagger": "Recognising things and scenes",
    "text": "Reading text",
    "looks": "Finding photos by what you say of them",
}
_STATES = {
    FileState.READY: ":green[:material/check_circle: Ready]",
    FileState.PACKAGED: ":green[:material/check_circle: Ready, part of a package]",
    FileState.MISSING: ":gray[:material/cloud_download: Not here yet]",
    FileState.CORRUPT: ":orange[:material/warning: Damaged, get it again]",
    FileState.NEEDS_PACKAGE: ":gray[:material/extension: Needs a package]",
}


def draw(settings: Settings) -> None:
    """All models, by what they do."""
    st.header("Models", anchor=False)
    for task, title in _TASKS.items():
        cards = [card for card in registry.cards() if card.task == task]
        with st.expander(f"{title} ({len(cards)})"):
            for start in range(0, len(cards), 2):
                pair = cards[start : start + 2]
                for column, card in zip(st.columns(2), pair, strict=False):
                    with column, st.container(border=True):
                        _draw_card(card, settings)


def _draw_card(card: ModelCard, settings: Settings) -> None:
    state = weights.state(card, settings)
    st.markdown(f"**{words.plain(card.title)}**  \n{_STATES[state]}")
    parts = [f"Licence: [{words.plain(card.licence)}]({card.licence_url})"]
    if card.size:
        parts.append(words.size(card.size))
    if card.dim:
        parts.append(
            f"{card.dim:,} numbers a {'photo' if card.task in ('tagger', 'looks') else 'face'}"
        )
    st.caption(" · ".join(parts))
    if card.measured:
        st.caption(words.plain(f"{card.measured[:1].upper()}{card.measured[1:]}."))
    if state is FileState.NEEDS_PACKAGE and card.needs:
        st.caption(f"To use it: `pip install {card.needs}`")
    # In the public demo the disk is everybody's; visitors fetch nothing beyond the first run.
    can_get = state in (FileState.MISSING, FileState.CORRUPT) and not settings.demo
    if can_get and st.button("Get", key=f"get-{card.name}", icon=":material/download:"):
        with guarded():
            fetch(settings, [card])
            say(f"{card.title} is ready.")
            st.rerun()
