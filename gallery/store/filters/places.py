"""Where a photo was taken: `place:`, a town, a region or a country."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache

from sqlalchemy import Select, and_, or_, select

from gallery.matching import among, fold, has_words
from gallery.query import Term, Value
from gallery.records import Locality
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
from gallery.store.filters.tally import Found, everyone, tally
from gallery.store.tables import photos

Known = tuple[Locality, ...]

# Places of so many libraries are named once, and not with every word that is typed.
_LIBRARIES = 4
_COLUMNS = (photos.c.country, photos.c.region, photos.c.city)


def _known(scope: Scope) -> Known:
    """Every place at which a photo was taken."""
    if "places" not in scope.kept:
        rows = scope.connection.execute(
            select(*_COLUMNS)
            .where(photos.c.owner_id == scope.library.owner_id, photos.c.country.is_not(None))
            .distinct()
        )
        found = (Locality(row.city, row.region, row.country) for row in rows)
        scope.kept["places"] = tuple(found)
    known: Known = scope.kept["places"]
    return known


def _areas(place: Locality) -> list[Locality]:
    """A place with the region and the country it is in, the largest first."""
    whole = [Locality(None, None, place.country)]
    if place.region:
        whole.append(Locality(None, place.region, place.country))
    if place.city:
        whole.append(place)
    return whole


def _is_region(area: Locality) -> bool:
    return area.city is None and area.region is not None


def _own_name(area: Locality) -> str:
    return area.city or area.region or area.country or ""


@lru_cache(maxsize=_LIBRARIES)
def _areas_of(known: Known) -> list[Locality]:
    """Every area that some places lie in, each once."""
    return list(dict.fromkeys(area for place in known for area in _areas(place)))


@lru_cache(maxsize=_LIBRARIES)
def _by_name(known: Known) -> dict[str, list[Locality]]:
    """What each name means: the country of this name, else towns, else regions.

    An area is called `Paris`, and in full `Paris, Texas, United States`. The canton of Zurich is
    asked for as `Zurich, Switzerland`, and not by the name of its town.
    """
    same: dict[str, list[Locality]] = {}
    for area in _areas_of(known):
        for name in {fold(_own_name(area)), fold(area.name)}:
            same.setdefault(name, []).append(area)
    return {name: _first_of(areas) for name, areas in same.items()}


def _first_of(areas: list[Locality]) -> list[Locality]:
    countries = [area for area in areas if area.region is None and area.city is None]
    return countries or [area for area in areas if not _is_region(area)] or areas


def _meant(known: Known, wanted: str) -> list[Locality]:
    """The areas of this name, else those that have its words."""
    return _by_name(known).get(fold(wanted)) or _with_words(known, wanted)


def _with_words(known: Known, wanted: str, *, whole: bool = False) -> list[Locality]:
    """Areas that have words in their names; without what lies in another one of them."""
    found = {area for area in _areas_of(known) if has_words(area.name, wanted, whole=whole)}
    return [area for area in found if not found.intersection(_areas(area)[:-1])]


def _in(areas: Iterable[Locality]) -> Condition:
    return or_(*(_inside(area) for area in areas))


def _inside(area: Locality) -> Condition:
    own = [photos.c.country == area.country]
    if area.city or area.region:
        own.append(photos.c.region.is_not_distinct_from(area.region))
    if area.city:
        own.append(photos.c.city == area.city)
    return and_(*own)


def _photos_in(scope: Scope, areas: Collection[Locality]) -> Select[tuple[int]]:
    # Of the index of places alone, and not photo by photo.
    return select(photos.c.id).where(photos.c.owner_id == scope.library.owner_id, _in(areas))


def _place(scope: Scope, term: Term) -> Condition:
    known = _known(scope)
    return each(term, lambda value: photos.c.id.in_(_photos_in(scope, _asked(known, value))))


def _asked(known: Known, value: Value) -> list[Locality]:
    found = _meant(known, value.text)
    if not found:
        near = among(value.text, {_own_name(area) for area in _areas_of(known)})
        raise refuse(value, f"There is no photo from a place “{value.text}”.{near}")
    return found


def _words(scope: Scope, value: Value) -> Select[tuple[int]] | None:
    found = _with_words(_known(scope), value.text, whole=value.quoted)
    return _photos_in(scope, found) if found else None


def _reasons(scope: Scope, value: Value, ids: Sequence[int]) -> dict[int, list[str]]:
    """The town, and the larger area that was asked for."""
    known = _known(scope)
    found = {*_meant(known, value.text), *_with_words(known, value.text, whole=value.quoted)}
    # A sum is in no index: the few are not looked for among all.
    mine = photos.c.owner_id + 0 == scope.library.owner_id
    query = select(photos.c.id, *_COLUMNS).where(mine, photos.c.country.is_not(None))
    said = {}
    for row in rows_of(scope.connection, ids, lambda some: query.where(photos.c.id.in_(some))):
        place = Locality(row.city, row.region, row.country)
        asked = [area for area in reversed(_areas(place)) if area in found]
        if asked:
            own, larger = _own_name(place), _own_name(asked[0])
            said[row.id] = [own if fold(own) == fold(larger) else f"{own}, {larger}"]
    return said


@lru_cache(maxsize=_LIBRARIES)
def _named(known: Known) -> dict[Locality, str]:
    """How each area is asked for: by its own name, or if that means another one, in full.

    One that even so means another one is left out, such as a town in the country of its name.
    """
    meaning = _by_name(known)
    named: dict[Locality, str] = {}
    for area in _areas_of(known):
        for name in (_own_name(area), area.name):
            if meaning[fold(name)] == [area]:
                named.setdefault(area, name)
    return named


def _counted(scope: Scope, found: Found) -> dict[Locality, int]:
    query = select(*_COLUMNS, photos.c.id).where(
        photos.c.owner_id == scope.library.owner_id, photos.c.country.is_not(None)
    )
    many = tally(scope.library, found, "places", query).most()
    return {Locality(city, region, country): n for (country, region, city), n in many}


def _per_name(named: Mapping[Locality, str], many: Mapping[Locality, int]) -> dict[str, int]:
    """Photos by what an area is asked for."""
    total: dict[str, int] = {}
    for place, photos_there in many.items():
        for area in _areas(place):
            if area in named:
                total[named[area]] = total.get(named[area], 0) + photos_there
    return total


def _most(total: Mapping[str, int], most: int) -> list[Counted]:
    order = sorted(total, key=lambda name: (-total[name], name))
    return [Counted(name, name, total[name]) for name in order[:most]]


def _begins(area: Locality, name: str, typed: str) -> bool:
    """Whether it may be meant; `fra` is France, and not each of its towns."""
    several = len(typed.split()) > 1
    return not typed or has_words(name if several else _own_name(area), typed)


def _offers(scope: Scope, typed: str, most: int) -> list[Counted]:
    named = _named(_known(scope))
    fitting = {area: name for area, name in named.items() if _begins(area, name, typed)}
    if not fitting:
        return []
    many = _counted(scope, everyone(scope.library))
    usual = _per_name({a: n for a, n in fitting.items() if not _is_region(a)}, many)
    regions = _per_name({a: n for a, n in fitting.items() if _is_region(a)}, many)
    return [*_most(usual, most), *_most(regions, most)][:most]


def _counts(scope: Scope, found: Found, most: int) -> list[Counted]:
    """Countries and towns; few look for regions, which would be in the way."""
    many = _counted(scope, found)
    # By the names of all places, so that each is asked for as it is anywhere.
    named = _named(_known(scope)) if many else {}
    shown = {area: name for area, name in named.items() if not _is_region(area)}
    return _most(_per_name(shown, many), most)


register(
    Filter(
        name="place",
        says="where it was taken: a town, a region or a country",
        example="place:Lyon",
        condition=_place,
        offers=_offers,
        counts=_counts,
        title="Places",
        words=_words,
        reasons=_reasons,
    )
)
