"""A library of rows without pictures, as large as wanted, to time what is asked of it.

Photos lie over twenty years, more of them lately, in runs of a day. Names, tags, cameras and
words fall off as in real libraries: a few are everywhere, most are rare. Each photo has
`FACES / PHOTOS` faces on average, small or large; a share of the photos has a place, some have
text. Towns, events, albums, what users said of tags and the bin are of `made_belongings.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from made_belongings import add_albums, add_events, bin_some, say_of_tags, towns
from made_faces import DIM, make_faces
from sqlalchemy import Connection, insert, update

from gallery.media.files import face_key, original_key
from gallery.records import Locality, Space
from gallery.store import faces as face_store
from gallery.store.library import Library, open_library
from gallery.store.tables import (
    faces,
    memberships,
    owners,
    people,
    photo_files,
    photo_tags,
    photos,
    runs,
    tags,
    vectors,
)
from gallery.store.text_tables import text_lines

PHOTOS, FACES = 100_000, 250_000
SPACE = Space("retinaface", "five-point-112+mirror", "sface", "0ba9fbfa01b5", "f32", DIM)

_FIRST, _YEARS = datetime(2005, 1, 1), 20
_ADDED = datetime(2025, 1, 1, tzinfo=UTC)
_NAMED, _TAGS, _TAGS_EACH = 300, 400, 4
_FIRST_NAMES = (
    "Ada", "Grace", "Alan", "Barbara", "Claude", "Dorothy", "Edsger", "Frances", "Hedy", "Ivan",
    "Joan", "Katherine", "Linus", "Margaret", "Niklaus", "Ole", "Radia", "Sophie", "Tony", "Zoë",
)  # fmt: skip
_LAST_NAMES = (
    "Lovelace", "Hopper", "Turing", "Liskov", "Shannon", "Vaughan", "Dijkstra", "Allen", "Lamarr",
    "Sutherland", "Clarke", "Johnson", "Ångström", "Hamilton", "Wirth",
)  # fmt: skip
_THINGS = (
    "beach", "night", "cat", "dog", "birthday", "snow", "mountain", "food", "garden", "wedding",
    "boat", "car", "concert", "school", "sunset", "forest", "party", "museum", "bridge", "street",
)  # fmt: skip
_CAMERAS = (
    ("Apple", "iPhone 12"), ("Canon", "EOS 80D"), ("NIKON CORPORATION", "NIKON D750"),
    ("samsung", "SM-G991B"), ("SONY", "DSC-RX100"), ("FUJIFILM", "X-T3"), (None, None),
)  # fmt: skip
_WORDS = (
    "happy", "birthday", "to", "you", "welcome", "exit", "menu", "total", "station", "closed",
    "open", "thank", "merry", "christmas", "hôtel", "straße", "market", "sale", "school", "club",
)  # fmt: skip
_WITH_PLACE, _WITH_TEXT, _LINES_EACH = 0.6, 0.1, 5
_TOWN_DEGREES = 0.05
_NOWHERE = (Locality(), None, None)
# Heights of faces in photos of 3,000 pixels.
_FACE_SIDES = (80.0, 300.0, 900.0)
_PORTION = 20_000


def make_library(
    root: Path, photo_count: int = PHOTOS, face_count: int = FACES, seed: int = 0
) -> Library:
    """Fill a new library and leave it open.

    Args:
        root: folder, which must not hold a library yet.
        photo_count: photos.
        face_count: faces, each with a vector.
        seed: of everything.
    """
    rng = np.random.default_rng(seed)
    library = open_library(root)
    with library.write() as connection:
        for rows in _photos(library, rng, photo_count):
            connection.execute(insert(photos), rows)
        for rows in _portions(_files(library, photo_count)):
            connection.execute(insert(photo_files), rows)
        _add_tags(library, connection, rng, photo_count)
        for rows in _portions(_lines(library, rng, photo_count)):
            connection.execute(insert(text_lines), rows)
        _add_faces(library, connection, rng, photo_count, face_count, seed)
        add_events(library, connection)
        add_albums(library, connection, rng)
    say_of_tags(library, rng)
    bin_some(library, rng)
    return library


def _falling(rng: np.random.Generator, kinds: int, count: int) -> np.ndarray:
    """Kinds by number, the first the most frequent, the tenth a tenth as frequent."""
    chances = 1 / np.arange(1, kinds + 1)
    return rng.choice(kinds, size=count, p=chances / chances.sum())


def _photos(
    library: Library, rng: np.random.Generator, count: int
) -> Iterator[list[dict[str, Any]]]:
    days = np.sort((_YEARS * 365 * rng.random(count) ** 0.6).astype(np.int64))
    minutes = rng.integers(8 * 60, 22 * 60, count)
    camera = _falling(rng, len(_CAMERAS), count)
    known = towns(rng)
    town = np.where(rng.random(count) < _WITH_PLACE, _falling(rng, len(known), count), -1)
    north, east = rng.normal(0, _TOWN_DEGREES, (2, count))
    for start in range(0, count, _PORTION):
        rows = []
        for at in range(start, min(count, start + _PORTION)):
            shown = _FIRST + timedelta(days=int(days[at]), minutes=int(minutes[at]))
            make, model = _CAMERAS[camera[at]]
            place, latitude, longitude = known[town[at]] if town[at] >= 0 else _NOWHERE
            sha256 = _sha256(at)
            rows.append(
                {
                    "id": at + 1, "owner_id": library.owner_id,
                    "sha256": sha256,
                    "size_bytes": 4_000_000, "width": 4000, "height": 3000, "format": "JPEG",
                    "orientation": 1, "taken_at": None, "taken_offset": None, "shown_at": shown,
                    "dated_by": "camera", "camera_make": make, "camera_model": model,
                    "latitude": None if latitude is None else latitude + float(north[at]),
                    "longitude": None if longitude is None else longitude + float(east[at]),
                    "city": place.city, "region": place.region, "country": place.country,
                    "title": f"Trip {at % 997}" if at % 20 == 0 else None,
                    "sharpness": 100.0, "perceptual_hash": b"\0" * 32,
                    "original": original_key(sha256, ".jpg"), "added_at": _ADDED,
                    "detector": SPACE.detector,
                }
            )  # fmt: skip
        yield rows


def _sha256(at: int) -> str:
    return hashlib.sha256(str(at).encode()).hexdigest()


def _portions(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    portion = []
    for row in rows:
        portion.append(row)
        if len(portion) == _PORTION:
            yield portion
            portion = []
    if portion:
        yield portion


def _files(library: Library, count: int) -> Iterator[dict[str, Any]]:
    for at in range(count):
        path = f"/home/someone/Pictures/{2005 + at * _YEARS // count}/IMG_{at % 10_000:04}.JPG"
        yield {
            "owner_id": library.owner_id, "photo_id": at + 1, "key": f"{at}:{path}".encode(),
            "path": path, "on_disk": True, "size_bytes": 4_000_000, "mtime_ns": 1,
        }  # fmt: skip


def _add_tags(
    library: Library, connection: Connection, rng: np.random.Generator, count: int
) -> None:
    names = [
        thing if turn == 0 else f"{thing} {turn + 1}"
        for turn in range(-(-_TAGS // len(_THINGS)))
        for thing in _THINGS
    ][:_TAGS]
    connection.execute(
        insert(tags),
        [
            {"id": at + 1, "owner_id": library.owner_id, "name": name}
            for at, name in enumerate(names)
        ],
    )
    chosen = _falling(rng, _TAGS, _TAGS_EACH * count).reshape(count, _TAGS_EACH) + 1
    rows = (
        {"photo_id": at + 1, "tag_id": tag, "owner_id": library.owner_id, "source": "model"}
        for at, own in enumerate(chosen.tolist())
        for tag in sorted(set(own))
    )
    for portion in _portions(rows):
        connection.execute(insert(photo_tags), portion)


def _lines(library: Library, rng: np.random.Generator, count: int) -> Iterator[dict[str, Any]]:
    with_text = np.flatnonzero(rng.random(count) < _WITH_TEXT)
    for photo in with_text.tolist():
        said = _falling(rng, len(_WORDS), _LINES_EACH * 4).tolist()
        for position in range(_LINES_EACH):
            words = (_WORDS[word] for word in said[4 * position : 4 * position + 4])
            yield {
                "owner_id": library.owner_id, "photo_id": photo + 1, "position": position,
                "text": " ".join(words), "confidence": 0.9,
                "x0": 10.0, "y0": 40.0 * position, "x1": 400.0, "y1": 40.0 * position + 30,
            }  # fmt: skip


def _add_faces(
    library: Library,
    connection: Connection,
    rng: np.random.Generator,
    photo_count: int,
    count: int,
    seed: int,
) -> None:
    made = make_faces(count, seed)
    photo_of = np.sort(rng.integers(0, photo_count, count)) + 1
    # Persons by number of faces, the largest first: those have names.
    ids, inverse, sizes = np.unique(made.people, return_inverse=True, return_counts=True)
    rank = np.empty(len(ids), dtype=np.int64)
    rank[np.argsort(-sizes, kind="stable")] = np.arange(len(ids))
    person = rank[inverse] + 1
    side = rng.choice(_FACE_SIDES, count)
    connection.execute(insert(people), list(_people(library, len(ids))))
    connection.execute(update(owners).values(people_numbered=len(ids)))
    number = face_store.space_id(connection, SPACE)
    connection.execute(
        insert(runs).values(
            id=1, owner_id=library.owner_id, algorithm="graph", space_id=number,
            at=_ADDED, seconds=1.0, faces=count, clusters=len(ids), unassigned=0,
            current=True,
        )
    )  # fmt: skip
    for start in range(0, count, _PORTION):
        rows = range(start, min(count, start + _PORTION))
        own = {"owner_id": library.owner_id}
        connection.execute(
            insert(faces),
            [
                own
                | {
                    "id": at + 1, "photo_id": int(photo_of[at]), "detector": SPACE.detector,
                    "x0": 10.0, "y0": 10.0, "x1": 10.0 + side[at], "y1": 10.0 + side[at],
                    "score": 0.99, "size": side[at],
                    "sharpness": 90.0, "yaw": 1.0, "pitch": 1.0, "roll": 1.0, "quality": 0.8,
                    "crop": face_key(_sha256(int(photo_of[at]) - 1), at), "removed": False,
                }
                for at in rows
            ],
        )  # fmt: skip
        connection.execute(
            insert(vectors),
            [
                own | {"face_id": at + 1, "space_id": number, "vector": made.vectors[at].tobytes()}
                for at in rows
            ],
        )
        connection.execute(
            insert(memberships),
            [
                own
                | {
                    "face_id": at + 1, "person_id": int(person[at]), "run_id": 1,
                    "confirmed": False, "since": _ADDED,
                }
                for at in rows
            ],
        )  # fmt: skip


def _people(library: Library, count: int) -> Iterator[dict[str, Any]]:
    for at in range(count):
        again, first = divmod(at, len(_FIRST_NAMES))
        name = f"{_FIRST_NAMES[first]} {_LAST_NAMES[(again + first) % len(_LAST_NAMES)]}"
        yield {
            "id": at + 1, "owner_id": library.owner_id, "number": at + 1,
            "name": name if at < _NAMED else None, "hidden": False, "ignored": False,
            "created_at": _ADDED,
        }  # fmt: skip
