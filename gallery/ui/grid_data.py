"""Records -> what the components draw: plain dictionaries with addresses of pictures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any

from gallery.alternative_text import photo_alternative
from gallery.media.files import thumbnail_key
from gallery.records import Album, Face, Person, Photo
from gallery.store.faces import FacePicture
from gallery.store.timeline import Tile
from gallery.ui import words

# From a key in `media/` to an address for the browser.
Address = Callable[[str | None], str]

# A panorama or a long screenshot would otherwise take a row of its own.
_NARROWEST, _WIDEST = 0.5, 2.4
NOBODY = "Not grouped"


def by_day(tiles: Sequence[Tile], url: Address) -> list[dict[str, Any]]:
    """Tiles in the order they come, grouped by the day they are shown under."""
    return [
        {"heading": words.day(day), "tiles": [tile_data(tile, url) for tile in group]}
        for day, group in groupby(tiles, key=lambda tile: tile.shown_at.date())
    ]


def under_heading(heading: str, tiles: Sequence[Tile], url: Address) -> dict[str, Any]:
    """Tiles of whatever day under a heading of their own."""
    return {"heading": heading, "tiles": [tile_data(tile, url) for tile in tiles]}


def by_month(tiles: Sequence[Tile], url: Address, notes: Mapping[int, str]) -> list[dict[str, Any]]:
    """The same by month, for photos of which a day has few; with a note on some of them."""
    return [
        {"heading": words.month(month), "tiles": [tile_data(tile, url, notes) for tile in group]}
        for month, group in groupby(tiles, key=lambda tile: tile.shown_at.date().replace(day=1))
    ]


def tile_data(tile: Tile, url: Address, notes: Mapping[int, str] | None = None) -> dict[str, Any]:
    """One photo of a grid."""
    noted = (notes or {}).get(tile.id)
    return ({"note": noted} if noted else {}) | {
        "id": tile.id,
        "src": url(thumbnail_key(tile.sha256)),
        "alt": photo_alternative(tile.named, tile.faces, tile.shown_at.date(), tile.name),
        "name": tile.name,
        "ratio": round(min(_WIDEST, max(_NARROWEST, tile.width / tile.height)), 3),
        "faces": tile.faces,
    }


def people_tiles(
    people: Sequence[Person], covers: Mapping[int, str], url: Address
) -> list[dict[str, Any]]:
    """Persons as avatars; `covers` has the key of the picture of each cover face."""
    return [
        {
            "id": person.id,
            "label": person.label,
            "named": person.name is not None,
            "detail": words.counted(person.photos, "photo"),
            "src": url(covers.get(person.cover_face_id or 0)),
        }
        for person in people
    ]


def album_tiles(
    albums: Sequence[tuple[Album, int | None]], covers: Mapping[int, str], url: Address
) -> list[dict[str, Any]]:
    """Albums with the number of their photos; `covers` has the SHA-256 of each cover photo."""
    drawn = []
    for album, photos in albums:
        cover = covers.get(album.cover_photo_id or 0)
        by_search = album.query is not None
        drawn.append(
            {
                "id": album.id,
                "name": album.name,
                "detail": "" if photos is None else words.counted(photos, "photo"),
                "src": "" if cover is None else url(thumbnail_key(cover)),
                "icon": "search" if by_search else "" if cover else "photo_album",
            }
        )
    return drawn


def naming_cards(
    people: Sequence[Person], pictures: Mapping[int, Sequence[FacePicture]], url: Address
) -> list[dict[str, Any]]:
    """Persons to be named, each with some of their faces."""
    return [
        {
            "id": person.id,
            "label": person.label,
            "detail": words.counted(person.photos, "photo"),
            "faces": [url(picture.crop) for picture in pictures.get(person.id, ())],
        }
        for person in people
    ]


def face_boxes(
    photo: Photo,
    faces: Sequence[Face],
    people: Mapping[int, Person],
    crops: Mapping[int, str],
    url: Address,
) -> list[dict[str, Any]]:
    """Faces of a photo, their boxes in percent of its sides, from left to right."""
    drawn = []
    for face in faces:
        x0, y0, x1, y1 = face.box
        # A box may reach beyond the photo, where there is nothing to show.
        x0, x1 = max(0.0, x0), min(float(photo.width), x1)
        y0, y1 = max(0.0, y0), min(float(photo.height), y1)
        person = people.get(face.person_id or 0)
        drawn.append(
            {
                "id": face.id,
                "person": None if person is None else person.id,
                "label": NOBODY if person is None else person.label,
                "src": url(crops.get(face.id or 0)),
                "left": round(100 * x0 / photo.width, 3),
                "top": round(100 * y0 / photo.height, 3),
                "width": round(100 * (x1 - x0) / photo.width, 3),
                "height": round(100 * (y1 - y0) / photo.height, 3),
            }
        )
    return drawn
