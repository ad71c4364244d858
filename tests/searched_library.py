"""A small library with something of everything that can be searched."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, insert, update
from synthetic import add_faces, add_photo, random_units

from gallery import albums
from gallery.people import name_person
from gallery.records import Locality, Metadata
from gallery.store import members, people, places, text_lines
from gallery.store.event_tables import event_photos, events
from gallery.store.library import Library
from gallery.store.members import Placement
from gallery.store.tables import faces as face_table
from gallery.store.text_lines import TextLine


class Made(NamedTuple):
    """A photo: `faces` says whose they are, `?` is nobody's."""

    day: str
    make: str | None = None
    town: str | None = None
    tags: tuple[str, ...] = ()
    title: str | None = None
    lines: tuple[str, ...] = ()
    faces: tuple[str, ...] = ()


PHOTOS = {
    "IMG_1201.JPG": Made(
        "2019-06-14", "Canon", "Zürich", ("beach", "sunset"), faces=("Ada", "Grace")
    ),
    "IMG_1202.JPG": Made("2019-06-14", "Canon", tags=("beach", "night"), faces=("Ada",)),
    "IMG_1301.JPG": Made("2019-08-31", "Canon", "Winterthur", ("cat",), title="Été à Zürich"),
    "party.jpg": Made(
        "2020-01-05", "Apple", tags=("night",), lines=("HAPPY", "BIRTHDAY Ada"),
        faces=("Grace", "?"),
    ),
    "menu.png": Made("2020-03-01", lines=("Crème brûlée 5,00", "Total")),
    "three.jpg": Made(
        "2021-07-07", "Apple", "Cascais", ("beach 2",), title="At the sea",
        faces=("Ada", "Grace", "Zoë Ångström"),
    ),
}  # fmt: skip
TOWNS = {
    "Zürich": Locality("Zürich", "Zurich", "Switzerland"),
    "Winterthur": Locality("Winterthur", "Zurich", "Switzerland"),
    "Cascais": Locality("Cascais", "Lisbon", "Portugal"),
}
# By name; one has none.
EVENTS = {"Swimming": ("IMG_1201.JPG", "IMG_1202.JPG"), None: ("party.jpg", "menu.png")}
ALBUMS = {"The best": ("IMG_1202.JPG", "menu.png")}
SEARCHES = {"Evenings": "tag:night -album:best"}
_MODELS = {"Canon": "Canon EOS 80D", "Apple": "iPhone 12"}
NAMES = ("Ada", "Grace", "Zoë Ångström")


def fill(library: Library) -> dict[str, int]:
    """Put the photos in; their ids by file name."""
    with library.write() as connection:
        ids = {name: _add(library, connection, name) for name in PHOTOS}
        persons = dict(zip(NAMES, people.create(library, connection, len(NAMES)), strict=True))
        wanted = {}
        for name, photo in ids.items():
            whose = PHOTOS[name].faces
            vectors = random_units(photo, len(whose))
            found = add_faces(library, connection, photo, vectors) if whose else []
            wanted |= {
                face: Placement(persons[who])
                for face, who in zip(found, whose, strict=True)
                if who != "?"
            }
        members.put(library, connection, wanted)
    for name, person in persons.items():
        name_person(library, person, name)
    _collect(library, ids)
    return ids


def _collect(library: Library, ids: dict[str, int]) -> None:
    """Say where the photos were taken, and put them into events and albums."""
    placed = [(ids[name], TOWNS[made.town]) for name, made in PHOTOS.items() if made.town]
    places.keep(library, "by hand", placed)
    own = {"owner_id": library.owner_id}
    with library.write() as connection:
        for event, (name, inside) in enumerate(EVENTS.items(), start=1):
            day = datetime.fromisoformat(PHOTOS[inside[0]].day)
            row = own | {"id": event, "name": name, "starts_at": day, "ends_at": day}
            connection.execute(insert(events).values(row))
            rows = [own | {"event_id": event, "photo_id": ids[photo]} for photo in inside]
            connection.execute(insert(event_photos), rows)
    for name, inside in ALBUMS.items():
        albums.create(library, name, [ids[photo] for photo in inside])
    for name, query in SEARCHES.items():
        albums.create(library, name, query=query)


def _add(library: Library, connection: Connection, name: str) -> int:
    made = PHOTOS[name]
    photo = add_photo(
        library,
        connection,
        name,
        shown_at=datetime.fromisoformat(f"{made.day}T12:00"),
        metadata=Metadata(
            camera_make=made.make,
            camera_model=_MODELS.get(made.make or ""),
            latitude=47.0 if made.town else None,
            longitude=8.0 if made.town else None,
            title=made.title,
            keywords=made.tags,
        ),
    )
    lines = [
        TextLine(line, 0.9, (0.0, 10.0 * at, 90.0, 10.0 * at + 9))
        for at, line in enumerate(made.lines)
    ]
    text_lines.put(library, connection, photo, lines)
    return photo


def remove_face(library: Library, photo_id: int) -> None:
    """Delete the boxes of a photo, as a user does."""
    with library.write() as connection:
        connection.execute(
            update(face_table).where(face_table.c.photo_id == photo_id).values(removed=True)
        )
