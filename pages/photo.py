"""One photo: the faces in it, and what is known about it."""

import streamlit as st

from gallery.records import Photo
from gallery.store import faces, people, photos
from gallery.ui import frame, words
from gallery.ui.components import photo_view
from gallery.ui.grid_data import face_boxes
from gallery.ui.photo_window import window_of


def draw(app: frame.App) -> None:
    """The photo of the address."""
    wanted, of_person = frame.asked_for("photo", "id"), frame.asked_for("person")
    photo = None if wanted is None else photos.get(app.library, wanted)
    if photo is None:
        with frame.empty("There is no such photo", "It may have been removed.", "hide_image"):
            back = st.button("See all photos", type="primary")
        if back:
            frame.go("browse")
        return
    person = None if of_person is None else people.get(app.library, of_person)
    label = "All photos" if person is None else person.label
    if st.button(words.plain(label), icon=":material/arrow_back:", type="tertiary", key="back"):
        if person is None:
            frame.go("browse")
        frame.go("person", person=person.id, photo=photo.id)
    is_original = draw_picture(app, photo, None if person is None else person.id)
    frame.heading(name_of(photo), words.moment(photo))
    if not is_original:
        st.info(
            "This is a small preview: the original's folder is not connected.",
            icon=":material/link_off:",
        )
    draw_details(photo, name_of(photo) if app.settings.demo else "\n".join(photo.places))


def name_of(photo: Photo) -> str:
    """The name of its file."""
    path = photo.places[0] if photo.places else ""
    return path.replace("\\", "/").rsplit("/", 1)[-1] or "Photo"


def draw_picture(app: frame.App, photo: Photo, person_id: int | None) -> bool:
    """The picture with its faces; whether it is the original."""
    found = faces.of_photo(app.library, photo.id)
    crops = faces.crop_keys(app.library, [face.id for face in found if face.id is not None])
    known = people.by_ids(app.library, [f.person_id for f in found if f.person_id is not None])
    src, is_original = app.pictures.photo(app.library, photo, app.settings)
    newer, older = photos.neighbours(app.library, photo, person_id)
    count = words.counted(len(found), "face") if found else "no faces"
    person, step = photo_view(
        "view",
        {
            "src": src,
            "alt": f"{name_of(photo)}, {count}, {words.day(photo.shown_at.date())}",
            "width": photo.width,
            "height": photo.height,
            "faces": face_boxes(photo, found, known, crops, app.pictures.url),
            "newer": newer,
            "older": older,
        },
    )
    if person is not None:
        frame.go("person", person=person, photo=photo.id)
    if step is not None:
        window_of("all" if person_id is None else f"person-{person_id}").opened = step
        frame.go("photo", photo=step, person=person_id)
    return is_original


def draw_details(photo: Photo, where: str) -> None:
    """What the file and its sidecar say, and where it lies, which visitors are not told in full."""
    meta = photo.metadata
    camera = " ".join(part for part in (meta.camera_make, meta.camera_model) if part)
    position = ""
    if meta.latitude is not None and meta.longitude is not None:
        position = words.place(meta.latitude, meta.longitude)
        if meta.altitude is not None:
            position += f", {meta.altitude:.0f} m above the sea"
    megapixels = photo.width * photo.height / 1e6
    frame.definitions(
        [
            ("Title", meta.title or ""),
            ("Description", meta.description or ""),
            ("Keywords", ", ".join(meta.keywords)),
            ("Date", f"{words.moment(photo)}, {words.DATED_BY.get(photo.dated_by, '')}"),
            ("Camera", camera),
            ("Lens", meta.lens or ""),
            (
                "Size",
                f"{photo.width:,} × {photo.height:,} ({megapixels:.1f} megapixels), "
                f"{photo.format}, {words.size(photo.size_bytes)}",
            ),
            ("Place", position),
            ("Added", words.day(photo.added_at.date())),
            ("Where it lies", where),
        ]
    )


frame.run_page("Photo", draw)
