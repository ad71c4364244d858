"""What a photo has or lacks: `has:`, `no:`."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Select, or_, select

from gallery.matching import fold
from gallery.query import Term, Value
from gallery.store.album_tables import album_photos, albums
from gallery.store.event_tables import event_photos
from gallery.store.filters.facts import with_faces
from gallery.store.filters.registry import (
    Condition,
    Counted,
    Filter,
    Scope,
    each,
    refuse,
    register,
)
from gallery.store.places import located
from gallery.store.tables import faces, memberships, people, photo_tags, photos
from gallery.store.text_tables import text_lines


def _there(ids: Select[tuple[int]]) -> Condition:
    return photos.c.id.in_(ids)


def _has_name(scope: Scope) -> Condition:
    named = select(people.c.id).where(
        people.c.owner_id == scope.library.owner_id, people.c.name.is_not(None)
    )
    return _there(
        select(faces.c.photo_id)
        .join(memberships, memberships.c.face_id == faces.c.id)
        .where(memberships.c.owner_id == scope.library.owner_id, memberships.c.person_id.in_(named))
    )


def _has_album(scope: Scope) -> Condition:
    known = select(albums.c.id).where(
        albums.c.owner_id == scope.library.owner_id, albums.c.deleted.is_(False)
    )
    return _there(select(album_photos.c.photo_id).where(album_photos.c.album_id.in_(known)))


# What a photo can have, and in words for the list of what there is.
HAS: dict[str, tuple[str, Callable[[Scope], Condition]]] = {
    "gps": ("a position", lambda _: located),
    "place": ("a place with a name", lambda _: photos.c.country.is_not(None)),
    "album": ("an album that was filled by hand", _has_album),
    "event": (
        "an event",
        lambda scope: _there(
            select(event_photos.c.photo_id).where(event_photos.c.owner_id == scope.library.owner_id)
        ),
    ),
    "faces": ("faces", lambda _: with_faces(1, None)),
    "name": ("somebody with a name", _has_name),
    "tag": (
        "tags",
        lambda scope: _there(
            select(photo_tags.c.photo_id).where(
                photo_tags.c.owner_id == scope.library.owner_id, photo_tags.c.removed.is_(False)
            )
        ),
    ),
    "text": (
        "text in the picture",
        lambda scope: _there(
            select(text_lines.c.photo_id).where(text_lines.c.owner_id == scope.library.owner_id)
        ),
    ),
    "title": ("a title", lambda _: photos.c.title.is_not(None)),
    "description": ("a description", lambda _: photos.c.description.is_not(None)),
    "date": ("a date from the camera", lambda _: photos.c.taken_at.is_not(None)),
    "camera": (
        "a camera",
        lambda _: or_(photos.c.camera_make.is_not(None), photos.c.camera_model.is_not(None)),
    ),
}


def _has(scope: Scope, term: Term) -> Condition:
    return each(term, lambda value: _having(scope, value))


def _having(scope: Scope, value: Value) -> Condition:
    known = HAS.get(fold(value.text))
    if known is None:
        listed = ", ".join(HAS)
        raise refuse(value, f"A photo cannot have “{value.text}”. What it can have: {listed}.")
    return known[1](scope)


def _has_offers(scope: Scope, typed: str, most: int) -> list[Counted]:  # noqa: ARG001
    return [
        Counted(name, words) for name, (words, _) in HAS.items() if name.startswith(fold(typed))
    ][:most]


register(
    Filter(
        name="has",
        says="what the photo has; no: what it has not. One of " + ", ".join(HAS),
        example="has:gps no:name",
        condition=_has,
        offers=_has_offers,
    )
)
