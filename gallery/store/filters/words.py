"""Words: those that stand alone, and those in a photo's text, title or file name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlalchemy import Select, false, select, union_all

from gallery.query import WORDS, Term, Value
from gallery.store import text_index
from gallery.store.filters import registry
from gallery.store.filters.registry import Condition, Filter, Scope, each, register
from gallery.store.tables import photo_files, photos

# SQLite refuses patterns that are very long.
_LONGEST_PATTERN = 1000

_WRITTEN = ("title", "description", "lines")
_SAID_OF = {"title": "title", "description": "description", "lines": "text", "files": "file"}


def _written(_: Scope, value: Value) -> Select[tuple[int]]:
    return text_index.photo_ids(value.text, _WRITTEN, whole=value.quoted)


def _named(_: Scope, value: Value) -> Select[tuple[int]]:
    return text_index.photo_ids(value.text, ("files",), whole=value.quoted)


def _text(scope: Scope, term: Term) -> Condition:
    return each(term, lambda value: photos.c.id.in_(_written(scope, value)))


def _file(scope: Scope, term: Term) -> Condition:
    return each(term, lambda value: _file_like(scope, value))


def _file_like(scope: Scope, value: Value) -> Condition:
    """Words of the name; with a star or a question mark the name itself."""
    if not set("*?") & set(value.text):
        return photos.c.id.in_(_named(scope, value))
    holds = [photo_files.c.path.regexp_match(_name_like(value.text))]
    if value.text.isascii() and len(value.text) <= _LONGEST_PATTERN:
        # Cheap, and leaves few to look at in full; it knows capitals of ASCII only.
        pattern = _pattern(value.text)
        holds.insert(0, photo_files.c.path.like(f"%{pattern}", escape="\\"))
    mine = photo_files.c.owner_id == scope.library.owner_id
    return photos.c.id.in_(select(photo_files.c.photo_id).where(mine, *holds))


def _pattern(text: str) -> str:
    for sign in ("\\", "%", "_"):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("*", "%").replace("?", "_")


def _name_like(text: str) -> str:
    """The regular expression of a path whose last part a text with stars stands for."""
    sign = r"[^/\\]"
    first, *others = (
        "".join(sign if one == "?" else re.escape(one) for one in part) for part in text.split("*")
    )
    # What lies between stars is taken where it comes first, and never given back: else a name of
    # many like letters would be tried in every way there is.
    between = "".join(f"(?>{sign}*?{part})" for part in others[:-1] if part)
    last = f"{sign}*{others[-1]}" if others else ""
    return rf"(?is)(?:^|[/\\]){first}{between}{last}\Z"


def _anywhere(scope: Scope, term: Term) -> Condition:
    """Each filter that words may stand for is asked."""
    asked = [
        one.words(scope, value)
        for one in registry.everything().values()
        for value in term.values
        if one.words is not None
    ]
    found = [ids for ids in asked if ids is not None]
    # One list to look a photo up in, and not one for each filter.
    return photos.c.id.in_(union_all(*found)) if found else false()


def _passages(columns: Sequence[str]):  # type: ignore[no-untyped-def]
    def reasons(scope: Scope, value: Value, ids: Sequence[int]) -> dict[int, list[str]]:
        found = text_index.passages(scope.connection, ids, value.text, columns, whole=value.quoted)
        return {
            photo: [f"{_SAID_OF[one.column]}: {one.text}" for one in passages]
            for photo, passages in found.items()
        }

    return reasons


register(
    Filter(
        name=WORDS,
        says="words alone are looked for in names of people, places, events and albums, tags, "
        "titles, text and file names; in quotation marks, as they stand",
        example='beach "happy birthday"',
        condition=_anywhere,
    )
)
register(
    Filter(
        name="text",
        says="words in the picture, its title or its description",
        example='text:"happy birthday"',
        condition=_text,
        words=_written,
        selective=True,
        reasons=_passages(_WRITTEN),
    )
)
register(
    Filter(
        name="file",
        says="the file name: words of it, or all of it with * and ?",
        example="file:IMG_12*",
        condition=_file,
        words=_named,
        selective=True,
        reasons=_passages(("files",)),
    )
)
