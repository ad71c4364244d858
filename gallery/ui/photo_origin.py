"""Which list of photos a photo was opened from: the way back, and the one before and after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from gallery.errors import GalleryError
from gallery.store import albums, people
from gallery.store.timeline import Among
from gallery.ui.album_view import photos_in
from gallery.ui.frame import App, asked_for, go


@dataclass(frozen=True, slots=True)
class Origin:
    """A list of photos.

    Args:
        label: what it is called.
        window: name of its window.
        person: whose photos they are, if somebody's.
        album: which album's, if one's.
        among: the photos of the album.
    """

    label: str = "All photos"
    window: str = "all"
    person: int | None = None
    album: int | None = None
    among: Among | None = None

    def go_back(self, photo: int) -> NoReturn:
        """Open the list again, at a photo."""
        if self.person is not None:
            go("person", person=self.person, photo=photo)
        if self.album is not None:
            go("album", album=self.album, photo=photo)
        go("browse")


def origin_of(app: App) -> Origin:
    """The list that the address names; all photos where there is none, or it is gone."""
    of_person, of_album = asked_for("person"), asked_for("album")
    person = None if of_person is None else people.get(app.library, of_person)
    if person is not None:
        return Origin(person.label, f"person-{person.id}", person=person.id)
    album = None if of_album is None else albums.get(app.library, of_album)
    if album is None:
        return Origin()
    try:
        among = photos_in(app, album)
    except GalleryError:
        return Origin()  # its search cannot be done any more; the album's page says so
    return Origin(album.name, f"album-{album.id}", album=album.id, among=among)
