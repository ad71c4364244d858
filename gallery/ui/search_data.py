"""A query and what it finds -> what the search bar draws."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gallery.completing import Completion
from gallery.errors import QueryError
from gallery.query import TOGETHER, WORDS, Query, Term, term
from gallery.search import Reason
from gallery.store.filters.registry import Counted
from gallery.store.found import Facet
from gallery.ui import words

# Reasons that are written on a photo.
_REASONS = 3
_KINDS = {WORDS: "filter", "date": "year"}


def said(one: Term) -> str:
    """A condition in words: `tag: beach or sea`, `not person: Ada`, `“happy birthday”`."""
    listed = (" and " if one.name in TOGETHER else " or ").join(v.text for v in one.values)
    text = f"{one.name}: {listed}" if one.name else f"“{listed}”"
    return f"not {text}" if one.negated else text


def title(query: Query) -> str:
    """What the photos of a query could be called: `Ada, beach`."""
    return ", ".join(v.text for one in query.terms if not one.negated for v in one.values)


def terms(query: Query) -> list[dict[str, Any]]:
    """The conditions, each with the query without it."""
    return [
        {"label": said(one), "without": str(query.without_term(place)), "negated": one.negated}
        for place, one in enumerate(query.terms)
    ]


def facets(query: Query, counted: Sequence[Facet]) -> list[dict[str, Any]]:
    """The values of each filter, with the query that choosing one of them makes."""
    return [
        {
            "title": facet.filter.title,
            "values": [_value(query, facet, value) for value in facet.values],
        }
        for facet in counted
        if facet.values
    ]


def _value(query: Query, facet: Facet, value: Counted) -> dict[str, Any]:
    name = facet.filter.name
    chosen = [at for at, one in enumerate(query.terms) if one.is_about(name, value.text)]
    if chosen:
        then = query.without_term(chosen[0])
    else:
        base = query.without(name) if facet.filter.single else query
        then = base.with_term(term(name, value.text))
    return {
        "label": value.label,
        "count": value.photos,
        "query": str(then),
        "on": bool(chosen),
    }


def offered(text: str, completions: Sequence[Completion]) -> dict[str, Any]:
    """What the text may go on with."""
    return {
        "text": text,
        "items": [
            {
                "label": one.label,
                "detail": _detail(one),
                "text": one.text,
                "caret": one.caret,
                "done": one.done,
            }
            for one in completions
        ],
    }


def _detail(one: Completion) -> str:
    kind = _KINDS.get(one.kind, one.kind)
    return kind if one.photos is None else f"{kind} · {words.counted(one.photos, 'photo')}"


def error(text: str, wrong: QueryError) -> dict[str, Any]:
    """What is wrong, and where."""
    return {"text": text, "start": wrong.start, "end": wrong.end, "message": str(wrong)}


def note(reasons: Sequence[Reason]) -> str:
    """Why a photo was found, in a line."""
    return " · ".join(dict.fromkeys(reason.text for reason in reasons[:_REASONS]))
