"""What is known of a photo by itself: `date:`, `camera:`, `faces:`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from gallery.date_words import read_span
from gallery.matching import among, has_words, meant
from gallery.query import Term, Value
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
from gallery.store.tables import photos
from gallery.wording import counted

_COUNT = re.compile(r"(\d{1,6})?(\.\.)?(\d{1,6})?", re.ASCII)
# From so many on, faces are counted together.
_MANY_FACES = 5


def _date(scope: Scope, term: Term) -> Condition:  # noqa: ARG001 - photos say whose they are
    return each(term, _during)


def _during(value: Value) -> Condition:
    span = read_span(value.text)
    if span is None:
        raise refuse(
            value,
            f"“{value.text}” is no date. Write 2019, 2019-06, 2019-06-14, “June 2019”, "
            "“summer 2019”, or two with .. between them.",
        )
    ends = [photos.c.shown_at >= span.start] if span.start else []
    if span.end:
        ends.append(photos.c.shown_at < span.end)
    return and_(*ends)


def _years(scope: Scope, found: Found, most: int) -> list[Counted]:
    """The latest years that have any."""
    year = func.extract("year", photos.c.shown_at)
    told = _tally(scope, found, "years", select(year, photos.c.id)).most()
    latest = sorted(told, reverse=True)[:most]
    return [Counted(str(year), str(year), many) for year, many in latest]


def _tally(scope: Scope, found: Found, name: str, query: Select[Any]) -> Tally:
    mine = photos.c.owner_id == scope.library.owner_id
    return tally(scope.library, found, name, query.where(mine))


def _year_offers(scope: Scope, typed: str, most: int) -> list[Counted]:
    every = _years(scope, everyone(scope.library), 1000)
    return [one for one in every if one.text.startswith(typed)][:most]


def camera_label(make: str | None, model: str | None) -> str:
    """`Canon EOS 80D` of `Canon` and `Canon EOS 80D`, which most cameras write."""
    made, own = (make or "").strip(), (model or "").strip()
    first = made.split(" ")[0].casefold()
    return (
        own if not made or (first and own.casefold().startswith(first)) else f"{made} {own}".strip()
    )


def _cameras(scope: Scope) -> dict[tuple[str | None, str | None], str]:
    """Every camera there is, from the index of cameras alone: also of photos in the bin."""
    rows = scope.connection.execute(
        select(photos.c.camera_make, photos.c.camera_model)
        .where(photos.c.owner_id == scope.library.owner_id)
        .distinct()
    )
    found = {(row.camera_make, row.camera_model): camera_label(*row) for row in rows}
    return {camera: label for camera, label in found.items() if label}


def _camera(scope: Scope, term: Term) -> Condition:
    known = _cameras(scope)
    return each(term, lambda value: _taken_with(known, value))


def _taken_with(known: Mapping[tuple[str | None, str | None], str], value: Value) -> Condition:
    found = meant(known, value.text)
    # The maker alone may not be in what the camera is called.
    found = found or [c for c in known if has_words(f"{c[0] or ''} {c[1] or ''}", value.text)]
    if not found:
        near = among(value.text, set(known.values()))
        raise refuse(value, f"There is no photo by a camera “{value.text}”.{near}")
    return or_(
        *(
            and_(photos.c.camera_make.is_not_distinct_from(make),
                 photos.c.camera_model.is_not_distinct_from(model))
            for make, model in found
        )
    )  # fmt: skip


def _camera_counts(scope: Scope, found: Found, most: int) -> list[Counted]:
    query = select(photos.c.camera_make, photos.c.camera_model, photos.c.id)
    many: dict[str, int] = {}
    for camera, count in _tally(scope, found, "cameras", query).most():
        label = camera_label(*camera)
        if label:
            many[label] = many.get(label, 0) + count
    order = sorted(many, key=lambda label: (-many[label], label))
    return [Counted(label, label, many[label]) for label in order[:most]]


def _camera_offers(scope: Scope, typed: str, most: int) -> list[Counted]:
    labels = sorted(set(_cameras(scope).values()))
    fitting = [label for label in labels if not typed or has_words(label, typed)]
    return [Counted(label, label) for label in fitting[:most]]


def _faces(scope: Scope, term: Term) -> Condition:  # noqa: ARG001 - photos say whose they are
    return each(term, _with_faces)


def _with_faces(value: Value) -> Condition:
    found = _COUNT.fullmatch(value.text)
    if found is None or not (found[1] or found[3]):
        raise refuse(
            value,
            f"“{value.text}” is no number of faces. Write 2, 2..4, 3.. or ..2, such as faces:2.",
        )
    least = int(found[1] or 0)
    most = int(found[3]) if found[3] else None if found[2] else least
    return with_faces(least, most)


def with_faces(least: int, most: int | None) -> Condition:
    """The condition that a photo has so many faces."""
    many = photos.c.face_count
    return many >= least if most is None else many.between(least, most)


def _face_counts(scope: Scope, found: Found, most: int) -> list[Counted]:
    told = _tally(scope, found, "faces", select(photos.c.face_count, photos.c.id))
    many = dict(told.most())
    exact = [
        Counted(str(n), counted(n, "face") if n else "No faces", many[n])
        for n in range(_MANY_FACES)
        if many.get(n)
    ]
    rest = sum(count for number, count in many.items() if number >= _MANY_FACES)
    return [
        *exact,
        *([Counted(f"{_MANY_FACES}..", f"{_MANY_FACES} faces or more", rest)] if rest else []),
    ][:most]


register(
    Filter(
        name="date",
        says="when it was taken: 2019, 2019-06, 2019-06-14, “June 2019”, “summer 2019”, or from "
        "one to another with .. between",
        example="date:2019-06..2019-08",
        condition=_date,
        offers=_year_offers,
        counts=_years,
        title="Years",
        single=True,
    )
)
register(
    Filter(
        name="camera",
        says="the camera, by maker or model",
        example="camera:canon",
        condition=_camera,
        offers=_camera_offers,
        counts=_camera_counts,
        title="Cameras",
        single=True,
    )
)
register(
    Filter(
        name="faces",
        says="how many faces: 2, 3.., 1..4",
        example="faces:3..",
        condition=_faces,
        counts=_face_counts,
        title="Faces",
        single=True,
    )
)
