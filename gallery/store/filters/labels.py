"""What a photo is tagged with: `tag:`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Select, func, or_, select

from gallery.matching import among, has_words, meant
from gallery.query import Term, Value
from gallery.store.batches import rows_of
from gallery.store.binned import in_bin
from gallery.store.filters.among import Found
from gallery.store.filters.registry import (
    Condition,
    Counted,
    Filter,
    Scope,
    each,
    refuse,
    register,
)
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


def _offers(scope: Scope, typed: str, most: int) -> list[Counted]:
    fitting = {t: name for t, name in names(scope).items() if not typed or has_words(name, typed)}
    many = func.count().label("many")
    query = select(photo_tags.c.tag_id, many).where(
        photo_tags.c.owner_id == scope.library.owner_id,
        _mine,
        photo_tags.c.photo_id.not_in(in_bin(scope.library.owner_id)),
    )
    rows = rows_of(
        scope.connection,
        _given(fitting),
        lambda some: query.where(photo_tags.c.tag_id.in_(some)).group_by(photo_tags.c.tag_id),
    )
    counted: dict[int | str, int] = {row.tag_id: row.many for row in rows}
    # Those of faces come first: they are few, and counting them would take longer than typing.
    order = sorted(
        (tag for tag in fitting if isinstance(tag, str) or counted.get(tag)),
        key=lambda tag: (isinstance(tag, int), -counted.get(tag, 0), fitting[tag]),
    )
    return [Counted(fitting[tag], fitting[tag], counted.get(tag)) for tag in order[:most]]


def _counts(scope: Scope, found: Found, most: int) -> list[Counted]:
    """The tags of most photos; which these are is seen from a sample where there are many."""
    many = func.count().label("many")

    def counted(among: Found) -> Select[Any]:
        return (
            select(photo_tags.c.tag_id, many)
            .where(among.owned(photo_tags.c.owner_id), _mine, among.has(photo_tags.c.photo_id))
            .group_by(photo_tags.c.tag_id)
        )

    sample = found.sample(scope.connection)
    frequent = counted(sample).order_by(many.desc(), photo_tags.c.tag_id).limit(most)
    rows = scope.connection.execute(frequent).all()
    if sample is not found:
        ids = [row.tag_id for row in rows]
        rows = scope.connection.execute(counted(found).where(photo_tags.c.tag_id.in_(ids))).all()
    known = names(scope)
    told = sorted((-row.many, known[row.tag_id]) for row in rows if row.tag_id in known)
    return [Counted(name, name, -less) for less, name in told]


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
