"""What is in an event -> what it is called: "Wedding, 14 June 2024, Lyon"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from gallery.occasions import by_date, by_tags
from gallery.records import Locality

# A party that ends before is of the day before.
_DAY_BEGINS = timedelta(hours=5)
# Of the photos with a known place, to name it after that place.
_MOST = 0.6
# Of the photos, to name it after somebody.
_IN_MOST = 0.5
_LEAST_WITH = 3
_MOST_PEOPLE = 2


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of an event.

    Args:
        photos: how many.
        starts: wall clock of the first one.
        ends: of the last one.
        tags: photos with each tag.
        places: photos at each place; those of unknown place are left out.
        people: names, and the photos each is in; only people who have a name.
        by_camera: whether any photo is dated by its camera, rather than by its file.
    """

    photos: int
    starts: datetime
    ends: datetime
    tags: Mapping[str, int] = field(default_factory=dict)
    places: Mapping[Locality, int] = field(default_factory=dict)
    people: Mapping[str, int] = field(default_factory=dict)
    by_camera: bool = True


@dataclass(frozen=True, slots=True)
class EventName:
    """A name in its parts; what or where may be missing.

    Args:
        what: the occasion, or who is in most photos.
        when: a day or several.
        where: a town, a region, a country or two.
    """

    what: str | None
    when: str
    where: str | None

    def __str__(self) -> str:
        parts = (self.what, self.when, self.where) if self.what else (self.where, self.when)
        said = ", ".join(part for part in parts if part)
        return said[:1].upper() + said[1:]


def name_of(facts: Facts) -> EventName:
    """What an event is called after what is in it."""
    day = facts.starts.date()
    countries = {place.country for place in facts.places}
    country = countries.pop() if len(countries) == 1 else None
    what = by_tags(dict(facts.tags), facts.photos, day)
    if what is None and facts.by_camera:
        what = by_date(facts.starts, facts.ends, country)
    when = days_in_words(facts.starts, facts.ends)
    if not facts.by_camera:
        # The day a file was made may be the day it was copied.
        when = f"files of {when}"
    return EventName(what or _who(facts), when, _where(facts.places))


def _who(facts: Facts) -> str | None:
    enough = max(_LEAST_WITH, _IN_MOST * facts.photos)
    often = [name for name, count in facts.people.items() if count >= enough]
    first = sorted(often, key=lambda name: (-facts.people[name], name))[:_MOST_PEOPLE]
    return " and ".join(first) or None


def _where(places: Mapping[Locality, int]) -> str | None:
    """The smallest area most photos are from."""
    total = sum(places.values())
    for key in ("city", "region", "country"):
        counts: dict[Locality, int] = {}
        for place, count in places.items():
            area = _area(place, key)
            counts[area] = counts.get(area, 0) + count
        area, count = max(counts.items(), key=lambda item: item[1], default=(Locality(), 0))
        name: str | None = getattr(area, key)
        if name and count >= _MOST * total:
            return name
    countries = sorted({place.country for place in places if place.country})
    return " and ".join(countries) if len(countries) == 2 else None


def _area(place: Locality, key: str) -> Locality:
    """A place without what is smaller than the key: there is a Paris in Texas too."""
    if key == "city":
        return place
    return Locality(None, place.region if key == "region" else None, place.country)


def days_in_words(starts: datetime, ends: datetime) -> str:
    """`14 June 2024`, `3 to 9 May 2024`, `30 May to 2 June 2024`."""
    first = starts.date()
    last = max(first, (ends - _DAY_BEGINS).date())
    if first == last:
        return _day(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {_day(last)}"
    if first.year == last.year:
        return f"{first.day} {first:%B} to {_day(last)}"
    return f"{_day(first)} to {_day(last)}"


def _day(when: date) -> str:
    return f"{when.day} {when:%B} {when.year}"
