"""What was typed -> photos, how many of each kind, and for each photo why it was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from gallery.query import WORDS, Query, Term, Value, parse
from gallery.store import found
from gallery.store.filters.registry import Filter, Scope, everything, names
from gallery.store.found import Counts
from gallery.store.library import Library
from gallery.store.timeline import Tile

# Values of a filter beside which photos are counted.
SHOWN = 12


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a photo was found.

    Args:
        filter: the name of the filter that found it.
        text: what it found: a name, a tag, `text: happy birthday`.
    """

    filter: str
    text: str


@dataclass(frozen=True, slots=True)
class Result:
    """The first photos that a query finds.

    Args:
        query: as it was understood.
        tiles: photos, newest first.
        reasons: for each photo, by its id.
        counts: of all that is found.
    """

    query: Query
    tiles: list[Tile]
    reasons: dict[int, list[Reason]]
    counts: Counts


def read_query(text: str) -> Query:
    """What was typed, understood by its form alone; who and what is named is looked up later.

    Raises:
        QueryError: It cannot be read.
    """
    # A command may be called with bytes that are no letters; a database takes letters only.
    letters = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    return parse(letters, names())


def search(library: Library, text: str, limit: int, *, by_kind: bool = True) -> Result:
    """Find photos.

    Args:
        library: whose.
        text: in the grammar of `gallery.query`.
        limit: photos that are given.
        by_kind: whether to count of which kinds they are, and not only how many.

    Raises:
        QueryError: It cannot be read, or names what is not there.
    """
    query = read_query(text)
    tiles = found.page(library, query, limit=limit)
    reasons = why(library, query, [tile.id for tile in tiles])
    if by_kind:
        return Result(query, tiles, reasons, found.counts(library, query, SHOWN))
    return Result(query, tiles, reasons, Counts(found.count(library, query), []))


def why(library: Library, query: Query, ids: Sequence[int]) -> dict[int, list[Reason]]:
    """Why each of some photos that were found was found: people, tags, words."""
    said: dict[int, dict[Reason, None]] = {photo: {} for photo in ids}
    if not ids:
        return {}
    with library.read() as connection:
        scope = Scope(library, connection)
        for term in query.terms:
            if term.negated:
                continue
            for value, one in chain.from_iterable(_told_by(term, value) for value in term.values):
                if one.reasons is not None:
                    for photo, texts in one.reasons(scope, value, ids).items():
                        said[photo].update((Reason(one.name, text), None) for text in texts)
    return {photo: list(reasons) for photo, reasons in said.items()}


def _told_by(term: Term, value: Value) -> list[tuple[Value, Filter]]:
    """The filters that can say why a value was found."""
    known = everything()
    if term.name != WORDS:
        return [(value, known[term.name])]
    return [(value, one) for one in known.values() if one.words is not None]
