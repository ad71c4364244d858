"""The grammar of a query: what is typed is understood, said again the same, and refused kindly."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gallery.date_words import Span, read_span
from gallery.errors import QueryError
from gallery.matching import closest, fold, has_words, meant
from gallery.query import WORDS, Query, Term, Value, parse, term

KNOWN = ("person", "only", "tag", "text", "file", "has", "date")


def understood(text: str) -> list[tuple[bool, str, list[str]]]:
    return [
        (one.negated, one.name, [value.text for value in one.values])
        for one in parse(text, KNOWN).terms
    ]


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("", []),
        ("  ", []),
        ("beach", [(False, WORDS, ["beach"])]),
        ("beach sea", [(False, WORDS, ["beach"]), (False, WORDS, ["sea"])]),
        ("beach|sea", [(False, WORDS, ["beach", "sea"])]),
        ('"happy birthday"', [(False, WORDS, ["happy birthday"])]),
        ("-night", [(True, WORDS, ["night"])]),
        ('person:"Ada Lovelace"', [(False, "person", ["Ada Lovelace"])]),
        ("Person:Ada", [(False, "person", ["Ada"])]),
        ('person:Ada|"Grace Hopper"', [(False, "person", ["Ada", "Grace Hopper"])]),
        ("any:(Ada, Grace)", [(False, "person", ["Ada", "Grace"])]),
        ("any:( Ada ,Grace )", [(False, "person", ["Ada", "Grace"])]),
        ("only:(Ada, Grace) x", [(False, "only", ["Ada", "Grace"]), (False, WORDS, ["x"])]),
        ("no:gps", [(True, "has", ["gps"])]),
        ("-no:gps", [(False, "has", ["gps"])]),
        ("12:30 (old)", [(False, WORDS, ["12:30"]), (False, WORDS, ["(old)"])]),
        ("“happy birthday”", [(False, WORDS, ["happy birthday"])]),
        ("„Straße“", [(False, WORDS, ["Straße"])]),
        (r'text:"a \"b\" \\ c"', [(False, "text", [r'a "b" \ c'])]),
        ("date:2019-06..2019-08", [(False, "date", ["2019-06..2019-08"])]),
        ("file:IMG_12*", [(False, "file", ["IMG_12*"])]),
    ],
)
def test_what_is_typed_is_understood(text: str, meaning: list[tuple[bool, str, list[str]]]) -> None:
    assert understood(text) == meaning


@pytest.mark.parametrize(
    ("text", "at", "said"),
    [
        ('tag:x "open', (6, 7), "not closed"),
        ("any:(Ada", (4, 5), "bracket"),
        ("any:(Ada Grace)", (9, 10), "comma"),
        ("tag:", (0, 4), "Nothing follows"),
        ("tag: x", (0, 4), "Nothing follows"),
        ("x -", (2, 3), "minus"),
        ("tag:a|", (6, 6), "missing"),
        ('tag:""', (4, 6), "nothing between"),
        ("x persn:Ada", (2, 8), "Did you mean “person:”"),
        ("http://x", (0, 5), "quotation marks"),
    ],
)
def test_what_cannot_be_understood_is_pointed_at(text: str, at: tuple[int, int], said: str) -> None:
    with pytest.raises(QueryError, match=said) as caught:
        parse(text, KNOWN)
    assert (caught.value.start, caught.value.end) == at


def test_values_know_where_they_stand() -> None:
    text = '-tag:beach person:"Ada"|Grace'
    ada, grace = parse(text, KNOWN).terms[1].values
    assert (text[ada.start : ada.end], text[grace.start : grace.end]) == ('"Ada"', "Grace")


texts = st.text(min_size=1).map(str.strip).filter(bool)
values = st.builds(Value, texts, st.booleans())
terms = st.builds(
    Term,
    st.sampled_from((WORDS, *KNOWN)),
    st.lists(values, min_size=1, max_size=3).map(tuple),
    st.booleans(),
)
queries = st.builds(Query, st.lists(terms, max_size=4).map(tuple))


@settings(deadline=None)
@given(queries)
def test_a_query_is_read_as_it_is_written(query: Query) -> None:
    assert parse(str(query), KNOWN) == query


@settings(deadline=None)
@given(st.text())
def test_any_text_is_read_or_refused_with_a_place_in_it(text: str) -> None:
    query, wrong = None, None
    try:
        query = parse(text, KNOWN)
    except QueryError as error:
        wrong = error
    if wrong is not None:
        assert 0 <= wrong.start <= wrong.end <= len(text)
    else:
        assert parse(str(query), KNOWN) == query


def test_conditions_come_and_go() -> None:
    query = parse("tag:beach date:2019 -date:2018", KNOWN)
    assert str(query.with_term(term("tag", "sea"))) == "tag:beach date:2019 -date:2018 tag:sea"
    assert query.with_term(term("tag", "beach")) == query
    assert str(query.without_term(0)) == "date:2019 -date:2018"
    assert str(query.without("date")) == "tag:beach -date:2018"
    assert query.terms[0].is_about("tag", "Beach")
    assert not query.terms[2].is_about("date", "2018")


@pytest.mark.parametrize("wrong", [lambda: Value(" "), lambda: Term("tag", ())])
def test_a_condition_asks_for_something(wrong: object) -> None:
    with pytest.raises(ValueError, match="needs a"):
        wrong()  # type: ignore[operator]


def span(start: tuple[int, ...] | None, end: tuple[int, ...] | None) -> Span:
    return Span(start and datetime(*start), end and datetime(*end))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("2019", span((2019, 1, 1), (2020, 1, 1))),
        ("2019-12", span((2019, 12, 1), (2020, 1, 1))),
        ("2019-02-28", span((2019, 2, 28), (2019, 3, 1))),
        ("June 2019", span((2019, 6, 1), (2019, 7, 1))),
        ("2019 sept.", span((2019, 9, 1), (2019, 10, 1))),
        ("Summer 2019", span((2019, 6, 1), (2019, 9, 1))),
        ("winter 2019", span((2019, 12, 1), (2020, 3, 1))),
        ("2019-06..2019-08", span((2019, 6, 1), (2019, 9, 1))),
        ("2019..", span((2019, 1, 1), None)),
        ("..2019", span(None, (2020, 1, 1))),
        ("summer 2019..2020-01-02", span((2019, 6, 1), (2020, 1, 3))),
        ("2020..2019", None),
        ("2019-13", None),
        ("2019-02-30", None),
        ("0000", None),
        ("9999-12-31", None),
        ("ju 2019", None),
        ("jun", None),
        ("..", None),
        ("soon", None),
    ],
)
def test_dates_are_spans(text: str, meaning: Span | None) -> None:
    assert read_span(text) == meaning


def test_names_are_found_without_capitals_and_accents() -> None:
    assert fold("  Zoë   ÅNGSTRÖM ") == "zoe angstrom"
    assert fold("Łódź Øre") == "lodz ore"
    names = {1: "Ada", 2: "Ada Lovelace", 3: "Zoë"}
    assert meant(names, "ada") == [1]
    assert meant(names, "love ad") == [2]
    assert meant(names, "zoe") == [3]
    assert meant(names, "grace") == []
    assert has_words("Ada Lovelace", "ada lovelace", whole=True)
    assert not has_words("Ada Lovelace", "ada love", whole=True)
    assert closest("Lovelase", names.values()) == "Ada Lovelace"
    assert closest("Margaret", names.values()) is None
