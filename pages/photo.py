"""One photo: the faces in it, whose they are and why, and what is known about it."""

from functools import partial

import streamlit as st

from gallery.alternative_text import photo_alternative
from gallery.records import Photo
from gallery.store import albums, faces, people, photos
from gallery.ui import (
    dialogs,
    face_dialog,
    frame,
    photo_facts,
    photo_menu,
    photo_tags,
    photo_text,
    similar_strip,
    who_dialogs,
    words,
)
from gallery.ui.adding_faces import add_drawn, draw_new_face
from gallery.ui.components import photo_view
from gallery.ui.grid_data import face_boxes
from gallery.ui.naming import draw_undo
from gallery.ui.photo_list import PhotoList, asked_list


def draw(app: frame.App) -> None:
    """The photo of the address."""
    wanted = frame.asked_for("photo", "id")
    photo = None if wanted is None else photos.get(app.library, wanted)
    if photo is None:
        with frame.empty("There is no such photo", "It may have been removed.", "hide_image"):
            back = st.button("See all photos", type="primary")
        if back:
            frame.go("browse")
        return
    came = asked_list(app)
    label = words.plain(came.label)
    if st.button(label, icon=":material/arrow_back:", type="tertiary", key="back"):
        came.back(photo.id)
    is_original = draw_picture(app, photo, came)
    draw_undo(app)
    draw_dialogs(app, photo)
    photo_menu.draw(app, photo, came)
    if not is_original:
        st.info(
            "This is a small preview: the original's folder is not connected.",
            icon=":material/link_off:",
        )
    photo_tags.draw(app, photo)
    inside = albums.of_photo(app.library, photo.id)
    photo_facts.draw(photo, inside, in_full=not app.settings.demo)
    photo_text.draw(app, photo)
    similar_strip.draw(app, photo)


def draw_picture(app: frame.App, photo: Photo, came: PhotoList) -> bool:
    """The picture with its faces; whether it is the original."""
    found = faces.of_photo(app.library, photo.id)
    crops = faces.crop_keys(app.library, [face.id for face in found if face.id is not None])
    known = people.by_ids(app.library, [f.person_id for f in found if f.person_id is not None])
    src, is_original = app.pictures.photo(app.library, photo, app.settings)
    newer, older = came.beside(app, photo)
    names = [known[f.person_id].name for f in found if f.person_id in known]
    day = photo.shown_at.date()
    alternative = photo_alternative([n for n in names if n], len(found), day, photo.name)
    boxes = face_boxes(photo, found, known, crops, app.pictures.url)
    face_dialog.label_unsure(app, boxes)
    asked = photo_view(
        "view",
        {
            "src": src,
            "alt": alternative,
            "width": photo.width,
            "height": photo.height,
            "faces": boxes,
            "draws": is_original,
            "newer": newer,
            "older": older,
            "marks": photo_text.marks(app, photo),
        },
        lambda person: frame.leave_for("person", person=person, photo=photo.id),
        came.open,
    )
    if asked.face is not None:
        dialogs.ask(f"photo-{photo.id}", dialogs.Asked("face", faces=(asked.face,)))
    if asked.box is not None:
        with frame.guarded():
            add_drawn(app, photo, asked.box)
    return is_original


def draw_dialogs(app: frame.App, photo: Photo) -> None:
    """The question that is open."""
    where = f"photo-{photo.id}"
    kinds: dict[str, tuple[str, dialogs.Draw]] = {
        "face": ("Who is this, and why?", partial(face_dialog.draw_face, where=where)),
        "move": ("Whose face is this?", partial(who_dialogs.draw_move, where=where)),
        "new": ("Whose face is this?", partial(draw_new_face, where=where)),
        "twice": ("Together in a photo", who_dialogs.draw_twice),
    }
    dialogs.show(app, where, kinds)


frame.run_page("Photo", draw)
