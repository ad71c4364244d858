"""Lines of text that were read in photos."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select

from gallery.protocols import TextLine as TextLine
from gallery.store.library import Library
from gallery.store.text_tables import text_lines


def put(library: Library, connection: Connection, photo_id: int, lines: Sequence[TextLine]) -> None:
    """Keep the lines of a photo, in the order they are read, in place of those there were."""
    connection.execute(
        delete(text_lines).where(
            text_lines.c.owner_id == library.owner_id, text_lines.c.photo_id == photo_id
        )
    )
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
