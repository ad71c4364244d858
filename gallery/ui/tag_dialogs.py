"""What is asked about the tags of chosen photos: which one they get, which one goes."""

from __future__ import annotations

import streamlit as st

from gallery.errors import TagError
from gallery.store import tags
from gallery.tagging import add_tag, remove_tag
from gallery.ui import dialogs, words
from gallery.ui.frame import App, note
from gallery.ui.photo_tags import known


def give(app: App, photos: list[int]) -> str | None:
    """The dialog for a tag that photos get; gives what to say once they have it."""
    note(f"{words.counted(len(photos), 'photo')} chosen.")
    with st.form(f"give-tag-{dialogs.turn()}", border=False):
        name = st.selectbox(
            "Tag",
            known(app),
            index=None,
            placeholder="Choose a tag, or write a new one",
            accept_new_options=True,
            help="It is your own tag then: nothing takes it away but you.",
        )
        sent = st.form_submit_button("Add", type="primary", icon=":material/add:")
    if not sent:
        return None
    done = add_tag(app.library, name or "", photos)
    if not done.before:
        raise TagError(f"All of them have the tag “{done.name}” already.")
    return f"{words.counted(len(done.before), 'photo')} tagged {done.name}."


def take(app: App, photos: list[int]) -> str | None:
    """The dialog for a tag that goes; gives what to say once it is gone."""
    found = dict(tags.of_photos(app.library, photos))
    chosen = words.counted(len(photos), "photo")
    if not found:
        note(f"{chosen} chosen. None of them has a tag.")
        return None
    note(f"{chosen} chosen. What you take away stays away, also when photos are tagged anew.")
    name = st.pills(
        "Tag",
        list(found),
        format_func=lambda tag: f"{words.plain(tag)} ({found[tag]:,})",
        key=f"take-tag-{dialogs.turn()}",
    )
    if not st.button(
        "Take away", type="primary", icon=":material/label_off:", disabled=name is None
    ):
        return None
    done = remove_tag(app.library, str(name), photos)
    return f"The tag {done.name} taken away from {words.counted(len(done.before), 'photo')}."
