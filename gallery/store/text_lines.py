"""Lines of text that were read in photos, and which photos are still to be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, or_, select, update

from gallery.protocols import TextLine as TextLine
from gallery.store import text_index
from gallery.store.binned import in_bin, in_sight
from gallery.store.library import Library
from gallery.store.tables import photos
from gallery.store.text_tables import text_lines


@dataclass(frozen=True, slots=True)
class Unread:
    """A photo that is to be read.

    Args:
        id: of the photo.
        sha256: of its bytes, by which its thumbnail is found.
        width: of the rotated original, in pixels.
        height: likewise.
    """

    id: int
    sha256: str
    width: int
    height: int

    @property
    def longest_side(self) -> int:
        """In pixels."""
        return max(self.width, self.height)


@dataclass(frozen=True, slots=True)
class WithText:
    """A photo with text: how many lines there are, and the first."""

    photo_id: int
    lines: int
    first: str


def put(library: Library, connection: Connection, photo_id: int, lines: Sequence[TextLine]) -> None:
    """Keep the lines of a photo, in the order they are read, in place of those there were."""
    rows = [
        {
            "owner_id": library.owner_id,
            "photo_id": photo_id,
            "position": position,
            "text": line.text,
            "confidence": line.confidence,
            **dict(zip(("x0", "y0", "x1", "y1"), line.box, strict=True)),
        }
        for position, line in enumerate(lines)
    ]
    with text_index.written_once(connection, photo_id, [line.text for line in lines]):
        connection.execute(
            delete(text_lines).where(
                text_lines.c.owner_id == library.owner_id, text_lines.c.photo_id == photo_id
            )
        )
        if rows:
            connection.execute(insert(text_lines), rows)


def of_photo(library: Library, photo_id: int) -> list[TextLine]:
    """The lines of a photo, in the order they are read."""
    query = (
        select(text_lines)
        .where(text_lines.c.owner_id == library.owner_id, text_lines.c.photo_id == photo_id)
        .order_by(text_lines.c.position)
    )
    with library.read() as connection:
        return [
            TextLine(row.text, row.confidence, (row.x0, row.y0, row.x1, row.y1))
            for row in connection.execute(query)
        ]


def unread(library: Library, version: str, limit: int | None = None) -> list[Unread]:
    """Photos that were not read by this version, the oldest in the library first."""
    query = (
        select(photos.c.id, photos.c.sha256, photos.c.width, photos.c.height)
        .where(_unread(library, version))
        .order_by(photos.c.id)
        .limit(limit)
    )
    with library.read() as connection:
        return [
            Unread(row.id, row.sha256, row.width, row.height) for row in connection.execute(query)
        ]


def count_unread(library: Library, version: str) -> int:
    """How many photos were not read by this version."""
    query = select(func.count()).select_from(photos).where(_unread(library, version))
    with library.read() as connection:
        return int(connection.execute(query).scalar_one())


def is_read(library: Library, photo_id: int) -> bool:
    """Whether any version has looked for text in a photo."""
    query = select(photos.c.text_reader).where(
        photos.c.owner_id == library.owner_id, photos.c.id == photo_id
    )
    with library.read() as connection:
        return connection.execute(query).scalar() is not None


def keep(library: Library, version: str, found: Mapping[int, Sequence[TextLine]]) -> None:
    """Put down what a version read in some photos, in one transaction.

    Photos that were deleted while they were read are passed over.
    """
    mine = and_(photos.c.owner_id == library.owner_id, photos.c.id.in_(list(found)))
    with library.write() as connection:
        there = list(connection.execute(select(photos.c.id).where(mine)).scalars())
        for photo_id in there:
            put(library, connection, photo_id, found[photo_id])
        connection.execute(update(photos).where(mine).values(text_reader=version))


def with_text(library: Library, limit: int) -> list[WithText]:
    """Photos with text in them, the latest in the library first."""
    lines = (
        select(text_lines.c.photo_id, func.count().label("lines"))
        .where(
            text_lines.c.owner_id == library.owner_id,
            text_lines.c.photo_id.not_in(in_bin(library.owner_id)),
        )
        .group_by(text_lines.c.photo_id)
        .order_by(text_lines.c.photo_id.desc())
        .limit(limit)
        .subquery()
    )
    query = (
        select(lines, text_lines.c.text)
        .join(text_lines, text_lines.c.photo_id == lines.c.photo_id)
        .where(text_lines.c.position == 0)
        .order_by(lines.c.photo_id.desc())
    )
    with library.read() as connection:
        return [WithText(row.photo_id, row.lines, row.text) for row in connection.execute(query)]


def _unread(library: Library, version: str) -> ColumnElement[bool]:
    return and_(
        photos.c.owner_id == library.owner_id,
        in_sight,
        or_(photos.c.text_reader.is_(None), photos.c.text_reader != version),
    )
