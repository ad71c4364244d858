"""Where a photo was opened from: the way back, and the photos before and after it."""

from __future__ import annotations

from dataclasses import dataclass, field

from gallery.event_describing import describe
from gallery.store import events, people, places
from gallery.store.timeline import PhotoIds
from gallery.ui import photo_map_part
from gallery.ui.frame import App, asked_for


@dataclass(frozen=True, slots=True)
class Origin:
    """A list of photos.

    Args:
        label: of the way back.
        page: that shows it.
        window: of its grid.
        person_id: who is in its photos.
        only: ids of its photos; None for all of them.
        parameters: of the page, and of the photo's page as well.
    """

    label: str = "All photos"
    page: str = "browse"
    window: str = "all"
    person_id: int | None = None
    only: PhotoIds | None = None
    parameters: dict[str, int] = field(default_factory=dict)


def origin_of(app: App) -> Origin:
    """What the page's address says; all photos where that is gone."""
    wanted = asked_for("person")
    person = None if wanted is None else people.get(app.library, wanted)
    if person is not None:
        window = f"person-{person.id}"
        return Origin(person.label, "person", window, person.id, None, {"person": person.id})
    wanted = asked_for("event")
    event = None if wanted is None else events.get(app.library, wanted)
    if event is not None:
        [described] = describe(app.library, [event])
        only = events.members(app.library, event.id)
        window = f"event-{event.id}"
        return Origin(described.title, "event", window, None, only, {"event": event.id})
    box = photo_map_part.chosen_box() if asked_for("area") is not None else None
    if box is not None:
        only = places.within(app.library, box)
        return Origin("Map", "map", photo_map_part.WINDOW, None, only, {"area": 1})
    return Origin()
