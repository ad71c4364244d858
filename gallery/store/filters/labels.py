"""What a photo is tagged with: `tag:`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select

from gallery.matching import among, has_words, meant
from gallery.query import Term, Value
from gallery.store.batches import rows_of
from gallery.store.filters.registry import (
    Condition,
    Counted,
    Filter,
    Found,
    Scope,
    each,
    refuse,
    register,
)
from gallery.store.tables import photo_tags, photos, tags


def names(scope: Scope) -> dict[int, str]:
    """Every tag by id."""
    rows = scope.connection.execute(
        select(tags.c.id, tags.c.name).where(tags.c.owner_id == scope.library.owner_id)
    )
    return {row.id: row.name for row in rows}


def _photos_with(scope: Scope, ids: Sequence[int]) -> Select[tuple[int]]:
    return select(photo_tags.c.photo_id).where(
        photo_tags.c.owner_id == scope.library.owner_id, photo_tags.c.tag_id.in_(ids)
    )


def _which(scope: Scope, value: Value) -> list[int]:
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
    return each(term, lambda value: photos.c.id.in_(_photos_with(scope, _which(scope, value))))


def _named(scope: Scope, value: Value) -> dict[int, str]:
    return {
        tag: name
        for tag, name in names(scope).items()
        if has_words(name, value.text, whole=value.quoted)
    }


def _words(scope: Scope, value: Value) -> Select[tuple[int]] | None:
    found = _named(scope, value)
    return _photos_with(scope, list(found)) if found else None


def _reasons(scope: Scope, value: Value, ids: Sequence[int]) -> dict[int, list[str]]:
    found = set(meant(names(scope), value.text)) | set(_named(scope, value))
    query = (
        select(photo_tags.c.photo_id, tags.c.name)
        .join(tags, tags.c.id == photo_tags.c.tag_id)
        .where(photo_tags.c.owner_id == scope.library.owner_id, tags.c.id.in_(found))
        .order_by(tags.c.name)
    )
    said: dict[int, list[str]] = {}
    rows = rows_of(scope.connection, ids, lambda some: query.where(photo_tags.c.photo_id.in_(some)))
    for row in rows if found else ():
        said.setdefault(row.photo_id, []).append(row.name)
    return said


def _offers(scope: Scope, typed: str, most: int) -> list[Counted]:
    fitting = {t: name for t, name in names(scope).items() if not typed or has_words(name, typed)}
    many = func.count().label("many")
    query = select(photo_tags.c.tag_id, many).where(photo_tags.c.owner_id == scope.library.owner_id)
    rows = rows_of(
        scope.connection,
        list(fitting),
        lambda some: query.where(photo_tags.c.tag_id.in_(some)).group_by(photo_tags.c.tag_id),
    )
    counted = {row.tag_id: row.many for row in rows}
    order = sorted(fitting, key=lambda tag: (-counted.get(tag, 0), fitting[tag]))
    return [Counted(fitting[t], fitting[t], counted.get(t, 0)) for t in order[:most]]


def _counts(scope: Scope, found: Found, most: int) -> list[Counted]:
    """The tags of most photos; which these are is seen from a sample where there are many."""
    owner = scope.library.owner_id
    many = func.count().label("many")

    def counted(among: Found) -> Select[Any]:
        return (
            select(photo_tags.c.tag_id, many)
            .where(among.owned(photo_tags.c.owner_id, owner), among.has(photo_tags.c.photo_id))
            .group_by(photo_tags.c.tag_id)
        )

    sample = found.sample(owner)
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
