"""Who is in a photo: `person:`, `only:`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, Select, and_, select

from gallery.matching import among, fold, has_words, meant
from gallery.query import Term, Value
from gallery.store.batches import rows_of
from gallery.store.faces import present
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
from gallery.store.tables import faces, memberships, people, photos
from gallery.wording import apart

# Of so many times those that are shown it is looked up who has a name, and who is hidden.
_LOOKED_AT = 3


def names(scope: Scope) -> dict[int, str]:
    """The names of those who have one, by id."""
    rows = scope.connection.execute(
        select(people.c.id, people.c.name).where(
            people.c.owner_id == scope.library.owner_id, people.c.name.is_not(None)
        )
    )
    return {row.id: row.name for row in rows}


def whom(scope: Scope, value: Value) -> list[int]:
    """The persons a value means: those of this name, else those with these words in it.

    Raises:
        QueryError: It means nobody.
    """
    known = names(scope)
    found = meant(known, value.text) or _numbered(scope, value.text)
    if not found:
        raise refuse(
            value,
            f"There is nobody called “{value.text}”.{among(value.text, set(known.values()))}",
        )
    return found


def _numbered(scope: Scope, text: str) -> list[int]:
    """The person that goes by `Person 7`, also who has a name: namesakes are told apart by it."""
    word, _, number = fold(text).rpartition(" ")
    if word != "person" or not number.isascii() or not number.isdigit() or len(number) > 9:
        return []
    return list(
        scope.connection.execute(
            select(people.c.id).where(
                people.c.owner_id == scope.library.owner_id,
                people.c.number == int(number),
            )
        ).scalars()
    )


def _photos_of(scope: Scope, persons: Sequence[int]) -> Select[tuple[int]]:
    """The photos in which one of some persons is."""
    return (
        select(faces.c.photo_id)
        .join(memberships, memberships.c.face_id == faces.c.id)
        .where(
            memberships.c.owner_id == scope.library.owner_id, memberships.c.person_id.in_(persons)
        )
    )


def _showing(scope: Scope, persons: Sequence[int]) -> Condition:
    return photos.c.id.in_(_photos_of(scope, persons))


def _person(scope: Scope, term: Term) -> Condition:
    return each(term, lambda value: _showing(scope, whom(scope, value)))


def _only(scope: Scope, term: Term) -> Condition:
    """All of them are in the photo, and no other face."""
    groups = [whom(scope, value) for value in term.values]
    theirs = [person for group in groups for person in group]
    others = (
        select(faces.c.id)
        .outerjoin(memberships, memberships.c.face_id == faces.c.id)
        .where(
            faces.c.owner_id == scope.library.owner_id,
            faces.c.photo_id == photos.c.id,
            present,
            memberships.c.person_id.is_(None) | memberships.c.person_id.not_in(theirs),
        )
        .correlate(photos)
    )
    return and_(*(_showing(scope, group) for group in groups), ~others.exists())


def _words(scope: Scope, value: Value) -> Select[tuple[int]] | None:
    found = _named(scope, value)
    return _photos_of(scope, list(found)) if found else None


def _named(scope: Scope, value: Value) -> dict[int, str]:
    return {
        person: name
        for person, name in names(scope).items()
        if has_words(name, value.text, whole=value.quoted)
    }


def _reasons(scope: Scope, value: Value, ids: Sequence[int]) -> dict[int, list[str]]:
    """Who of the persons that were asked for is in each photo."""
    known = names(scope)
    wanted = set(meant(known, value.text)) | set(_named(scope, value))
    wanted |= set(_numbered(scope, value.text))
    if not wanted:
        return {}
    # By photo first: somebody may be in thousands of others.
    query = (
        select(faces.c.photo_id, people.c.id, people.c.number)
        .join(memberships, memberships.c.face_id == faces.c.id)
        .join(people, people.c.id == memberships.c.person_id)
        .where(faces.c.owner_id == scope.library.owner_id)
        .distinct()
    )
    said: dict[int, list[str]] = {}
    for row in rows_of(scope.connection, ids, lambda some: query.where(faces.c.photo_id.in_(some))):
        if row.id in wanted:
            said.setdefault(row.photo_id, []).append(known.get(row.id, f"Person {row.number}"))
    return {photo: sorted(who) for photo, who in said.items()}


def _offers(scope: Scope, typed: str, most: int) -> list[Counted]:
    known = names(scope)
    fitting = [person for person, name in known.items() if not typed or has_words(name, typed)]
    many = _tally(scope, everyone(scope.library)).of(fitting)
    fitting.sort(key=lambda person: (-many.get(person, 0), known[person]))
    called = _called(scope, fitting[:most])
    return [Counted(*called[person], many.get(person, 0)) for person in fitting[:most]]


def _called(scope: Scope, persons: Sequence[int]) -> dict[int, tuple[str, str]]:
    """How a query names some persons, and how people do; namesakes go by their numbers."""
    known = names(scope)
    labels = apart(known)
    shared = Counter(map(fold, known.values()))
    # A sum is in no index: the few are not looked for among everybody.
    mine = people.c.owner_id + 0 == scope.library.owner_id
    query = select(people.c.id, people.c.number).where(mine)
    rows = rows_of(scope.connection, persons, lambda some: query.where(people.c.id.in_(some)))
    called = {}
    for row in rows:
        number, name = f"Person {row.number}", known.get(row.id)
        text = name if name is not None and shared[fold(name)] == 1 else number
        called[row.id] = (text, labels.get(row.id, number))
    return called


def _tally(scope: Scope, found: Found) -> Tally:
    """In how many photos each person is."""
    owner = scope.library.owner_id
    theirs = select(memberships.c.person_id, memberships.c.face_id)
    photo_of = select(faces.c.id, faces.c.photo_id).where(faces.c.owner_id == owner)
    query = theirs.where(memberships.c.owner_id == owner)
    return tally(scope.library, found, "people", query, through=photo_of)


def _counts(scope: Scope, found: Found, most: int) -> list[Counted]:
    """Who is in most of the photos; those with a name before the others."""
    many = dict(_tally(scope, found).most(_LOOKED_AT * most))
    shown = _shown(scope, list(many))
    shown = sorted(shown, key=lambda row: (row.name is None, -many[row.id], row.number))[:most]
    called = _called(scope, [row.id for row in shown])
    shown.sort(key=lambda row: (-many[row.id], called[row.id]))
    return [Counted(*called[row.id], many[row.id]) for row in shown]


def _shown(scope: Scope, persons: Sequence[int]) -> list[Row[Any]]:
    """Those of some persons who are neither hidden nor ignored."""
    # A sum is in no index: the few are not looked for among everybody.
    mine = people.c.owner_id + 0 == scope.library.owner_id
    query = select(people.c.id, people.c.name, people.c.number).where(
        mine, people.c.hidden.is_(False), people.c.ignored.is_(False)
    )
    return list(rows_of(scope.connection, persons, lambda some: query.where(people.c.id.in_(some))))


register(
    Filter(
        name="person",
        says="somebody in the photo; any of several: person:Ada|Grace, or any:(Ada, Grace); "
        "all of them: person:Ada person:Grace",
        example='person:"Ada Lovelace"',
        condition=_person,
        offers=_offers,
        counts=_counts,
        title="People",
        words=_words,
        selective=True,
        reasons=_reasons,
    )
)
register(
    Filter(
        name="only",
        says="these people, and no other face",
        example="only:(Ada, Grace)",
        condition=_only,
        offers=_offers,
        selective=True,
        reasons=_reasons,
    )
)
