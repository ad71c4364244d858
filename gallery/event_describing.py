"""Events with what they are called and shown by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gallery.errors import NotFoundError
from gallery.event_names import EventName, Facts, name_of
from gallery.records import Person
from gallery.store import events as event_store
from gallery.store.events import Event
from gallery.store.library import Library


@dataclass(frozen=True, slots=True)
class Described:
    """An event in words.

    Args:
        event: it.
        own: what it is called after what is in it, whatever a user says.
        people: who is in it, most photos first; their counts are those of the event.
    """

    event: Event
    own: EventName
    people: tuple[Person, ...]

    @property
    def title(self) -> str:
        """The user's name, else its own."""
        return self.event.name or str(self.own)


def find_event(library: Library, event_id: int) -> Event:
    """An event by id.

    Raises:
        NotFoundError: There is none, or none with photos.
    """
    event = event_store.get(library, event_id)
    if event is None:
        raise NotFoundError(
            f"There is no event {event_id} in this library. See them with: gallery events list"
        )
    return event


def describe(library: Library, events: Sequence[Event]) -> list[Described]:
    """Some events in words; asks for all of them at once."""
    ids = [event.id for event in events]
    tags = event_store.tag_counts(library, ids)
    places = event_store.place_counts(library, ids)
    seen = event_store.people_in(library, ids)
    by_camera = event_store.dated_by_camera(library, ids)
    described = []
    for event in events:
        people = seen.get(event.id, [])
        facts = Facts(
            photos=event.photos,
            starts=event.starts,
            ends=event.ends,
            tags=tags.get(event.id, {}),
            places=places.get(event.id, {}),
            people={person.name: person.photos for person in people if person.name},
            by_camera=event.id in by_camera,
        )
        described.append(Described(event, name_of(facts), tuple(people)))
    return described
