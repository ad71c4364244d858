"""Where the names of persons stand who are deleted: in words of albums, of events, of decisions."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import Connection, delete, select, update

from gallery.errors import QueryError
from gallery.matching import fold
from gallery.query import parse
from gallery.store.album_tables import album_changes, albums
from gallery.store.batches import in_batches
from gallery.store.event_tables import event_changes
from gallery.store.filters import registry
from gallery.store.filters.people import whom
from gallery.store.library import Library
from gallery.store.tables import decisions, people, person_changes

_EVENT_REDACTED = "A change of events that named a person who was deleted"


class Names:
    """All names that some persons have or had, but for those that somebody else has.

    Args:
        library: whose.
        connection: before anything of the persons is deleted.
        person_ids: the persons.
    """

    def __init__(self, library: Library, connection: Connection, person_ids: Sequence[int]) -> None:
        self._library, self._connection = library, connection
        self._persons = set(person_ids)
        known = connection.execute(
            select(people.c.id, people.c.name).where(
                people.c.owner_id == library.owner_id, people.c.name.is_not(None)
            )
        ).all()
        had = connection.execute(
            select(person_changes.c.before, person_changes.c.after).where(
                person_changes.c.owner_id == library.owner_id,
                person_changes.c.person_id.in_(person_ids),
                person_changes.c.field == "name",
            )
        )
        theirs = {name for row in had for name in row if name}
        theirs |= {row.name for row in known if row.id in self._persons}
        others = {fold(row.name) for row in known if row.id not in self._persons}
        wanted = {fold(name) for name in theirs} - others - {""}
        said = "|".join(map(re.escape, sorted(wanted)))
        self._said = re.compile(rf"(?<!\w)(?:{said})(?!\w)") if wanted else None

    def in_text(self, text: str | None) -> bool:
        """Whether one of the names stands in a text, as words of their own."""
        return bool(text and self._said and self._said.search(fold(text)))

    def in_query(self, query: str) -> bool:
        """Whether a search asks for the persons, and for nobody else by the same words."""
        try:
            terms = parse(query, registry.names()).terms
        except QueryError:
            return self.in_text(query)
        values = [(term.name, value) for term in terms for value in term.values]
        scope = registry.Scope(self._library, self._connection)
        for name, value in values:
            if self.in_text(value.text):
                return True
            if name in ("person", "only"):
                try:
                    meant = set(whom(scope, value))
                except QueryError:
                    continue  # it means nobody, so none of them
                if meant <= self._persons:
                    return True
        return False


def albums_asking(library: Library, connection: Connection, names: Names) -> list[int]:
    """Albums that fill themselves by a search for the persons; those that were deleted too."""
    queries = select(albums.c.id, albums.c.query).where(
        albums.c.owner_id == library.owner_id, albums.c.query.is_not(None)
    )
    return [row.id for row in connection.execute(queries).all() if names.in_query(row.query)]


def album_decisions(
    library: Library, connection: Connection, names: Names, album_ids: Collection[int]
) -> Iterator[int]:
    """Decisions about some albums, and those about others that name the persons."""
    mine = decisions.c.owner_id == library.owner_id
    query = select(decisions.c.id, decisions.c.sentence).where(
        mine, decisions.c.kind.startswith("album-")
    )
    for row in connection.execute(query):
        if names.in_text(row.sentence):
            yield row.id
    for batch in in_batches(sorted(album_ids)):
        about = select(album_changes.c.decision_id).where(
            album_changes.c.owner_id == library.owner_id, album_changes.c.album_id.in_(batch)
        )
        yield from connection.execute(about).scalars()


def erase_albums(library: Library, connection: Connection, album_ids: Collection[int]) -> None:
    """Delete albums for good, so that no undo brings them back."""
    for batch in in_batches(sorted(album_ids)):
        for table, column in ((album_changes, album_changes.c.album_id), (albums, albums.c.id)):
            connection.execute(
                delete(table).where(table.c.owner_id == library.owner_id, column.in_(batch))
            )


def redact_events(library: Library, connection: Connection, names: Names) -> None:
    """Take the words of changes of events that name the persons; they can still be undone."""
    mine = event_changes.c.owner_id == library.owner_id
    rows = connection.execute(select(event_changes.c.id, event_changes.c.sentence).where(mine))
    found = [row.id for row in rows if names.in_text(row.sentence)]
    for batch in in_batches(found):
        connection.execute(
            update(event_changes)
            .where(mine, event_changes.c.id.in_(batch))
            .values(sentence=_EVENT_REDACTED)
        )
