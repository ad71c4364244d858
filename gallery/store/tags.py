"""Which tags photos have: given by the sidecar, the user or the tagger, or made by the faces."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    ScalarSelect,
    Select,
    and_,
    case,
    func,
    or_,
    select,
)

from gallery.people_tags import PEOPLE_TAGS, PeopleTag, people_tag
from gallery.store.batches import rows_of
from gallery.store.binned import in_bin, in_sight
from gallery.store.library import Library
from gallery.store.tables import photo_tags, photos, tags

USER, SIDECAR, FACES = "user", "sidecar", "faces"
# What people said; anything else is the version of a tagger, and is replaced by the next.
SAID = (USER, SIDECAR)
PEOPLE = {tag.name: tag for tag in PEOPLE_TAGS}


class GivenTag(NamedTuple):
    """How a photo came to a tag: from whom, how sure that is, and whether a user took it away."""

    source: str
    confidence: float | None = None
    removed: bool = False


@dataclass(frozen=True, slots=True)
class PhotoTag:
    """A tag that a photo has.

    Args:
        name: for people.
        source: user, sidecar, the version of a tagger, or `faces` where it follows from them.
        confidence: 0 to 1; None where it is no guess.
    """

    name: str
    source: str
    confidence: float | None


def of_photo(library: Library, photo_id: int) -> list[PhotoTag]:
    """The tags of a photo: those that people gave, those of its faces, then the surest."""
    query = (
        select(tags.c.name, photo_tags.c.source, photo_tags.c.confidence, photo_tags.c.removed)
        .join(photo_tags)
        .where(photo_tags.c.photo_id == photo_id, photo_tags.c.owner_id == library.owner_id)
        .order_by(tags.c.name)
    )
    with library.read() as connection:
        rows = connection.execute(query).all()
        looked = connection.execute(face_facts(library, [photo_id])).one_or_none()
    found = [PhotoTag(r.name, r.source, r.confidence) for r in rows if not r.removed]
    derived = None if looked is None else people_tag(looked.faces, looked.share)
    if derived is not None and derived not in {row.name for row in rows}:
        found.append(PhotoTag(derived, FACES, None))
    order = {USER: 0, SIDECAR: 0, FACES: 1}
    return sorted(found, key=lambda tag: (order.get(tag.source, 2), -(tag.confidence or 1.0)))


def face_facts(library: Library, photo_ids: Sequence[int]) -> Select[Any]:
    """Number and largest height of the faces of photos that were looked at for any."""
    return select(
        photos.c.id, photos.c.face_count.label("faces"), photos.c.face_share.label("share")
    ).where(
        photos.c.owner_id == library.owner_id,
        photos.c.id.in_(photo_ids),
        photos.c.detector.is_not(None),
    )


def by_faces(library: Library, connection: Connection, photo_ids: Sequence[int]) -> dict[int, str]:
    """The tag that follows from the faces of each of some photos, where one does."""
    rows = rows_of(connection, photo_ids, lambda some: face_facts(library, some))
    found = {row.id: people_tag(row.faces, row.share) for row in rows}
    return {photo: tag for photo, tag in found.items() if tag is not None}


def of_photos(library: Library, photo_ids: Sequence[int]) -> list[tuple[str, int]]:
    """Every tag that one of some photos has, with how many of them have it, the most first."""
    query = (
        select(photo_tags.c.photo_id, photo_tags.c.removed, tags.c.name)
        .join(tags, tags.c.id == photo_tags.c.tag_id)
        .where(photo_tags.c.owner_id == library.owner_id)
    )
    many: Counter[str] = Counter()
    said: set[tuple[int, str]] = set()
    with library.read() as connection:
        for row in rows_of(
            connection, photo_ids, lambda some: query.where(photo_tags.c.photo_id.in_(some))
        ):
            said.add((row.photo_id, row.name))
            many[row.name] += not row.removed
        derived = by_faces(library, connection, photo_ids)
    many.update(tag for photo, tag in derived.items() if (photo, tag) not in said)
    return sorted(
        ((name, count) for name, count in many.items() if count),
        key=lambda row: (-row[1], row[0].casefold()),
    )


def _id_of(library: Library, name: str) -> ScalarSelect[int]:
    mine = tags.c.owner_id == library.owner_id
    return select(tags.c.id).where(mine, tags.c.name == name).scalar_subquery()


def having(library: Library, name: str) -> ColumnElement[bool]:
    """The condition that a photo has a tag, for any query about photos."""
    given = select(photo_tags.c.photo_id).where(
        photo_tags.c.owner_id == library.owner_id,
        photo_tags.c.tag_id == _id_of(library, name),
    )
    has = photos.c.id.in_(given.where(photo_tags.c.removed.is_(False)))
    tag = PEOPLE.get(name)
    if tag is None:
        return has
    taken_away = photos.c.id.in_(given.where(photo_tags.c.removed))
    return or_(has, and_(_follows(tag), ~taken_away))


def _follows(tag: PeopleTag) -> ColumnElement[bool]:
    """The condition that the faces of a photo make it something."""
    many = photos.c.face_count
    if tag.most == 0:
        return and_(photos.c.detector.is_not(None), many == 0)
    enough = many >= tag.fewest if tag.most is None else many.between(tag.fewest, tag.most)
    return and_(enough, photos.c.face_share >= tag.share) if tag.share else enough


def listed(library: Library) -> list[tuple[str, int]]:
    """Every tag that a photo has, with how many have it, the most frequent first."""
    given = (
        select(photo_tags.c.tag_id, func.count().label("many"))
        .where(
            photo_tags.c.owner_id == library.owner_id,
            photo_tags.c.removed.is_(False),
            photo_tags.c.photo_id.not_in(in_bin(library.owner_id)),
        )
        .group_by(photo_tags.c.tag_id)
        .subquery()
    )
    query = select(tags.c.name, given.c.many).join(given, given.c.tag_id == tags.c.id)
    with library.read() as connection:
        found = {str(name): int(many) for name, many in connection.execute(query)}
        found |= _counts_by_faces(library, connection)
    rows = [(name, many) for name, many in found.items() if many]
    return sorted(rows, key=lambda row: (-row[1], row[0].casefold()))


def _counts_by_faces(library: Library, connection: Connection) -> dict[str, int]:
    """How many photos have each of the tags that follow from faces, or were said by a user."""
    mine = photos.c.owner_id == library.owner_id
    found = {}
    for tag in PEOPLE_TAGS:
        # The faces of a photo in the bin are none.
        follows = (mine, _follows(tag), *(() if tag.fewest else (in_sight,)))
        # Where a user said something, that counts, and not the faces.
        said = (
            select(
                func.count(case((_follows(tag), 1))),
                func.count(case((photo_tags.c.removed.is_(False), 1))),
            )
            .select_from(photo_tags.join(photos, photos.c.id == photo_tags.c.photo_id))
            .where(
                photo_tags.c.owner_id == library.owner_id,
                photo_tags.c.tag_id == _id_of(library, tag.name),
                # A sum is in no index: few photos are meant, and not all that are in sight.
                photos.c.owner_id + 0 == library.owner_id,
                in_sight,
            )
        )
        by_faces = connection.execute(select(func.count()).select_from(photos).where(*follows))
        less, more = connection.execute(said).one()
        found[tag.name] = int(by_faces.scalar_one()) - int(less) + int(more)
    return found


def _counted(library: Library, name: str) -> Select[Any]:
    mine = (photos.c.owner_id == library.owner_id, in_sight, having(library, name))
    return select(func.count()).select_from(photos).where(*mine)


def names(library: Library) -> list[str]:
    """Every tag that was ever given to a photo, and those of faces, by name."""
    query = select(tags.c.name).where(tags.c.owner_id == library.owner_id)
    with library.read() as connection:
        found = set(connection.execute(query).scalars())
    return sorted(found | set(PEOPLE), key=str.casefold)


def spelled(library: Library, name: str) -> str | None:
    """A tag as the library writes it, small and capital letters aside; None where it has none."""
    return next((one for one in names(library) if one.casefold() == name.casefold()), None)


def count(library: Library, name: str) -> int:
    """How many photos have a tag."""
    with library.read() as connection:
        return int(connection.execute(_counted(library, name)).scalar_one())
