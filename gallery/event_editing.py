"""What a user says about events: name, merge, split; each can be taken back.

Whatever is said about an event holds it: finding events anew leaves its photos with it, and only
adds new ones. The changes are a stack of their own, beside the decisions about people: `undo`
takes back the latest one. Photos that came in meanwhile stay where they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from sqlalchemy import Connection

from gallery.errors import GalleryError, NotFoundError
from gallery.event_describing import describe, find_event
from gallery.store import event_history as history
from gallery.store import event_writing as writing
from gallery.store import events as event_store
from gallery.store.event_history import EventChange
from gallery.store.events import Event
from gallery.store.library import Library
from gallery.wording import counted

_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Pause:
    """A place at which an event can be split: between two of its photos.

    Args:
        photo_id: the first photo after it.
        before_id: the last one before it.
        begins: wall clock of that.
        ends: of the first one after it.
    """

    photo_id: int
    before_id: int
    begins: datetime
    ends: datetime


def rename(library: Library, event_id: int, name: str | None) -> Event:
    """Call an event something; an empty name gives it back its own.

    Raises:
        GalleryError: There is no such event, or the name is too long.
    """
    event = find_event(library, event_id)
    wanted = " ".join((name or "").split()) or None
    if wanted is not None and len(wanted) > _LONGEST_NAME:
        raise GalleryError(f"A name has at most {_LONGEST_NAME} letters, this one {len(wanted)}.")
    if wanted == event.name:
        return event
    title = _title(library, event)
    said = f"Called “{title}” “{wanted}”" if wanted else f"Took the name “{title}” from an event"
    with library.write() as connection:
        history.record(library, connection, said, [event.id], {})
        history.write(library, connection, event.id, name=wanted, held=True)
    return find_event(library, event_id)


def merge(library: Library, event_ids: Sequence[int]) -> Event:
    """Make several events one; the first keeps its id, and its name if it has one.

    Raises:
        GalleryError: Fewer than two, or one of them is not there.
    """
    found = [find_event(library, event) for event in dict.fromkeys(event_ids)]
    if len(found) < 2:
        raise GalleryError("Merging takes two different events.")
    first, *others = found
    titles = " and ".join(f"“{_title(library, event)}”" for event in found)
    name = next((event.name for event in found if event.name), None)
    with library.write() as connection:
        times = writing.shot_times(library, connection, [event.id for event in others])
        moves = {photo: (event, first.id) for event, shots in times.items() for photo, _ in shots}
        ids = [event.id for event in found]
        history.record(library, connection, f"Merged {titles}", ids, moves)
        history.write(library, connection, first.id, name=name, held=True)
        for other in others:
            history.write(library, connection, other.id, name=None, held=False)
        writing.place(library, connection, dict.fromkeys(moves, first.id))
        _set_spans(library, connection, ids)
    return find_event(library, first.id)


def split(library: Library, event_id: int, photo_id: int) -> tuple[Event, Event]:
    """Part an event before one of its photos; the earlier part keeps id and name.

    Raises:
        GalleryError: The photo is not in it, or nothing is before it.
    """
    event = find_event(library, event_id)
    title = _title(library, event)
    with library.write() as connection:
        shots = writing.shot_times(library, connection, [event.id])[event.id]
        ids = [photo for photo, _ in shots]
        if photo_id not in ids:
            raise NotFoundError(f"Photo {photo_id} is not in event {event_id}.")
        at = ids.index(photo_id)
        if at == 0:
            raise GalleryError("This is the first photo of the event: nothing is before it.")
        later = writing.create(library, connection)
        said = f"Split “{title}” after {counted(at, 'photo')}"
        moves = dict.fromkeys(ids[at:], (event.id, later))
        history.record(library, connection, said, [event.id, later], moves)
        history.write(library, connection, event.id, name=event.name, held=True)
        history.write(library, connection, later, name=None, held=True)
        writing.place(library, connection, dict.fromkeys(moves, later))
        _set_spans(library, connection, [event.id, later])
    return find_event(library, event.id), find_event(library, later)


def undo(library: Library) -> EventChange | None:
    """Take back the latest change; what it was, or None where there is none."""
    change = history.latest(library)
    if change is None:
        return None
    with library.write() as connection:
        touched = history.take_back(library, connection, change.id)
        _set_spans(library, connection, sorted(touched))
    return change


def pauses(library: Library, event_id: int, most: int = 8) -> list[Pause]:
    """The longest pauses of an event, the longest first: where it may want to be split.

    Raises:
        NotFoundError: There is no such event.
    """
    event = find_event(library, event_id)
    with library.read() as connection:
        shots = writing.shot_times(library, connection, [event.id])[event.id]
    found = [
        Pause(after, before, begins, ends) for (before, begins), (after, ends) in pairwise(shots)
    ]
    return sorted(found, key=lambda pause: pause.begins - pause.ends)[:most]


def beside(library: Library, event_id: int, most: int = 3) -> list[Event]:
    """The events just before and after one, by time: what it may want to be merged with."""
    listed = sorted(event_store.listed(library), key=lambda event: (event.starts, event.id))
    at = next((index for index, event in enumerate(listed) if event.id == event_id), None)
    if at is None:
        return []
    return [*listed[max(0, at - most) : at], *listed[at + 1 : at + 1 + most]]


def _title(library: Library, event: Event) -> str:
    [described] = describe(library, [event])
    return described.title


def _set_spans(library: Library, connection: Connection, ids: Sequence[int]) -> None:
    empty = writing.set_spans_anew(library, connection, ids)
    writing.forget_empty(library, connection, empty)
