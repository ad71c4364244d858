"""What a made library has beside photos and faces: towns, events, albums, what users said, a bin.

Towns fall off as tags do: at home are most photos, and hundreds of towns have a few. The photos of
two days are an event, and some have a name. The first album holds half of all photos.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection, insert, select, update

from gallery import photo_bin
from gallery.people_tags import PEOPLE_TAGS
from gallery.records import Locality
from gallery.store.album_tables import album_photos, albums
from gallery.store.event_tables import event_photos, events
from gallery.store.library import Library
from gallery.store.tables import photo_tags, photos, tags

_REAL = (
    ("Lyon", "Auvergne-Rhône-Alpes", "France", 45.75, 4.85),
    ("Paris", "Île-de-France", "France", 48.86, 2.35),
    ("Zürich", "Zurich", "Switzerland", 47.37, 8.55),
    ("Roma", "Lazio", "Italy", 41.90, 12.48),
    ("Lisboa", "Lisbon", "Portugal", 38.72, -9.14),
    ("Berlin", "Berlin", "Germany", 52.52, 13.41),
    ("New York City", "New York", "United States", 40.71, -74.01),
    ("Paris", "Texas", "United States", 33.66, -95.56),
    ("Tokyo", "Tokyo", "Japan", 35.69, 139.69),
    ("Singapore", None, "Singapore", 1.29, 103.85),
)
_TOWNS = 300
_DAYS_OF_EVENT, _NAMED_EVENTS = 2, 200
_EVENT_NAMES = ("Wedding", "Birthday", "Skiing", "Summer at the sea", "Weekend")
_ALBUMS, _ALBUM_OF = 40, 300
_SEARCHES = ("tag:beach", 'person:"Ada Lovelace" -tag:night', "date:2019 place:lyon")
_TAKEN_AWAY, _SAID_OF_PEOPLE = 0.01, 300
_ADDED = datetime(2025, 1, 1, tzinfo=UTC)

Town = tuple[Locality, float, float]


def towns(rng: np.random.Generator) -> list[Town]:
    """Towns with their positions in degrees, home first."""
    made = [(Locality(*names), north, east) for *names, north, east in _REAL]
    for at in range(len(made), _TOWNS):
        near, north, east = made[int(rng.integers(len(_REAL)))]
        shift_north, shift_east = rng.uniform(-2, 2, 2).tolist()
        name = f"Villeneuve {at}"
        place = Locality(name, near.region, near.country)
        made.append((place, north + shift_north, east + shift_east))
    return made


def say_of_tags(library: Library, rng: np.random.Generator) -> None:
    """A user took some tags away, and said of some photos how many people there are."""
    mine = photo_tags.c.owner_id == library.owner_id
    every = 1 / _TAKEN_AWAY
    with library.write() as connection:
        connection.execute(
            update(photo_tags).where(mine, photo_tags.c.photo_id % every == 0).values(removed=True)
        )
        known = list(connection.execute(select(photos.c.id)).scalars())
        for tag in PEOPLE_TAGS:
            row = {"owner_id": library.owner_id, "name": tag.name}
            key = connection.execute(insert(tags).values(row)).inserted_primary_key
            assert key is not None
            chosen = rng.choice(known, min(_SAID_OF_PEOPLE, len(known)), replace=False)
            said = [
                {
                    "photo_id": photo, "tag_id": key[0], "owner_id": library.owner_id,
                    "source": "user", "removed": bool(at % 2),
                }
                for at, photo in enumerate(chosen.tolist())
            ]  # fmt: skip
            connection.execute(insert(photo_tags), said)


def add_events(library: Library, connection: Connection) -> None:
    """An event of the photos of every two days."""
    rows = connection.execute(select(photos.c.id, photos.c.shown_at).order_by(photos.c.shown_at))
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.shown_at.toordinal() // _DAYS_OF_EVENT, []).append(row)
    own = {"owner_id": library.owner_id}
    step = max(1, len(found) // _NAMED_EVENTS)
    made, inside = [], []
    for at, group in enumerate(found.values(), start=1):
        named = f"{_EVENT_NAMES[at % len(_EVENT_NAMES)]} {at}" if at % step == 0 else None
        first, last = group[0].shown_at, group[-1].shown_at
        made.append(own | {"id": at, "name": named, "starts_at": first, "ends_at": last})
        inside += [own | {"event_id": at, "photo_id": row.id} for row in group]
    connection.execute(insert(events), made)
    connection.execute(insert(event_photos), inside)


def add_albums(library: Library, connection: Connection, rng: np.random.Generator) -> None:
    """Albums by hand, the first with half of the photos, and some that a search fills."""
    known = np.array(connection.execute(select(photos.c.id)).scalars().all())
    own = {"owner_id": library.owner_id}
    made = [(f"Album {at}", None) for at in range(1, _ALBUMS + 1)]
    made += [(f"Found {at}", query) for at, query in enumerate(_SEARCHES, start=1)]
    for at, (name, query) in enumerate(made, start=1):
        row = own | {"id": at, "name": name, "query": query, "created_at": _ADDED, "deleted": False}
        connection.execute(insert(albums).values(row))
        if query is None:
            many = len(known) // 2 if at == 1 else min(_ALBUM_OF, len(known))
            chosen = np.sort(rng.choice(known, many, replace=False)).tolist()
            rows = [own | {"album_id": at, "photo_id": photo} for photo in chosen]
            connection.execute(insert(album_photos), rows)


def bin_some(library: Library, rng: np.random.Generator, share: float = 0.005) -> None:
    """Some photos are in the bin, put there as a user does."""
    with library.read() as connection:
        known = connection.execute(select(photos.c.id)).scalars().all()
    chosen = rng.choice(known, int(share * len(known)), replace=False)
    photo_bin.put(library, sorted(chosen.tolist()))
