"""The tags of a photo on its page: what they are, one more, one less."""

from __future__ import annotations

import streamlit as st

from gallery.errors import TagError
from gallery.query import Query, term
from gallery.records import Photo
from gallery.store import tags
from gallery.store.tags import PhotoTag
from gallery.tagging import add_tag, remove_tag
from gallery.ui import frame
from gallery.ui.components import photo_tags
from gallery.ui.tagging_work import draw_untagged
from gallery.vocabulary import vocabulary


def draw(app: frame.App, photo: Photo) -> None:
    """The tags; what is done to them is a decision, and taken back as any other."""
    data = {
        "tags": [
            {"name": t.name, "help": help_of(t)} for t in tags.of_photo(app.library, photo.id)
        ],
        "known": known(app),
    }
    asked = photo_tags("tags", data)
    if asked is not None:
        with frame.guarded():
            _act(app, photo, *asked)
            st.rerun()
    draw_untagged(app, photo)


def known(app: frame.App) -> list[str]:
    """Tags to complete what is typed: the library's, and those a tagger may give."""
    found = {*tags.names(app.library), *(term.name for term in vocabulary().terms)}
    return sorted(found, key=str.casefold)


def help_of(tag: PhotoTag) -> str:
    """Who says so, and how sure."""
    if tag.source == tags.USER:
        return "Your own tag"
    if tag.source == tags.SIDECAR:
        return "From the file beside the photo"
    if tag.source == tags.FACES:
        return "By the faces in it"
    if tag.confidence is None:
        return "Measured on the picture"
    return f"Seen in the picture, {tag.confidence:.0%} sure"


def _act(app: frame.App, photo: Photo, action: str, name: str) -> None:
    if action == "open":
        frame.go("search", q=str(Query((term("tag", name),))))
    if action == "add":
        done = add_tag(app.library, name, [photo.id])
        if not done.before:
            raise TagError(f"The photo has the tag “{done.name}” already.")
    elif action == "remove":
        remove_tag(app.library, name, [photo.id])
