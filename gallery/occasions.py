"""What events are called after: tags that tell an occasion, and holidays that a date tells."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

Day = tuple[int, int]  # month, day


@dataclass(frozen=True, slots=True)
class Occasion:
    """An occasion that is told by what is in the photos.

    Args:
        name: of an event.
        tags: in small letters; any of them tells it.
        share: of the event's photos that must have one of them, 0 to 1.
        first: day of the year from which on it is believed.
        last: day of the year up to which it is.
    """

    name: str
    tags: frozenset[str]
    share: float
    first: Day = (1, 1)
    last: Day = (12, 31)

    def is_in_season(self, day: date) -> bool:
        """Whether it can be at that time of the year."""
        today = (day.month, day.day)
        if self.first <= self.last:
            return self.first <= today <= self.last
        return today >= self.first or today <= self.last


def _listed(text: str) -> frozenset[str]:
    return frozenset(word.strip() for word in text.split(","))


# The first that fits names the event. What happens once a year or less needs few photos; where one
# was, or what one did, needs a good part of them. Words are those of the automatic tags, of
# ImageNet's classes, and such as people write themselves.
OCCASIONS = (
    Occasion("Wedding", _listed("wedding, groom, bride, bridegroom"), 0.03),
    Occasion("Graduation", _listed("graduation, mortarboard"), 0.03),
    Occasion("Christening", _listed("christening, baptism"), 0.03),
    Occasion("Birthday", _listed("birthday, birthday party, birthday cake"), 0.03),
    Occasion(
        "Christmas", _listed("christmas, christmas stocking, christmas tree"), 0.03, (12, 1), (1, 6)
    ),
    Occasion("Halloween", _listed("halloween, jack-o'-lantern"), 0.03, (10, 15), (11, 5)),
    Occasion("Carnival", _listed("carnival"), 0.1, (1, 6), (3, 15)),
    Occasion("Fireworks", _listed("fireworks"), 0.2),
    Occasion("Concert", _listed("concert"), 0.2),
    Occasion("Skiing", _listed("skiing, ski"), 0.2),
    Occasion("Diving", _listed("diving, scuba diver, snorkel"), 0.2),
    Occasion("Camping", _listed("camping, mountain tent"), 0.2),
    Occasion("Hike", _listed("hike, hiking"), 0.2),
    Occasion("Picnic", _listed("picnic"), 0.2),
    Occasion("Zoo", _listed("zoo"), 0.2),
    Occasion("Museum", _listed("museum"), 0.3),
    Occasion("Beach", _listed("beach, seashore"), 0.3),
    Occasion("Mountains", _listed("mountain, mountains, alp"), 0.4),
)
# A tag of a single photo may be wrong.
_LEAST_PHOTOS = 2

CHRISTMAS = "Christmas"
NEW_YEAR = "New Year's Eve"
_CHRISTMAS_DAYS = ((12, 24), (12, 25), (12, 26))
# Hours on either side of midnight; who photographs on both sees the new year in.
_MIDNIGHT = timedelta(hours=3)

# Where 25 December is a public holiday, and so likely what photos of these days are about. Names
# as in the table of places; elsewhere, and where the country is not known, only tags say so.
CHRISTMAS_COUNTRIES = _listed(
    "Argentina, Australia, Austria, Belgium, Bolivia, Brazil, Bulgaria, Canada, Chile, Colombia, "
    "Costa Rica, Croatia, Cuba, Cyprus, Czech Republic, Denmark, Ecuador, El Salvador, Estonia, "
    "Finland, France, Germany, Ghana, Greece, Guatemala, Honduras, Hungary, Iceland, Ireland, "
    "Italy, Kenya, Latvia, Liechtenstein, Lithuania, Luxembourg, Malta, Mexico, Monaco, Namibia, "
    "Netherlands, New Zealand, Nicaragua, Norway, Panama, Paraguay, Peru, Philippines, Poland, "
    "Portugal, Puerto Rico, Romania, San Marino, Slovakia, Slovenia, South Africa, Spain, Sweden, "
    "Switzerland, Uganda, United Kingdom, United States, Uruguay, Zambia, Zimbabwe"
)


def by_tags(tags: dict[str, int], photos: int, day: date) -> str | None:
    """The occasion that tags tell, or None.

    Args:
        tags: photos with each tag, whatever its capitals.
        photos: of the event.
        day: on which it began.
    """
    counts: dict[str, int] = {}
    for tag, count in tags.items():
        counts[tag.casefold()] = counts.get(tag.casefold(), 0) + count
    for occasion in OCCASIONS:
        # A photo may have several of its tags, so that they cannot be added up.
        most = max((counts.get(tag, 0) for tag in occasion.tags), default=0)
        enough = max(_LEAST_PHOTOS, occasion.share * photos)
        if most >= enough and occasion.is_in_season(day):
            return occasion.name
    return None


def by_date(starts: datetime, ends: datetime, country: str | None) -> str | None:
    """The holiday that a date alone tells, only where there is little doubt; else None.

    Args:
        starts: wall clock of the first photo.
        ends: of the last one.
        country: in which all of it was; None where that is not known.
    """
    midnight = datetime(starts.year + 1, 1, 1)
    if midnight - starts <= 2 * _MIDNIGHT and timedelta() <= ends - midnight <= 2 * _MIDNIGHT:
        return NEW_YEAR
    days = {(when.month, when.day) for when in (starts, ends)}
    short = ends - starts < timedelta(days=3)
    if short and days <= set(_CHRISTMAS_DAYS) and country in CHRISTMAS_COUNTRIES:
        return CHRISTMAS
    return None
