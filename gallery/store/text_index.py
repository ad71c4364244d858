"""The index of all words of photos: titles, descriptions, lines of text in them, file names.

SQLite's FTS5, with accents folded; what another database has in its place belongs here too.
Triggers of the database write it (see the migration that made it), so that no way in which
photos, files or lines come, change or go can forget it. A row has the id of its photo; the photo
says whose it is, so that a selection from here is only ever used to choose among photos of one
owner.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import (
    Connection,
    Integer,
    Select,
    column,
    delete,
    func,
    insert,
    literal_column,
    select,
    table,
)
from sqlalchemy import text as text_of
from sqlalchemy.types import Text

from gallery.store.batches import rows_of

TABLE = "photo_words"
COLUMNS = ("title", "description", "lines", "files")

_BEGIN, _END = "\x02", "\x03"
_AROUND = 8  # words of a snippet

words = table(TABLE, column("rowid", Integer), *(column(name, Text) for name in COLUMNS))


@dataclass(frozen=True, slots=True)
class Passage:
    """Where words were found.

    Args:
        column: one of `COLUMNS`.
        text: the words with some around them.
        words: what was found, as it stands there.
    """

    column: str
    text: str
    words: tuple[str, ...]


def photo_ids(
    text: str, columns: Collection[str] = COLUMNS, *, whole: bool = False
) -> Select[tuple[int]]:
    """The photos, of whomever, in which words stand one after the other.

    Args:
        text: the words.
        columns: where to look.
        whole: whether the last word is meant to its end.
    """
    return select(words.c.rowid).where(_matches(text, columns, whole))


def passages(
    connection: Connection,
    ids: Sequence[int],
    text: str,
    columns: Sequence[str] = COLUMNS,
    *,
    whole: bool = False,
) -> dict[int, list[Passage]]:
    """Where the words stand in some photos."""
    cut = [
        func.snippet(
            literal_column(TABLE), COLUMNS.index(name), _BEGIN, _END, "…", _AROUND, type_=Text
        ).label(name)
        for name in columns
    ]
    query = select(words.c.rowid, *cut).where(_matches(text, columns, whole))
    # A sum, so that the index is gone through once and not for every photo.
    row_id = words.c.rowid + 0
    found: dict[int, list[Passage]] = {}
    for row in rows_of(connection, ids, lambda some: query.where(row_id.in_(some))):
        said = [_passage(name, getattr(row, name)) for name in columns]
        found[row.rowid] = [passage for passage in said if passage is not None]
    return found


@contextmanager
def written_once(
    connection: Connection, photo_id: int, lines: Sequence[str]
) -> Generator[None, None, None]:
    """Have the triggers find no row while a photo gets its lines, and put it back with them all.

    Else each line would write all words of the photo anew.

    Args:
        connection: in a transaction.
        photo_id: the photo; nothing is put back where it has no row.
        lines: what it has afterwards.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    mine = words.c.rowid == photo_id
    row = connection.execute(select(words).where(mine)).mappings().one_or_none()
    connection.execute(delete(words).where(mine))
    yield
    if row is not None:
        said = "\n".join(lines) if lines else None
        connection.execute(insert(words).values({**row, "lines": said}))


def forget_gone(connection: Connection) -> None:
    """Let go of the words of rows that were deleted.

    FTS5 only notes that they are gone, and keeps them in its segments until those are merged.
    """
    if connection.dialect.name == "sqlite":
        connection.execute(text_of("INSERT INTO photo_words (photo_words) VALUES ('optimize')"))


def _matches(text: str, columns: Collection[str], whole: bool):  # type: ignore[no-untyped-def]
    # In quotation marks nothing is an operator; a star after them stands for any ending.
    phrase = '"' + text.replace('"', '""') + '"' + ("" if whole else " *")
    return literal_column(TABLE).op("MATCH")(f"{{{' '.join(columns)}}} : {phrase}")


def _passage(name: str, snippet: str | None) -> Passage | None:
    if not snippet or _BEGIN not in snippet:
        return None
    words = tuple(part.partition(_END)[0] for part in snippet.split(_BEGIN)[1:])
    plain = snippet.replace(_BEGIN, "").replace(_END, "")
    return Passage(name, " ".join(plain.split()), tuple(" ".join(word.split()) for word in words))
