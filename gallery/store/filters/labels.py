"""What a photo is tagged with: `tag:`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Select, or_, select

from gallery.matching import among, has_words, meant
from gallery.query import Term, Value
from gallery.store.batches import rows_of
from gallery.store.filters.registry import (
    Condition,
    Counted,
    Filter,
    Scope,
    each,
    refuse,
    register,
)
from gallery.store.filters.tally import Found, Tally, everyone, tally
from gallery.store.tables import photo_tags, photos, tags
from gallery.store.tags import PEOPLE, having

_mine = photo_tags.c.removed.is_(False)


def names(scope: Scope) -> dict[int | str, str]:
    """Every tag by id, and those that follow from the faces by name."""
    rows = scope.connection.execute(
        select(tags.c.id, tags.c.name).where(tags.c.owner_id == scope.library.owner_id)
    )
    given = {row.id: row.name for row in rows if row.name not in PEOPLE}
    return given | {name: name for name in PEOPLE}


def _given(known: Iterable[int | str]) -> list[int]:
    """The tags that are kept with photos, and do not follow from their faces."""
    return [tag for tag in known if isinstance(tag, int)]


def _photos_with(scope: Scope, ids: Sequence[int]) -> Select[tuple[int]]:
    return select(photo_tags.c.photo_id).where(
        photo_tags.c.owner_id == scope.library.owner_id, photo_tags.c.tag_id.in_(ids), _mine
    )


def _which(scope: Scope, value: Value) -> list[int | str]:
    """The tags a value means.

    Raises:
        QueryError: There is none like it.
    """
    known = names(scope)
    found = meant(known, value.text)
    if not found:
        near = among(value.text, set(known.values()))
        raise refuse(value, f"There is no tag “{value.text}”.{near}")
    return found


def _tag(scope: Scope, term: Term) -> Condition:
    return each(term, lambda value: _has(scope, _which(scope, value)))


def _has(scope: Scope, which: Iterable[int | str]) -> Condition:
    ids = _given(which)
    said = [photos.c.id.in_(_photos_with(scope, ids))] if ids else []
    follow = [having(scope.library, tag) for tag in which if isinstance(tag, str)]
    return or_(*said, *follow)


def _named(scope: Scope, value: Value) -> list[int | str]:
    return [
        tag for tag, name in names(scope).items() if has_words(name, value.text, whole=value.quoted)
    ]


def _words(scope: Scope, value: Value) -> Select[tuple[int]] | None:
    found = _named(scope, value)
    given = _given(found)
    if len(given) == len(found):
        return _photos_with(scope, given) if found else None
    mine = photos.c.owner_id == scope.library.owner_id
    return select(photos.c.id).where(mine, _has(scope, found))


def _reasons(scope: Scope, value: Value, ids: Sequence[int]) -> dict[int, list[str]]:
    known = names(scope)
    found = set(meant(known, value.text)) | set(_named(scope, value))
    said: dict[int, list[str]] = {}
    if given := _given(found):
        query = (
            select(photo_tags.c.photo_id, tags.c.name)
            .join(tags, tags.c.id == photo_tags.c.tag_id)
            .where(photo_tags.c.owner_id == scope.library.owner_id, tags.c.id.in_(given), _mine)
            .order_by(tags.c.name)
        )
        for row in rows_of(
            scope.connection, ids, lambda some: query.where(photo_tags.c.photo_id.in_(some))
        ):
            said.setdefault(row.photo_id, []).append(row.name)
    for tag in sorted(tag for tag in found if isinstance(tag, str)):
        follows = select(photos.c.id).where(having(scope.library, tag), photos.c.id.in_(ids))
        for photo in scope.connection.execute(follows).scalars():
            said.setdefault(photo, []).append(tag)
    return said


def _tally(scope: Scope, found: Found) -> Tally:
    """How many photos have each tag that is kept with them."""
    query = select(photo_tags.c.tag_id, photo_tags.c.photo_id).where(
        photo_tags.c.owner_id == scope.library.owner_id, _mine
    )
    return tally(scope.library, found, "tags", query)


def _offers(scope: Scope, typed: str, most: int) -> list[Counted]:
    fitting = {t: name for t, name in names(scope).items() if not typed or has_words(name, typed)}
    many = _tally(scope, everyone(scope.library)).of(fitting)
    # Those of faces come first: they are few, and counting them would take longer than typing.
    order = sorted(
        (tag for tag in fitting if isinstance(tag, str) or tag in many),
        key=lambda tag: (isinstance(tag, int), -many.get(tag, 0), fitting[tag]),
    )
    return [Counted(fitting[tag], fitting[tag], many.get(tag)) for tag in order[:most]]


def _counts(scope: Scope, found: Found, most: int) -> list[Counted]:
    """The tags of most photos."""
    known = names(scope)
    many = _tally(scope, found).of(known)
    told = sorted((-photos, known[tag]) for tag, photos in many.items())
    return [Counted(name, name, -less) for less, name in told[:most]]


register(
    Filter(
        name="tag",
        says="a tag of the photo",
        example="tag:beach",
        condition=_tag,
        offers=_offers,
        counts=_counts,
        title="Tags",
        words=_words,
        reasons=_reasons,
    )
)
