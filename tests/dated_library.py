"""A library of photos with dates and places, and no pictures but thumbnails if asked for."""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import small_library as small
from made_days import LAKE, LYON, ROME, Days
from sqlalchemy import insert, update
from synthetic import add_faces, add_photo, encoded, random_units, sha, sharp_pixels

from gallery.event_updating import update_events
from gallery.media.files import thumbnail_key
from gallery.people import name_person
from gallery.places import places_version
from gallery.records import Locality, Metadata
from gallery.store import places as place_store
from gallery.store.library import Library, inserted_id, open_library
from gallery.store.tables import memberships, people, photo_tags, photos, tags

# As the table of towns has them; loading it takes a second.
_LOCALITIES = {
    LYON: Locality("Lyon", "Auvergne-Rhône-Alpes", "France"),
    LAKE: Locality("Annecy", "Auvergne-Rhône-Alpes", "France"),
    ROME: Locality("Rome", "Lazio", "Italy"),
}


def add_days(
    library: Library, days: Days, prefix: str = "", *, pictures: bool = False
) -> list[int]:
    """Put made-up days into a library; the ids of the photos in their order."""
    ids = []
    with library.write() as connection:
        for number, (at, place, by_camera) in enumerate(days.taken):
            name = f"{prefix}{number}.jpg"
            latitude, longitude = place or (None, None)
            where = Metadata(latitude=latitude, longitude=longitude)
            ids.append(add_photo(library, connection, name, shown_at=at, metadata=where))
            if not by_camera:
                connection.execute(
                    update(photos).where(photos.c.id == ids[-1]).values(dated_by="file")
                )
    if pictures:
        for number in range(len(days.taken)):
            data = encoded(sharp_pixels(number))
            library.media.put(thumbnail_key(sha(f"{prefix}{number}.jpg")), data)
    return ids


def tag(library: Library, name: str, photo_ids: Sequence[int]) -> None:
    """Give photos a tag."""
    with library.write() as connection:
        owner = library.owner_id
        row = connection.execute(insert(tags).values(owner_id=owner, name=name))
        number = inserted_id(row)
        rows = [
            {"photo_id": photo, "tag_id": number, "owner_id": owner, "source": "automatic"}
            for photo in photo_ids
        ]
        connection.execute(insert(photo_tags), rows)


def show(library: Library, number: int, name: str | None, photo_ids: Sequence[int]) -> int:
    """Let somebody be in photos."""
    with library.write() as connection:
        row = connection.execute(
            insert(people).values(
                owner_id=library.owner_id, number=number, hidden=False, created_at=datetime.now(UTC)
            )
        )
        person = inserted_id(row)
        for photo in photo_ids:
            [face] = add_faces(library, connection, photo, random_units(number, 1))
            connection.execute(
                insert(memberships).values(
                    face_id=face, person_id=person, owner_id=library.owner_id, confirmed=False
                )
            )
    if name is not None:
        name_person(library, person, name)
    return person


def a_summer(root: Path) -> tuple[Library, dict[str, list[int]]]:
    """A wedding in Lyon, a trip to the lake and one to Rome, with events; photos of each."""
    folder, found = _template()
    return open_library(Path(shutil.copytree(folder, root))), found


@functools.cache
def _template() -> tuple[Path, dict[str, list[int]]]:
    """Made once: taking decisions and finding events takes a while."""
    folder = Path(tempfile.mkdtemp(prefix="gallery-tests-")) / "library"
    atexit.register(shutil.rmtree, folder.parent, ignore_errors=True)
    library = small.empty(folder)
    found = _fill(library)
    library.close()
    return folder, found


def _fill(library: Library) -> dict[str, list[int]]:
    days = Days()
    days.live_in(LYON)
    numbers = {
        "wedding": days.shoot("2024-06-14 13:00", 90, 12, LYON)
        + days.shoot("2024-06-14 18:00", 480, 12, LYON, seed=1),
        "lake": days.shoot("2024-07-06 10:00", 300, 10, LAKE, seed=2),
        "rome": [
            photo
            for day in (3, 4, 5)
            for photo in days.shoot(f"2024-08-0{day} 10:00", 600, 10, ROME, seed=day)
        ],
        "party": days.shoot("2024-09-07 20:00", 200, 9, seed=9),
    }
    ids = np.array(add_days(library, days, pictures=True))
    found = {name: ids[rows].tolist() for name, rows in numbers.items()}
    tag(library, "wedding", found["wedding"][:3])
    show(library, 1, "Anna", found["lake"])
    show(library, 2, "Ben", found["lake"][:7])
    show(library, 3, None, found["lake"])
    spots = place_store.spots(library)
    named = [(s.photo_id, _LOCALITIES[s.latitude, s.longitude]) for s in spots]
    place_store.keep(library, places_version(), named)
    update_events(library)
    return found
