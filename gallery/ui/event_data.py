"""Events -> the cards they are shown on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from gallery.event_describing import Described
from gallery.media.files import thumbnail_key
from gallery.store import events as event_store
from gallery.store import faces
from gallery.store.events import EventPhoto
from gallery.store.library import Library
from gallery.ui import words
from gallery.ui.grid_data import Address

_PICTURES, _FACES = 3, 5


def cards(library: Library, described: Sequence[Described], url: Address) -> list[dict[str, Any]]:
    """What each card shows: a few pictures, name, days, place, number of photos, who."""
    photos = event_store.pictures(library, [one.event.id for one in described])
    shown = [person for one in described for person in one.people[:_FACES]]
    covers = faces.crop_keys(library, [person.cover_face_id or 0 for person in shown])
    drawn = []
    for one in described:
        pictures = chosen(photos.get(one.event.id, []))
        people = one.people[:_FACES]
        drawn.append(
            {
                "id": one.event.id,
                "title": one.title,
                "name": one.event.name or "",
                "own": str(one.own),
                "detail": detail(one),
                "pictures": [url(thumbnail_key(picture.sha256)) for picture in pictures],
                "people": [
                    {"label": p.label, "src": url(covers.get(p.cover_face_id or 0))} for p in people
                ],
            }
        )
    return drawn


def detail(described: Described) -> str:
    """`24 photos, Friday 13:00 to 02:00`; days and place where the name does not say them."""
    event, own = described.event, described.own
    parts = [words.counted(event.photos, "photo")]
    if event.name:
        parts += [part for part in (own.when, own.where) if part]
    return ", ".join([*parts, _hours(event.starts, event.ends)])


def _hours(starts: datetime, ends: datetime) -> str:
    days = (ends.date() - starts.date()).days
    if days > 1:
        return words.counted(days + 1, "day")
    return f"{starts:%A} {starts:%H:%M} to {ends:%H:%M}"


def chosen(photos: Sequence[EventPhoto], most: int = _PICTURES) -> list[EventPhoto]:
    """A few photos to show an event by: of each part of it the sharpest one with a face.

    Args:
        photos: by time.
        most: how many.
    """
    parts = min(most, len(photos))
    ends = [round(len(photos) * part / parts) for part in range(parts + 1)] if parts else []
    return [
        max(photos[first:end], key=lambda photo: (photo.faces > 0, photo.sharpness))
        for first, end in pairwise(ends)
    ]
